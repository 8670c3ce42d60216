// What a scan was limited to, as JSON, for its evidence.
#pragma once

#include "json/node.hpp"
#include "model/focus.hpp"
#include "model_json/parts.hpp"

namespace smtptls::interview {

/// {"asked_for": [names], "marks": [{"TLS 1.2": suites as encode_offer writes them}, ...]}: the marks by number.
json::Value encode_focus(const model::Focus& focus);
model::Focus decode_focus(const json::Node& node);

}  // namespace smtptls::interview

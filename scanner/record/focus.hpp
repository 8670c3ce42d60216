// What a scan was limited to, as JSON, for its evidence.
#pragma once

#include "model/focus.hpp"
#include "record/node.hpp"
#include "record/parts.hpp"

namespace smtptls::record {

/// {"asked_for": [names], "marks": [{"TLS 1.2": suites as encode_offer writes them}, ...]}: the marks by number.
Json encode_focus(const model::Focus& focus);
model::Focus decode_focus(const Node& node);

}  // namespace smtptls::record

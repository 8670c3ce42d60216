// What became of the examination of a chain, as JSON, for the evidence.
#pragma once

#include "json/node.hpp"
#include "model/examination.hpp"

#include <string_view>
#include <vector>

namespace smtptls::interview {

/// {"sha256": ..., "trust": {"trusted": false, "fault": ..., "anchor": ...}, "names_host": true, "revocation":
/// [{"source": "OCSP", "url": ..., "state": "good", "words": ..., "this_update": ..., "next_update": ...}]}; what is
/// not known is absent.
json::Value encode_examination(const model::Examination& examination);

/// `node` has the keys "event" and "endpoint" besides.
model::Examination decode_examination(const json::Node& node);

}  // namespace smtptls::interview

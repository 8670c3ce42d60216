// What the endpoints of a scan show only together, as JSON: a member of the document, or lines of their own.
#pragma once

#include "json/node.hpp"
#include "model/side_by_side.hpp"

#include <vector>

namespace smtptls::model_json {

json::Value encode_side_by_side(const model::SideBySide& all);
model::SideBySide decode_side_by_side(const json::Node& node);

/// The same in parts, each an object with one of the members `name`, `key`, `shared_factor`, `certificate` and `note`.
std::vector<json::Value> side_by_side_parts(const model::SideBySide& all);

/// One of these parts, out of an object that may have other members.
void decode_part(const json::Node& node, model::SideBySide& all);

}  // namespace smtptls::model_json

// What policies say of a scan, as it stands in every JSON document of ours (report/schema/scan.schema.json).
#pragma once

#include "json/node.hpp"
#include "model/report.hpp"

#include <string>
#include <string_view>

namespace smtptls::model_json {

/// A word of format() as JSON has it: "not asked" is "not_asked".
std::string word(std::string_view formatted);

json::Value encode_policy(const model::UsedPolicy& policy);
model::UsedPolicy decode_policy(const json::Node& node);

json::Value encode_finding(const model::Finding& finding);
model::Finding decode_finding(const json::Node& node);

/// "endpoint", the index into the document's endpoints, is left out in documents that have the endpoint beside it.
json::Value encode_judgement(const model::Judgement& judgement, bool with_endpoint);

/// The endpoint is `endpoint`, or where that is nothing, what the document says.
model::Judgement decode_judgement(const json::Node& node, std::optional<std::size_t> endpoint);

}  // namespace smtptls::model_json

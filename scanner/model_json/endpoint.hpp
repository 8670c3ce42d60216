// One endpoint of a scan as it stands in every document of ours.
#pragma once

#include "json/node.hpp"
#include "model/scan_result.hpp"
#include "model_json/matrix_json.hpp"

namespace smtptls::model_json {

/// The scan.schema.json "endpoint".
json::Value encode_endpoint(const model::EndpointResult& result, const Detail& detail);
model::EndpointResult decode_endpoint(const json::Node& node);

/// What every version of the schema has: where it is, how it ended, how many connections and how long it took.
model::EndpointResult decode_end(const json::Node& node);

model::Observation decode_observation(const json::Node& node);
model::Exchange decode_exchange(const json::Node& node);

}  // namespace smtptls::model_json

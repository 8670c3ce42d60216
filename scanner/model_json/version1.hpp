// Endpoints of scans that were saved by version 1 of the schema, which listed every cell and every exchange. They are
// read as if this program had scanned; nobody writes them any more.
#pragma once

#include "json/node.hpp"
#include "model/scan_result.hpp"

namespace smtptls::model_json {

model::EndpointResult decode_endpoint_version1(const json::Node& node);

}  // namespace smtptls::model_json

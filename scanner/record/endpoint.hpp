// One endpoint of a scan, and who scanned, as they stand in every document of ours.
#pragma once

#include "model/scan_result.hpp"
#include "record/node.hpp"

namespace smtptls::record {

/// The scan.schema.json "endpoint".
Json encode_endpoint(const model::EndpointResult& result);

/// The scan.schema.json "scanner".
Json encode_scanner(const model::ScanResult& scan);

/// The scan.schema.json "options".
Json encode_options(const model::ScanResult& scan);

}  // namespace smtptls::record

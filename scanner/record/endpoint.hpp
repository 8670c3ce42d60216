// One endpoint of a scan, and who scanned, as they stand in every document of ours.
#pragma once

#include "model/scan_result.hpp"
#include "record/node.hpp"
#include "record/writer.hpp"

namespace smtptls::record {

/// The scan.schema.json "endpoint".
void write_endpoint(const model::EndpointResult& result, Writer& out);

/// The scan.schema.json "scanner".
Json encode_scanner(const model::ScanResult& scan);

/// The scan.schema.json "options".
Json encode_options(const model::ScanResult& scan);

}  // namespace smtptls::record

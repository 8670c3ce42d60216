// Scans as JSON (docs/formats/json.md).
#pragma once

#include "base/expected.hpp"
#include "model/scan_result.hpp"

#include <istream>
#include <string>

namespace smtptls {

/// The scan that this program wrote, as JSON or as JSON lines, of schema version 1 or 2. An endpoint at a time is kept
/// as JSON. The error is a sentence that says where and what is wrong with it, and that can be shown. The stream must
/// be one that can be read from its beginning again.
base::Expected<model::ScanResult, std::string> read_scan(std::istream& stream);

/// One JSON document of schema version 2, for people too, with a final newline. `exchanges`: with every connection, if
/// the scan kept them.
std::string write_scan(const model::ScanResult& scan, bool exchanges = false);

}  // namespace smtptls

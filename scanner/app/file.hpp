// Files that the user names, read whole.
#pragma once

#include "base/expected.hpp"
#include "model/scan_result.hpp"

#include <cstddef>
#include <string>

namespace smtptls::app {

/// At least `limit` bytes of a file that is longer, so that a reader with a limit sees that there was more. The error
/// is a sentence with the path, escaped.
base::Expected<std::string, std::string> read_file(const std::string& path, std::size_t limit);

/// The scan that --format json wrote. The error is a sentence with the path, safe to be shown.
base::Expected<model::ScanResult, std::string> read_scan(const std::string& path);

}  // namespace smtptls::app

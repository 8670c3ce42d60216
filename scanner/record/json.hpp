// Results as JSON (report/schema/scan.schema.json). With the policy loader the only place that
// knows the JSON library. Every text of a server is escaped as base::UntrustedText says.
#pragma once

#include "base/expected.hpp"
#include "model/scan_result.hpp"

#include <string>
#include <string_view>

namespace smtptls::record {

/// The version of the schema; it grows when a reader of the one before would misread the document.
inline constexpr int schema_version = 1;

/// One document, indented by two spaces, with a final newline.
std::string encode(const model::ScanResult& result);

/// The scan that `encode` wrote as `text`: encoded again it is the same, but for white space. Only who chose
/// a port or an address family is not in the document, and counts as the user. The error is a sentence that
/// says where and what: not JSON, not a scan, another schema_version, a key that is missing, unknown or of
/// the wrong kind, or sums that do not add up. It can be shown.
base::Expected<model::ScanResult, std::string> decode(std::string_view text);

}  // namespace smtptls::record

// Results as JSON (report/schema/scan.schema.json). With the policy loader the only place that
// knows the JSON library. Every text of a server is escaped as base::UntrustedText says.
#pragma once

#include "model/scan_result.hpp"

#include <string>

namespace smtptls::record {

/// The version of the schema; it grows when a reader of the one before would misread the document.
inline constexpr int schema_version = 1;

/// One document, indented by two spaces, with a final newline.
std::string encode(const model::ScanResult& result);

}  // namespace smtptls::record

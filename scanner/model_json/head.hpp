// Who scanned, when and how: what stands before the endpoints in every document of ours.
#pragma once

#include "json/node.hpp"
#include "model/scan_result.hpp"

namespace smtptls::model_json {

/// "format", "schema_version", "scanner", "registry" and "started". `format` is what the document is.
json::Value encode_head(const model::ScanHead& scan, const char* format);

/// Reads "scanner", "started" and "registry", where there is one, of a document of either version.
void decode_head(const json::Node& node, model::ScanResult& scan);

/// The sums of the end: "finished", "duration_ms", "interruption".
void decode_last(const json::Node& node, model::ScanResult& scan);

/// Why the document is none that can be read; empty if it is one.
std::string objection_to(const json::Node& node, const char* format);

}  // namespace smtptls::model_json

// Scans, judged or not, as JSON (report/schema/scan.schema.json). With the policy loader the only place that
// knows the JSON library. Every text of a server is escaped as base::UntrustedText says.
#pragma once

#include "base/expected.hpp"
#include "base/sink.hpp"
#include "model/report.hpp"

#include <string>
#include <string_view>

namespace smtptls::record {

/// The version of the schema; it grows when a reader of the one before would misread the document.
inline constexpr int schema_version = 1;

/// One document, indented by two spaces, with a final newline; given out an endpoint at a time.
void encode(const model::Report& report, const base::Sink& sink);

/// The same as one text.
std::string encode(const model::Report& report);
std::string encode(const model::ScanResult& result);

/// The report that `encode` wrote as `text`: encoded again it is the same, but for white space. Only who chose
/// a port or an address family is not in the document, and counts as the user. The error is a sentence that
/// says where and what: not JSON, not a scan, another schema_version, a key that is missing, unknown or of
/// the wrong kind, or sums that do not add up. It can be shown.
base::Expected<model::Report, std::string> decode_report(std::string_view text);

/// Only the scan of it, since verdicts can be made again. What policies said must be as it should be all the same.
base::Expected<model::ScanResult, std::string> decode(std::string_view text);

}  // namespace smtptls::record

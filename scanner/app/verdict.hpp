// From a scan to a report: judged, waived, compared, and its exit code.
#pragma once

#include "app/verdict_options.hpp"

namespace smtptls::app {

/// Judges the scans (one report of all their endpoints), and says what it comes to. Of an endpoint that several scans
/// have the last one counts. `today` is "2026-11-21". Sentences for stderr are appended to `notes`, with newlines.
model::Report judged(std::vector<model::ScanResult> scans, const VerdictOptions& options, const std::string& today,
                     std::string& notes);

/// Today in UTC: "2026-11-21".
std::string today_utc();

}  // namespace smtptls::app

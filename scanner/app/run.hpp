// The composition root: library, resolver, engine and format put together, signals and time limits.
#pragma once

#include "app/evidence_file.hpp"
#include "app/options.hpp"

#include <functional>

namespace smtptls::app {

/// The engine's part of the options.
engine::Settings settings_of(const Options& options);

/// What --verdict-only limits the scan to; empty without it. Keeps nothing of `options`.
std::function<model::Focus(const model::Endpoint&)> focus_of(const Options& options);

/// Scans and returns the result; `evidence` may be null. The first SIGINT or SIGTERM ends the scan and keeps
/// what is known; the second ends the process at once.
model::ScanResult run(Options options, EvidenceFile* evidence);

/// The whole of `smtptls-scan TARGET...`: evidence if asked for, the scan, its report; `colour` as in
/// report::Style.
Leave scan(Options options, bool colour);

}  // namespace smtptls::app

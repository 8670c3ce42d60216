// The whole of `smtptls-scan TARGET...`: the scanner, its evidence and its reports put together, and signals.
#pragma once

#include "app/options.hpp"

namespace smtptls::app {

/// Evidence if asked for, the scan, its reports; `terminal`: its colour and width. The first SIGINT or SIGTERM ends the
/// scan and keeps what is known; the second ends the process at once.
Leave scan(Options options, const report::Style& terminal);

}  // namespace smtptls::app

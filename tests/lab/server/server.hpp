// The lab server itself: listeners, visits, log and end, in one thread.
#pragma once

#include "options.hpp"

#include <ostream>

namespace smtptls::lab {

/// Listens, announces each listener on `out` ("listening starttls 127.0.0.1 40587"), serves until
/// SIGTERM, SIGINT or the last of `max_connections`, and writes each connection's line to `log` as
/// it ends. Throws std::runtime_error if a port or the TLS options cannot be had.
void serve(const Options& options, std::ostream& out, std::ostream& log);

}  // namespace smtptls::lab

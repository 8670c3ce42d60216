// `smtptls-scan log`: files in, a report out.
#pragma once

#include "app/log_options.hpp"

namespace smtptls::app {

/// Reads the logs, prints the report on stdout and problems on stderr. 0: all was read and written; 3: not.
int run_log(const LogOptions& options);

}  // namespace smtptls::app

// --dry-run: what the scan would do, without a connection.
#pragma once

#include "app/options.hpp"

namespace smtptls::app {

/// Looks names up, and prints what a scan of their addresses would cost. Exit code 3 if a name has no address,
/// 2 and the sentence of a scan if its roots cannot be read.
Leave dry_run(const Options& options);

}  // namespace smtptls::app

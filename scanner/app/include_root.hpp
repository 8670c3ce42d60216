// The files that an Exim configuration includes, looked up below a folder of the user's: a copy of the server's files,
// or
// "/". The configuration is somebody else's: nothing outside of the folder is read, and nothing but regular files.
#pragma once

#include "report/remedy/exim_lines.hpp"

#include <string>

namespace smtptls::app {

/// Looks absolute paths up below `root`: "/etc/exim4/tls.conf" is `root`/etc/exim4/tls.conf. ".." ends at `root`, and a
/// symbolic link that leads out of it is not followed. An empty root: no file is read.
remedy::EximIncludes includes_below(const std::string& root);

/// The folder of a file as the configuration would name it, for relative names: "/etc/exim4" for
/// `root`/etc/exim4/exim4.conf. Empty if the file is not below `root`.
std::string folder_below(const std::string& root, const std::string& file);

}  // namespace smtptls::app

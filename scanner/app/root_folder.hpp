// Files that a configuration names, looked up below a folder of the user's that stands for the server's "/": a copy of
// its files, or "/". The configuration is somebody else's: nothing outside of the folder is read, and nothing but
// regular files.
#pragma once

#include "report/remedy/exim_lines.hpp"

#include <cstddef>
#include <string>

namespace smtptls::app {

struct FileBelow {
    enum class State { read, absent, unread };

    State state = State::unread;
    std::string text;
    std::string why;  ///< of `unread`: a sentence without the path
};

/// The file that the server calls `path`: "/etc/exim4/tls.conf" is `root`/etc/exim4/tls.conf. ".." ends at `root`; a
/// symbolic link that leads out of it is not followed. `unread` where it has more than `limit` bytes.
FileBelow read_below(const std::string& root, const std::string& path, std::size_t limit);

/// The same for what an Exim configuration includes. An empty root: no file is read.
remedy::EximIncludes includes_below(const std::string& root);

/// The folder of a file as the configuration would name it, for relative names: "/etc/exim4" for
/// `root`/etc/exim4/exim4.conf. Empty if the file is not below `root`.
std::string folder_below(const std::string& root, const std::string& file);

}  // namespace smtptls::app

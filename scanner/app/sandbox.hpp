// What the kernel takes away from this process before it hears a stranger: bytes of servers and files are read by
// code that may have a fault, and whoever finds one should find little behind it.
#pragma once

#include <string>
#include <vector>

namespace smtptls::app {

/// What the process still needs when it is confined, beside the files of the system that are read late: /etc,
/// libraries, time zones. Files and folders that do not exist are left out.
struct Needs {
    bool network = false;               ///< sockets
    std::vector<std::string> reads;     ///< files, and folders with all below them
    std::vector<std::string> replaces;  ///< folders in which files are renamed and removed; not those below them
    std::vector<std::string> fills;     ///< folders in which files are made and written
};

/// The kinds of protection that this kernel and this build have, for `--version`: "Landlock 3, seccomp", "none".
std::string sandbox_words();

/// Takes the rest away, for good and from all threads to come: by Landlock every other file, by seccomp starting
/// programs, looking into other processes, mounting, and the like. What the kernel or the build has not stays as it
/// was, without a word: a scan in an old container is a scan. Files that are open stay open.
/// Must be called before threads are started.
void confine(const Needs& needs);

}  // namespace smtptls::app

// Help pages, and how a process ends before it began.
#pragma once

#include <string>
#include <string_view>

namespace smtptls::app {

struct Command;

/// The process ends here: with --help, --version, or wrong usage.
struct Leave {
    int exit_code = 0;
    std::string output;  ///< for stdout
    std::string error;   ///< for stderr
};

/// What --help prints, in lines of at most 80 columns.
std::string help_text(const Command& command);

/// What --version prints: the program and its OpenSSL, the policies and their dates, the licence.
std::string version_text();

/// Exit code 2 with the sentence, and the command that prints the help: "smtptls-scan", "smtptls-scan log".
Leave wrong_usage(std::string_view sentence, std::string_view command = "smtptls-scan");

}  // namespace smtptls::app

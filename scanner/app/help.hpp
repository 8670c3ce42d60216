// What each command line of the program shares: its help page, and how a process ends before it began.
// help.cpp knows the parser, this header does not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace smtptls::app {

/// The process ends here: with --help, --version, or wrong usage.
struct Leave {
    int exit_code = 0;
    std::string output;  ///< for stdout
    std::string error;   ///< for stderr
};

/// What a help page says around its options; whole lines without the final newline.
struct HelpPage {
    std::string_view usage;  ///< "smtptls-scan [OPTIONS] TARGET..."
    std::string_view description;
    std::string_view footer;
};

/// Parses the line into what `cli` was told to fill, and adds -h. What to leave with, if the help page or the
/// version was asked for, or if the line is wrong; `cli`'s name is that of the command.
std::optional<Leave> parse_line(CLI::App& cli, int argc, const char* const* argv, const HelpPage& page);

/// Exit code 2 with the sentence, and the command that prints the help: "smtptls-scan", "smtptls-scan log".
Leave wrong_usage(std::string_view sentence, std::string_view command = "smtptls-scan");

}  // namespace smtptls::app

// smtptls-scan: from the command line to bytes and an exit code.
#include "app/log_run.hpp"
#include "app/options.hpp"
#include "app/run.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

// NO_COLOR: https://no-color.org
bool wants_colour()
{
    const char* const no_colour = std::getenv("NO_COLOR");
    const char* const terminal = std::getenv("TERM");
    const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return isatty(STDOUT_FILENO) == 1 && !dumb && (no_colour == nullptr || *no_colour == '\0');
}

int scan(smtptls::app::Options options)
{
    const smtptls::report::Format* const format = options.format;
    const bool suites = options.suites;
    const smtptls::model::ScanResult result = smtptls::app::run(std::move(options));
    const smtptls::report::Style style{wants_colour(), suites};
    std::cout << format->write(result, style) << std::flush;
    if (!std::cout) {
        std::cerr << "smtptls-scan: the output could not be written\n";
        return 3;
    }
    return smtptls::app::exit_code(result);
}

int log(int argc, char** argv)
{
    const auto parsed = smtptls::app::parse_log_options(argc, argv);
    if (const auto* const leave = std::get_if<smtptls::app::Leave>(&parsed)) {
        std::cout << leave->output;
        std::cerr << leave->error;
        return leave->exit_code;
    }
    return smtptls::app::run_log(std::get<smtptls::app::LogOptions>(parsed));
}

}  // namespace

int main(int argc, char** argv)
{
    // A reader that goes away (smtptls-scan ... | head) is an error of writing, not a crash.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        if (argc > 1 && std::string_view(argv[1]) == "log") {
            return log(argc - 1, argv + 1);
        }
        auto parsed = smtptls::app::parse_options(argc, argv);
        if (const auto* const leave = std::get_if<smtptls::app::Leave>(&parsed)) {
            std::cout << leave->output;
            std::cerr << leave->error;
            return leave->exit_code;
        }
        return scan(std::get<smtptls::app::Options>(std::move(parsed)));
    } catch (const std::exception& error) {
        std::cerr << "smtptls-scan: " << error.what() << "\n";
        return 3;
    }
}

// smtptls-scan: from the command line to bytes and an exit code.
#include "app/dry_run.hpp"
#include "app/explain.hpp"
#include "app/log_run.hpp"
#include "app/options.hpp"
#include "app/policy_options.hpp"
#include "app/report.hpp"
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

// The last thing a process does: its exit code, or 3 if the output could not be written.
int leave(const smtptls::app::Leave& last)
{
    std::cout << last.output << std::flush;
    std::cerr << last.error;
    if (!std::cout) {
        std::cerr << "smtptls-scan: the output could not be written\n";
        return 3;
    }
    return last.exit_code;
}

int scan(int argc, char** argv)
{
    auto parsed = smtptls::app::parse_options(argc, argv);
    if (const auto* const end = std::get_if<smtptls::app::Leave>(&parsed)) {
        return leave(*end);
    }
    auto options = std::get<smtptls::app::Options>(std::move(parsed));
    if (options.dry_run) {
        return leave(smtptls::app::dry_run(options));
    }
    return leave(smtptls::app::scan(std::move(options), wants_colour()));
}

int explain(int argc, char** argv)
{
    const auto parsed = smtptls::app::parse_explain_options(argc, argv);
    if (const auto* const end = std::get_if<smtptls::app::Leave>(&parsed)) {
        return leave(*end);
    }
    return leave(smtptls::app::explain(std::get<smtptls::app::ExplainOptions>(parsed)));
}

int log(int argc, char** argv)
{
    const auto parsed = smtptls::app::parse_log_options(argc, argv);
    if (const auto* const end = std::get_if<smtptls::app::Leave>(&parsed)) {
        return leave(*end);
    }
    return smtptls::app::run_log(std::get<smtptls::app::LogOptions>(parsed));
}

int report(int argc, char** argv)
{
    const auto parsed = smtptls::app::parse_report_options(argc, argv);
    if (const auto* const end = std::get_if<smtptls::app::Leave>(&parsed)) {
        return leave(*end);
    }
    const auto& options = std::get<smtptls::app::ReportOptions>(parsed);
    return leave(smtptls::app::report_again(options, wants_colour()));
}

}  // namespace

int main(int argc, char** argv)
{
    // A reader that goes away (smtptls-scan ... | head) is an error of writing, not a crash.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const std::string_view command = argc > 1 ? argv[1] : "";
        if (command == "explain") {
            return explain(argc - 1, argv + 1);
        }
        if (command == "log") {
            return log(argc - 1, argv + 1);
        }
        if (command == "policy") {
            return leave(smtptls::app::show_policy(argc - 1, argv + 1));
        }
        if (command == "report") {
            return report(argc - 1, argv + 1);
        }
        return scan(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "smtptls-scan: " << error.what() << "\n";
        return 3;
    }
}

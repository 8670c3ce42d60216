// smtptls-scan: from the command line to bytes and an exit code.
#include "app/dry_run.hpp"
#include "app/explain.hpp"
#include "app/log_run.hpp"
#include "app/option_table.hpp"
#include "app/options.hpp"
#include "app/policy_options.hpp"
#include "app/report.hpp"
#include "app/run.hpp"
#include "app/values.hpp"

#include <sys/ioctl.h>
#include <unistd.h>
#include <boost/system/system_error.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

namespace {

// What the system did not give, and which limit says so.
std::string sentence_of(const std::error_code& code, const char* words)
{
    if (code == std::errc::too_many_files_open || code == std::errc::too_many_files_open_in_system) {
        return "too many files are open already (ulimit -n says how many a program may have)";
    }
    if (code == std::errc::resource_unavailable_try_again || code == std::errc::not_enough_memory) {
        return "the system gives no thread or no memory (ulimit -u and -v say how much a program may have)";
    }
    return words;
}

// NO_COLOR: https://no-color.org
bool wants_colour(smtptls::app::Colour when)
{
    if (when != smtptls::app::Colour::automatic) {
        return when == smtptls::app::Colour::always;
    }
    const char* const no_colour = std::getenv("NO_COLOR");
    const char* const terminal = std::getenv("TERM");
    const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return isatty(STDOUT_FILENO) == 1 && !dumb && (no_colour == nullptr || *no_colour == '\0');
}

// COLUMNS is for whoever wants another one than that of the terminal; what is piped has the usual one.
std::size_t width_of_output()
{
    constexpr long most_columns = 10000;
    const char* const columns = std::getenv("COLUMNS");
    const long wanted = columns == nullptr ? 0 : std::strtol(columns, nullptr, 10);
    if (wanted > 0 && wanted < most_columns) {
        return static_cast<std::size_t>(wanted);
    }
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : smtptls::report::Style().width;
}

smtptls::report::Style terminal(smtptls::app::Colour colour)
{
    return {.colour = wants_colour(colour), .width = width_of_output()};
}

// The last thing a process does: its exit code, or 3 if the output could not be written. A reader who had enough
// (smtptls-scan ... | head) is no error.
int leave(const smtptls::app::Leave& last)
{
    errno = 0;
    std::cout << last.output << std::flush;
    const bool left = errno == EPIPE;
    std::cerr << last.error;
    if (!std::cout && !left) {
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
    auto& options = std::get<smtptls::app::Options>(parsed);
    for (const std::string& note : options.notes) {
        std::cerr << "smtptls-scan: " << note << "\n";
    }
    if (options.dry_run) {
        return leave(smtptls::app::dry_run(options));
    }
    const smtptls::report::Style style = terminal(options.colour);
    return leave(smtptls::app::scan(std::move(options), style));
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
    return leave(smtptls::app::report_again(options, terminal(options.colour)));
}

// `smtptls-scan help report` is `smtptls-scan report --help`.
int help(std::string_view word)
{
    const smtptls::app::Command* const command = smtptls::app::find_command(word);
    if (command == nullptr) {
        return leave(smtptls::app::wrong_usage(smtptls::app::unknown_command(word)));
    }
    return leave({0, smtptls::app::help_text(*command), ""});
}

}  // namespace

int main(int argc, char** argv)
{
    // A reader that goes away (smtptls-scan ... | head) is not a crash.
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
        if (command == "help") {
            return help(argc > 2 ? argv[2] : "");
        }
        if (!smtptls::app::misspelt_command(command).empty()) {
            return leave(smtptls::app::wrong_usage(smtptls::app::unknown_command(command) +
                                                   " (with a port, such as :25, it is a host)"));
        }
        return scan(argc, argv);
    } catch (const std::system_error& error) {
        std::cerr << "smtptls-scan: " << sentence_of(error.code(), error.what()) << "\n";
        return 3;
    } catch (const boost::system::system_error& error) {
        std::cerr << "smtptls-scan: " << sentence_of(error.code(), error.what()) << "\n";
        return 3;
    } catch (const std::bad_alloc&) {
        std::cerr << "smtptls-scan: there is not enough memory (ulimit -v says how much a program may have)\n";
        return 3;
    } catch (const std::exception& error) {
        std::cerr << "smtptls-scan: " << error.what() << "\n";
        return 3;
    }
}

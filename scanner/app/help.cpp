#include "app/help.hpp"

#include "base/untrusted_text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace smtptls::app {
namespace {

constexpr std::size_t help_column = 28;

std::string option_line(const CLI::Option& option)
{
    std::string row = "  " + option.get_name(false, true);
    if (const std::size_t comma = row.find(','); comma != std::string::npos) {
        row.insert(comma + 1, " ");
    }
    if (option.get_expected_max() > 0) {
        const std::string type = option.get_type_name();
        row += " " + type.substr(0, type.find(':'));
    }
    row.resize(std::max(row.size() + 1, help_column), ' ');
    const std::string preset = option.get_default_str();
    return row + option.get_description() + (preset.empty() ? "" : " [" + preset + "]") + "\n";
}

// The parser's own help differs from release to release and lists what a reader need not know.
std::string help_text(const CLI::App& cli, const HelpPage& page)
{
    std::string text = "Usage: ";
    text.append(page.usage).append("\n\n").append(page.description).append("\n\nOptions:\n");
    for (const CLI::Option* const option : cli.get_options()) {
        if (!option->get_positional()) {
            text += option_line(*option);
        }
    }
    return text.append("\n").append(page.footer).append("\n");
}

}  // namespace

std::optional<Leave> parse_line(CLI::App& cli, int argc, const char* const* argv, const HelpPage& page)
{
    cli.set_help_flag("-h,--help", "print this and exit");
    try {
        cli.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return Leave{0, help_text(cli, page), ""};
    } catch (const CLI::CallForVersion&) {
        return Leave{0, cli.version() + "\n", ""};
    } catch (const CLI::ParseError& error) {
        return wrong_usage(base::UntrustedText(error.what()).escaped(), cli.get_name());
    }
    return std::nullopt;
}

Leave wrong_usage(std::string_view sentence, std::string_view command)
{
    std::string error = "smtptls-scan: ";
    error.append(sentence).append("\nRun ").append(command).append(" --help for how it is used.\n");
    return {2, "", error};
}

}  // namespace smtptls::app

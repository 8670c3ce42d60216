// The tables of options: what is made from them has each option, and each option keeps to one value.
#include "app/option_table.hpp"
#include "app/help.hpp"
#include "app/manual.hpp"
#include "app/options.hpp"
#include "app/parser.hpp"
#include "base/text_layout.hpp"
#include "catch.hpp"
#include "report/format/format.hpp"

#include <algorithm>
#include <sstream>

namespace smtptls::app {
namespace {

using Words = std::vector<std::string>;

std::variant<Line, Leave> parsed(const Command& command, const Words& words)
{
    std::vector<const char*> argv = {"smtptls-scan"};
    for (const std::string& word : words) {
        argv.push_back(word.c_str());
    }
    return parse_line(command, static_cast<int>(argv.size()), argv.data());
}

std::string without_escapes(std::string text)
{
    for (std::size_t at = text.find("\\-"); at != std::string::npos; at = text.find("\\-", at)) {
        text.erase(at, 1);
    }
    return text;
}

// A value that the option takes.
std::string value_for(const Option& option)
{
    return option.takes == Takes::choice                                    ? option.choices.front()
           : option.takes == Takes::count || option.takes == Takes::seconds ? "1"
           : option.name() == "--output"                                    ? "a.json"
           : option.name() == "--policy"                                    ? "pci"
                                                                            : "192.0.2.1";
}

// The option with a value, if it takes one.
Words written(const Option& option)
{
    return option.takes == Takes::nothing ? Words{option.name()} : Words{option.name(), value_for(option)};
}

TEST_CASE("each option is in the help, the man page and the completions", "[app]")
{
    const std::string page = without_escapes(manual());
    for (const Command& command : all_commands()) {
        const std::string help = help_text(command);
        for (const Option& option : command.options) {
            INFO(command.name() << " " << option.names);
            CHECK(help.find("\n  " + option.names + (option.value.empty() ? "" : " " + option.value)) !=
                  std::string::npos);
            for (const std::string& name : option.all_names()) {
                CHECK(page.find("\\fB" + name + "\\fR") != std::string::npos);
                CHECK(bash_completion().find(name) != std::string::npos);
                CHECK(zsh_completion().find(name + "[") != std::string::npos);
                CHECK(fish_completion().find((name.starts_with("--") ? " -l " : " -s ") +
                                             name.substr(name.find_first_not_of('-'))) != std::string::npos);
            }
            CHECK((option.takes == Takes::nothing) == option.value.empty());
            CHECK((option.takes != Takes::choice || option.choices.size() > 1));
        }
    }
}

TEST_CASE("each format and each end of a file's name is in the help or the man page", "[app]")
{
    const std::string help = help_text(*find_command(""));
    const std::string page = without_escapes(manual());
    for (const report::Format& format : report::all_formats()) {
        const std::string name(format.name);
        INFO(name);
        CHECK(help.find(name) != std::string::npos);
        CHECK(page.find("\\fB" + name + "\\fR for " + std::string(format.purpose)) != std::string::npos);
        CHECK(bash_completion().find(name) != std::string::npos);
        for (const std::string_view extension : format.extensions) {
            CHECK(page.find(" " + std::string(extension)) != std::string::npos);
        }
    }
}

TEST_CASE("no line of a help page is wider than 80 columns", "[app]")
{
    for (const Command& command : all_commands()) {
        std::istringstream lines(help_text(command));
        for (std::string line; std::getline(lines, line);) {
            INFO(line);
            CHECK(line.size() <= 80);
        }
    }
}

TEST_CASE("an option takes one value, and what stands before and behind it is a target", "[app]")
{
    for (const Command& command : all_commands()) {
        for (const Option& option : command.options) {
            if (option.name() == "--help") {
                continue;
            }
            INFO(command.name() << " " << option.names);
            Words line = {"one"};
            const Words words = written(option);
            for (int times = 0; times < (option.repeats ? 2 : 1); ++times) {
                line.insert(line.end(), words.begin(), words.end());
                line.push_back("behind");
            }
            const auto result = parsed(command, line);
            REQUIRE(std::holds_alternative<Line>(result));
            CHECK(std::get<Line>(result).operands().size() == (option.repeats ? 3 : 2));
            CHECK(std::get<Line>(result).all(option.name()).size() == (option.repeats ? 2 : 1));
        }
    }
}

TEST_CASE("options and targets may stand in any order", "[app]")
{
    std::vector<Words> parts = {{"one.example"}, {"two.example"}, {"--policy", "pci"}, {"-o", "a.json"}, {"--polite"}};
    std::ranges::sort(parts);
    do {
        std::vector<const char*> argv = {"smtptls-scan"};
        for (const Words& part : parts) {
            for (const std::string& word : part) {
                argv.push_back(word.c_str());
            }
        }
        const auto result = parse_options(static_cast<int>(argv.size()), argv.data());
        REQUIRE(std::holds_alternative<Options>(result));
        const Options& options = std::get<Options>(result);
        CHECK(options.targets.size() == 2);
        CHECK(options.verdict.policies.size() == 1);
        CHECK(options.outputs.size() == 1);
        CHECK(options.scan.max_connections == 1);
    } while (std::ranges::next_permutation(parts).found);
}

TEST_CASE("an option without its value, given twice, or with one that it has not says so", "[app]")
{
    for (const Command& command : all_commands()) {
        for (const Option& option : command.options) {
            INFO(command.name() << " " << option.names);
            const auto error = [&](Words line) {
                line.insert(line.end(), "x");
                const auto result = parsed(command, line);
                return std::holds_alternative<Leave>(result) ? std::get<Leave>(result).error : "";
            };
            if (option.takes == Takes::nothing) {
                const bool is_long = option.name().starts_with("--");
                CHECK((!is_long || error({option.name() + "=1"}).find("takes no value") != std::string::npos));
                continue;
            }
            CHECK(std::get<Leave>(parsed(command, {option.name()})).error.find(option.name() + " wants a value") !=
                  std::string::npos);
            CHECK(error({option.name(), "--help"}).find("Usage") == std::string::npos);
            Words twice = written(option);
            const Words again = written(option);
            twice.insert(twice.end(), again.begin(), again.end());
            CHECK((error(twice).find(" is given twice") != std::string::npos) == !option.repeats);
        }
    }
}

TEST_CASE("an option that a table does not have is a mistake of the program", "[app]")
{
    const auto result = parsed(*find_command("log"), {"mail.log"});
    CHECK_THROWS_AS(std::get<Line>(result).text("--policy"), std::logic_error);
}

}  // namespace
}  // namespace smtptls::app

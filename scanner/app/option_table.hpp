// What the command line has, declared once: the commands, and of each its options. The parser, --help, the man page and
// the completions of shells are made from these tables. Knows neither the parser nor what an option is for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::app {

/// What the value of an option may be.
enum class Takes {
    nothing,  ///< a flag
    text,     ///< what is right is checked where it is read
    file,     ///< text that is a path
    choice,   ///< one of `choices`, in any case of letters
    count,    ///< a whole number from `least` to `most`
    seconds   ///< a decimal number from `least` to `most`
};

struct Option {
    std::string names{};  ///< "-o, --output"; the last one is what the code calls it by
    std::string value{};  ///< the word for its value, "FILE"; empty: a flag
    std::string group{};  ///< the heading it stands under in --help
    Takes takes = Takes::text;
    std::string sentence{};              ///< for --help, which adds the choices and the default
    std::string manual{};                ///< for the man page, in place of the sentence; `bold`, *a value's word*
    std::vector<std::string> choices{};  ///< the only values, or where not `Takes::choice` those that shells offer
    double least = 0;
    double most = 0;
    std::string preset{};    ///< the value if none is given; empty: none
    std::string excludes{};  ///< the name of an option that does not go with it
    bool repeats = false;    ///< may be given several times, each time with one value

    /// "-o", "--output"
    std::vector<std::string> all_names() const;
    /// "--output", "-4"
    std::string name() const;
};

struct Command {
    std::string word{};           ///< "report"; empty: a scan
    std::string usage{};          ///< of --help: whole lines without the final newline
    std::string description{};    ///< of --help
    std::string footer{};         ///< of --help: exit codes, examples
    std::string operand{};        ///< the word for what may stand anywhere between the options: "TARGET"
    bool files = false;           ///< operands are files
    std::string manual_title{};   ///< of its section in the man page
    std::string manual_before{};  ///< what stands there before the options, as roff
    std::string manual_after{};   ///< and behind them
    std::vector<Option> options{};

    /// "smtptls-scan report"
    std::string name() const;
    /// By one of its names; nullptr: there is none.
    const Option* find(std::string_view option) const;
};

/// The scan first, then by their words.
const std::vector<Command>& all_commands();

/// By its word; nullptr: there is none.
const Command* find_command(std::string_view word);

/// The headings of --help, in their order.
namespace group {
inline constexpr const char* targets = "Targets";
inline constexpr const char* manners = "Manners";
inline constexpr const char* questions = "What is asked";
inline constexpr const char* judging = "Judging";
inline constexpr const char* output = "Output";
inline constexpr const char* other = "Other";
}  // namespace group

Command scan_command();
Command explain_command();
Command log_command();
Command policy_command();
Command report_command();

/// --policy and what goes with it, --format and -o, --color, --help: those that several commands have.
std::vector<Option> judging_options();
std::vector<Option> output_options();
Option colour_option();
Option suites_option();
Option inventory_option();
Option exchanges_option();
Option sandbox_option();
Option help_option();

/// The words of an enumeration with format().
template <typename Choices>
std::vector<std::string> words_of(const Choices& all)
{
    std::vector<std::string> words;
    for (const auto one : all) {
        words.emplace_back(format(one));
    }
    return words;
}

}  // namespace smtptls::app

#include "app/parser.hpp"

#include "app/values.hpp"
#include "base/untrusted_text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <stdexcept>

namespace smtptls::app {
namespace {

using Problem = std::optional<std::string>;

// CLI11, told what a table says. It takes the line apart; which values are right is not its matter.
class Parser {
public:
    explicit Parser(const Command& command) : command_(command)
    {
        cli_.set_help_flag();
        cli_.allow_extras();
        for (const Option& option : command.options) {
            declare(option);
        }
    }

    // What is wrong with the line by itself, before any value is looked at.
    Problem parse(int argc, const char* const* argv)
    {
        if (const Problem problem = objection_to_empty(argc, argv)) {
            return problem;
        }
        try {
            cli_.parse(argc, argv);
        } catch (const CLI::ArgumentMismatch& error) {
            return mismatch(error.what());
        } catch (const CLI::ParseError& error) {
            return base::escaped(error.what());
        }
        return take_operands();
    }

    // The options in the order they stood in.
    std::vector<Line::Word> words() const
    {
        std::vector<Line::Word> words;
        std::map<const CLI::Option*, std::size_t> next;
        for (const CLI::Option* const parsed : cli_.parse_order()) {
            const auto declared = options_.find(parsed);
            if (declared != options_.end()) {
                const bool flag = declared->second->takes == Takes::nothing;
                words.push_back({declared->second, flag ? "" : parsed->results().at(next[parsed]++)});
            }
        }
        return words;
    }

    const std::vector<std::string>& operands() const { return operands_; }

private:
    // "--format= mail.example.com": the library would take the next word for the value.
    Problem objection_to_empty(int argc, const char* const* argv) const
    {
        for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
            const std::string_view word = argv[i];
            if (word.ends_with('=') && command_.find(word.substr(0, word.size() - 1)) != nullptr) {
                return wants_value(*command_.find(word.substr(0, word.size() - 1)));
            }
        }
        return std::nullopt;
    }

    static std::string wants_value(const Option& option)
    {
        return option.takes == Takes::nothing ? option.name() + " takes no value"
                                              : option.name() + " wants a value: " + option.name() + " " + option.value;
    }

    // What the library did not know: operands, and options that there are not. Positional arguments of the library's
    // own would take an address in brackets for a list.
    Problem take_operands()
    {
        bool ended = false;
        for (const std::string& word : cli_.remaining()) {
            if (!ended && word == "--") {
                ended = true;
            } else if (!ended && word.size() > 1 && word.starts_with('-')) {
                return unknown_option(command_, word);
            } else {
                operands_.push_back(word);
            }
        }
        return std::nullopt;
    }

    void declare(const Option& option)
    {
        std::string names = option.names;
        std::erase(names, ' ');
        CLI::Option* const made = option.takes == Takes::nothing
                                      ? cli_.add_flag(names)->disable_flag_override()
                                      : cli_.add_option(names, values_.emplace_back())->allow_extra_args(false);
        options_.emplace(made, &option);
    }

    // The library's words begin with the name of the option, or for a flag with its letters.
    Problem mismatch(const std::string& words) const
    {
        const std::string about = words.substr(0, words.find_first_of(": "));
        for (const Option& option : command_.options) {
            for (const std::string& name : option.all_names()) {
                if (about == (option.takes == Takes::nothing ? name.substr(name.find_first_not_of('-')) : name)) {
                    return wants_value(option);
                }
            }
        }
        return base::escaped(words);
    }

    const Command& command_;
    CLI::App cli_;
    std::deque<std::vector<std::string>> values_;
    std::vector<std::string> operands_;
    std::map<const CLI::Option*, const Option*> options_;
};

// What is wrong with one word, given those before it.
Problem objection_to_word(const Command& command, std::vector<Line::Word>& words, std::size_t place)
{
    const Option& option = *words[place].option;
    std::string& value = words[place].value;
    if (option.takes != Takes::nothing && value.starts_with('-') && command.find(value) != nullptr) {
        return option.name() + " wants a value: " + option.name() + " " + option.value + "; " + value + " is an option";
    }
    for (std::size_t i = 0; i < place; ++i) {
        const Option& other = *words[i].option;
        if (&other == &option && !option.repeats && option.takes != Takes::nothing) {
            return option.name() + " is given twice";
        }
        if (other.excludes == option.name()) {
            return other.name() + " and " + option.name() + " exclude each other";
        }
    }
    auto checked = checked_value(option, value);
    if (!checked) {
        return checked.error();
    }
    value = *std::move(checked);
    return std::nullopt;
}

}  // namespace

Line::Line(const Command& command, std::vector<Word> words, std::vector<std::string> operands)
    : command_(command), words_(std::move(words)), operands_(std::move(operands))
{
}

const Option& Line::known(std::string_view name) const
{
    const Option* const option = command_.find(name);
    if (option == nullptr) {
        throw std::logic_error(command_.name() + " has no option " + std::string(name));
    }
    return *option;
}

bool Line::has(std::string_view name) const
{
    return std::ranges::find(words_, &known(name), &Word::option) != words_.end();
}

std::string Line::text(std::string_view name) const
{
    const std::vector<std::string> values = all(name);
    return values.empty() ? known(name).preset : values.back();
}

std::vector<std::string> Line::all(std::string_view name) const
{
    const Option* const option = &known(name);
    std::vector<std::string> values;
    for (const Word& word : words_) {
        if (word.option == option) {
            values.push_back(word.value);
        }
    }
    return values;
}

std::uint32_t Line::count(std::string_view name) const
{
    return static_cast<std::uint32_t>(number_of(text(name)));
}

std::optional<std::chrono::milliseconds> Line::time(std::string_view name) const
{
    const std::string value = text(name);
    if (value.empty()) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(std::llround(number_of(value) * 1000));
}

std::variant<Line, Leave> parse_line(const Command& command, int argc, const char* const* argv)
{
    Parser parser(command);
    if (const Problem problem = parser.parse(argc, argv)) {
        return wrong_usage(*problem, command.name());
    }
    std::vector<Line::Word> words = parser.words();
    for (const Line::Word& word : words) {
        if (word.option->name() == "--help") {
            return Leave{0, help_text(command), ""};
        }
    }
    for (std::size_t place = 0; place < words.size(); ++place) {
        if (const Problem problem = objection_to_word(command, words, place)) {
            return wrong_usage(*problem, command.name());
        }
    }
    return Line(command, std::move(words), parser.operands());
}

}  // namespace smtptls::app

#include "app/values.hpp"

#include "base/nearest.hpp"
#include "base/text_layout.hpp"
#include "base/untrusted_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace smtptls::app {
namespace {

using Checked = base::Expected<std::string, std::string>;

Checked refused(const Option& option, const std::string& what, const std::string& value)
{
    const std::string shown = value.empty() ? "nothing" : base::escaped(value);
    return base::Unexpected<std::string>(option.name() + " takes " + what + ", not " + shown);
}

std::string meant(std::string_view word)
{
    return word.empty() ? std::string() : "; did you mean " + std::string(word) + "?";
}

std::string nearest_of(const std::string& word, const std::vector<std::string>& known)
{
    return std::string(base::nearest(word, {known.begin(), known.end()}));
}

Checked checked_choice(const Option& option, const std::string& value)
{
    const auto same = [wanted = base::lower(value)](const std::string& one) { return base::lower(one) == wanted; };
    const auto found = std::ranges::find_if(option.choices, same);
    if (found != option.choices.end()) {
        return *found;
    }
    Checked wrong = refused(option, alternatives(option.choices), value);
    return base::Unexpected<std::string>(wrong.error() + meant(nearest_of(value, option.choices)));
}

// 0.1, 86400
std::string limit_text(double limit)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.10g", limit);
    return text.data();
}

Checked checked_number(const Option& option, const std::string& value)
{
    const bool whole = option.takes == Takes::count;
    const std::string_view letters = whole ? "0123456789" : "0123456789.+-eE";
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    const bool is_number = !value.empty() && value.find_first_not_of(letters) == std::string::npos && *end == '\0';
    if (is_number && number >= option.least && number <= option.most) {
        return value;
    }
    return refused(option,
                   (whole ? "a whole number from " : "a number of seconds from ") + limit_text(option.least) + " to " +
                       limit_text(option.most),
                   value);
}

// The command whose option it is, if it is another's.
const Command* owner_of(const std::string& name)
{
    const auto found =
        std::ranges::find_if(all_commands(), [&name](const Command& command) { return command.find(name) != nullptr; });
    return found == all_commands().end() ? nullptr : &*found;
}

}  // namespace

std::string alternatives(const std::vector<std::string>& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

base::Expected<std::string, std::string> checked_value(const Option& option, const std::string& value)
{
    switch (option.takes) {
        case Takes::choice: return checked_choice(option, value);
        case Takes::count:
        case Takes::seconds: return checked_number(option, value);
        case Takes::nothing:
        case Takes::text:
        case Takes::file: break;
    }
    return value;
}

double number_of(const std::string& value)
{
    return std::strtod(value.c_str(), nullptr);
}

std::string unknown_option(const Command& command, const std::string& word)
{
    const std::string name = word.substr(0, word.find('='));
    const std::string sentence = "there is no option " + base::escaped(name);
    if (!name.starts_with("--")) {
        return sentence;
    }
    const std::string letters = name.substr(2);
    std::vector<std::string> known;
    for (const Option& option : command.options) {
        known.push_back(option.name().substr(option.name().find_first_not_of('-')));
        if (!letters.empty() && known.back().starts_with(letters)) {
            return sentence + meant(option.name());
        }
        if (option.name() == "--format" && checked_value(option, letters)) {
            return sentence + meant("--format " + letters);
        }
    }
    if (const Command* const other = owner_of(name)) {
        return sentence + " here; it is one of " + other->name();
    }
    const std::string nearest = nearest_of(letters, known);
    return sentence + meant(nearest.empty() ? "" : "--" + nearest);
}

std::string_view misspelt_command(std::string_view word)
{
    // With a dot, a colon or a bracket it is a host, and with a hyphen in front an option.
    if (word.find_first_of(".:[") != std::string_view::npos || word.starts_with('-')) {
        return {};
    }
    std::vector<std::string_view> words = {"help"};
    for (const Command& command : all_commands()) {
        words.push_back(command.word);
    }
    return base::nearest(word, words);
}

std::string unknown_command(std::string_view word)
{
    return "there is no command " + base::escaped(word) + meant(misspelt_command(word));
}

}  // namespace smtptls::app

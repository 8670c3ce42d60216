#include "report/remedy/exim_lines.hpp"

#include "report/remedy/config_lines.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smtptls::remedy {
namespace {

constexpr std::size_t most_lines = 100000;
constexpr std::size_t most_bytes = std::size_t{16} << 20U;
constexpr std::size_t most_files = 200;
constexpr std::size_t most_macros = 1000;
constexpr std::size_t most_steps = std::size_t{32} << 20U;
constexpr std::size_t longest_line = std::size_t{256} << 10U;
constexpr std::size_t longest_macro_name = 63;
constexpr std::size_t most_problems = 200;
constexpr std::size_t longest_quote = 80;
constexpr std::size_t longest_reason = 300;     // a reason of a reason of a reason is cut short
constexpr std::size_t deepest_conditions = 10;  // Exim's own limit
constexpr Release skips_predefined = {4, 91, 0};

bool begins_macro(char c)
{
    return c >= 'A' && c <= 'Z';
}

std::size_t end_of_name(std::string_view text)
{
    std::size_t end = 0;
    while (end < text.size() && is_name(text.substr(end, 1))) {
        ++end;
    }
    return end;
}

// Behind the name and the blanks of "NAME = ..."; 0 if the line is no definition.
std::size_t sign_of_definition(std::string_view text)
{
    if (text.empty() || !begins_macro(text.front())) {
        return 0;
    }
    std::size_t at = end_of_name(text);
    while (at < text.size() && is_blank(text[at])) {
        ++at;
    }
    return at < text.size() && text[at] == '=' ? at : 0;
}

// Where Exim begins to look for macros: at what can be the beginning of a name.
std::size_t first_candidate(std::string_view text, std::size_t from)
{
    while (from < text.size() && !begins_macro(text[from]) &&
           !(text[from] == '_' && from + 1 < text.size() && begins_macro(text[from + 1]))) {
        ++from;
    }
    return from;
}

std::string_view left_trimmed(std::string_view text)
{
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    return text;
}

std::string place_of_condition(const ConfigPlace& place)
{
    return place.file.escaped() + ":" + std::to_string(place.line);
}

// The word behind the dot, and what stands behind that.
std::string_view directive_of(std::string_view text)
{
    return text.substr(1, text.find_first_of(" \t", 1) - 1);
}

}  // namespace

EximLines::EximLines(const EximText& text, const EximBuild& build) : build_(build), includes_(text.includes)
{
    files_.push_back({std::string(text.text.substr(0, config_limit)), 0, 0, {text.name, 0}, text.folder});
    bytes_ = files_.front().text.size();
    if (text.text.size() > config_limit) {
        problem("", "the file is too large; the rest was not read", EximTrouble::doubt);
    }
}

std::optional<EximLine> EximLines::next()
{
    EximLine line;
    while (const auto raw = physical_line()) {
        Expanded one = expanded(*raw, line.text.empty());
        const std::string_view text = left_trimmed(one.text);
        if (text.starts_with('#') || (text.starts_with('.') && condition(one)) || counts() == Truth::no ||
            (text.starts_with(".include") && include(text))) {
            continue;
        }
        if (line.text.empty()) {
            line.place = files_.back().place;
        }
        line.text.append(text);
        line.text.resize(line.text.find_last_not_of(" \t\r\n\v\f") + 1);
        line.doubt = !line.doubt.empty() ? line.doubt : !one.doubt.empty() ? one.doubt : doubt();
        if (line.text.size() > longest_line) {
            give_up("a line is longer than 256 KiB; the rest was not read");
        } else if (!line.text.empty() && line.text.back() == '\\') {
            line.text.pop_back();
        } else if (!line.text.empty()) {
            return line;
        }
    }
    if (!std::exchange(ended_, true) && !conditions_.empty() && !unread_) {
        problem("", "a .ifdef has no .endif: Exim refuses the configuration", EximTrouble::refusal);
    }
    return line.text.empty() ? std::nullopt : std::optional(std::move(line));
}

std::optional<std::string_view> EximLines::physical_line()
{
    while (files_.size() > 1 && files_.back().at >= files_.back().text.size()) {
        files_.pop_back();
    }
    File& file = files_.back();
    if (ended_ || file.at >= file.text.size()) {
        return std::nullopt;
    }
    if (++lines_ > most_lines) {
        give_up("there are more than 100000 lines; the rest was not read");
        return std::nullopt;
    }
    const std::size_t end = std::min(file.text.find('\n', file.at), file.text.size());
    const std::string_view line = std::string_view(file.text).substr(file.at, end - file.at);
    file.at = end + 1;
    file.place.line = ++file.number;
    return line;
}

EximLines::Expanded EximLines::expanded(std::string_view line, bool starts)
{
    Expanded result{std::string(left_trimmed(line)), Truth::no, ""};
    const std::size_t from = first_candidate(result.text, starts ? sign_of_definition(result.text) : 0);
    steps_ += result.text.size();
    if (from == result.text.size()) {
        return result;
    }
    // Exim asks for predefined macros only where the first word could be one.
    if (result.text.front() == '.' && (result.text[from] == '_' || build_.exim < skips_predefined)) {
        result.found = names_predefined(std::string_view(result.text).substr(from), build_, steps_);
    }
    if (result.found == Truth::maybe) {
        result.doubt = "depends on how Exim was built";
    }
    for (const Macro& macro : macros_) {
        replace(macro, from, result);
    }
    if (steps_ > most_steps) {
        give_up("replacing its macros takes too long; the rest was not read");
    }
    return result;
}

// What was put in is not looked at again for the same macro.
void EximLines::replace(const Macro& macro, std::size_t from, Expanded& line)
{
    steps_ += line.text.size();
    std::size_t next = steps_ > most_steps ? std::string::npos : line.text.find(macro.name, from);
    if (next == std::string::npos) {
        return;
    }
    std::string replaced;
    std::size_t at = 0;
    for (; next != std::string::npos && replaced.size() <= longest_line; next = line.text.find(macro.name, at)) {
        replaced.append(line.text, at, next - at).append(macro.value);
        at = next + macro.name.size();
    }
    line.text = replaced.append(line.text, at, std::string::npos);
    steps_ += line.text.size();
    line.found = std::max(line.found, macro.doubt.empty() ? Truth::yes : Truth::maybe);
    line.doubt = line.doubt.empty() ? macro.doubt : line.doubt;
    if (line.text.size() > longest_line) {
        give_up("a line is longer than 256 KiB once its macros are replaced; the rest was not read");
        line.text.clear();
    }
}

// .ifdef, .ifndef, .elifdef, .elifndef, .else, .endif; nothing else is one.
bool EximLines::condition(const Expanded& line)
{
    constexpr std::array words = {"ifdef", "ifndef", "elifdef", "elifndef", "else", "endif"};
    const std::string_view word = directive_of(line.text);
    if (std::find(words.begin(), words.end(), word) == words.end()) {
        return false;
    }
    const Truth found = word == "else" ? Truth::yes : word.ends_with("ndef") ? negated(line.found) : line.found;
    const std::string why = line.doubt.empty() || line.found != Truth::maybe
                                ? ""
                                : "stands below " + in_quotes(line.text.substr(0, longest_quote)) + " (" +
                                      place_of_condition(files_.back().place) + "), which " + line.doubt;
    if (!word.starts_with("if") && conditions_.empty()) {
        problem(line.text, "belongs to no .ifdef: Exim refuses the configuration",
                unread_ ? EximTrouble::doubt : EximTrouble::refusal);
    } else if (word == "endif") {
        conditions_.pop_back();
    } else if (!word.starts_with("if")) {
        branch(found, true, why);
    } else if (conditions_.size() == deepest_conditions) {
        problem(line.text, "is nested more than ten deep: Exim refuses the configuration", EximTrouble::refusal);
        ended_ = true;
    } else {
        conditions_.push_back({Truth::no, Truth::no, ""});
        branch(found, false, why);
    }
    return true;
}

// An earlier branch that counts takes the place of all after it.
void EximLines::branch(Truth found, bool otherwise, const std::string& doubt)
{
    Condition& now = conditions_.back();
    now.now = otherwise ? std::min(found, negated(now.taken)) : found;
    now.taken = std::max(now.taken, now.now);
    now.doubt = doubt.empty() ? now.doubt : doubt;
}

Truth EximLines::counts() const
{
    Truth truth = Truth::yes;
    for (const Condition& one : conditions_) {
        truth = std::min(truth, one.now);
    }
    return truth;
}

std::string EximLines::doubt() const
{
    const auto found = std::find_if(conditions_.begin(), conditions_.end(),
                                    [](const Condition& one) { return one.now == Truth::maybe; });
    return found == conditions_.end() ? "" : found->doubt;
}

bool EximLines::include(std::string_view text)
{
    const std::string_view word = directive_of(text);
    if (word != "include" && word != "include_if_exists") {
        return false;
    }
    std::string_view path = trimmed(text.substr(word.size() + 1));
    if (path.size() > 1 && path.front() == '"' && path.back() == '"') {
        path = path.substr(1, path.size() - 2);
    }
    if (!ignores_includes_) {
        read(std::string(path), word != "include", text);
    }
    return true;
}

void EximLines::read(const std::string& path, bool may_be_absent, std::string_view line)
{
    const bool absolute = path.starts_with('/');
    if (!absolute && may_be_absent) {
        problem(line, "needs an absolute path: Exim refuses the configuration",
                counts() == Truth::yes ? EximTrouble::refusal : EximTrouble::doubt);
        return;
    }
    const std::string& folder = files_.back().folder;
    EximInclude found;
    if (!absolute && folder.empty()) {
        found.why = "its name is relative to a folder that is not known here";
    } else if (includes_) {
        found = includes_(absolute ? path : folder + "/" + path);
    }
    const bool too_much = ++included_ > most_files || bytes_ + found.text.size() > most_bytes;
    if (found.state == EximInclude::State::read && !too_much) {
        const std::string whole = absolute ? path : folder + "/" + path;
        bytes_ += found.text.size();
        if (found.text.size() > config_limit) {
            problem(line, "the file is too large; its rest was not read", EximTrouble::doubt);
            found.text.resize(config_limit);
        }
        files_.push_back(
            {std::move(found.text), 0, 0, {base::UntrustedText(whole), 0}, whole.substr(0, whole.rfind('/'))});
    } else if (found.state == EximInclude::State::absent && may_be_absent) {
        return;
    } else if (too_much) {
        give_up("more files are included than are read here, 200 files and 16 MiB; the rest was not read");
    } else {
        const std::string why = found.state == EximInclude::State::absent ? "it is not there" : found.why;
        unread_ = true;
        problem(line,
                "another file is included, and was not read" + (why.empty() ? "" : " (" + why + ")") +
                    ": options in it are missing here",
                EximTrouble::doubt);
    }
}

bool EximLines::define(const EximLine& line)
{
    const std::size_t sign = sign_of_definition(line.text);
    if (sign == 0) {
        return false;
    }
    const std::string name = line.text.substr(0, end_of_name(line.text));
    const bool anew = line.text.compare(sign, 2, "==") == 0;
    const std::string value(trimmed(std::string_view(line.text).substr(sign + (anew ? 2 : 1))));
    const auto known = std::find_if(macros_.begin(), macros_.end(), [&](const Macro& one) { return one.name == name; });
    const bool sure = line.doubt.empty() && !unread_;
    if (known != macros_.end()) {
        if (!anew && sure && known->doubt.empty()) {
            refuse(line,
                   "this macro is defined already, and only == may define it anew: Exim refuses the configuration");
        }
        known->value = value;
        known->doubt = anew || !line.doubt.empty() ? line.doubt : known->doubt;
        return true;
    }
    const bool within = std::any_of(macros_.begin(), macros_.end(), [&](const Macro& one) {
        return one.doubt.empty() && name.find(one.name) != std::string::npos;
    });
    if (anew && sure) {
        refuse(line, "== defines a macro anew, and this one is not defined: Exim refuses the configuration");
    } else if (sure && (within || names_predefined(name, build_, steps_) == Truth::yes)) {
        refuse(line, "the name of this macro has another macro's name in it: Exim refuses the configuration");
    } else if (sure && name.size() > longest_macro_name) {
        refuse(line, "the name of this macro is too long: Exim refuses the configuration");
    }
    bytes_ += value.size();
    if (macros_.size() == most_macros || bytes_ > most_bytes) {
        give_up("there are more macros than are kept here, 1000 and 16 MiB; the rest was not read");
        return true;
    }
    const bool short_reason = !line.doubt.empty() && line.doubt.size() < longest_reason;
    macros_.push_back({name, value, short_reason ? "uses " + name + ", which " + line.doubt : line.doubt});
    return true;
}

std::vector<std::string> EximLines::macro_names() const
{
    std::vector<std::string> names;
    std::transform(macros_.begin(), macros_.end(), std::back_inserter(names),
                   [](const Macro& one) { return one.name; });
    return names;
}

void EximLines::problem(std::string_view text, std::string sentence, EximTrouble trouble)
{
    if (problems.size() < most_problems) {
        problems.push_back(
            {std::string(text.substr(0, longest_line)), std::move(sentence), files_.back().place, trouble});
    }
}

void EximLines::refuse(const EximLine& line, std::string sentence)
{
    if (problems.size() < most_problems) {
        problems.push_back({line.text, std::move(sentence), line.place, EximTrouble::refusal});
    }
}

void EximLines::give_up(std::string sentence)
{
    if (!std::exchange(ended_, true)) {
        problem("", std::move(sentence), EximTrouble::doubt);
    }
}

}  // namespace smtptls::remedy

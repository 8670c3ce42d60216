#include "report/remedy/exim_config.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

constexpr std::size_t most_lines = 20000;
constexpr std::size_t most_macros = 200;
constexpr std::size_t deepest_conditions = 100;
constexpr std::size_t longest_line = 65536;

struct EximLine {
    std::string text;
    std::size_t number = 0;
};

// Logical lines: a backslash at the end continues, and white space that begins the next line goes; comment
// lines within are left out.
std::vector<EximLine> lines_of(std::string_view text)
{
    std::vector<EximLine> lines;
    bool open = false;
    for (std::size_t number = 1; !text.empty() && lines.size() < most_lines; ++number) {
        const std::size_t end = text.find('\n');
        std::string_view one = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!one.empty() && one.front() == '#') {
            continue;
        }
        const bool goes_on = !one.empty() && one.back() == '\\';
        if (goes_on) {
            one.remove_suffix(1);
        }
        if (open && lines.back().text.size() < longest_line) {
            lines.back().text.append(one);
        } else if (!open && !one.empty()) {
            lines.push_back({std::string(one), number});
        }
        open = (open || !one.empty()) && goes_on;
    }
    return lines;
}

class EximParser {
public:
    explicit EximParser(const base::UntrustedText& file) : file_(file) {}

    void take(const EximLine& line)
    {
        if (line.text.front() == '.') {
            directive(line);
        } else if (std::find(active_.begin(), active_.end(), false) == active_.end()) {
            statement(line);
        }
    }

    EximConfig config;

private:
    struct Macro {
        std::string name;
        std::string value;
    };

    bool is_macro(std::string_view name) const
    {
        return std::any_of(macros_.begin(), macros_.end(), [name](const Macro& one) { return one.name == name; });
    }

    void problem(const EximLine& line, std::string sentence)
    {
        config.problems.push_back({line.text, std::move(sentence), {file_, line.number}});
    }

    // .ifdef, .ifndef, .elifdef, .elifndef, .else, .endif, .include
    void directive(const EximLine& line)
    {
        const std::vector<std::string> words = words_of(line.text, " \t");
        const std::string& word = words.front();
        const bool defined = words.size() > 1 && is_macro(words[1]);
        if (word == ".ifdef" || word == ".ifndef") {
            if (active_.size() < deepest_conditions) {
                active_.push_back(defined == (word == ".ifdef"));
                taken_.push_back(active_.back());
            }
        } else if (word.rfind(".include", 0) == 0) {
            problem(line, "another file is included, and was not read: options in it are missing here");
        } else if (active_.empty()) {
            problem(line, "belongs to no .ifdef");
        } else if (word == ".endif") {
            active_.pop_back();
            taken_.pop_back();
        } else {
            const bool right = word == ".else" || defined == (word == ".elifdef");
            active_.back() = !taken_.back() && right;
            taken_.back() = taken_.back() || active_.back();
        }
    }

    std::string with_macros(std::string text) const
    {
        for (const Macro& macro : macros_) {
            std::string replaced;
            std::size_t at = 0;
            for (std::size_t next = text.find(macro.name); next != std::string::npos && replaced.size() < longest_line;
                 next = text.find(macro.name, at)) {
                replaced.append(text, at, next - at).append(macro.value);
                at = next + macro.name.size();
            }
            text = replaced.append(text, at, std::string::npos).substr(0, longest_line);
        }
        return text;
    }

    void define(std::string_view name, std::string_view value)
    {
        const auto known =
            std::find_if(macros_.begin(), macros_.end(), [name](const Macro& one) { return one.name == name; });
        if (known != macros_.end()) {
            known->value = with_macros(std::string(value));
        } else if (macros_.size() < most_macros) {
            macros_.push_back({std::string(name), with_macros(std::string(value))});
        }
    }

    void statement(const EximLine& line)
    {
        std::string_view raw = line.text;
        const std::size_t sign = raw.find('=');
        const std::string_view macro = trimmed(raw.substr(0, sign));
        if (section_.empty() && sign != std::string_view::npos && is_name(macro) && macro[0] >= 'A' &&
            macro[0] <= 'Z') {
            // "NAME == value" defines it anew.
            define(macro, trimmed(raw.substr(std::min(raw.find_first_not_of('=', sign), raw.size()))));
            return;
        }
        const std::string text = with_macros(line.text);
        const std::vector<std::string> words = words_of(text, " \t");
        if (words.size() > 1 && words[0] == "begin") {
            section_ = words[1];
        } else if (section_.empty() || section_ == "transports") {
            option(text, line.number);
        }
    }

    void option(std::string_view text, std::size_t number)
    {
        if (text.rfind("hide ", 0) == 0) {
            text = trimmed(text.substr(5));
        }
        const std::size_t sign = text.find('=');
        const std::string_view name = trimmed(text.substr(0, sign));
        std::string_view value = sign == std::string_view::npos ? "" : trimmed(text.substr(sign + 1));
        if (value.size() > 1 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        if (is_name(name) && sign != std::string_view::npos) {
            (section_.empty() ? config.main : config.transports)
                .push_back({std::string(name), std::string(value), {file_, number}});
        }
    }

    base::UntrustedText file_;
    std::string section_;  // empty: the main one
    std::vector<Macro> macros_;
    std::vector<bool> active_;
    std::vector<bool> taken_;
};

}  // namespace

EximConfig parse_exim(std::string_view text, const base::UntrustedText& file)
{
    EximParser parser(file);
    const std::vector<EximLine> lines = lines_of(text.substr(0, config_limit));
    for (const EximLine& line : lines) {
        parser.take(line);
    }
    if (text.size() > config_limit || lines.size() == most_lines) {
        parser.config.problems.push_back({"", "the file is too large; the rest was not read", {file, 0}});
    }
    return std::move(parser.config);
}

}  // namespace smtptls::remedy

#include "report/remedy/exim_config.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

constexpr std::size_t most_settings = 5000;  // Exim itself has some 300 options

// A value in quotation marks, in which a backslash makes the next character ordinary.
std::string dequoted(std::string_view value)
{
    if (value.size() < 2 || value.front() != '"') {
        return std::string(value);
    }
    std::string text;
    for (std::size_t at = 1; at < value.size() && value[at] != '"'; ++at) {
        at += value[at] == '\\' && at + 1 < value.size() ? 1U : 0U;
        text.push_back(value[at]);
    }
    return text;
}

// "name = value", "hide name = value"; no name if the line is neither.
Setting setting_of(const EximLine& line)
{
    std::string_view text = line.text;
    if (text.starts_with("hide ")) {
        text = trimmed(text.substr(5));
    }
    const std::size_t sign = text.find('=');
    const std::string_view name = trimmed(text.substr(0, sign));
    if (sign == std::string_view::npos || !is_name(name)) {
        return {};
    }
    return {std::string(name), dequoted(trimmed(text.substr(sign + 1))), line.place};
}

// "begin acl": the word behind it; empty if the line begins no section.
std::string section_of(const EximLine& line)
{
    const std::vector<std::string> words = words_of(line.text.substr(0, 200), " \t");
    return words.size() > 1 && lower(words[0]) == "begin" ? words[1] : "";
}

}  // namespace

EximConfig parse_exim(const EximText& text, const EximBuild& build)
{
    EximLines lines(text, build);
    EximConfig config;
    std::string section;
    while (const auto line = lines.next()) {
        if (config.main.size() + config.unsure.size() + config.transports.size() == most_settings) {
            lines.problems.push_back(
                {"", "there are more than 5000 settings; the rest was not read", line->place, EximTrouble::doubt});
            break;
        }
        if (lines.define(*line)) {
            continue;
        }
        if (std::string next = section_of(*line); !next.empty()) {
            section = std::move(next);
            lines.ignore_includes();
            continue;
        }
        Setting setting = setting_of(*line);
        if (setting.name.empty()) {
            continue;
        }
        if (section == "transports") {
            config.transports.push_back(std::move(setting));
        } else if (section.empty() && line->doubt.empty()) {
            config.main.push_back(std::move(setting));
        } else if (section.empty()) {
            config.unsure.push_back({std::move(setting), line->doubt});
        }
    }
    config.problems = std::move(lines.problems);
    config.macros = lines.macro_names();
    return config;
}

const Setting* find_setting(const EximConfig& config, std::string_view name)
{
    const auto found =
        std::find_if(config.main.rbegin(), config.main.rend(), [name](const Setting& one) { return one.name == name; });
    return found == config.main.rend() ? nullptr : &*found;
}

}  // namespace smtptls::remedy

#include "report/remedy/config_lines.hpp"

#include <algorithm>

namespace smtptls::remedy {

bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::vector<std::string> words_of(std::string_view text, std::string_view separators)
{
    std::vector<std::string> words;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(separators, at)) != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        words.emplace_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

bool is_name(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_setting_name(std::string_view text)
{
    return !text.empty() && std::none_of(text.begin(), text.end(), is_blank);
}

std::size_t LogicalLine::line_at(std::size_t offset) const
{
    std::size_t line = 0;
    for (const auto& [start, number] : starts) {
        line = start <= offset ? number : line;
    }
    return line;
}

std::vector<LogicalLine> parse_logical_lines(std::string_view text)
{
    std::vector<LogicalLine> lines;
    std::vector<std::pair<std::string, std::size_t>> comments;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view physical = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        const std::string_view content = trimmed(physical);
        if (content.empty()) {
            continue;
        }
        if (content.front() == '#') {
            comments.emplace_back(content.substr(1), number);
            continue;
        }
        const bool indented = is_blank(physical.front());
        const auto before = std::exchange(comments, {});
        if (!indented || lines.empty()) {
            lines.push_back({std::string(physical), {{0, number}}, indented});
            continue;
        }
        LogicalLine& line = lines.back();
        line.starts.emplace_back(line.text.size() + 1, number);
        line.text.append("\n").append(physical);
        line.comments.insert(line.comments.end(), before.begin(), before.end());
    }
    return lines;
}

}  // namespace smtptls::remedy

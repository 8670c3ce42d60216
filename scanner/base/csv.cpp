#include "base/csv.hpp"

#include <algorithm>
#include <array>

namespace smtptls::base {
bool is_formula(std::string_view text)
{
    const std::size_t start = text.find_first_not_of(' ');
    text = start == std::string_view::npos ? std::string_view() : text.substr(start);
    constexpr std::array<std::string_view, 8> signs = {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    return std::ranges::any_of(signs, [text](std::string_view sign) { return text.starts_with(sign); });
}

namespace {

// A reader that takes a semicolon, a tab or a line's end for the end of a cell, as Excel does in many countries, must
// find no formula behind it either; it takes a quote there for the beginning of a quoted cell.
std::string without_formulas(std::string_view text)
{
    std::string out = is_formula(text) ? "'" : "";
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(";\t\r\n");
        const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
        out += text.substr(0, size);
        text.remove_prefix(size);
        const std::size_t start = text.find_first_not_of("\" ");
        out += start != std::string_view::npos && is_formula(text.substr(start)) ? "'" : "";
    }
    return out;
}

std::string in_quotes(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

}  // namespace

std::string csv_quoted(std::string_view text)
{
    return in_quotes(without_formulas(text));
}

std::string csv_cell(std::string_view text)
{
    const std::string out = without_formulas(text);
    const bool plain =
        out.find_first_of(",;\t\"\r\n") == std::string::npos && !out.starts_with(' ') && !out.ends_with(' ');
    return plain ? out : in_quotes(out);
}

}  // namespace smtptls::base

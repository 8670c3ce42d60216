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

std::string without_formulas(std::string_view text)
{
    std::string out = is_formula(text) ? "'" : "";
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        // A quote there would begin a cell of its own.
        const std::size_t next = text.find_first_not_of(" \"", at + 1);
        const bool separator = text[at] == ';' || text[at] == '\t';
        if (separator && next != std::string_view::npos && is_formula(text.substr(next))) {
            out += '\'';
        }
    }
    return out;
}

std::string csv_cell(std::string_view text)
{
    std::string out = without_formulas(text);
    if (out.find_first_of(",\"\r\n") == std::string::npos && !out.starts_with(' ') && !out.ends_with(' ')) {
        return out;
    }
    std::string quoted = "\"";
    for (const char c : out) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

}  // namespace smtptls::base

#include "report/policy/text.hpp"

namespace smtptls::policy {

std::string wrapped(std::string_view first, std::string_view text, std::size_t indent)
{
    constexpr std::size_t width = 80;
    std::string out;
    std::string line(first);
    bool begun = false;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(word.size() < text.size() ? word.size() + 1 : word.size());
        if (begun && line.size() + 1 + word.size() > width) {
            out += line + "\n";
            line = std::string(indent, ' ');
            begun = false;
        }
        line += (begun ? " " : "") + std::string(word);
        begun = true;
    }
    return out + line + "\n";
}

}  // namespace smtptls::policy

#include "report/format/escape.hpp"

#include "base/untrusted_text.hpp"

namespace smtptls::report {

std::string markup(std::string_view text)
{
    std::string out;
    for (const char c : base::shown(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string label_value(std::string_view text)
{
    std::string out;
    for (const char c : base::shown(text)) {
        out += c == '\\' || c == '"' ? "\\" + std::string(1, c) : std::string(1, c);
    }
    return out;
}

std::string plugin_text(std::string_view text)
{
    std::string out;
    for (const char c : base::shown(text)) {
        out += c == '|' ? "\\x7c" : std::string(1, c);
    }
    return out;
}

std::string perfdata_label(std::string_view text)
{
    std::string out;
    for (const char c : plugin_text(text)) {
        out += c == '\'' || c == '=' ? '_' : c;
    }
    return out;
}

}  // namespace smtptls::report

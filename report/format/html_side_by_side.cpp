// What endpoints show only together, as a section of the HTML page.
#include "report/format/escape.hpp"
#include "report/format/html_parts.hpp"
#include "report/format/side_by_side_words.hpp"
#include "report/format/words.hpp"

#include <algorithm>

namespace smtptls::report {
namespace {

constexpr std::size_t most_names_in_html = 200;
constexpr std::size_t most_keys_in_html = 50;

std::string compared_table_begin(std::string_view label, std::string_view first, std::string_view second)
{
    std::string out = "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"";
    out.append(label).append("\"><table class=\"rules\"><caption>").append(label);
    out.append("</caption><thead><tr><th scope=\"col\">").append(first).append("</th><th scope=\"col\">");
    return out.append(second).append("</th></tr></thead><tbody>\n");
}

std::string compared_row(const std::string& head, const std::string& cell)
{
    return "<tr><th scope=\"row\">" + head + "</th><td>" + cell + "</td></tr>\n";
}

std::string name_row(const model::ComparedName& name, const model::SideBySide& all)
{
    std::string cell;
    for (const auto& [label, words] : difference_words(name, all)) {
        cell += "<p><b>" + markup(label) + "</b>: " + markup(words) + "</p>";
    }
    return compared_row(markup(name.name) + "<span class=\"role\">" + markup(compared_words(name)) + "</span>",
                        cell.empty() ? "alike" : cell);
}

std::string names_table(const model::SideBySide& all)
{
    if (all.names.empty()) {
        return "";
    }
    std::string out = compared_table_begin("The endpoints of each name", "Name", "What differs");
    std::size_t rows = 0;
    // What differs comes first, so that it is there when there are too many.
    for (const bool differs : {true, false}) {
        for (const model::ComparedName& name : all.names) {
            if (name.differences.empty() != differs && rows < most_names_in_html) {
                out += name_row(name, all);
                ++rows;
            }
        }
    }
    out += "</tbody></table></div>\n";
    return out + (all.names.size() > rows ? "<p>and " + plural(all.names.size() - rows, "more name") + "</p>\n" : "");
}

std::string keys_table(const model::SideBySide& all)
{
    if (all.keys.empty() && all.shared_factors.empty()) {
        return "";
    }
    std::string out = compared_table_begin("Keys in several places", "Fact", "Certificates");
    for (std::size_t i = 0; i < std::min(all.keys.size(), most_keys_in_html); ++i) {
        out += compared_row("same key", markup(key_use_words(all.keys[i], all)));
    }
    for (std::size_t i = 0; i < std::min(all.shared_factors.size(), most_keys_in_html); ++i) {
        out += compared_row("RSA factor", markup(factor_words(all.shared_factors[i], all)));
    }
    out += "</tbody></table></div>\n";
    const std::size_t more = std::max(all.keys.size(), most_keys_in_html) - most_keys_in_html +
                             std::max(all.shared_factors.size(), most_keys_in_html) - most_keys_in_html;
    return out + (more > 0 ? "<p>and " + std::to_string(more) + " more</p>\n" : "");
}

}  // namespace

std::string side_by_side_section(const model::SideBySide& all)
{
    if (all.empty()) {
        return "";
    }
    std::string out =
        "<section aria-labelledby=\"side\">\n<h2 id=\"side\">Side by side</h2>\n" + names_table(all) + keys_table(all);
    for (const std::string& note : all.notes) {
        out += "<p>" + markup(note) + "</p>\n";
    }
    return out + "</section>\n";
}

}  // namespace smtptls::report

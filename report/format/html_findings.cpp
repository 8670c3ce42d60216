// What policies say, as parts of the HTML page.
#include "report/format/escape.hpp"
#include "report/format/html_parts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace smtptls::report {
namespace {

constexpr std::size_t most_subjects_in_html = 12;
constexpr std::size_t most_exchanges = 6;

std::string kind_of(Shown shown)
{
    static constexpr std::array<std::string_view, all_shown.size()> kinds = {
        "fail", "open", "warn", "waived", "advice", "pass", "quiet", "quiet", "quiet"};
    return std::string(kinds.at(static_cast<std::size_t>(shown)));
}

std::string sign_of(Shown shown)
{
    static constexpr std::array<std::string_view, all_shown.size()> signs = {"✗", "?", "!", "◐", "i",
                                                                             "✓", "·", "·", "–"};
    return std::string(signs.at(static_cast<std::size_t>(shown)));
}

std::string list_of(const std::vector<std::string>& texts, std::string_view kind)
{
    std::string out = "<ul class=\"" + std::string(kind) + "\">";
    for (const std::string& text : texts) {
        out += "<li>" + markup(text) + "</li>";
    }
    return texts.empty() ? "" : out + "</ul>\n";
}

std::string titled(const std::string& title, const std::vector<std::string>& subjects)
{
    return subjects.empty() ? ""
                            : "<p>" + title + ":</p>" + list_of(some_of(subjects, most_subjects_in_html), "subjects");
}

std::string exchange_item(const model::Exchange& exchange)
{
    return "<li><b>" + std::to_string(exchange.id) + "</b> " + (exchange.handshake ? "handshake" : "hello") + ", " +
           markup(exchange.purpose) + ": " + markup(exchange.outcome) + "</li>";
}

// What was seen of the cells that rest on the same exchanges as a finding, a sentence each.
std::set<std::string_view> sentences_of(const model::EndpointResult& endpoint,
                                        const std::vector<model::QuestionId>& evidence)
{
    std::set<std::string_view> sentences;
    for (const model::CellView& cell : endpoint.matrix.cells()) {
        const auto is_evidence = [&](model::QuestionId id) { return std::ranges::binary_search(evidence, id); };
        if (!cell.seen.empty() && std::ranges::any_of(cell.evidence, is_evidence)) {
            sentences.insert(cell.seen);
        }
    }
    return sentences;
}

// The exchanges a finding rests on, in their own words where the scan has them, else what was seen in them.
std::string evidence_list(const model::EndpointResult& endpoint, const std::vector<model::QuestionId>& evidence)
{
    std::string items;
    std::size_t count = 0;
    for (const model::Exchange& exchange : endpoint.exchanges) {
        if (std::ranges::binary_search(evidence, exchange.id)) {
            items += count++ < most_exchanges ? exchange_item(exchange) : "";
        }
    }
    if (count == 0) {
        for (const std::string_view sentence : sentences_of(endpoint, evidence)) {
            items += "<li>" + markup(sentence) + "</li>";
        }
        count = evidence.size();
    }
    if (items.empty()) {
        return "";
    }
    items += count > most_exchanges && !endpoint.exchanges.empty()
                 ? "<li>and " + std::to_string(count - most_exchanges) + " more</li>"
                 : "";
    return "<details class=\"more\"><summary>Evidence: " + plural(count, "exchange") +
           "</summary><ul class=\"evidence\">" + items + "</ul></details>\n";
}

std::string change_chip(const model::Finding& finding)
{
    if (finding.change == model::Change::none) {
        return "";
    }
    return " <span class=\"change\">" + markup(format(finding.change)) + "</span>";
}

std::string finding_article(const model::Finding& finding, const std::string& evidence)
{
    const Shown shown = shown_as(finding);
    std::string out = "<li class=\"finding " + kind_of(shown) + "\"><p class=\"head\">" + chip(shown) + " <b>" +
                      markup(finding.rule) + "</b>" + change_chip(finding) + "</p><p>" + markup(finding.sentence) +
                      "</p>\n";
    out += list_of(some_of(finding.subjects, most_subjects_in_html), "subjects");
    const bool partly_new = finding.new_subjects != finding.subjects;
    out += titled("New since the baseline", partly_new ? finding.new_subjects.list() : std::vector<std::string>());
    out += titled("No longer testable", finding.lost_subjects);
    out += titled("Not known", finding.open_subjects != finding.subjects ? finding.open_subjects.list()
                                                                         : std::vector<std::string>());
    const std::string waiver = waiver_words(finding);
    out += waiver.empty() ? "" : "<p class=\"waiver\">" + markup(waiver) + "</p>\n";
    out += "<p class=\"source\">Required: " + markup(finding.requirement) + " <cite>" + markup(finding.source) +
           "</cite></p>\n";
    return out + evidence + "</li>\n";
}

// Those that need no attention, so that nobody has to wonder whether they were looked at.
std::string quiet_table(const model::Judgement& judgement)
{
    std::string rows;
    Tally tally;
    for (const model::Finding& finding : judgement.findings) {
        const Shown shown = shown_as(finding);
        if (shown >= Shown::pass) {
            tally.add(shown);
            rows += "<tr><th scope=\"row\">" + markup(finding.rule) + "</th><td>" + chip(shown) + "</td><td>" +
                    markup(finding.requirement) + " <cite>" + markup(finding.source) + "</cite></td><td>" +
                    markup(finding.sentence) + "</td></tr>\n";
        }
    }
    if (rows.empty()) {
        return "";
    }
    return "<details class=\"more\"><summary>" + tally.words() +
           "</summary><table class=\"rules\"><caption class=\"sr\">Rules that need no attention</caption><thead><tr>"
           "<th scope=\"col\">Rule</th><th scope=\"col\">Verdict</th><th scope=\"col\">Required</th><th "
           "scope=\"col\">Found</th>"
           "</tr></thead><tbody>\n" +
           rows + "</tbody></table></details>\n";
}

}  // namespace

std::string chip(Shown shown, std::string_view words)
{
    return "<span class=\"chip " + kind_of(shown) + "\"><span aria-hidden=\"true\">" + sign_of(shown) + "</span> " +
           markup(words) + "</span>";
}

std::string chip(Shown shown)
{
    return chip(shown, word_of(shown));
}

Shown worst_of(Judgements judgements)
{
    Shown worst = judgements.empty() ? Shown::pass : Shown::not_applicable;
    for (const model::Judgement& judgement : judgements) {
        worst = std::min(worst, shown_as(judgement));
    }
    return worst;
}

std::string judgement_section(const model::EndpointResult& endpoint, const model::Judgement& judgement)
{
    std::string out = "<h4>" + chip(shown_as(judgement)) + " " + markup(judgement.policy) +
                      " <span class=\"role\">as " + std::string(format(judgement.role)) + ": " +
                      tally_of(judgement).words() + "</span></h4>\n";
    std::string items;
    for (const model::Finding* const finding : to_speak_of(judgement)) {
        items += finding_article(*finding, evidence_list(endpoint, finding->evidence));
    }
    out += items.empty() ? "" : "<ul class=\"findings\">" + items + "</ul>\n";
    out += quiet_table(judgement);
    out += list_of(judgement.notes, "notes");
    if (!judgement.remedy.empty()) {
        std::string lines;
        for (const std::string& line : judgement.remedy) {
            lines += markup(line) + "\n";
        }
        out += "<p>Remedy:</p><pre class=\"remedy\">" + lines + "</pre>\n";
    }
    return out;
}

std::string gone_section(const std::vector<model::Finding>& gone)
{
    if (gone.empty()) {
        return "";
    }
    std::string items;
    for (const model::Finding& finding : gone) {
        items += finding_article(finding, "<p class=\"source\">" + markup(finding.id.str()) + "</p>\n");
    }
    return "<section aria-labelledby=\"gone\"><h2 id=\"gone\">In the baseline, and no longer in this scan</h2>"
           "<ul class=\"findings\">" +
           items + "</ul></section>\n";
}

}  // namespace smtptls::report

#include "report/format/text_verdicts.hpp"

#include "base/untrusted_text.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <cctype>

namespace smtptls::report {
namespace {

constexpr std::size_t text_width = 96;
constexpr std::size_t outer = 16;
constexpr std::size_t inner = 18;
constexpr std::size_t most_subjects = 4;

std::string upper(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
}

// Loud where somebody has to do something.
std::string label_of(Shown shown)
{
    const bool loud = shown == Shown::fail || shown == Shown::inconclusive || shown == Shown::warn;
    return loud ? upper(word_of(shown)) : std::string(word_of(shown));
}

std::string painted(const std::string& text, Shown shown, const Style& style)
{
    const char* const colour = shown == Shown::fail           ? "\x1b[1;31m"
                               : shown == Shown::pass         ? "\x1b[32m"
                               : shown == Shown::inconclusive ? "\x1b[35m"
                               : shown == Shown::warn         ? "\x1b[33m"
                                                              : "";
    return style.colour && *colour != '\0' ? colour + text + "\x1b[0m" : text;
}

// The label takes its colour after the lines were measured.
std::string labelled(std::size_t indent, Shown shown, const std::string& value, const Style& style)
{
    const std::string label = label_of(shown);
    const std::string margin(indent, ' ');
    const std::string lines = wrapped(margin + label, value, indent + outer - 2);
    return margin + painted(label, shown, style) + lines.substr(margin.size() + label.size());
}

std::string change_words(const model::Finding& finding)
{
    return finding.change == model::Change::none ? "" : " [" + std::string(format(finding.change)) + "]";
}

std::string finding_text(const model::Finding& finding, const Style& style)
{
    const Shown shown = shown_as(finding);
    std::string out =
        labelled(4, shown, base::shown(finding.rule + ": " + finding.sentence) + change_words(finding), style);
    const auto line = [&out](const std::string& value) {
        if (!value.empty()) {
            out += wrapped("", value, inner);
        }
    };
    line(join(some_of(finding.subjects, most_subjects)));
    if (!finding.new_subjects.empty() && finding.new_subjects != finding.subjects) {
        line("new: " + join(some_of(finding.new_subjects, most_subjects)));
    }
    if (!finding.lost_subjects.empty()) {
        line("no longer testable: " + join(some_of(finding.lost_subjects, most_subjects)));
    }
    line(base::shown(finding.source));
    line(waiver_words(finding));
    return out;
}

}  // namespace

std::string wrapped(const std::string& label, const std::string& value, std::size_t margin)
{
    std::string out;
    std::string row = label;
    if (!label.empty() && label.size() >= margin) {
        row += ' ';
    }
    row.resize(std::max(margin, row.size()), ' ');
    std::size_t column = row.size();
    bool fresh = true;
    std::size_t at = 0;
    while (at < value.size()) {
        const std::size_t end = std::min(value.find(' ', at), value.size());
        const std::string word = value.substr(at, end - at);
        if (!fresh && column + 1 + word.size() > text_width) {
            out += row + "\n";
            row = std::string(margin, ' ');
            column = margin;
            fresh = true;
        }
        if (!fresh) {
            row += ' ';
            ++column;
        }
        row += word;
        column += word.size();
        fresh = false;
        at = end + 1;
    }
    return out + row + "\n";
}

std::string policies_text(const model::Report& report, const Style&)
{
    std::string out;
    for (const model::UsedPolicy& policy : report.policies) {
        out += wrapped("policy:", base::shown(policy.name + ", " + policy.title + " (" + policy.date + ")"), 8);
        for (const std::string& note : policy.notes) {
            out += wrapped("", base::shown(note), 8);
        }
    }
    return out + (report.baseline.empty() ? "" : wrapped("compared with", base::shown(report.baseline), 14));
}

std::string verdict_text(const model::Judgement& judgement, const Style& style)
{
    const std::string head = base::shown(judgement.policy) + " (" + std::string(format(judgement.role)) +
                             "): " + tally_of(judgement).words();
    std::string out = labelled(2, shown_as(judgement.verdict), head, style);
    for (const model::Finding* const finding : to_speak_of(judgement)) {
        out += finding_text(*finding, style);
    }
    for (const std::string& note : judgement.notes) {
        out += wrapped("    note", base::shown(note), inner);
    }
    // Lines of a configuration are not wrapped: somebody will copy them.
    for (std::size_t i = 0; i < judgement.remedy.size(); ++i) {
        const std::string label = i == 0 ? "    remedy" : "";
        out += label + std::string(inner - label.size(), ' ') + base::shown(judgement.remedy[i]) + "\n";
    }
    return out;
}

std::string gone_text(const model::Report& report, const Style& style)
{
    std::string out;
    if (!report.gone.empty()) {
        out = "\nIn the baseline, and no longer in this scan:\n";
    }
    for (const model::Finding& finding : report.gone) {
        out += finding_text(finding, style);
        out += wrapped("", base::shown(finding.id), inner);
    }
    return out;
}

}  // namespace smtptls::report

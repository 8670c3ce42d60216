#include "report/format/text_verdicts.hpp"

#include "base/untrusted_text.hpp"
#include "report/format/words.hpp"

#include <algorithm>

namespace smtptls::report {
namespace {

constexpr std::size_t outer = 16;
constexpr std::size_t inner = 18;
constexpr std::size_t remedy_begins = 4;
constexpr std::size_t most_subjects_in_text = 4;

std::string colour_of(Shown shown)
{
    switch (shown) {
        case Shown::fail: return "1;31";
        case Shown::pass: return "32";
        case Shown::inconclusive: return "35";
        case Shown::warn: return "33";
        default: return "";
    }
}

std::string change_words(const model::Finding& finding)
{
    return finding.change == model::Change::none ? "" : " [" + std::string(format(finding.change)) + "]";
}

void finding_text(const model::Finding& finding, Page& page)
{
    verdict_line(4, shown_as(finding), base::shown(finding.rule + ": " + finding.sentence) + change_words(finding),
                 page);
    const auto line = [&page](const std::string& value) {
        if (!value.empty()) {
            page.prose(value, inner);
        }
    };
    const std::string& sentence = finding.sentence;
    const auto is_said = [&](const std::string& subject) { return sentence.find(subject) != std::string::npos; };
    if (!std::ranges::all_of(finding.subjects.list(), is_said)) {
        line(joined(some_of(finding.subjects, most_subjects_in_text)));
    }
    if (!finding.new_subjects.empty() && finding.new_subjects != finding.subjects) {
        line("new: " + joined(some_of(finding.new_subjects, most_subjects_in_text)));
    }
    if (!finding.lost_subjects.empty()) {
        line("no longer testable: " + joined(some_of(finding.lost_subjects, most_subjects_in_text)));
    }
    line(base::shown(finding.source));
    line(waiver_words(finding));
}

bool says_nothing(const model::EndpointResult& endpoint, const model::Judgement& judgement)
{
    using model::EndpointStatus;
    const bool failed = endpoint.status == EndpointStatus::failed;
    if (!failed && endpoint.status != EndpointStatus::not_offered && endpoint.status != EndpointStatus::not_tested) {
        return false;
    }
    const auto quiet = [&](const model::Finding& one) {
        const Shown shown = shown_as(one);
        return is_folded(endpoint, one) || shown == Shown::not_applicable ||
               (failed && one.change == model::Change::none && shown >= Shown::pass);
    };
    return std::ranges::all_of(judgement.findings, quiet);
}

void judgement_text(const model::EndpointResult& endpoint, const model::Judgement& judgement, Page& page)
{
    if (says_nothing(endpoint, judgement)) {
        return;
    }
    verdict_line(2, shown_as(judgement),
                 base::shown(judgement.policy) + " (" + std::string(format(judgement.role)) +
                     "): " + tally_of(judgement).words(),
                 page);
    for (const model::Finding* const finding : to_speak_of(judgement)) {
        if (!is_folded(endpoint, *finding)) {
            finding_text(*finding, page);
        }
    }
    for (const model::Finding& finding : judgement.findings) {
        if (foretells(finding)) {
            page.add(wrapped("    later", base::shown(finding.rule + ": " + finding.sentence), inner, page.width()));
        }
    }
    for (const std::string& note : judgement.notes) {
        page.add(wrapped("    note", base::shown(note), inner, page.width()));
    }
}

// Policies with the same remedy, in their order.
struct Remedy {
    std::vector<std::string> policies;
    const std::vector<std::string>* lines = nullptr;
};

std::vector<Remedy> remedies_of(Judgements judgements)
{
    std::vector<Remedy> remedies;
    for (const model::Judgement& judgement : judgements) {
        if (judgement.remedy.empty()) {
            continue;
        }
        const auto same =
            std::ranges::find_if(remedies, [&](const Remedy& one) { return *one.lines == judgement.remedy; });
        Remedy& remedy = same == remedies.end() ? remedies.emplace_back() : *same;
        remedy.lines = &judgement.remedy;
        remedy.policies.push_back(base::shown(judgement.policy));
    }
    return remedies;
}

void remedies_text(const model::EndpointResult& endpoint, Judgements judgements, Page& page)
{
    const std::vector<Remedy> remedies = remedies_of(judgements);
    if (remedies.empty()) {
        return;
    }
    page.add(RemedyMark::begin + base::shown(place_of(endpoint.endpoint)) + RemedyMark::behind_place);
    if (remedies.size() > 1) {
        page.fact("remedy", "no one change serves all of these policies; here is one for each");
    }
    for (const Remedy& remedy : remedies) {
        page.fact("remedy", "for " + joined(remedy.policies));
        for (const std::string& line : *remedy.lines) {
            page.add(config_lines(base::shown(line), remedy_begins, page.width()));
        }
    }
    page.add(std::string(1, RemedyMark::end));
}

}  // namespace

std::string label_of(Shown shown)
{
    const bool loud = shown == Shown::fail || shown == Shown::inconclusive || shown == Shown::warn;
    return loud ? base::upper(word_of(shown)) : shown == Shown::advice ? "hint" : std::string(word_of(shown));
}

// The label takes its colour after the lines were measured.
void verdict_line(std::size_t indent, Shown shown, const std::string& value, Page& page)
{
    const std::string label = label_of(shown);
    const std::string margin(indent, ' ');
    const std::string lines = wrapped(margin + label, value, indent + outer - 2, page.width());
    page.add(margin + page.painted(label, colour_of(shown)) + lines.substr(margin.size() + label.size()));
}

void policies_text(const model::ReportHead& report, Page& page)
{
    for (const model::UsedPolicy& policy : report.policies) {
        const std::string words = policy.name + ", " + policy.title + " (" + policy.date + ")";
        page.add(wrapped("policy:", base::shown(words), 8, page.width()));
        for (const std::string& note : policy.notes) {
            page.prose(base::shown(note), 8);
        }
    }
    if (!report.baseline.empty()) {
        page.add(wrapped("compared with", base::shown(report.baseline), 14, page.width()));
    }
}

std::string unknown_rules(const model::EndpointResult& endpoint, Judgements judgements)
{
    std::size_t rules = 0;
    std::size_t policies = 0;
    for (const model::Judgement& judgement : judgements) {
        const auto count = static_cast<std::size_t>(std::ranges::count_if(
            judgement.findings, [&](const model::Finding& one) { return is_folded(endpoint, one); }));
        rules += count;
        policies += count > 0 ? 1U : 0U;
    }
    const std::string of = std::to_string(policies) + (policies == 1 ? " policy" : " policies");
    return rules == 0 ? "" : "; " + plural(rules, "rule") + " of " + of + " not known";
}

void verdicts_text(const model::EndpointResult& endpoint, Judgements judgements, Page& page)
{
    for (const model::Judgement& judgement : judgements) {
        judgement_text(endpoint, judgement, page);
    }
    remedies_text(endpoint, judgements, page);
}

void gone_text(const model::ReportHead& report, Page& page)
{
    if (!report.gone.empty()) {
        page.line();
        page.prose("In the baseline, and no longer in this scan:");
    }
    for (const model::Finding& finding : report.gone) {
        finding_text(finding, page);
        page.prose(base::shown(finding.id.str()), inner);
    }
}

}  // namespace smtptls::report

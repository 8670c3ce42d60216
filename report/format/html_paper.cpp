#include "report/format/html_paper.hpp"

#include "base/untrusted_text.hpp"
#include "report/format/escape.hpp"
#include "report/format/html_parts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <array>

namespace smtptls::report {
namespace {

std::string cells(std::initializer_list<std::string> texts)
{
    std::string out = "<tr>";
    for (const std::string& text : texts) {
        out += "<td>" + text + "</td>";
    }
    return out + "</tr>\n";
}

std::string table(const std::string& caption, std::initializer_list<std::string_view> heads, const std::string& rows)
{
    std::string out = "<table class=\"rules\"><caption>" + caption + "</caption><thead><tr>";
    for (const std::string_view head : heads) {
        out += "<th scope=\"col\">" + std::string(head) + "</th>";
    }
    return out + "</tr></thead><tbody>\n" + rows + "</tbody></table>\n";
}

std::string all_of(const base::Spool& spool)
{
    std::string out;
    spool.give([&out](std::string_view rows) { out += rows; });
    return out;
}

// Of a rule at several endpoints the worst, and how many there are of each. It has passed only where nothing was left
// out.
std::string verdict_of(const Tally& tally, bool one_endpoint)
{
    static constexpr std::array order = {Shown::fail,       Shown::inconclusive, Shown::warn,
                                         Shown::waived,     Shown::advice,       Shown::not_asked,
                                         Shown::not_judged, Shown::pass,         Shown::not_applicable};
    const auto worst = std::ranges::find_if(order, [&](Shown shown) { return tally.of(shown) > 0; });
    if (worst == order.end()) {
        return "";
    }
    if (one_endpoint) {
        return chip(*worst);
    }
    const bool left_out = (*worst == Shown::not_asked || *worst == Shown::not_judged) && tally.of(*worst) < tally.all();
    const std::string part =
        left_out ? "at " + std::to_string(tally.of(*worst)) + " of " + std::to_string(tally.all()) + ": " : "";
    return chip(*worst) + " " + part + tally.words();
}

}  // namespace

void Paper::take_rules(const model::Judgement& judgement)
{
    auto policy = std::ranges::find(policies_, judgement.policy, &Policy::name);
    if (policy == policies_.end()) {
        policy = policies_.insert(policy, Policy{judgement.policy, {}});
    }
    for (std::size_t i = 0; i < judgement.findings.size(); ++i) {
        const model::Finding& finding = judgement.findings[i];
        // One finding for each rule, in the policy's order: the place is the same at each endpoint.
        if (i == policy->rules.size()) {
            policy->rules.push_back({finding.rule, finding.requirement, finding.source, {}});
        }
        policy->rules[i].tally.add(shown_as(finding));
    }
}

void Paper::add(std::size_t place, const model::EndpointResult& endpoint, Judgements judgements)
{
    std::string exceptions;
    for (const model::Judgement& judgement : judgements) {
        take_rules(judgement);
        for (const model::Finding& finding : judgement.findings) {
            if (finding.waiver) {
                exceptions += cells(
                    {markup(place_of(endpoint.endpoint)), markup(judgement.policy + "/" + std::string(finding.rule)),
                     markup(base::shown(finding.waiver->owner)),
                     markup(finding.waiver->expires) + (finding.waiver->expired ? " <b>expired</b>" : ""),
                     markup(base::shown(finding.waiver->reason))});
            }
        }
    }
    exceptions_.add(place, exceptions);
    if (endpoint.is_open() || endpoint.status == model::EndpointStatus::not_tested) {
        open_.add(place, cells({markup(place_of(endpoint.endpoint)), markup(sentence_of_end(endpoint))}));
    }
    asked_again_ += number_of(endpoint, model::Fact::double_check_asked);
    differ_ += number_of(endpoint, model::Fact::double_check_differ);
}

std::string Paper::facts(const model::ReportHead& head) const
{
    constexpr std::size_t most_targets = 20;
    const model::ScanHead& scan = head.scan;
    const auto row = [](std::string_view label, const std::string& text) {
        return "<dt>" + std::string(label) + "</dt><dd>" + markup(text) + "</dd>\n";
    };
    std::vector<std::string> policies;
    for (const model::UsedPolicy& one : head.policies) {
        policies.push_back(one.name + " (" + one.title + ", " + one.date + ")");
    }
    const std::string& source = head.totals.source_address();
    const std::string again = asked_again_ == 0 ? "no cell was asked for a second time (--double-check does so)"
                                                : plural(static_cast<std::size_t>(asked_again_), "cell") +
                                                      ", drawn at random, and " + std::to_string(differ_) + " differed";
    return "<dl class=\"facts\">" +
           row("Scope",
               plural(head.totals.endpoints(), "endpoint") +
                   (scan.targets.empty() ? "" : " of " + joined(some_of(shown_targets(scan.targets), most_targets)))) +
           row("Scanned by", "smtptls-scan " + scan.program_version + (source.empty() ? "" : " from " + source)) +
           row("From, to", scan.started + ", " + scan.finished) +
           row("Held to", policies.empty() ? "no policy" : joined(policies)) + row("Asked again", again) + "</dl>\n";
}

std::string Paper::rules_table(const Policy& policy, bool one_endpoint) const
{
    std::string rows;
    for (const Rule& rule : policy.rules) {
        rows += "<tr><th scope=\"row\">" + markup(rule.name) + "</th><td>" + markup(rule.requirement) + " <cite>" +
                markup(rule.source) + "</cite></td><td>" + verdict_of(rule.tally, one_endpoint) + "</td></tr>\n";
    }
    return table(markup(policy.name) + ": each rule", {"Rule", "Required", "Verdict"}, rows);
}

std::string Paper::section(const model::ReportHead& head) const
{
    std::string out = "<section class=\"paper\" aria-labelledby=\"paper\">\n<h2 id=\"paper\">Scope and verdicts</h2>\n";
    out += facts(head);
    for (const Policy& policy : policies_) {
        out += rules_table(policy, head.totals.endpoints() == 1);
        const auto used = std::ranges::find(head.policies, policy.name, &model::UsedPolicy::name);
        if (used != head.policies.end() && !used->notes.empty()) {
            out += "<p class=\"notes\">" + markup(base::joined(used->notes, " ")) + "</p>\n";
        }
    }
    if (!head.policies.empty()) {
        const std::string rows = all_of(exceptions_);
        out += rows.empty() ? "<p>There are no exceptions.</p>\n"
                            : table("Exceptions", {"Endpoint", "Rule", "Owner", "Until", "Reason"}, rows);
    }
    std::string open = all_of(open_);
    for (const model::TargetFailure& failure : head.scan.failures) {
        open += cells({markup(shown_target(failure.target)), markup(sentence_with_words(failure.failure))});
    }
    out += !open.empty() ? table("Not tested, or not to the end", {"Endpoint", "Why"}, open)
                         : "<p>Every endpoint was tested to the end; rules that were not asked say so above.</p>\n";
    return out + "<p>What follows is the evidence, endpoint by endpoint.</p>\n</section>\n";
}

}  // namespace smtptls::report

#include "report/policy/summary.hpp"

#include "report/policy/text.hpp"

#include <algorithm>
#include <array>

namespace smtptls::policy {
namespace {

using model::Finding;
using model::Verdict;

constexpr std::array shown_first = {Verdict::fail,      Verdict::inconclusive, Verdict::warn,          Verdict::advice,
                                    Verdict::not_asked, Verdict::pass,         Verdict::not_applicable};

std::string words_of(const Finding& finding)
{
    std::string words = finding.sentence + " [" + finding.source + "]";
    if (finding.change != model::Change::none) {
        words += " (" + std::string(format(finding.change)) + ")";
    }
    return words;
}

std::string lines_of(const Finding& finding)
{
    std::string verdict(format(finding.verdict));
    verdict.resize(15, ' ');
    std::string rule = finding.rule;
    rule.resize(std::max<std::size_t>(rule.size(), 24), ' ');
    std::string out = wrapped("  " + verdict + rule + " ", words_of(finding), 17);
    if (finding.waiver) {
        const model::AppliedWaiver& waiver = *finding.waiver;
        out += wrapped(std::string(17, ' '),
                       (waiver.expired ? "the waiver of " + waiver.owner + " expired on " + waiver.expires
                                       : "waived by " + waiver.owner + " until " + waiver.expires) +
                           ": " + waiver.reason,
                       17);
    }
    return out;
}

bool is_quiet(Verdict verdict)
{
    return verdict == Verdict::pass || verdict == Verdict::not_asked || verdict == Verdict::not_applicable;
}

std::string counts_of(const std::vector<Finding>& findings, bool all)
{
    std::string out;
    for (const Verdict verdict : shown_first) {
        const auto count = std::ranges::count(findings, verdict, &Finding::verdict);
        if (!all && is_quiet(verdict) && count > 0) {
            out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(format(verdict));
        }
    }
    return out.empty() ? "" : "  " + out + "\n";
}

std::string judgement_text(const model::Report& report, const model::Judgement& judgement, bool all)
{
    const model::Endpoint& endpoint = report.scan.endpoints.at(judgement.endpoint).endpoint;
    std::string out = "\n" + endpoint.host + " " + format(endpoint) + " as " + std::string(format(judgement.role)) +
                      " under " + judgement.policy + ": " + std::string(format(judgement.verdict)) + "\n";
    for (const Verdict verdict : shown_first) {
        for (const Finding& finding : judgement.findings) {
            if (finding.verdict == verdict && (all || !is_quiet(verdict))) {
                out += lines_of(finding);
            }
        }
    }
    out += counts_of(judgement.findings, all);
    for (const std::string& note : judgement.notes) {
        out += wrapped("  note: ", note, 8);
    }
    for (const std::string& line : judgement.remedy) {
        out += "    " + line + "\n";
    }
    return out;
}

}  // namespace

std::string summary(const model::Report& report, bool all)
{
    std::string out;
    for (const model::UsedPolicy& policy : report.policies) {
        out += "\npolicy " + policy.name + ": " + policy.title + ", " + policy.date + "\n";
        for (const std::string& note : policy.notes) {
            out += wrapped("  note: ", note, 8);
        }
    }
    for (const model::Judgement& judgement : report.judgements) {
        out += judgement_text(report, judgement, all);
    }
    if (!report.gone.empty()) {
        out += "\nin the baseline, and not in this scan:\n";
    }
    for (const Finding& finding : report.gone) {
        out += wrapped("  ", finding.id + " (" + std::string(format(finding.change)) + ")", 4);
    }
    return out;
}

}  // namespace smtptls::policy

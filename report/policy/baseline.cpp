#include "report/policy/baseline.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace smtptls::policy {
namespace {

using model::Change;
using model::EndpointStatus;
using model::Finding;
using model::Verdict;
using Subjects = std::vector<std::string>;

bool is_violation(const Finding& finding)
{
    return finding.verdict == Verdict::fail || finding.verdict == Verdict::warn || finding.verdict == Verdict::advice;
}

Subjects without(const Subjects& all, const Subjects& those)
{
    Subjects rest;
    std::ranges::copy_if(all, std::back_inserter(rest),
                         [&](const std::string& one) { return std::ranges::find(those, one) == those.end(); });
    return rest;
}

// Of what was at fault, what this scan does not answer for.
Subjects lost_of(const Finding& before, const Finding& now, EndpointStatus status)
{
    if (now.verdict == Verdict::not_asked ||
        (now.verdict == Verdict::not_applicable && status == EndpointStatus::not_tested)) {
        return before.subjects;
    }
    // Where TLS was not reached, or a certificate not seen, all that was at fault is open, by whatever name.
    if (now.verdict == Verdict::inconclusive) {
        return before.subjects;
    }
    Subjects lost;
    for (const std::string& subject : without(before.subjects, now.subjects)) {
        if (std::ranges::find(now.open_subjects, subject) != now.open_subjects.end()) {
            lost.push_back(subject);
        }
    }
    return lost;
}

void compare(const Finding& before, EndpointStatus status, Finding& now)
{
    if (!is_violation(before)) {
        if (is_violation(now)) {
            now.change = Change::added;
            now.new_subjects = now.subjects;
        }
        return;
    }
    now.lost_subjects = lost_of(before, now, status);
    if (is_violation(now)) {
        now.change = Change::unchanged;
        now.new_subjects = without(now.subjects, before.subjects);
    } else {
        now.change = now.lost_subjects.empty() ? Change::fixed : Change::lost;
    }
}

}  // namespace

void compare(const model::Report& earlier, const std::string& name, model::Report& report)
{
    report.baseline = name;
    std::map<std::string, const Finding*> before;
    for (const model::Judgement& judgement : earlier.judgements) {
        for (const Finding& finding : judgement.findings) {
            before.emplace(finding.id, &finding);
        }
    }
    std::set<std::string> met;
    static const Finding nothing;
    for (model::Judgement& judgement : report.judgements) {
        const EndpointStatus status = report.scan.endpoints.at(judgement.endpoint).status;
        for (Finding& finding : judgement.findings) {
            const auto found = before.find(finding.id);
            compare(found == before.end() ? nothing : *found->second, status, finding);
            met.insert(finding.id);
        }
    }
    for (const model::Judgement& judgement : earlier.judgements) {
        for (const Finding& finding : judgement.findings) {
            if (is_violation(finding) && met.count(finding.id) == 0) {
                report.gone.push_back(finding);
                report.gone.back().change = Change::lost;
                report.gone.back().lost_subjects = finding.subjects;
            }
        }
    }
}

bool is_new(const Finding& finding)
{
    return finding.counts() && (finding.change == Change::added || !finding.new_subjects.empty());
}

}  // namespace smtptls::policy

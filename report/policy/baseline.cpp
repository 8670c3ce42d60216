#include "report/policy/baseline.hpp"

#include <algorithm>

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
    if (now.verdict == Verdict::not_asked || now.verdict == Verdict::not_judged ||
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

void Baseline::add(const model::Judgement& earlier)
{
    for (const Finding& finding : earlier.findings) {
        if (is_violation(finding) && places_.emplace(finding.id.str(), entries_.size()).second) {
            entries_.push_back({finding});
        }
    }
}

void Baseline::compare(EndpointStatus status, model::Judgement& now)
{
    static const Finding nothing;
    for (Finding& finding : now.findings) {
        const auto found = places_.find(finding.id.str());
        if (found == places_.end()) {
            policy::compare(nothing, status, finding);
            continue;
        }
        Entry& entry = entries_[found->second];
        entry.met = true;
        policy::compare(entry.finding, status, finding);
    }
}

std::vector<Finding> Baseline::gone() const
{
    std::vector<Finding> gone;
    for (const Entry& entry : entries_) {
        if (!entry.met) {
            gone.push_back(entry.finding);
            gone.back().change = Change::lost;
            gone.back().lost_subjects = entry.finding.subjects;
        }
    }
    return gone;
}

bool is_new(const Finding& finding)
{
    return finding.counts() && (finding.change == Change::added || !finding.new_subjects.empty());
}

}  // namespace smtptls::policy

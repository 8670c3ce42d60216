#include "report/policy/waivers.hpp"

#include "report/policy/policies.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

using model::Finding;

// "pci-dss-4.0.1/versions mail.example.com 192.0.2.1:25" is a rule and an endpoint.
// A waiver of some subjects holds as long as nothing else is at fault.
bool covers_subjects(const Waiver& waiver, const Finding& finding)
{
    return waiver.subjects.empty() || std::ranges::all_of(finding.subjects, [&](const std::string& subject) {
               return std::ranges::find(waiver.subjects, subject) != waiver.subjects.end();
           });
}

bool covers(const Waiver& waiver, const Finding& finding)
{
    if (finding.verdict != model::Verdict::fail || !covers_subjects(waiver, finding)) {
        return false;
    }
    if (!waiver.finding.empty()) {
        return waiver.finding == finding.id.str();
    }
    return matches(waiver.rule, finding.id.rule) && matches(waiver.endpoints, finding.id.endpoint);
}

void mark(const Waiver& waiver, bool expired, Finding& finding)
{
    if (!finding.waiver || (finding.waiver->expired && !expired)) {
        finding.waiver = model::AppliedWaiver{waiver.owner, waiver.reason, waiver.expires, expired};
    }
}

std::string name_of(const Waiver& waiver)
{
    return waiver.finding.empty() ? waiver.rule + " at " + waiver.endpoints : waiver.finding;
}

// Ids have the full name of a policy: "pci/versions" meets none.
std::string hint_for(const Waiver& waiver)
{
    const std::string& named = waiver.finding.empty() ? waiver.rule : waiver.finding;
    const std::string name = named.substr(0, named.find('/'));
    const auto policy = find_policy(name);
    return policy && policy->name != name ? ": write " + policy->name + " in the place of " + name : "";
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text)
{
    // The last star is tried further and further; each character of the text is passed at most once for each of
    // the pattern.
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t retry = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Waivers::Waivers(std::vector<Waiver> waivers, std::string_view today)
{
    for (Waiver& waiver : waivers) {
        const bool expired = std::string_view(waiver.expires) < today;
        entries_.push_back({std::move(waiver), expired});
    }
}

void Waivers::apply(model::Judgement& judgement)
{
    for (Entry& entry : entries_) {
        for (Finding& finding : judgement.findings) {
            if (covers(entry.waiver, finding)) {
                mark(entry.waiver, entry.expired, finding);
                ++entry.covered;
            }
        }
    }
}

std::vector<std::string> Waivers::notes() const
{
    std::vector<std::string> notes;
    for (const auto& [waiver, expired, covered] : entries_) {
        const std::string subject = "the waiver of " + name_of(waiver) + " (" + waiver.owner + ") ";
        if (covered == 0) {
            notes.push_back(subject + "covers nothing" + hint_for(waiver));
        } else if (expired) {
            notes.push_back(subject + "expired on " + waiver.expires);
        }
    }
    return notes;
}

}  // namespace smtptls::policy

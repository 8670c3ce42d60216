#include "report/policy/waivers.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

using model::Finding;
using model::Waiver;

// "pci-dss-4.0.1/versions mail.example.com 192.0.2.1:25" is a rule and an endpoint.
std::pair<std::string_view, std::string_view> split(std::string_view id)
{
    const std::size_t space = id.find(' ');
    return {id.substr(0, space), space == std::string_view::npos ? "" : id.substr(space + 1)};
}

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
        return waiver.finding == finding.id;
    }
    const auto [rule, endpoint] = split(finding.id);
    return matches(waiver.rule, rule) && matches(waiver.endpoints, endpoint);
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

std::vector<std::string> apply_waivers(const std::vector<Waiver>& waivers, std::string_view today,
                                       model::Report& report)
{
    std::vector<std::string> notes;
    for (const Waiver& waiver : waivers) {
        const bool expired = std::string_view(waiver.expires) < today;
        std::size_t covered = 0;
        for (model::Judgement& judgement : report.judgements) {
            for (Finding& finding : judgement.findings) {
                if (covers(waiver, finding)) {
                    mark(waiver, expired, finding);
                    ++covered;
                }
            }
        }
        if (covered == 0) {
            notes.push_back("the waiver of " + name_of(waiver) + " (" + waiver.owner + ") covers nothing");
        } else if (expired) {
            notes.push_back("the waiver of " + name_of(waiver) + " (" + waiver.owner + ") expired on " +
                            waiver.expires);
        }
    }
    return notes;
}

}  // namespace smtptls::policy

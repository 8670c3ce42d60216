#include "report/policy/exit_code.hpp"

#include "report/policy/baseline.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

template <typename Predicate>
bool any_finding(const model::Report& report, Predicate which)
{
    return std::ranges::any_of(report.judgements, [&](const model::Judgement& judgement) {
        return std::ranges::any_of(judgement.findings, which);
    });
}

}  // namespace

int exit_code(const model::Report& report, FailOn fail_on)
{
    constexpr int violated = 1;
    constexpr int incomplete = 3;
    const bool new_only = fail_on == FailOn::added;
    if (any_finding(report, [&](const model::Finding& one) { return new_only ? is_new(one) : one.counts(); })) {
        return violated;
    }
    const auto is_open = [](const model::Finding& one) {
        return one.verdict == model::Verdict::inconclusive || !one.lost_subjects.empty();
    };
    return report.scan.complete() && report.gone.empty() && !any_finding(report, is_open) ? 0 : incomplete;
}

}  // namespace smtptls::policy

#include "report/policy/exit_code.hpp"

#include "report/policy/baseline.hpp"

namespace smtptls::policy {

void ExitCode::add(const model::Judgement& judgement)
{
    for (const model::Finding& one : judgement.findings) {
        violated_ = violated_ || (fail_on_ == FailOn::added ? is_new(one) : one.counts());
        open_ = open_ || one.verdict == model::Verdict::inconclusive || !one.lost_subjects.empty();
    }
}

int ExitCode::of(const model::ReportHead& head) const
{
    constexpr int violated = 1;
    constexpr int incomplete = 3;
    if (violated_) {
        return violated;
    }
    return head.complete() && head.gone.empty() && !open_ ? 0 : incomplete;
}

}  // namespace smtptls::policy

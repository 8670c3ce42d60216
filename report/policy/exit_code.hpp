// What a report comes to for whoever runs the program: one number.
#pragma once

#include "model/report.hpp"

namespace smtptls::policy {

enum class FailOn { any, added };

class ExitCode {
public:
    explicit ExitCode(FailOn fail_on) : fail_on_(fail_on) {}

    void add(const model::Judgement& judgement);

    /// When all judgements were added; `head` is whole. 1: a policy is violated, whatever else is open, since more
    /// evidence cannot undo it (`added`: by something that the baseline had not). Else 3: the scan is incomplete, or a
    /// rule is inconclusive, or the baseline's evidence is lost. Else 0. Without policies 0 or 3.
    int of(const model::ReportHead& head) const;

private:
    FailOn fail_on_;
    bool violated_ = false;
    bool open_ = false;
};

}  // namespace smtptls::policy

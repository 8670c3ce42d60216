// What a report comes to for whoever runs the program: one number.
#pragma once

#include "model/report.hpp"

namespace smtptls::policy {

enum class FailOn { any, added };

/// 1: a policy is violated, whatever else is open, since more evidence cannot undo it (`added`: by something that
/// the baseline had not). Else 3: the scan is incomplete, or a rule is inconclusive, or the baseline's evidence is
/// lost. Else 0. Without policies 0 or 3.
int exit_code(const model::Report& report, FailOn fail_on);

}  // namespace smtptls::policy

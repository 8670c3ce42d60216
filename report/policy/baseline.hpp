// A report beside an earlier scan, judged by the same policies: what is new, unchanged, fixed, or lost
// (docs/baseline.md).
#pragma once

#include "model/report.hpp"

#include <string>

namespace smtptls::policy {

/// Sets `change`, `new_subjects` and `lost_subjects` of each finding of `report`, and `gone`; `name` is where the
/// earlier scan came from. Findings are the same by their id.
void compare(const model::Report& earlier, const std::string& name, model::Report& report);

/// Whether the finding counts and has something at fault that the baseline had not.
bool is_new(const model::Finding& finding);

}  // namespace smtptls::policy

// A report's judgements as text for people, and policies as text. No colour, no clock.
#pragma once

#include "model/policy.hpp"

#include <string>
#include <vector>

namespace smtptls::policy {

/// The judgements of a report, each finding with a line or two; those that pass or do not apply are counted, or
/// listed too with `all`. Empty without policies.
std::string summary(const model::Report& report, bool all);

/// Every rule with its level by role, what it asks, its source and its check.
std::string show(const model::Policy& policy);

/// One line for each built-in policy: name, date, title, aliases.
std::string list_policies();

}  // namespace smtptls::policy

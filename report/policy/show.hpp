// Policies as text, for reading and for snapshots. No colour, no clock.
#pragma once

#include "model/policy.hpp"

#include <string>

namespace smtptls::policy {

/// Every rule with its level by role, what it asks, its source and its check.
std::string show(const model::Policy& policy);

/// One line for each built-in policy: name, date, title, aliases.
std::string list_policies();

}  // namespace smtptls::policy

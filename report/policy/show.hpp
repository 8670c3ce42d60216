// Policies as text, for reading and for snapshots. No colour, no clock.
#pragma once

#include "report/policy/policy.hpp"

#include <string>

namespace smtptls::policy {

/// Every rule with its level by role, what it asks, its source and its check.
std::string show(const Policy& policy);

/// Two lines for each built-in policy: its name, date and aliases; and, indented, the title of its document.
std::string list_policies();

}  // namespace smtptls::policy

// Policies as text, for reading and for snapshots. No colour, no clock.
#pragma once

#include "report/policy/policy.hpp"

#include <string>
#include <vector>

namespace smtptls::policy {

/// Every rule with its level by role, what it asks, its source and its check.
std::string show(const Policy& policy);

/// What a check asks, in lines without their indent.
std::vector<std::string> check_lines(const Check& check);

/// The levels by role: "must", or "mx may, mx-mandatory must, submission must, submissions must".
std::string levels_text(const PolicyRule& rule);

/// Three lines for each built-in policy: its name, date and aliases; and, indented, the title of its
/// document and how many rules it has.
std::string list_policies();

}  // namespace smtptls::policy

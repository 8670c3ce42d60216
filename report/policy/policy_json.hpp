// Policies and waivers out of JSON (report/schema/policy.schema.json, waivers.schema.json): the same reader for the
// built-in policies and for a user's own.
#pragma once

#include "base/expected.hpp"
#include "report/policy/policy.hpp"
#include "report/policy/waiver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::policy {

/// The version of the policy's and of the waivers' schema.
inline constexpr int policy_schema_version = 1;
inline constexpr int waivers_schema_version = 1;

/// The most bytes either file may have; more is an error.
inline constexpr std::size_t policy_limit = std::size_t{1} << 20U;

/// The error is a sentence that says where and what would be right: "rules[3].check.versions[1]: SSL 4 is no
/// version: SSL 2, ...". It can be shown.
base::Expected<Policy, std::string> decode_policy(std::string_view text);

/// The error as above.
base::Expected<std::vector<Waiver>, std::string> decode_waivers(std::string_view text);

/// Whether the text is a day of the calendar, written "2026-12-31".
bool is_day(std::string_view text);

}  // namespace smtptls::policy

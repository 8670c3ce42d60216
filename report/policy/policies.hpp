// The built-in policies by name (policies.def, aliases.def), and what a policy forbids.
#pragma once

#include "base/expected.hpp"
#include "report/policy/policy.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::policy {

/// Full names, in the order of policies.def.
std::vector<std::string> policy_names();

/// The aliases of a full name.
std::vector<std::string> aliases_of(std::string_view name);

/// By its full name or an alias, in any case of letters. The error is a sentence that names what there is.
base::Expected<Policy, std::string> find_policy(std::string_view name);

/// Whether a rule of at least this level, for this role, forbids that the suite is accepted in the version.
bool forbids(const Policy& policy, model::Role role, tls::ProtocolVersion version, tls::CipherSuite suite,
             Level least = Level::must);

/// The suites of the registry that are forbidden so in the version, ascending: those that can be asked for there.
std::vector<tls::CipherSuite> forbidden(const Policy& policy, model::Role role, tls::ProtocolVersion version,
                                        Level least = Level::must);

}  // namespace smtptls::policy

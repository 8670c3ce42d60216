// The built-in policies by name (policies.def, aliases.def), and what a policy forbids.
#pragma once

#include "base/expected.hpp"
#include "model/policy.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::policy {

/// Full names, in the order of policies.def.
std::vector<std::string> policy_names();

/// The aliases of a full name.
std::vector<std::string> aliases_of(std::string_view name);

/// By its full name or an alias. The error is a sentence that names what there is.
base::Expected<model::Policy, std::string> find_policy(std::string_view name);

/// Whether a rule of at least this level, for this role, forbids that the suite is accepted in the version.
bool forbids(const model::Policy& policy, model::Role role, tls::ProtocolVersion version, tls::CipherSuite suite,
             model::Level least = model::Level::must);

/// Whether the suite can be asked for in the version: SSL 2's kinds in SSL 2 and no others, TLS 1.3's suites in TLS 1.3
/// and no others.
bool is_askable(tls::ProtocolVersion version, const tls::SuiteInfo& suite);

/// The suites of the registry that are forbidden so in the version, ascending: those that can be asked for there.
std::vector<tls::CipherSuite> forbidden(const model::Policy& policy, model::Role role, tls::ProtocolVersion version,
                                        model::Level least = model::Level::must);

}  // namespace smtptls::policy

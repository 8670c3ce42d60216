// The cells of tests/data/policy_cells.txt: written by hand, so that they depend on no code that judges.
#pragma once

#include "report/policy/policy.hpp"

#include <string>
#include <vector>

namespace smtptls::test {

/// One suite in one version, accepted, and the rules of the policy that fall by it.
struct PolicyCell {
    std::string policy;
    tls::ProtocolVersion version{};
    tls::CipherSuite suite{};
    std::vector<std::string> rules;

    bool breaks(const policy::PolicyRule& rule) const;
};

/// In the order of the file. A version or suite that does not exist is a failure of the test.
const std::vector<PolicyCell>& policy_cells();

/// Those of the policy.
std::vector<PolicyCell> cells_of(const policy::Policy& policy);

/// Whether the rule forbids versions or suites, and so falls by a cell.
bool is_about_cells(const policy::PolicyRule& rule);

}  // namespace smtptls::test

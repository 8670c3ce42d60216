// The check of a policy's rule, out of JSON: {"kind": "versions_forbidden", "versions": ["SSL 3"]}.
#pragma once

#include "json/node.hpp"
#include "report/policy/policy.hpp"

#include <vector>

namespace smtptls::policy {

/// Suites by their IANA name, and lists of the policy by the list's name; ascending, each once.
std::vector<tls::CipherSuite> decode_suites(const json::Node& node, const std::vector<NamedSuites>& lists);

/// Errs at the place that is wrong.
Check decode_check(const json::Node& node, const std::vector<NamedSuites>& lists);

}  // namespace smtptls::policy

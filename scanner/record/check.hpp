// The check of a policy's rule, out of JSON: {"kind": "versions_forbidden", "versions": ["SSL 3"]}.
#pragma once

#include "model/policy.hpp"
#include "record/node.hpp"

#include <vector>

namespace smtptls::record {

/// Suites by their IANA name, and lists of the policy by the list's name; ascending, each once.
std::vector<tls::CipherSuite> decode_suites(const Node& node, const std::vector<model::NamedSuites>& lists);

/// Errs at the place that is wrong.
model::Check decode_check(const Node& node, const std::vector<model::NamedSuites>& lists);

}  // namespace smtptls::record

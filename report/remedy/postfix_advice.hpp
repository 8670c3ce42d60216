// The lines to write, in the syntax of the release, and what they yield: worked out by the same forecast as
// the configuration itself, on a copy of the service with the lines in it.
#pragma once

#include "report/remedy/postfix_rules.hpp"

namespace smtptls::remedy {

/// Two pieces of advice: "TLS 1.2 and newer only", and the same with AEAD suites and forward secrecy only.
/// None for a service without TLS that is no submission port, or that does not start.
std::vector<ConfigAdvice> advise(const ServiceView& view);

/// How to check what was changed.
std::vector<std::string> how_to_check();

}  // namespace smtptls::remedy

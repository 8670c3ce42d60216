// The lines to write, in the syntax of the release: in main.cf where one line serves all who read it, as -o where
// services differ. What they yield is worked out by the same forecast, on the configuration with the lines in it.
#pragma once

#include "report/remedy/postfix_rules.hpp"

namespace smtptls::remedy {

/// For a whole configuration, each on top of the one before: what is broken mended and TLS 1.2 and newer where users
/// submit mail; AEAD suites with forward secrecy only; TLS 1.2 and newer on port 25. Those with nothing to change are
/// left out but for the first. Nothing for a configuration that is larger than any real one.
std::vector<ConfigAdvice> advise(const Deployment& all);

/// For one service of which nothing else is known: "TLS 1.2 and newer only", and the same with AEAD suites and forward
/// secrecy only; as -o lines, all of them in each. None for a service without TLS that is no submission port, or that
/// does not start.
std::vector<ConfigAdvice> advise_alone(const MainCf& main, const MasterService& service, const Setup& setup);

/// How to check what was changed.
std::vector<std::string> how_to_check();

}  // namespace smtptls::remedy

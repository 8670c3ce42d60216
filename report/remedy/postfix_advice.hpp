// The lines to write, in the syntax of the release: in main.cf where one line serves all who read it, as -o where
// services differ. What they yield is worked out by the same forecast, on the configuration with the lines in it.
#pragma once

#include "report/remedy/postfix_rules.hpp"

namespace smtptls::remedy {

/// How far an advice is followed; each on top of the one before. `users`: what is broken mended, and TLS 1.2 and newer
/// where users submit mail; `suites`: there AEAD suites with forward secrecy only; `world`: TLS 1.2 and newer on
/// port 25.
enum class Goal { users, suites, world };

/// A configuration as it is when the advice up to a goal is followed, and the pieces of advice.
struct Followed {
    PostfixFiles files;
    std::vector<ConfigAdvice> advice;
};

/// Why no lines are written for a configuration, as a sentence; empty if they are.
std::string objection_to_advice(const Deployment& all);

/// The files stay as they are where there is an objection; `advice` then says what is to be done first, if anything is.
Followed follow(const Deployment& all, Goal goal);

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

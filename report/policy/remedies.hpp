// What a judgement's reader can do, and what it costs. Lines are for the server that its greeting names, Postfix or
// Exim; of any other nothing is invented.
#pragma once

#include "model/policy.hpp"
#include "report/policy/seen.hpp"

#include <string>
#include <vector>

namespace smtptls::policy {

/// What it costs to switch old versions or suites off where mail comes in from everybody; empty where the judgement
/// does not ask for that, or the port is another.
std::string cost_of_port_25(const model::Policy& policy, model::Role role, const model::Judgement& judgement);

/// Lines of configuration for what is violated in versions and suites; comments begin with '#'. Empty where nothing
/// is, or the server is not known.
std::vector<std::string> remedy_lines(const model::Policy& policy, const model::Judgement& judgement, const Seen& seen);

}  // namespace smtptls::policy

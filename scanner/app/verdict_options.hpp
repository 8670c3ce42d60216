// What scans and saved scans have in common on the command line: policies, role, waivers, baseline. Files are read
// here, so that a mistaken one ends the program before anything is scanned.
#pragma once

#include "app/help.hpp"
#include "base/expected.hpp"
#include "model/scan_result.hpp"
#include "report/policy/exit_code.hpp"
#include "report/policy/policy.hpp"
#include "report/policy/waiver.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace smtptls::app {

class Line;

struct VerdictOptions {
    std::vector<policy::Policy> policies;
    std::optional<model::Role> role;  ///< for all endpoints; else by the port
    std::vector<policy::Waiver> waivers;
    std::optional<model::ScanResult> baseline;
    std::string baseline_name;
    policy::FailOn fail_on = policy::FailOn::any;
};

/// What a line asks for. Exit code 2 for what is mistaken, 3 for a baseline that cannot be read.
std::variant<VerdictOptions, Leave> checked_verdict(const Line& line);

/// A policy by its name, its alias or its file. The error is a sentence.
base::Expected<policy::Policy, std::string> load_policy(const std::string& name);

}  // namespace smtptls::app

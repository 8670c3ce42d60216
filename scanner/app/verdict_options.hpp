// What scans and saved scans have in common on the command line: policies, role, waivers, baseline. Files are read
// here, so that a mistaken one ends the program before anything is scanned.
#pragma once

#include "app/help.hpp"
#include "model/policy.hpp"
#include "model/scan_result.hpp"
#include "model/waiver.hpp"
#include "report/policy/exit_code.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace smtptls::app {

struct VerdictOptions {
    std::vector<model::Policy> policies;
    std::optional<model::Role> role;  ///< for all endpoints; else by the port
    std::vector<model::Waiver> waivers;
    std::optional<model::ScanResult> baseline;
    std::string baseline_name;
    policy::FailOn fail_on = policy::FailOn::any;
};

/// What the parser fills, before it is checked.
struct RawVerdict {
    std::vector<std::string> policies;
    std::string role = "auto";
    std::string waivers;
    std::string baseline;
    std::string fail_on = "any";
};

/// Adds the options to a command line.
void declare_verdict(CLI::App& cli, RawVerdict& raw);

/// Exit code 2 for what is mistaken, 3 for a baseline that cannot be read.
std::variant<VerdictOptions, Leave> checked_verdict(const RawVerdict& raw, const std::string& command);

}  // namespace smtptls::app

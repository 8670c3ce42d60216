// The command line of `smtptls-scan report`, parsed and checked.
#pragma once

#include "app/output_options.hpp"
#include "app/verdict_options.hpp"

#include <string>
#include <variant>
#include <vector>

namespace smtptls::app {

struct ReportOptions {
    std::string evidence;                                   ///< the file to read; or empty, and:
    std::vector<std::string> scans;                         ///< what --format json wrote
    policy::Inventory inventory = policy::Inventory::none;  ///< CSV in place of the report
    bool suggest_waivers = false;                           ///< a file of waivers in place of it
    VerdictOptions verdict;
    bool suites = false;     ///< list the suites
    bool exchanges = false;  ///< list the connections
    std::vector<Output> outputs;
    Colour colour = Colour::automatic;
    bool sandbox = true;
};

std::variant<ReportOptions, Leave> parse_report_options(int argc, const char* const* argv);

}  // namespace smtptls::app

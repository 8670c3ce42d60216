// The command line of a scan, parsed and checked.
#pragma once

#include "api/scan_options.hpp"
#include "app/output_options.hpp"
#include "app/verdict_options.hpp"
#include "model/target.hpp"

#include <string>
#include <variant>
#include <vector>

namespace smtptls::app {

struct Options {
    std::vector<model::Target> targets;
    std::vector<std::string> notes;  ///< sentences for stderr, before anything is done
    ScanOptions scan;
    bool suites = false;   ///< list the suites
    bool dry_run = false;  ///< say what would be done, and connect to nothing
    std::vector<Output> outputs;
    policy::Inventory inventory = policy::Inventory::none;  ///< CSV on standard output; outputs are then none
    std::string evidence;                                   ///< the file to write; empty: none
    Colour colour = Colour::automatic;
    bool sandbox = true;  ///< give up what the scan does not need
    VerdictOptions verdict;
};

std::variant<Options, Leave> parse_options(int argc, const char* const* argv);

}  // namespace smtptls::app

// The command line of a scan, parsed and checked. The header does not know the parser.
#pragma once

#include "app/output.hpp"
#include "app/verdict_options.hpp"
#include "engine/scan.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace smtptls::app {

struct Options {
    std::vector<model::Target> targets;
    engine::Selection selection;
    std::string ehlo_name;    ///< empty: this machine's
    std::string server_name;  ///< for SNI; empty: the target's name
    std::chrono::milliseconds timeout{30000};
    std::optional<std::chrono::milliseconds> max_time;
    std::size_t max_connections = 4;
    std::chrono::milliseconds pace{0};  ///< least time between two connections to one address
    std::string source_address;         ///< to connect from; empty: the system's choice
    probes::Confirm confirm = probes::Confirm::family;
    std::uint32_t double_check = 0;  ///< cells of each endpoint
    std::uint32_t double_check_seed = 0;
    bool suites = false;             ///< text: list the suites
    bool dry_run = false;            ///< say what would be done, and connect to nothing
    std::size_t max_addresses = 16;  ///< scanned side by side
    std::vector<Output> outputs;
    std::string evidence;  ///< the file to write; empty: none
    VerdictOptions verdict;
    bool verdict_only = false;  ///< ask no more than the policies need

    /// Name and value of what took effect, for the record.
    std::vector<std::pair<std::string, std::string>> described() const;
};

std::variant<Options, Leave> parse_options(int argc, const char* const* argv);

}  // namespace smtptls::app

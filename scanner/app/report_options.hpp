// The command line of `smtptls-scan report`, parsed and checked.
#pragma once

#include "app/output.hpp"

#include <string>
#include <variant>

namespace smtptls::app {

struct ReportOptions {
    std::string evidence;  ///< the file to read
    bool suites = false;   ///< text: list the suites
    std::vector<Output> outputs;
};

std::variant<ReportOptions, Leave> parse_report_options(int argc, const char* const* argv);

}  // namespace smtptls::app

// The command line of `smtptls-scan report`, parsed and checked.
#pragma once

#include "app/help.hpp"
#include "report/format/format.hpp"

#include <string>
#include <variant>

namespace smtptls::app {

struct ReportOptions {
    std::string evidence;  ///< the file to read
    bool suites = false;   ///< text: list the suites
    const report::Format* format = nullptr;
};

std::variant<ReportOptions, Leave> parse_report_options(int argc, const char* const* argv);

}  // namespace smtptls::app

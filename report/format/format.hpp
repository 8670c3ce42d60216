// A format turns a scan into bytes. Pure: no clock, no environment, no terminal.
#pragma once

#include "model/scan_result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::report {

struct Style {
    bool colour = false;  ///< ANSI colours; only the caller knows whether this goes to a terminal
    bool suites = false;  ///< list the accepted suites, not only how many there are in each family
};

struct Format {
    std::string_view name;  ///< as on the command line
    std::string (*write)(const model::ScanResult& result, const Style& style);
};

/// One of each format in formats.def, in its order.
const std::vector<Format>& all_formats();

/// Nullptr if there is none of that name.
const Format* find_format(std::string_view name);

}  // namespace smtptls::report

// A format turns a scan, judged or not, into bytes. Pure: no clock, no environment, no terminal. A report may hold
// tens of thousands of endpoints, so formats give their bytes out in pieces and keep one endpoint's at a time.
#pragma once

#include "base/sink.hpp"
#include "model/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::report {

using base::Sink;

struct Style {
    bool colour = false;  ///< ANSI colours; only the caller knows whether this goes to a terminal
    bool suites = false;  ///< list the accepted suites, not only how many there are in each family
};

struct Format {
    std::string_view name;  ///< as on the command line
    void (*give)(const model::Report& report, const Style& style, const Sink& sink);

    /// All of it as one text. A report without policies is a plain scan.
    std::string write(const model::Report& report, const Style& style) const;
};

/// One of each format in formats.def, in its order.
const std::vector<Format>& all_formats();

/// Nullptr if there is none of that name.
const Format* find_format(std::string_view name);

}  // namespace smtptls::report

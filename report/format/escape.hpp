// Text of others, and sentences that quote it, made fit for where they are to stand. Each function first makes the
// text safe to show (base::shown), so that no control character and nothing invisible is in what it yields.
#pragma once

#include <string>
#include <string_view>

namespace smtptls::report {

/// For HTML and XML, between tags and in quoted attributes: & < > " ' become character references.
std::string markup(std::string_view text);

/// For a label value of the Prometheus text format, without its quotes.
std::string label_value(std::string_view text);

/// For a plugin's output, where | begins the performance data: it becomes \x7c.
std::string plugin_text(std::string_view text);

/// For a performance data label in single quotes: without ' and =.
std::string perfdata_label(std::string_view text);

}  // namespace smtptls::report

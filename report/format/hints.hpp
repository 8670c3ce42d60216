// What could help, in a sentence each: what a scan ran into, and the option that gets further.
#pragma once

#include "model/scan_result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace smtptls::report {

/// A label, empty where it belongs to the line before, and a sentence.
using Hint = std::pair<std::string, std::string>;
using Hints = std::vector<Hint>;

/// About an endpoint that did not get as far as TLS.
Hints hints_of_failure(const model::EndpointResult& endpoint);

/// What limits the server sets to connections, and whether it offers STARTTLS each time.
Hints hints_of_manners(const model::EndpointResult& endpoint);

/// `options`: the scan's, by name. Empty unless a server name, or another one, could get further.
Hints hints_of_name(const model::EndpointResult& endpoint,
                    const std::vector<std::pair<std::string, std::string>>& options);

}  // namespace smtptls::report

// The inventories that PCI DSS v4.0.1 asks for, as CSV (RFC 4180): what a scan saw, whatever a policy says of it.
#pragma once

#include "model/scan_result.hpp"

#include <string>
#include <string_view>

namespace smtptls::policy {

/// `certificates`, requirement 4.2.1.1: a line for each leaf certificate at each endpoint, with issuer and dates.
/// `suites`, requirement 12.3.3: a line for each version and suite that an endpoint accepts, and for each endpoint that
/// could not be told in full. `cbom`: both as one JSON document, a component for each endpoint (cbom.hpp).
enum class Inventory { none, certificates, suites, cbom };

/// The line of its columns' names. Not for `none` and `cbom`.
std::string inventory_head(Inventory inventory);

/// The lines, or the component, of one endpoint; `seen` is when its scan began.
std::string inventory_lines(Inventory inventory, const model::EndpointResult& endpoint, std::string_view seen);

}  // namespace smtptls::policy

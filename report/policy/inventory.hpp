// The inventories that PCI DSS v4.0.1 asks for, as CSV (RFC 4180): what a scan saw, whatever a policy says of it.
#pragma once

#include "model/scan_result.hpp"

#include <string>

namespace smtptls::policy {

/// Requirement 4.2.1.1: a line for each leaf certificate at each endpoint, with issuer and dates.
std::string certificate_inventory(const model::ScanResult& scan);

/// Requirement 12.3.3: a line for each version and suite that an endpoint accepts, and for each endpoint that could
/// not be told in full.
std::string suite_inventory(const model::ScanResult& scan);

}  // namespace smtptls::policy

// What was found as a cryptography bill of materials: CycloneDX 1.6 (ECMA-424), https://cyclonedx.org/docs/1.6/json/.
#pragma once

#include "base/spool.hpp"
#include "model/scan_result.hpp"

#include <string>

namespace smtptls::policy {

/// One endpoint as a component of the document: in it a protocol with its accepted suites for each accepted version,
/// and for each leaf certificate that was seen the certificate, its public key and the algorithm of its signature.
std::string cbom_component(const model::EndpointResult& endpoint);

/// The document of all endpoints, whose components are in `pieces`.
std::string cbom(const model::ScanHead& scan, const base::Spool& pieces);

}  // namespace smtptls::policy

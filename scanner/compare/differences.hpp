// In what the endpoints of one name differ.
#pragma once

#include "compare/certificates.hpp"
#include "compare/endpoint_digest.hpp"
#include "model/side_by_side.hpp"

#include <span>
#include <vector>

namespace smtptls::compare {

/// Of those that were compared. What one of them does not say is no difference; where two others differ in it, it is
/// named as not known.
std::vector<model::Difference> differences(std::span<const EndpointDigest> endpoints, const Certificates& certificates);

}  // namespace smtptls::compare

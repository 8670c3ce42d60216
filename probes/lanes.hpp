// Lists of one version removed side by side: when another one is worth the refusal that it costs.
#pragma once

#include "probes/manner.hpp"

#include <vector>

namespace smtptls::probes {

/// How many of `suites` a server of this manner will likely accept in `version`. `after_refusal`: a list
/// of the same version, with the like of these, was refused.
double expected_choices(const Suites& suites, tls::ProtocolVersion version, const Manner& manner, bool after_refusal);

/// Into how many lanes a list may be divided of which so much is expected, when `found` suites are
/// accepted in the version and `lanes` are there.
std::size_t lanes_worth(double expected, std::size_t found, std::size_t lanes);

/// Whether a list of which so much is expected is asked by itself while there are others beside it that it could join.
bool goes_on(double expected);

}  // namespace smtptls::probes

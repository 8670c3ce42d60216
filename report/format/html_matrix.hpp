// The matrix of versions and cipher families as a table that is understood at a glance: every cell has a colour, a
// sign and words. With policies, what is at fault stands out.
#pragma once

#include "report/format/format.hpp"

#include <set>
#include <string>
#include <vector>

namespace smtptls::report {

/// What findings hold against an endpoint: "TLS 1.0", "TLS 1.2 TLS_RSA_WITH_NULL_SHA".
struct Faults {
    std::set<std::string> counted;
    std::set<std::string> waived;  ///< what somebody has taken on themselves, for some policy
};
Faults faults_of(Judgements judgements);

/// The versions that are columns, newest first.
const std::vector<tls::ProtocolVersion>& shown_versions();

/// One <td> about all suites of a version.
std::string version_cell(const model::EndpointResult& endpoint, tls::ProtocolVersion version, const Faults& faults,
                         bool judged);

/// The <table>, captioned with the endpoint's place.
std::string matrix_table(const model::EndpointResult& endpoint, const Faults& faults, bool judged);

/// What the signs mean; once on a page.
std::string matrix_legend(bool judged);

}  // namespace smtptls::report

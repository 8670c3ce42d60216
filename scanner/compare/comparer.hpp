// Takes the endpoints of a scan one by one, keeps little of each, and says in the end what they show only together.
#pragma once

#include "compare/certificates.hpp"
#include "compare/endpoint_digest.hpp"
#include "model/side_by_side.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace smtptls::compare {

class Comparer {
public:
    /// Each once, in any order.
    void add(const model::EndpointResult& result);

    /// The same in whatever order they came.
    model::SideBySide result() const;

private:
    Certificates certificates_;
    std::set<Offer> offers_;  // those of different endpoints are mostly alike
    std::map<std::string, std::vector<EndpointDigest>> names_;
};

}  // namespace smtptls::compare

// Endpoints beside those of an earlier scan, without any policy: what is accepted now and was not, and the other way
// round (docs/baseline.md).
#pragma once

#include "model/scan_result.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace smtptls::policy {

class AcceptedBefore {
public:
    /// Keeps a reference to `earlier`.
    explicit AcceptedBefore(const model::ScanResult& earlier);

    /// Puts the observations `baseline.*` in the place of those that `now` has.
    void compare(model::EndpointResult& now);

    /// "mail.example.com 192.0.2.1:25": the earlier scan's endpoints with TLS that were not among those compared.
    std::vector<std::string> gone() const;

private:
    struct Entry {
        const model::EndpointResult* result = nullptr;
        bool met = false;
    };

    std::vector<Entry> entries_;
    std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace smtptls::policy

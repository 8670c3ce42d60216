// Several scans as one: endpoints behind each other.
#pragma once

#include "model/scan_result.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace smtptls::model {

struct Merged {
    struct Place {
        std::size_t scan = 0;
        std::size_t endpoint = 0;  ///< of that scan
    };

    ScanHead head;                      ///< that of the first; options that differ say so
    std::vector<Place> places;          ///< the endpoints
    std::vector<std::string> replaced;  ///< of them: "mail.example.com 192.0.2.1:25", once for each time

    /// All of it as one scan; `scans` are those that were merged.
    ScanResult take(std::vector<ScanResult> scans) const;
};

/// Of an endpoint that several scans have (host, address, port) the last one's result counts, in the first one's place.
/// `scans` is not empty.
Merged merge(const std::vector<ScanResult>& scans);

}  // namespace smtptls::model

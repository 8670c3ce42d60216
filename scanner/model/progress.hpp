// How far a scan is, for whoever waits for it.
#pragma once

#include "model/target.hpp"
#include "tls/protocol_version.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace smtptls::model {

/// Of one endpoint, between its first connection and its result.
struct EndpointProgress {
    Endpoint endpoint;
    std::size_t connections = 0;  ///< that have ended
    std::size_t about = 0;        ///< so many it may come to, by servers that are known; 0: more than any of them
    std::optional<tls::ProtocolVersion> version = {};  ///< that was asked about last
    std::size_t throttled = 0;                         ///< times that the server asked us to come back later
    std::int64_t throttled_since = 0;                  ///< the first of them, seconds since 1970
    bool done = false;                                 ///< its result comes next
};

}  // namespace smtptls::model

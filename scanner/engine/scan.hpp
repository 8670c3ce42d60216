// The whole scan, a stream: targets are looked up, what they become waits by address, a few addresses are scanned side
// by side, and each result is told the moment it is there. Nothing is kept of it.
#pragma once

#include "engine/conversation.hpp"
#include "engine/finder.hpp"
#include "model/scan_result.hpp"

#include <functional>
#include <vector>

namespace smtptls::engine {

/// Called as things happen, from the one thread.
struct Watcher {
    /// A target was looked up, and became so many endpoints.
    std::function<void(std::size_t endpoints)> found = {};
    /// The result of each endpoint, in any order. `place` orders them as the targets were named.
    std::function<void(std::size_t place, const model::EndpointResult& result)> endpoint = {};
};

struct Request {
    std::vector<model::Target> targets;
    Selection selection = {};
    Watcher watcher = {};
};

/// What is known of all targets: their endpoints, in their order, and the targets that have none. Looks names up;
/// connects to nothing.
struct Endpoints {
    std::vector<model::TargetFailure> failures;
    std::vector<model::Endpoint> endpoints;
};
net::asio::awaitable<Endpoints> find_endpoints(const Context& context, net::Resolver& resolver, Request request);

/// Looks up and scans all targets. The targets that became no endpoint, in their order. Endpoints named twice are
/// scanned once; endpoints of one address one after the other. After a stop what was not begun is told too.
net::asio::awaitable<std::vector<model::TargetFailure>> scan_targets(const Context& context, net::Resolver& resolver,
                                                                     Request request);

}  // namespace smtptls::engine

// The whole scan: targets to endpoints, endpoints by address, a few addresses side by side.
#pragma once

#include "engine/conversation.hpp"
#include "model/scan_result.hpp"
#include "net/resolver.hpp"

#include <functional>
#include <string>
#include <vector>

namespace smtptls::engine {

enum class Family { any, v4, v6 };

/// How targets become endpoints.
struct Selection {
    Family family = Family::any;
    bool first_address = false;
    model::TlsChoice tls = model::TlsChoice::automatic;
};

/// Called as things happen, from the one thread; may be empty.
struct Watcher {
    std::function<void(const model::EndpointResult&)> endpoint_finished;
};

/// The endpoints of a target with these addresses: each address with the target's port, or with 25,
/// 465 and 587. `addresses` is not empty.
std::vector<model::Endpoint> endpoints_of(const model::Target& target, std::vector<model::IpAddress> addresses,
                                          const Selection& selection);

struct Request {
    std::vector<model::Target> targets;
    Selection selection = {};
    Watcher watcher = {};
};

/// The endpoints of all targets, none twice, and the targets that have none. Looks names up; connects to nothing.
net::asio::awaitable<model::evidence::Found> find_endpoints(const Context& context, net::Resolver& resolver,
                                                            Request request);

/// Resolves and scans all targets. Fills `targets`, `failures` and `endpoints` (in the order of the
/// targets) of the result; the rest is the caller's. Endpoints named twice are scanned once.
net::asio::awaitable<model::ScanResult> scan_targets(const Context& context, net::Resolver& resolver, Request request);

}  // namespace smtptls::engine

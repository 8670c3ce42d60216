// From targets to endpoints: names are looked up, many at a time, and no endpoint is found twice.
#pragma once

#include "engine/slots.hpp"
#include "model/evidence.hpp"
#include "model/target.hpp"
#include "net/resolver.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

namespace smtptls::engine {

/// How targets become endpoints.
struct Selection {
    model::AddressFamily family = model::AddressFamily::any;
    bool first_address = false;
    model::TlsChoice tls = model::TlsChoice::automatic;
    std::size_t most_addresses = 32;         ///< of a name: who owns it says how many there are
    std::vector<model::IpNetwork> excluded;  ///< never connected to
};

/// The endpoints of a target with these addresses: each address with the target's port, or with 25,
/// 465 and 587. `addresses` is not empty.
std::vector<model::Endpoint> endpoints_of(const model::Target& target, std::vector<model::IpAddress> addresses,
                                          const Selection& selection);

class Finder {
public:
    /// All of it lives longer. `timeout` is that of one look-up.
    Finder(const std::vector<model::Target>& targets, const Selection& selection, net::Resolver& resolver,
           std::chrono::milliseconds timeout, net::Stop& stop)
        : targets_(targets), selection_(selection), resolver_(resolver), timeout_(timeout), stop_(stop)
    {
    }

    /// Tells `found` of each target once, as soon as it is looked up, in any order, from the one thread: why it has no
    /// endpoint, or those that no other target had. What the stop leaves is told as cancelled. `room` is waited for
    /// before a look-up begins.
    net::asio::awaitable<void> run(std::function<void(model::evidence::Found)> found,
                                   std::function<net::asio::awaitable<void>()> room);

private:
    net::asio::awaitable<void> guarded_look_up(std::size_t target);
    net::asio::awaitable<void> look_up(std::size_t target);
    std::string limit(std::vector<model::IpAddress>& addresses) const;
    void settle(std::size_t target, base::Expected<std::vector<std::string>, base::Failure> texts);

    const std::vector<model::Target>& targets_;
    const Selection& selection_;
    net::Resolver& resolver_;
    std::chrono::milliseconds timeout_;
    net::Stop& stop_;
    std::function<void(model::evidence::Found)> found_;
    Slots* slots_ = nullptr;
    bool broken_ = false;
    std::unordered_set<std::string> known_;  // endpoints, by host, address and port
};

}  // namespace smtptls::engine

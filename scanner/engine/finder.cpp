#include "engine/finder.hpp"

#include "net/task_group.hpp"

#include <algorithm>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using base::Failure;
using model::AddressFamily;
using model::Endpoint;
using model::IpAddress;
using model::Target;
using Addresses = base::Expected<std::vector<std::string>, Failure>;

constexpr std::size_t look_ups_at_a_time = 16;

bool belongs(const IpAddress& address, AddressFamily family)
{
    return family == AddressFamily::any || address.is_v6() == (family == AddressFamily::v6);
}

// Short, since there is one for each endpoint until the end: the port in two bytes, the address, and the host if it is
// a name.
std::string key_of(const Endpoint& endpoint)
{
    const std::string address = endpoint.address.format();
    std::string key{static_cast<char>(endpoint.port >> 8U), static_cast<char>(endpoint.port & 0xffU)};
    key += address;
    return endpoint.host == address ? key : key + " " + endpoint.host;
}

Failure failure_of(base::Reason reason, const std::string& words)
{
    return {base::Stage::resolve, reason, base::UntrustedText(words)};
}

std::string words_of_none(AddressFamily family)
{
    return family == AddressFamily::v6 ? "no IPv6 address (asked for with -6)" : "no IPv4 address (asked for with -4)";
}

}  // namespace

asio::awaitable<void> Finder::run(std::function<void(model::evidence::Found)> found,
                                  std::function<asio::awaitable<void>()> room)
{
    found_ = std::move(found);
    const auto executor = co_await asio::this_coro::executor;
    Slots slots(executor, look_ups_at_a_time);
    slots_ = &slots;
    net::TaskGroup look_ups(executor);
    for (std::size_t target = 0; target < targets_.size() && !broken_; ++target) {
        co_await room();
        while (!targets_[target].address && !slots.free() && !stop_.requested()) {
            co_await slots.wait();
        }
        look_ups.start(guarded_look_up(target));
    }
    co_await look_ups.join();
}

// Who cannot take what was found is told of nothing more.
asio::awaitable<void> Finder::guarded_look_up(std::size_t target)
{
    try {
        co_await look_up(target);
    } catch (...) {
        broken_ = true;
        stop_.request();
        throw;
    }
}

asio::awaitable<void> Finder::look_up(std::size_t target)
{
    if (targets_[target].address) {
        settle(target, std::vector<std::string>{});
        co_return;
    }
    const auto executor = co_await asio::this_coro::executor;
    const Slot slot(*slots_, executor);
    const net::Deadline deadline = net::Clock::now() + timeout_;
    Addresses texts = co_await resolver_.resolve(targets_[target].host, deadline, stop_);
    settle(target, std::move(texts));
}

void Finder::settle(std::size_t number, Addresses texts)
{
    const Target& target = targets_[number];
    model::evidence::Found found{.target = number};
    if (!texts) {
        found.failure = texts.error();
        found_(std::move(found));
        return;
    }
    std::vector<IpAddress> addresses;
    if (target.address) {
        addresses.push_back(*target.address);
    }
    for (const std::string& text : *texts) {
        if (const auto address = IpAddress::parse(text)) {
            addresses.push_back(*address);
        }
    }
    const AddressFamily family = selection_.family;
    std::erase_if(addresses, [family](const IpAddress& address) { return !belongs(address, family); });
    if (addresses.empty()) {
        found.failure = failure_of(base::Reason::not_found, words_of_none(family));
    } else if (const std::string words = limit(addresses); !words.empty()) {
        found.failure = failure_of(base::Reason::left_out, words);
    }
    if (!addresses.empty()) {
        found.endpoints = endpoints_of(target, std::move(addresses), selection_);
        std::erase_if(found.endpoints,
                      [this](const Endpoint& endpoint) { return !known_.insert(key_of(endpoint)).second; });
    }
    found_(std::move(found));
}

// Leaves out what is not to be scanned; returns what that was, or nothing.
std::string Finder::limit(std::vector<IpAddress>& addresses) const
{
    std::string untouched;
    std::erase_if(addresses, [&](const IpAddress& address) {
        const bool excluded = std::ranges::any_of(
            selection_.excluded, [&](const model::IpNetwork& network) { return network.contains(address); });
        untouched += excluded && untouched.empty() ? address.format() : "";
        return excluded;
    });
    std::string words;
    if (!untouched.empty()) {
        words = untouched + (addresses.empty() ? "" : ", one of its addresses,") + " is not connected to (--exclude)";
    }
    if (addresses.size() > selection_.most_addresses && !selection_.first_address) {
        words += (words.empty() ? "" : "; ") + ("it has " + std::to_string(addresses.size())) +
                 " addresses, of which the first " + std::to_string(selection_.most_addresses) +
                 " are scanned (--addresses-per-name)";
        addresses.resize(selection_.most_addresses);
    }
    return words;
}

std::vector<Endpoint> endpoints_of(const Target& target, std::vector<IpAddress> addresses, const Selection& selection)
{
    if (selection.first_address) {
        addresses.resize(1);
    }
    const bool both_families = std::ranges::any_of(
        addresses, [&](const IpAddress& address) { return address.is_v6() != addresses.front().is_v6(); });
    const std::vector<std::uint16_t> ports = model::ports_of(target);
    const model::TlsChoice tls = target.tls.value_or(selection.tls);
    std::vector<Endpoint> endpoints;
    for (const IpAddress& address : addresses) {
        for (const std::uint16_t port : ports) {
            Endpoint endpoint{target.host, address, port, model::tls_mode(tls, port), !target.port, both_families};
            endpoint.server_name = target.server_name;
            endpoint.role = target.role;
            endpoint.unicode_host = target.unicode_host;
            endpoints.push_back(std::move(endpoint));
        }
    }
    return endpoints;
}

}  // namespace smtptls::engine

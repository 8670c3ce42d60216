#include "engine/scan.hpp"

#include "engine/endpoint_scan.hpp"
#include "interview/interview.hpp"
#include "net/task_group.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <tuple>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using base::Failure;
using model::Endpoint;
using model::IpAddress;
using model::Target;

constexpr std::array<std::uint16_t, 3> default_ports = {25, 465, 587};

using Key = std::tuple<std::string, IpAddress, std::uint16_t>;

Key key_of(const Endpoint& endpoint)
{
    return {endpoint.host, endpoint.address, endpoint.port};
}

bool belongs(const IpAddress& address, Family family)
{
    return family == Family::any || address.is_v6() == (family == Family::v6);
}

class Scan {
public:
    Scan(const Context& context, net::Resolver& resolver, Selection selection, Watcher watcher)
        : context_(context), resolver_(resolver), selection_(selection), watcher_(std::move(watcher))
    {
    }

    asio::awaitable<model::evidence::Found> find(const std::vector<Target>& targets);
    asio::awaitable<model::ScanResult> run(std::vector<Target> targets);

private:
    void add_focuses(model::evidence::Found& found) const;
    asio::awaitable<void> find_endpoints(const Target& target);
    asio::awaitable<base::Expected<std::vector<IpAddress>, Failure>> addresses_of(const Target& target);
    asio::awaitable<void> scan_addresses();
    void queue_by_address();

    const Context& context_;
    net::Resolver& resolver_;
    Selection selection_;
    Watcher watcher_;
    model::ScanResult result_;
    std::vector<Endpoint> endpoints_;
    std::deque<std::vector<Endpoint>> queue_;  // one entry for each address
    std::map<Key, model::EndpointResult> finished_;
};

// Forty domains on one provider are one queue, not a flood.
void Scan::queue_by_address()
{
    std::map<IpAddress, std::size_t> place;
    for (const Endpoint& endpoint : endpoints_) {
        const auto [at, fresh] = place.emplace(endpoint.address, queue_.size());
        if (fresh) {
            queue_.emplace_back();
        }
        queue_[at->second].push_back(endpoint);
    }
}

asio::awaitable<model::evidence::Found> Scan::find(const std::vector<Target>& targets)
{
    for (const Target& target : targets) {
        result_.targets.push_back(target.text);
        co_await find_endpoints(target);
    }
    model::evidence::Found found{result_.failures, endpoints_, {}, {}};
    add_focuses(found);
    co_return found;
}

void Scan::add_focuses(model::evidence::Found& found) const
{
    for (std::size_t i = 0; i < endpoints_.size() && context_.focus; ++i) {
        model::Focus focus = context_.focus(endpoints_[i]);
        const auto same = std::find(found.focuses.begin(), found.focuses.end(), focus);
        found.focus_of.push_back(static_cast<std::size_t>(same - found.focuses.begin()));
        if (same == found.focuses.end()) {
            found.focuses.push_back(std::move(focus));
        }
    }
}

asio::awaitable<model::ScanResult> Scan::run(std::vector<Target> targets)
{
    const model::evidence::Found all = co_await find(targets);
    if (context_.witness) {
        context_.witness(all);
    }
    queue_by_address();
    const auto executor = co_await asio::this_coro::executor;
    net::TaskGroup workers(executor);
    const std::size_t width = std::min(context_.settings.addresses, queue_.size());
    for (std::size_t i = 0; i < width; ++i) {
        workers.start(scan_addresses());
    }
    co_await workers.join();
    for (const Endpoint& endpoint : endpoints_) {
        const auto found = finished_.find(key_of(endpoint));
        result_.endpoints.push_back(found != finished_.end() ? std::move(found->second)
                                                             : interview::never_begun(endpoint));
    }
    co_return std::move(result_);
}

asio::awaitable<void> Scan::scan_addresses()
{
    while (!queue_.empty() && !context_.stop.requested()) {
        const std::vector<Endpoint> endpoints = std::move(queue_.front());
        queue_.pop_front();
        for (const Endpoint& endpoint : endpoints) {
            model::EndpointResult result = co_await scan_endpoint(context_, endpoint);
            if (watcher_.endpoint_finished) {
                watcher_.endpoint_finished(result);
            }
            finished_.emplace(key_of(endpoint), std::move(result));
        }
    }
}

asio::awaitable<void> Scan::find_endpoints(const Target& target)
{
    auto addresses = co_await addresses_of(target);
    if (!addresses) {
        result_.failures.push_back({target.text, addresses.error()});
        co_return;
    }
    for (Endpoint& endpoint : endpoints_of(target, std::move(*addresses), selection_)) {
        const bool known = std::any_of(endpoints_.begin(), endpoints_.end(),
                                       [&](const Endpoint& other) { return key_of(other) == key_of(endpoint); });
        if (!known) {
            endpoints_.push_back(std::move(endpoint));
        }
    }
}

asio::awaitable<base::Expected<std::vector<IpAddress>, Failure>> Scan::addresses_of(const Target& target)
{
    std::vector<IpAddress> addresses;
    if (target.address) {
        addresses.push_back(*target.address);
    } else {
        const net::Deadline deadline = net::Clock::now() + context_.settings.step_timeout;
        const auto texts = co_await resolver_.resolve(target.host, deadline, context_.stop);
        if (!texts) {
            const base::Unexpected<Failure> failure(texts.error());
            co_return failure;
        }
        for (const std::string& text : *texts) {
            if (const auto address = IpAddress::parse(text)) {
                addresses.push_back(*address);
            }
        }
    }
    const Family family = selection_.family;
    std::erase_if(addresses, [family](const IpAddress& address) { return !belongs(address, family); });
    if (addresses.empty()) {
        const char* const words =
            family == Family::v6 ? "no IPv6 address (asked for with -6)" : "no IPv4 address (asked for with -4)";
        const base::Unexpected<Failure> failure(
            Failure{base::Stage::resolve, base::Reason::not_found, base::UntrustedText(words)});
        co_return failure;
    }
    co_return addresses;
}

}  // namespace

std::vector<Endpoint> endpoints_of(const Target& target, std::vector<IpAddress> addresses, const Selection& selection)
{
    if (selection.first_address) {
        addresses.resize(1);
    }
    const bool both_families = std::any_of(addresses.begin(), addresses.end(), [&](const IpAddress& address) {
        return address.is_v6() != addresses.front().is_v6();
    });
    const std::vector<std::uint16_t> ports =
        target.port ? std::vector{*target.port} : std::vector(default_ports.begin(), default_ports.end());
    std::vector<Endpoint> endpoints;
    for (const IpAddress& address : addresses) {
        for (const std::uint16_t port : ports) {
            endpoints.push_back(
                {target.host, address, port, model::tls_mode(selection.tls, port), !target.port, both_families});
        }
    }
    return endpoints;
}

asio::awaitable<model::evidence::Found> find_endpoints(const Context& context, net::Resolver& resolver, Request request)
{
    Scan scan(context, resolver, request.selection, {});
    co_return co_await scan.find(request.targets);
}

asio::awaitable<model::ScanResult> scan_targets(const Context& context, net::Resolver& resolver, Request request)
{
    Scan scan(context, resolver, request.selection, std::move(request.watcher));
    co_return co_await scan.run(std::move(request.targets));
}

}  // namespace smtptls::engine

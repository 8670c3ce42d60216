#include "engine/scan.hpp"

#include "engine/endpoint_scan.hpp"
#include "interview/interview.hpp"
#include "net/task_group.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <list>
#include <map>
#include <optional>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using model::Endpoint;
using model::IpAddress;
using model::evidence::Found;

// So many endpoints may wait; then no more names are looked up until some are done.
constexpr std::size_t most_waiting = 1024;

// A place among all: those of a target stand together.
constexpr std::size_t places_of_a_target = std::size_t{1} << 20U;

struct Waiting {
    std::size_t place = 0;
    Endpoint endpoint;
};

// What waits, by address: forty domains on one provider are one queue, not a flood.
class AddressQueues {
public:
    std::size_t waiting() const { return waiting_; }

    /// Whether there is an address that nobody works at.
    bool any() const { return !next_.empty(); }

    void push(Waiting one)
    {
        const IpAddress address = one.endpoint.address;
        const auto [queue, fresh] = queues_.try_emplace(address);
        if (fresh) {
            next_.push_back(address);
        }
        queue->second.push_back(std::move(one));
        ++waiting_;
    }

    /// The next address, which is worked at from now on until pop() yields nothing.
    IpAddress begin()
    {
        const IpAddress address = next_.front();
        next_.pop_front();
        return address;
    }

    std::optional<Waiting> pop(const IpAddress& address)
    {
        const auto queue = queues_.find(address);
        if (queue->second.empty()) {
            queues_.erase(queue);
            return std::nullopt;
        }
        Waiting one = std::move(queue->second.front());
        queue->second.pop_front();
        --waiting_;
        return one;
    }

    /// What nobody came to.
    template <typename See>
    void each(See see) const
    {
        for (const auto& [address, queue] : queues_) {
            std::ranges::for_each(queue, see);
        }
    }

private:
    std::map<IpAddress, std::list<Waiting>> queues_;  // an empty deque takes half a kilobyte
    std::deque<IpAddress> next_;
    std::size_t waiting_ = 0;
};

class Scan {
public:
    Scan(const Context& context, net::Resolver& resolver, Request request, const asio::any_io_executor& executor)
        : context_(context),
          resolver_(resolver),
          request_(std::move(request)),
          slots_(executor, context.settings.addresses),
          addresses_(executor),
          changed_(executor)
    {
    }

    asio::awaitable<std::vector<model::TargetFailure>> run();

private:
    asio::awaitable<void> guarded(asio::awaitable<void> task);
    asio::awaitable<void> find();
    asio::awaitable<void> room();
    void take(Found found);
    void add_focuses(Found& found);
    asio::awaitable<void> dispatch();
    asio::awaitable<void> scan_address(IpAddress address);
    void finish(std::size_t place, const model::EndpointResult& result);

    const Context& context_;
    net::Resolver& resolver_;
    const Request request_;
    Slots slots_;
    net::TaskGroup addresses_;
    net::Event changed_;
    bool all_found_ = false;
    std::exception_ptr error_;  // of whoever could not take a result, such as a full disk: the first
    AddressQueues queues_;
    std::map<std::size_t, base::Failure> failures_;  // by target
    std::vector<model::Focus> focuses_;
};

asio::awaitable<std::vector<model::TargetFailure>> Scan::run()
{
    addresses_.start(guarded(find()));
    co_await dispatch();
    co_await addresses_.join();
    if (error_) {
        std::rethrow_exception(error_);
    }
    queues_.each([this](const Waiting& one) { finish(one.place, interview::never_begun(one.endpoint)); });
    std::vector<model::TargetFailure> failures;
    for (auto& [target, failure] : failures_) {
        failures.push_back({request_.targets[target].text, std::move(failure)});
    }
    co_return failures;
}

// What one of them throws ends all of them: nothing that is scanned any more would be of use.
asio::awaitable<void> Scan::guarded(asio::awaitable<void> task)
{
    try {
        co_await std::move(task);
    } catch (...) {
        error_ = error_ ? error_ : std::current_exception();
        all_found_ = true;
        context_.stop.request();
    }
    changed_.notify();
}

asio::awaitable<void> Scan::find()
{
    Finder finder(request_.targets, request_.selection, resolver_, context_.settings.step_timeout, context_.stop);
    auto found = [this](Found one) { take(std::move(one)); };
    auto room = [this] { return this->room(); };
    co_await finder.run(std::move(found), std::move(room));
    all_found_ = true;
}

asio::awaitable<void> Scan::room()
{
    while (queues_.waiting() >= most_waiting && !context_.stop.requested()) {
        co_await changed_.wait();
    }
}

void Scan::take(Found found)
{
    add_focuses(found);
    if (context_.witness) {
        context_.witness(found);
    }
    if (request_.watcher.found) {
        request_.watcher.found(found.endpoints.size());
    }
    std::size_t place = found.target * places_of_a_target;
    for (Endpoint& endpoint : found.endpoints) {
        queues_.push({place++, std::move(endpoint)});
    }
    if (found.failure) {
        failures_[found.target] = *std::move(found.failure);
    }
    changed_.notify();
}

// There are as many as there are roles; each is told once.
void Scan::add_focuses(Found& found)
{
    for (std::size_t i = 0; i < found.endpoints.size() && context_.focus; ++i) {
        model::Focus focus = context_.focus(found.endpoints[i]);
        const auto same = std::ranges::find(focuses_, focus);
        found.focus_of.push_back(static_cast<std::size_t>(same - focuses_.begin()));
        if (same == focuses_.end()) {
            found.focuses.push_back(focus);
            focuses_.push_back(std::move(focus));
        }
    }
}

asio::awaitable<void> Scan::dispatch()
{
    while (!context_.stop.requested() && (!all_found_ || queues_.any())) {
        if (!queues_.any()) {
            co_await changed_.wait();
        } else if (!slots_.free()) {
            co_await slots_.wait();
        } else {
            addresses_.start(guarded(scan_address(queues_.begin())));
        }
    }
}

asio::awaitable<void> Scan::scan_address(IpAddress address)
{
    const auto executor = co_await asio::this_coro::executor;
    Slot slot(slots_, executor);
    while (!context_.stop.requested()) {
        const auto one = queues_.pop(address);
        if (!one) {
            break;
        }
        Account account;
        slot.wait_for_contact();
        const model::EndpointResult result = co_await scan_endpoint(context_, one->endpoint, slot, account);
        finish(one->place, result);
        changed_.notify();
    }
}

void Scan::finish(std::size_t place, const model::EndpointResult& result)
{
    if (request_.watcher.endpoint) {
        request_.watcher.endpoint(place, result);
    }
}

}  // namespace

asio::awaitable<Endpoints> find_endpoints(const Context& context, net::Resolver& resolver, Request request)
{
    std::map<std::size_t, Found> by_target;
    Finder finder(request.targets, request.selection, resolver, context.settings.step_timeout, context.stop);
    auto found = [&by_target](Found one) { by_target.emplace(one.target, std::move(one)); };
    auto room = []() -> asio::awaitable<void> { co_return; };
    co_await finder.run(std::move(found), std::move(room));
    Endpoints all;
    for (auto& [target, of_it] : by_target) {
        if (of_it.failure) {
            all.failures.push_back({request.targets[target].text, *std::move(of_it.failure)});
        }
        std::ranges::move(of_it.endpoints, std::back_inserter(all.endpoints));
    }
    co_return all;
}

asio::awaitable<std::vector<model::TargetFailure>> scan_targets(const Context& context, net::Resolver& resolver,
                                                                Request request)
{
    const auto executor = co_await asio::this_coro::executor;
    Scan scan(context, resolver, std::move(request), executor);
    co_return co_await scan.run();
}

}  // namespace smtptls::engine

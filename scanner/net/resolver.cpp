#include "net/resolver.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <netdb.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace smtptls::net {
namespace {

using Addresses = base::Expected<std::vector<std::string>, base::Failure>;
using base::Failure;
using base::Reason;
using base::Stage;
using base::UntrustedText;

base::Unexpected<Failure> failed(Reason reason, const char* words)
{
    return base::Unexpected<Failure>(Failure{Stage::resolve, reason, UntrustedText(words)});
}

// EAI_AGAIN is a server that did not answer: not the same as a name that does not exist.
Reason reason_of_lookup(int error)
{
    switch (error) {
        case EAI_NONAME:
#ifdef EAI_NODATA
        case EAI_NODATA:
#endif
            return Reason::not_found;
        case EAI_AGAIN: return Reason::timed_out;
        default: return Reason::local_error;
    }
}

Addresses look_up(const std::string& host)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (error != 0) {
        return failed(reason_of_lookup(error), gai_strerror(error));
    }
    std::vector<std::string> addresses;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
            continue;
        }
        const std::string address(text.data());
        if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) {
            addresses.push_back(address);
        }
    }
    freeaddrinfo(list);
    if (addresses.empty()) {
        return failed(Reason::not_found, "no address");
    }
    return addresses;
}

// What the thread and the coroutine share. Without `done` the coroutine has gone, and perhaps its
// executor too: the thread then touches neither.
struct LookUp {
    std::mutex mutex;
    std::optional<asio::steady_timer> done;
    Addresses addresses = failed(Reason::timed_out, "no answer in time");
};

void run(const std::shared_ptr<LookUp>& shared, const std::string& host)
{
    Addresses addresses = look_up(host);
    const std::lock_guard lock(shared->mutex);
    if (!shared->done) {
        return;
    }
    shared->addresses = std::move(addresses);
    asio::post(shared->done->get_executor(), [shared] {
        const std::lock_guard again(shared->mutex);
        if (shared->done) {
            shared->done->cancel();
        }
    });
}

asio::awaitable<Transferred> wait_for(LookUp& shared)
{
    co_await shared.done->async_wait(token);
    co_return Transferred(error_code(), 0);
}

}  // namespace

asio::awaitable<Addresses> SystemResolver::resolve(std::string host, Deadline deadline, Stop& stop)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto shared = std::make_shared<LookUp>();
    shared->done.emplace(executor, Deadline::max());
    std::thread([shared, host] { run(shared, host); }).detach();
    auto operation = wait_for(*shared);
    const auto [error, unused] = co_await race(std::move(operation), deadline, stop);
    const std::lock_guard lock(shared->mutex);
    shared->done.reset();
    if (error == asio::error::operation_aborted) {
        co_return failed(Reason::cancelled, "");
    }
    co_return shared->addresses;
}

}  // namespace smtptls::net

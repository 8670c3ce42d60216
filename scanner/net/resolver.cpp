#include "net/resolver.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <netdb.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace smtptls::net {
namespace {

using Texts = base::Expected<std::vector<std::string>, base::Failure>;
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

Texts look_up(const std::string& host)
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
    Texts texts = failed(Reason::timed_out, "no answer in time");
};

Texts look_up_canonical_name(const std::string& host)
{
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    addrinfo* list = nullptr;
    const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (error != 0) {
        return failed(reason_of_lookup(error), gai_strerror(error));
    }
    const std::vector<std::string> names = {list->ai_canonname != nullptr ? list->ai_canonname : ""};
    freeaddrinfo(list);
    return names;
}

using Work = Texts (*)(const std::string& host);

// Threads that are left behind when their time is up wait for the resolver for as long as it likes.
constexpr int most_threads = 512;
std::atomic<int> threads = 0;

void run(const std::shared_ptr<LookUp>& shared, Work work, const std::string& host)
{
    Texts texts = work(host);
    --threads;
    const std::lock_guard lock(shared->mutex);
    if (!shared->done) {
        return;
    }
    shared->texts = std::move(texts);
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

// Too little memory for a stack, or a limit on threads, is this look-up's trouble and nobody else's.
bool start(const std::shared_ptr<LookUp>& shared, Work work, const std::string& host)
{
    ++threads;
    try {
        std::thread([shared, work, host] { run(shared, work, host); }).detach();
        return true;
    } catch (const std::system_error&) {
        --threads;
        return false;
    }
}

asio::awaitable<Texts> in_a_thread(Work work, std::string host, Deadline deadline, Stop& stop)
{
    if (stop.requested()) {
        co_return failed(Reason::cancelled, "");
    }
    while (threads >= most_threads && Clock::now() < deadline && !stop.requested()) {
        const Deadline soon = std::min(deadline, Clock::now() + std::chrono::milliseconds(50));
        co_await sleep_until(soon, stop);
    }
    if (threads >= most_threads) {
        co_return failed(Reason::timed_out, "too many names are waited for that were given up");
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto shared = std::make_shared<LookUp>();
    shared->done.emplace(executor, Deadline::max());
    if (!start(shared, work, host)) {
        co_return failed(Reason::local_error, "no thread could be started to look the name up");
    }
    auto operation = wait_for(*shared);
    const auto [error, unused] = co_await race(std::move(operation), deadline, stop);
    const std::lock_guard lock(shared->mutex);
    shared->done.reset();
    if (error == asio::error::operation_aborted) {
        co_return failed(Reason::cancelled, "");
    }
    co_return shared->texts;
}

}  // namespace

asio::awaitable<Texts> SystemResolver::resolve(std::string host, Deadline deadline, Stop& stop)
{
    return in_a_thread(look_up, std::move(host), deadline, stop);
}

asio::awaitable<Texts> SystemResolver::canonical_name(std::string host, Deadline deadline, Stop& stop)
{
    return in_a_thread(look_up_canonical_name, std::move(host), deadline, stop);
}

}  // namespace smtptls::net

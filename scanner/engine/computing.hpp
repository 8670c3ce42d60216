// What OpenSSL computes for handshakes, beside the loop that serves every connection: one server with a large prime for
// DH must not keep all the others waiting.
#pragma once

#include "net/connection.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>

namespace smtptls::engine {

/// What one endpoint costs us, and others through us.
struct Account {
    /// After so much processor time no more of its handshakes are completed.
    static constexpr std::chrono::seconds budget{5};

    std::atomic<std::chrono::nanoseconds> spent{};  ///< of processor time; by the threads that compute
    std::size_t fetched = 0;                        ///< questions to web servers that its certificates name
    bool costly = false;                            ///< it showed numbers that take long to compute with

    bool overdrawn() const { return spent.load() > budget; }

    /// A flight showed this group: "DH 4096".
    void saw_group(const std::string& group);
};

class Computing {
public:
    /// Where no thread can be started everything is computed on the loop.
    explicit Computing(net::Stop& stop);
    ~Computing();
    Computing(const Computing&) = delete;
    Computing& operator=(const Computing&) = delete;

    /// Runs `work` on a thread of ours, the cheap endpoints' on another one than the costly ones', and adds what it
    /// took of processor time to the account. False if the stop came before its turn: it was not run.
    net::asio::awaitable<bool> run(Account& account, std::function<void()> work);

private:
    net::Stop& stop_;
    std::optional<net::asio::thread_pool> cheap_;
    // Of the same priority: on a busy machine a lower one would make the end of a scan wait for ten times as long.
    std::optional<net::asio::thread_pool> costly_;
};

}  // namespace smtptls::engine

// A network in memory for the engine's tests: a connector whose servers are machines of the test's own, and a resolver
// that knows what it is told.
#pragma once

#include "net/connection.hpp"
#include "net/resolver.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::engine {

/// One side of a connection: what it says first, and what to each piece of the client's bytes. Says nothing: silence.
class FakeServer {
public:
    virtual ~FakeServer() = default;
    virtual base::Bytes greeting() { return {}; }
    virtual base::Bytes answer(base::ByteView) { return {}; }
    virtual bool hangs_up() const { return false; }  ///< when all that it said was read
};

/// Answers each address and port as `serve` does, refuses where that is null, and counts.
class FakeNet : public net::Connector {
public:
    using Texts = base::Expected<std::unique_ptr<net::Connection>, base::Failure>;

    std::function<std::unique_ptr<FakeServer>(const net::Peer& peer)> serve;
    std::map<std::string, int> open = {};  ///< by address
    std::map<std::string, int> most_open = {};
    std::size_t most_addresses = 0;       ///< with open connections at a time
    std::vector<std::string> order = {};  ///< "address:port" of each connection

    net::asio::awaitable<Texts> connect(net::Peer peer, net::Deadline, net::Stop&) override
    {
        order.push_back(peer.address + ":" + std::to_string(peer.port));
        std::unique_ptr<FakeServer> server = serve(peer);
        const auto executor = co_await net::asio::this_coro::executor;
        // As on a network, it takes a turn of the loop.
        net::asio::steady_timer turn(executor, net::Clock::duration::zero());
        co_await turn.async_wait(net::token);
        if (server == nullptr) {
            const base::Unexpected<base::Failure> refused(
                base::Failure{base::Stage::connect, base::Reason::refused, base::UntrustedText("Connection refused")});
            co_return refused;
        }
        co_return std::make_unique<FakeConnection>(*this, peer.address, std::move(server), executor);
    }

private:
    class FakeConnection : public net::Connection {
    public:
        FakeConnection(FakeNet& net, std::string address, std::unique_ptr<FakeServer> server,
                       const net::asio::any_io_executor& executor)
            : net_(net), address_(std::move(address)), server_(std::move(server)), came_(executor)
        {
            said_ = server_->greeting();
            const int now = ++net_.open[address_];
            net_.most_open[address_] = std::max(net_.most_open[address_], now);
            const auto busy = [](const auto& one) { return one.second > 0; };
            const auto addresses = std::count_if(net_.open.begin(), net_.open.end(), busy);
            net_.most_addresses = std::max(net_.most_addresses, static_cast<std::size_t>(addresses));
        }
        ~FakeConnection() override { --net_.open[address_]; }
        FakeConnection(const FakeConnection&) = delete;
        FakeConnection& operator=(const FakeConnection&) = delete;

        net::asio::awaitable<net::Transferred> read_some(net::asio::mutable_buffer into) override
        {
            while (said_.empty() && !server_->hangs_up()) {
                co_await came_.wait();
                const auto state = co_await net::asio::this_coro::cancellation_state;
                if (state.cancelled() != net::asio::cancellation_type::none) {
                    co_return net::Transferred(net::asio::error::operation_aborted, 0);
                }
            }
            if (said_.empty()) {
                co_return net::Transferred(net::asio::error::eof, 0);
            }
            const std::size_t size = net::asio::buffer_copy(into, net::asio::buffer(said_));
            said_.erase(said_.begin(), said_.begin() + static_cast<std::ptrdiff_t>(size));
            co_return net::Transferred(net::error_code(), size);
        }

        net::asio::awaitable<net::Transferred> write(net::asio::const_buffer all) override
        {
            const base::ByteView bytes(static_cast<const std::uint8_t*>(all.data()), all.size());
            const base::Bytes back = server_->answer(bytes);
            said_.insert(said_.end(), back.begin(), back.end());
            came_.notify();
            co_return net::Transferred(net::error_code(), all.size());
        }

        void close() override {}
        std::string local_address() const override { return "192.0.2.200"; }
        std::uint16_t local_port() const override { return 40000; }

    private:
        FakeNet& net_;
        std::string address_;
        std::unique_ptr<FakeServer> server_;
        net::Event came_;
        base::Bytes said_;
    };
};

/// Names that it does not know never answer.
class FakeResolver : public net::Resolver {
public:
    using Texts = base::Expected<std::vector<std::string>, base::Failure>;

    std::map<std::string, std::vector<std::string>> known;

    net::asio::awaitable<Texts> resolve(std::string host, net::Deadline deadline, net::Stop& stop) override
    {
        if (known.contains(host)) {
            co_return known.at(host);
        }
        const net::error_code error = co_await net::sleep_until(deadline, stop);
        const bool stopped = error == net::asio::error::operation_aborted;
        const base::Unexpected<base::Failure> failure(
            base::Failure{base::Stage::resolve, stopped ? base::Reason::cancelled : base::Reason::timed_out});
        co_return failure;
    }

    net::asio::awaitable<Texts> canonical_name(std::string host, net::Deadline, net::Stop&) override
    {
        co_return std::vector<std::string>{host};
    }
};

}  // namespace smtptls::engine

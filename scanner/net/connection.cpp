#include "net/connection.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <functional>

namespace smtptls::net {
namespace {

using asio::ip::tcp;
using base::Failure;
using base::Reason;
using base::Stage;
using base::UntrustedText;

constexpr std::size_t read_size = 4096;  // a flight; each connection has a buffer of its own

Reason reason_of(const error_code& error)
{
    if (error == asio::error::connection_refused) {
        return Reason::refused;
    }
    if (error == asio::error::connection_reset || error == asio::error::broken_pipe ||
        error == asio::error::connection_aborted) {
        return Reason::reset;
    }
    if (error == asio::error::eof) {
        return Reason::closed;
    }
    if (error == asio::error::timed_out) {
        return Reason::timed_out;
    }
    if (error == asio::error::host_unreachable || error == asio::error::network_unreachable ||
        error == asio::error::network_down || error == boost::system::errc::address_not_available) {
        return Reason::unreachable;
    }
    return error == asio::error::operation_aborted ? Reason::cancelled : Reason::local_error;
}

asio::awaitable<Transferred> connect_operation(tcp::socket& socket, tcp::endpoint endpoint)
{
    const auto [error] = co_await socket.async_connect(endpoint, token);
    co_return Transferred(error, 0);
}

Deadline deadline_of(const base::MachineRef& machine, const Limits& limits)
{
    constexpr Clock::duration brief = std::chrono::seconds(1);
    return Clock::now() + (machine.brief() ? std::min(brief, limits.step_timeout) : limits.step_timeout);
}

void end(base::MachineRef& machine, const error_code& error)
{
    if (error == asio::error::eof) {
        machine.peer_closed();
    } else {
        machine.broke(reason_of(error));
    }
}

class TcpConnection : public Connection {
public:
    explicit TcpConnection(tcp::socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<Transferred> read_some(asio::mutable_buffer into) override
    {
        return socket_.async_read_some(into, token);
    }

    asio::awaitable<Transferred> write(asio::const_buffer all) override
    {
        return asio::async_write(socket_, all, token);
    }

    void close() override
    {
        error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_both, ignored);
        socket_.close(ignored);
    }

    std::string local_address() const override
    {
        error_code error;
        const auto endpoint = socket_.local_endpoint(error);
        return error ? std::string() : endpoint.address().to_string();
    }

    std::uint16_t local_port() const override
    {
        error_code error;
        const auto endpoint = socket_.local_endpoint(error);
        return error ? std::uint16_t{0} : endpoint.port();
    }

private:
    tcp::socket socket_;
};

}  // namespace

asio::awaitable<base::Expected<std::unique_ptr<Connection>, Failure>> TcpConnector::connect(Peer peer,
                                                                                            Deadline deadline,
                                                                                            Stop& stop)
{
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    error_code error;
    const auto address = asio::ip::make_address(peer.address, error);
    const tcp::endpoint endpoint(address, peer.port);
    if (!error) {
        socket.open(endpoint.protocol(), error);
    }
    if (!error && !peer.source.empty()) {
        const auto source = asio::ip::make_address(peer.source, error);
        if (!error) {
            socket.bind(tcp::endpoint(source, 0), error);
        }
    }
    if (!error) {
        auto operation = connect_operation(socket, endpoint);
        const auto done = co_await race(std::move(operation), deadline, stop);
        error = std::get<0>(done);
    }
    if (error) {
        const std::string words = error.message();
        const base::Unexpected<Failure> failure(Failure{Stage::connect, reason_of(error), UntrustedText(words)});
        co_return failure;
    }
    socket.set_option(tcp::no_delay(true), error);
    co_return std::make_unique<TcpConnection>(std::move(socket));
}

asio::awaitable<void> pump(Connection& connection, base::MachineRef machine, Limits& limits, Stop& stop, Mover mover)
{
    std::array<std::uint8_t, read_size> buffer{};
    unsigned step = machine.step();
    Deadline deadline = deadline_of(machine, limits);
    while (machine.want() != base::Want::nothing) {
        if (machine.step() != step) {
            step = machine.step();
            deadline = deadline_of(machine, limits);
        }
        const bool writing = machine.want() == base::Want::write;
        const std::size_t room = std::min(buffer.size(), limits.bytes);
        if (!writing && room == 0) {
            machine.broke(Reason::protocol_error);
            continue;
        }
        const base::ByteView out = machine.output();
        auto operation = writing ? connection.write(asio::const_buffer(out.data(), out.size()))
                                 : connection.read_some(asio::mutable_buffer(buffer.data(), room));
        const auto [error, size] = co_await race(std::move(operation), deadline, stop);
        if (error) {
            end(machine, error);
            continue;
        }
        const base::ByteView came(buffer.data(), writing ? 0 : size);
        limits.bytes -= came.size();
        if (writing) {
            machine.written();
            continue;
        }
        if (!mover) {
            machine.received(came);
            continue;
        }
        // The time until it was our turn is not the server's.
        const auto before = Clock::now();
        std::function<void()> move = [&machine, came] { machine.received(came); };
        auto moving = mover(std::move(move));
        const bool moved = co_await std::move(moving);
        deadline += Clock::now() - before;
        if (!moved) {
            machine.broke(Reason::cancelled);
        }
    }
}

}  // namespace smtptls::net

// Connections, and the pump that drives any machine over one. Moves bytes; has never heard of SMTP or TLS.
#pragma once

#include "base/expected.hpp"
#include "base/machine.hpp"
#include "net/race.hpp"

#include <boost/asio/buffer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace smtptls::net {

/// Where to connect to, and from which address of ours (empty: the system's choice); addresses are text as
/// inet_pton reads it.
struct Peer {
    std::string address;
    std::uint16_t port = 0;
    std::string source = {};
};

/// Bytes there and back. What an operation was given lives until it ends or is cancelled.
class Connection {
public:
    virtual ~Connection() = default;

    virtual asio::awaitable<Transferred> read_some(asio::mutable_buffer into) = 0;  ///< some, at least one byte
    virtual asio::awaitable<Transferred> write(asio::const_buffer all) = 0;

    /// Ends our half, then all of it.
    virtual void close() = 0;

    /// Our own end, without the port, and the port; empty and 0 if nobody knows.
    virtual std::string local_address() const = 0;
    virtual std::uint16_t local_port() const = 0;
};

/// Where connections come from: the network, or a test.
class Connector {
public:
    virtual ~Connector() = default;

    /// Failure: stage connect with refused, unreachable, timed_out, reset, cancelled or local_error (out of sockets,
    /// say) and the system's words.
    virtual asio::awaitable<base::Expected<std::unique_ptr<Connection>, base::Failure>> connect(Peer peer,
                                                                                                Deadline deadline,
                                                                                                Stop& stop) = 0;
};

/// TCP; no Nagle delay.
class TcpConnector : public Connector {
public:
    asio::awaitable<base::Expected<std::unique_ptr<Connection>, base::Failure>> connect(Peer peer, Deadline deadline,
                                                                                        Stop& stop) override;
};

/// What a server may take of us. Each step of a machine has `step_timeout`, however many pieces the answer comes
/// in, so that a server that sends a byte a second cannot hold us for ever; a brief one a second at most. `bytes` is
/// what may still be received.
struct Limits {
    Clock::duration step_timeout;
    std::size_t bytes;
};

/// Does what moves a machine: elsewhere, if it takes long. False: it was not done, since all is to end.
using Mover = std::function<asio::awaitable<bool>(std::function<void()> move)>;

/// Drives `machine` until it wants nothing more, and takes what it receives from `limits.bytes`, which lives as
/// long as the connection. A machine that wants more than that is told of a protocol_error.
asio::awaitable<void> pump(Connection& connection, base::MachineRef machine, Limits& limits, Stop& stop,
                           Mover mover = {});

}  // namespace smtptls::net

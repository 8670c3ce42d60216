// A TCP connection, and the pump that drives any machine over it. Moves bytes; has never heard of
// SMTP or TLS.
#pragma once

#include "base/expected.hpp"
#include "base/machine.hpp"
#include "net/race.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace smtptls::net {

/// Where to connect to, and from which address of ours (empty: the system's choice); addresses are text as
/// inet_pton reads it.
struct Peer {
    std::string address;
    std::uint16_t port = 0;
    std::string source = {};
};

/// The reason behind a socket's error: refused, reset, closed, unreachable, timed_out, cancelled,
/// else local_error.
base::Reason reason_of(const error_code& error);

/// Connects; no Nagle delay. Failure: stage connect with refused, unreachable, timed_out, reset,
/// cancelled or local_error (out of sockets, say) and the system's words.
asio::awaitable<base::Expected<asio::ip::tcp::socket, base::Failure>> connect(Peer peer, Deadline deadline, Stop& stop);

/// What a server may take of us. Each step of a machine has `step_timeout`, however many pieces the answer comes
/// in, so that a server that sends a byte a second cannot hold us for ever; a brief one a second at most. `bytes` is
/// what may still be received.
struct Limits {
    Clock::duration step_timeout;
    std::size_t bytes;
};

/// Drives `machine` until it wants nothing more, and takes what it receives from `limits.bytes`, which lives as
/// long as the connection. A machine that wants more than that is told of a protocol_error.
asio::awaitable<void> pump(asio::ip::tcp::socket& socket, base::MachineRef machine, Limits& limits, Stop& stop);

/// Ends our half with FIN and closes.
void close(asio::ip::tcp::socket& socket);

/// Our own address of a connection, without port, and the port; empty and 0 if the system does not say.
std::string local_address(const asio::ip::tcp::socket& socket);
std::uint16_t local_port(const asio::ip::tcp::socket& socket);

}  // namespace smtptls::net

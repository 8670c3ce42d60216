// One accepted connection: bytes in and out, outside TLS and inside, each network step under an
// absolute deadline. The first reason for which it ended stays. Always held by a shared_ptr.
#pragma once

#include "script.hpp"
#include "tls_session.hpp"
#include "transcript.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::lab {

namespace asio = boost::asio;
using Deadline = std::chrono::steady_clock::time_point;

/// The most bytes of what has no end.
inline constexpr std::size_t most_flooded = 64U << 20U;

class Link : public std::enable_shared_from_this<Link> {
public:
    /// `idle` bounds each write, and each wait that names no deadline of its own.
    Link(asio::ip::tcp::socket socket, std::chrono::milliseconds idle);

    Deadline soon() const { return std::chrono::steady_clock::now() + idle_; }

    /// Some bytes (plaintext inside TLS); empty when the link has ended.
    asio::awaitable<std::string> read(Deadline deadline);

    /// Waits until there is something to read, and leaves it unread; false when the link has ended.
    asio::awaitable<bool> arrival(Deadline deadline);

    /// False when the link has ended. The pause is the one set for these bytes by `drip`.
    asio::awaitable<bool> write(std::string text);

    /// The same for records of TLS that someone else has made.
    asio::awaitable<bool> write_records(std::string records) { return send(std::move(records), tls_pause_); }

    /// Waits; false if the program ends meanwhile.
    asio::awaitable<bool> pause(Seconds time);

    /// True when TLS is up; else `tls()->failure()` or `ending()` tells why.
    asio::awaitable<bool> handshake(std::unique_ptr<TlsSession> session, Deadline deadline);

    /// Reads and forgets until the client leaves or the deadline is over.
    asio::awaitable<void> swallow(Deadline deadline);

    /// close_notify inside TLS, FIN, and a short wait for the client's own, so that bytes still on
    /// their way do not turn our FIN into a RST.
    asio::awaitable<void> leave(Ending why);

    void reset();  ///< RST, at once
    void stop();   ///< the program ends: whatever is awaited returns
    void drip(Seconds pause, Seconds tls_pause);

    bool has_unread() const;  ///< the client has sent what nobody asked for yet
    const TlsSession* tls() const { return tls_.get(); }
    std::optional<Ending> ending() const { return ending_; }

private:
    asio::awaitable<std::string_view> receive(Deadline deadline);
    asio::awaitable<bool> send(std::string bytes, Seconds pause);
    asio::awaitable<bool> send_some(const char* bytes, std::size_t size);
    void watch(Deadline deadline);
    void unwatch();
    void end(Ending why);
    void note(const boost::system::error_code& error);

    asio::ip::tcp::socket socket_;
    asio::steady_timer watchdog_;
    asio::steady_timer pauser_;
    std::chrono::milliseconds idle_;
    Seconds pause_{0};
    Seconds tls_pause_{0};
    bool watched_ = false;
    bool bitten_ = false;
    std::optional<Ending> ending_;
    std::unique_ptr<TlsSession> tls_;
    std::array<char, 4096> chunk_{};
};

}  // namespace smtptls::lab

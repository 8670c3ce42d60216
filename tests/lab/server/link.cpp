// A connection under deadlines. The deadline is a watchdog that cancels the socket: one timer for
// each link, no race of coroutines.
#include "link.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace smtptls::lab {

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds longest_farewell{2};

}  // namespace

Link::Link(asio::ip::tcp::socket socket, std::chrono::milliseconds idle)
    : socket_(std::move(socket)), watchdog_(socket_.get_executor()), pauser_(socket_.get_executor()), idle_(idle)
{
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Link::end(Ending why)
{
    if (!ending_) {
        ending_ = why;
    }
}

void Link::note(const boost::system::error_code& error)
{
    if (bitten_) {
        end(Ending::timeout);
    } else if (error == asio::error::eof) {
        end(Ending::fin);
    } else if (error == asio::error::connection_reset || error == asio::error::broken_pipe) {
        end(Ending::rst);
    } else {
        end(Ending::closed);
    }
}

void Link::watch(Deadline deadline)
{
    watched_ = true;
    watchdog_.expires_at(deadline);
    watchdog_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto link = weak.lock();
        if (error || !link || !link->watched_ || link->watchdog_.expiry() > std::chrono::steady_clock::now()) {
            return;
        }
        link->bitten_ = true;
        boost::system::error_code ignored;
        link->socket_.cancel(ignored);
    });
}

void Link::unwatch()
{
    watched_ = false;
    watchdog_.cancel();
}

asio::awaitable<std::string_view> Link::receive(Deadline deadline)
{
    if (ending_ == Ending::shutdown) {
        co_return std::string_view();
    }
    const auto room = asio::buffer(chunk_);
    watch(deadline);
    const auto [error, size] = co_await socket_.async_read_some(room, token);
    unwatch();
    if (error) {
        note(error);
        co_return std::string_view();
    }
    co_return std::string_view(chunk_.data(), size);
}

asio::awaitable<bool> Link::send_some(const char* bytes, std::size_t size)
{
    const auto buffer = asio::buffer(bytes, size);
    watch(soon());
    const auto [error, sent] = co_await asio::async_write(socket_, buffer, token);
    unwatch();
    if (error) {
        note(error);
    }
    co_return !error && sent == size;
}

asio::awaitable<bool> Link::send(std::string bytes, Seconds pause_between)
{
    if (ending_) {
        co_return false;
    }
    if (bytes.empty()) {
        co_return true;
    }
    if (pause_between.count() <= 0) {
        co_return co_await send_some(bytes.data(), bytes.size());
    }
    for (const char& byte : bytes) {
        const bool sent = co_await send_some(&byte, 1);
        if (!sent) {
            co_return false;
        }
        const bool goes_on = co_await pause(pause_between);
        if (!goes_on) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<std::string> Link::read(Deadline deadline)
{
    while (!ending_) {
        if (tls_ == nullptr) {
            const auto plain = co_await receive(deadline);
            co_return std::string(plain);
        }
        auto text = tls_->decrypt();
        const bool sent = co_await send(tls_->output(), tls_pause_);
        if (!text.empty()) {
            co_return text;
        }
        if (tls_->over()) {
            end(tls_->alerts().empty() ? Ending::closed : Ending::fin);
        } else if (sent) {
            const auto records = co_await receive(deadline);
            tls_->received(records);
        }
    }
    co_return std::string();
}

asio::awaitable<bool> Link::arrival(Deadline deadline)
{
    if (ending_) {
        co_return false;
    }
    watch(deadline);
    const auto [error] = co_await socket_.async_wait(asio::ip::tcp::socket::wait_read, token);
    unwatch();
    if (error) {
        note(error);
    }
    co_return !error;
}

asio::awaitable<bool> Link::write(std::string text)
{
    if (tls_ == nullptr) {
        co_return co_await send(std::move(text), pause_);
    }
    if (ending_) {
        co_return false;
    }
    tls_->encrypt(text);
    co_return co_await send(tls_->output(), tls_pause_);
}

asio::awaitable<bool> Link::pause(Seconds time)
{
    if (ending_ == Ending::shutdown) {
        co_return false;
    }
    pauser_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(time));
    const auto [error] = co_await pauser_.async_wait(token);
    co_return !error && ending_ != Ending::shutdown;
}

asio::awaitable<bool> Link::handshake(std::unique_ptr<TlsSession> session, Deadline deadline)
{
    tls_ = std::move(session);
    while (true) {
        const auto step = tls_->handshake();
        // A refusal has an alert to send, too.
        const bool sent = co_await send(tls_->output(), tls_pause_);
        if (step != TlsSession::Step::more || !sent) {
            co_return step == TlsSession::Step::done&& sent;
        }
        const auto records = co_await receive(deadline);
        if (records.empty()) {
            co_return false;
        }
        tls_->received(records);
    }
}

asio::awaitable<void> Link::swallow(Deadline deadline)
{
    while (true) {
        const auto bytes = co_await receive(deadline);
        if (bytes.empty()) {
            co_return;
        }
    }
}

asio::awaitable<void> Link::leave(Ending why)
{
    const bool peer_is_there = !ending_;
    if (peer_is_there && tls_ != nullptr) {
        tls_->say_close_notify();
        co_await send(tls_->output(), tls_pause_);
    }
    end(why);
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    if (peer_is_there) {
        const auto deadline = std::chrono::steady_clock::now() + longest_farewell;
        co_await swallow(deadline);
    }
    socket_.close(ignored);
}

void Link::reset()
{
    end(Ending::closed);
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

void Link::stop()
{
    end(Ending::shutdown);
    pauser_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Link::drip(Seconds pause_between, Seconds tls_pause_between)
{
    pause_ = pause_between;
    tls_pause_ = tls_pause_between;
}

bool Link::has_unread() const
{
    boost::system::error_code ignored;
    return socket_.available(ignored) > 0 || (tls_ != nullptr && tls_->has_unread());
}

}  // namespace smtptls::lab

// A connection whose other side says what it was told to say, in pieces, and then hangs up or falls silent.
#pragma once

#include "net/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::net {

class RecordedConnection : public Connection {
public:
    enum class Then { hang_up, silence, repeat };  ///< behind the last piece

    explicit RecordedConnection(std::vector<std::string> pieces, Then then = Then::hang_up)
        : pieces_(std::move(pieces)), then_(then)
    {
    }

    std::string written = {};
    std::size_t read = 0;  ///< bytes

    asio::awaitable<Transferred> read_some(asio::mutable_buffer into) override
    {
        if (next_ == pieces_.size() && then_ == Then::repeat) {
            --next_;
        }
        if (next_ == pieces_.size()) {
            if (then_ == Then::silence) {
                const auto executor = co_await asio::this_coro::executor;
                asio::steady_timer never(executor, Deadline::max());
                co_await never.async_wait(token);
            }
            co_return Transferred(asio::error::eof, 0);
        }
        std::string& piece = pieces_[next_];
        const std::size_t size = asio::buffer_copy(into, asio::buffer(piece));
        const bool whole = size == piece.size();
        if (!(whole && then_ == Then::repeat && next_ + 1 == pieces_.size())) {
            piece.erase(0, size);
        }
        next_ += whole ? 1 : 0;
        read += size;
        co_return Transferred(error_code(), size);
    }

    asio::awaitable<Transferred> write(asio::const_buffer all) override
    {
        written.append(static_cast<const char*>(all.data()), all.size());
        co_return Transferred(error_code(), all.size());
    }

    void close() override {}
    std::string local_address() const override { return ""; }
    std::uint16_t local_port() const override { return 0; }

private:
    std::vector<std::string> pieces_;
    Then then_;
    std::size_t next_ = 0;
};

/// Runs a coroutine to its end.
template <typename Result>
Result ended(asio::awaitable<Result> task)
{
    asio::io_context io(1);
    std::optional<Result> result;
    asio::co_spawn(io, std::move(task), [&result](const std::exception_ptr& error, Result all) {
        if (error) {
            std::rethrow_exception(error);
        }
        result = std::move(all);
    });
    io.run();
    return std::move(result.value());
}

}  // namespace smtptls::net

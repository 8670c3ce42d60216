#include "net/race.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include <optional>
#include <variant>

namespace smtptls::net {

// Registers a timer with the stop for as long as it is waited for.
class StopWait {
public:
    StopWait(Stop& stop, asio::steady_timer& timer) : stop_(stop), timer_(timer) { stop_.waits_.insert(&timer_); }
    ~StopWait() { stop_.waits_.erase(&timer_); }
    StopWait(const StopWait&) = delete;
    StopWait& operator=(const StopWait&) = delete;

private:
    Stop& stop_;
    asio::steady_timer& timer_;
};

void Stop::request()
{
    requested_ = true;
    for (asio::steady_timer* const timer : waits_) {
        timer->cancel();
    }
}

asio::awaitable<Transferred> race(asio::awaitable<Transferred> operation, Deadline deadline, Stop& stop)
{
    using namespace asio::experimental::awaitable_operators;
    if (stop.requested()) {
        co_return Transferred(asio::error::operation_aborted, 0);
    }
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, deadline);
    const StopWait registered(stop, timer);
    auto wait = timer.async_wait(token);
    const auto winner = co_await (std::move(operation) || std::move(wait));
    if (const auto* const done = std::get_if<0>(&winner)) {
        co_return *done;
    }
    const error_code why =
        stop.requested() ? error_code(asio::error::operation_aborted) : error_code(asio::error::timed_out);
    co_return Transferred(why, 0);
}

asio::awaitable<error_code> sleep_until(Deadline deadline, Stop& stop)
{
    if (stop.requested()) {
        co_return asio::error::operation_aborted;
    }
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, deadline);
    const StopWait registered(stop, timer);
    const auto [error] = co_await timer.async_wait(token);
    co_return error;
}

Event::Event(const asio::any_io_executor& executor) : timer_(executor, Deadline::max())
{
}

asio::awaitable<void> Event::wait()
{
    co_await timer_.async_wait(token);
}

void Event::notify()
{
    timer_.cancel();
}

}  // namespace smtptls::net

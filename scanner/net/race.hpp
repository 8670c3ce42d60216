// Deadlines, the stop of a whole scan, and the one place where an operation races a timer. House
// rules for Asio with g++ 12: docs/ARCHITECTURE.md, "Asio".
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <set>
#include <tuple>

namespace smtptls::net {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

/// A point in time, not a span: passing it on does not make it longer.
using Deadline = Clock::time_point;

/// The one completion token: errors are values, exceptions are bugs.
inline constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// Ends every wait that was given it, at once and once for all. One thread, but for what says otherwise.
class Stop {
public:
    /// Every race() under way ends with operation_aborted, and so does every later one.
    void request();
    bool requested() const { return requested_; }  ///< on any thread

private:
    friend class StopWait;
    std::atomic<bool> requested_ = false;
    std::set<asio::steady_timer*> waits_;
};

using Transferred = std::tuple<error_code, std::size_t>;

/// What `operation` ends with; timed_out if the deadline comes first; operation_aborted if the stop
/// does. The operation is cancelled then, and has ended when this returns.
asio::awaitable<Transferred> race(asio::awaitable<Transferred> operation, Deadline deadline, Stop& stop);

/// Waits until the deadline; operation_aborted if the stop comes first.
asio::awaitable<error_code> sleep_until(Deadline deadline, Stop& stop);

/// Something to wait for that has no time: `notify` wakes all who wait now.
class Event {
public:
    explicit Event(const asio::any_io_executor& executor);
    asio::awaitable<void> wait();
    void notify();

private:
    asio::steady_timer timer_;
};

}  // namespace smtptls::net

// Children awaited where they are started: the coroutines of one parent, joined by it.
#pragma once

#include "net/race.hpp"

#include <exception>

namespace smtptls::net {

/// The parent must `co_await join()` before the group is destroyed.
class TaskGroup {
public:
    explicit TaskGroup(const asio::any_io_executor& executor) : executor_(executor), ended_(executor) {}
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    void start(asio::awaitable<void> task);

    /// Waits for all; throws the first exception one of them ended with: a bug, by rule.
    asio::awaitable<void> join();

private:
    asio::any_io_executor executor_;
    Event ended_;
    std::size_t running_ = 0;
    std::exception_ptr first_error_;
};

}  // namespace smtptls::net

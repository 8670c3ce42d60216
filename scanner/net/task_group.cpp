#include "net/task_group.hpp"

#include <boost/asio/co_spawn.hpp>

namespace smtptls::net {

void TaskGroup::start(asio::awaitable<void> task)
{
    ++running_;
    asio::co_spawn(executor_, std::move(task), [this](const std::exception_ptr& error) {
        --running_;
        if (error && !first_error_) {
            first_error_ = error;
        }
        ended_.notify();
    });
}

asio::awaitable<void> TaskGroup::join()
{
    while (running_ > 0) {
        co_await ended_.wait();
    }
    if (first_error_) {
        std::rethrow_exception(first_error_);
    }
}

}  // namespace smtptls::net

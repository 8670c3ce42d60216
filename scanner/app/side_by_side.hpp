// Work of many equal parts on all processors.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace smtptls::app {

/// Calls `work` once with each number below `count`, on as many threads as there are processors, eight at most, or as
/// can be started; parts begin in order, and all are done when it returns. `work` may be called by several threads at a
/// time. What it throws first is thrown again when no other is at work, and no more parts are begun.
template <typename Work>
void side_by_side(std::size_t count, const Work& work)
{
    constexpr std::size_t most = 8;
    std::atomic<std::size_t> next = 0;
    std::exception_ptr thrown;
    std::mutex mutex;
    const auto share = [&] {
        try {
            for (std::size_t part = next++; part < count; part = next++) {
                work(part);
            }
        } catch (...) {
            const std::lock_guard lock(mutex);
            thrown = thrown ? thrown : std::current_exception();
            next = count;
        }
    };
    const std::size_t processors = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most);
    std::vector<std::jthread> others;
    others.reserve(most);
    try {
        while (others.size() + 1 < std::min(processors, count)) {
            others.emplace_back(share);
        }
    } catch (const std::system_error&) {
        // A limit on threads: there are enough, since one is.
    }
    share();
    others.clear();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

}  // namespace smtptls::app

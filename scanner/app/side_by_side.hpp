// Work of many equal parts on all processors.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace smtptls::app {

/// Calls `work` once with each number below `count`, on as many threads as there are processors, eight at most; parts
/// begin in order, and all are done when it returns. `work` may be called by several threads at a time; it throws
/// nothing.
template <typename Work>
void side_by_side(std::size_t count, const Work& work)
{
    constexpr std::size_t most = 8;
    std::atomic<std::size_t> next = 0;
    const auto share = [&] {
        for (std::size_t part = next++; part < count; part = next++) {
            work(part);
        }
    };
    const std::size_t processors = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most);
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min(processors, count); ++i) {
        others.emplace_back(share);
    }
    share();
}

}  // namespace smtptls::app

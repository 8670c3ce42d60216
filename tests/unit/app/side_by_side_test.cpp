// Work on all processors: every part is done, once, before it returns.
#include "app/side_by_side.hpp"
#include "catch.hpp"
#include "unit/child.hpp"

#include <atomic>
#include <new>
#include <thread>
#include <vector>

namespace smtptls::app {
namespace {

TEST_CASE("each part is done once, be they none, one or many", "[app]")
{
    for (const std::size_t count : {0U, 1U, 2U, 5000U}) {
        INFO(count);
        std::vector<std::atomic<int>> done(count);
        side_by_side(count, [&](std::size_t part) { ++done[part]; });
        CHECK(std::ranges::all_of(done, [](const std::atomic<int>& times) { return times == 1; }));
    }
}

TEST_CASE("what one part throws ends the work and reaches who asked for it", "[app]")
{
    std::atomic<int> done = 0;
    const auto work = [&done](std::size_t part) {
        if (part == 3) {
            throw std::bad_alloc();
        }
        ++done;
    };
    CHECK_THROWS_AS(side_by_side(1000, work), std::bad_alloc);
    CHECK(done < 1000);
}

TEST_CASE("what another thread than the caller's throws reaches the caller", "[app]")
{
    if (std::thread::hardware_concurrency() < 2) {
        WARN("skipped: one processor");
        return;
    }
    const std::thread::id caller = std::this_thread::get_id();
    std::atomic<bool> thrown = false;
    const auto work = [&](std::size_t) {
        if (std::this_thread::get_id() == caller) {
            thrown.wait(false);
            return;
        }
        thrown = true;
        thrown.notify_all();
        throw std::bad_alloc();
    };
    CHECK_THROWS_AS(side_by_side(1000, work), std::bad_alloc);
}

TEST_CASE("where no thread can be started one does all parts", "[app]")
{
    const auto deed = [] {
        int done = 0;
        const bool alone = testing::forbid_threads();
        side_by_side(1000, [&done](std::size_t) { ++done; });
        return alone && done == 1000;
    };
    CHECK(testing::in_child(deed));
}

}  // namespace
}  // namespace smtptls::app

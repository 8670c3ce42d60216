// Handshakes are computed apart, and what they cost is kept by address.
#include "engine/computing.hpp"

#include "catch.hpp"
#include "unit/child.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;

struct Ran {
    bool done = false;
    std::thread::id thread;
};

Ran run(Computing& computing, Account& account, const std::function<void()>& work = {})
{
    Ran ran;
    asio::io_context io(1);
    const auto task = [&]() -> asio::awaitable<void> {
        std::function<void()> noted = [&] {
            ran.thread = std::this_thread::get_id();
            if (work) {
                work();
            }
        };
        ran.done = co_await computing.run(account, std::move(noted));
    };
    asio::co_spawn(io, task(), asio::detached);
    io.run();
    return ran;
}

TEST_CASE("the handshakes of costly addresses have a thread of their own, and none is that of the loop", "[engine]")
{
    net::Stop stop;
    Computing computing(stop);
    Account cheap;
    Account costly;
    costly.saw_group("DH 8192");
    Account spent;
    spent.spent = std::chrono::seconds(1);
    const Ran first = run(computing, cheap);
    CHECK(first.done);
    CHECK(first.thread != std::this_thread::get_id());
    CHECK(run(computing, cheap).thread == first.thread);
    const Ran second = run(computing, costly);
    CHECK(second.thread != first.thread);
    CHECK(run(computing, spent).thread == second.thread);
}

TEST_CASE("what was computed is on the account of its address, and what slept is not", "[engine]")
{
    net::Stop stop;
    Computing computing(stop);
    Account account;
    run(computing, account, [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
    CHECK_FALSE(account.overdrawn());
    run(computing, account, [] {
        volatile unsigned sum = 0;
        for (unsigned i = 0; i < 1000000; ++i) {
            sum = sum + i;
        }
    });
    CHECK(account.spent.load().count() > 0);
    account.spent = Account::budget + std::chrono::nanoseconds(1);
    CHECK(account.overdrawn());
}

TEST_CASE("what did not have its turn before the stop is not computed", "[engine]")
{
    net::Stop stop;
    Computing computing(stop);
    Account account;
    stop.request();
    bool worked = false;
    CHECK_FALSE(run(computing, account, [&worked] { worked = true; }).done);
    CHECK_FALSE(worked);
}

TEST_CASE("where no thread can be started the loop computes", "[engine]")
{
    const auto deed = [] {
        net::Stop stop;
        const bool alone = testing::forbid_threads();
        Computing computing(stop);
        Account account;
        const Ran ran = run(computing, account);
        return alone && ran.done && ran.thread == std::this_thread::get_id();
    };
    CHECK(testing::in_child(deed));
}

TEST_CASE("a group of usual size is not costly", "[engine]")
{
    Account account;
    for (const char* const group : {"x25519", "DH 2048", "DH 3072", "DH", "DH x", ""}) {
        account.saw_group(group);
    }
    CHECK_FALSE(account.costly);
    account.saw_group("DH 4096");
    CHECK(account.costly);
}

}  // namespace
}  // namespace smtptls::engine

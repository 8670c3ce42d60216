// Room for a few at a time, lent to others by who is not heard of.
#include "engine/slots.hpp"

#include "catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;

template <typename Task>
void run(Task task)
{
    asio::io_context io(1);
    asio::co_spawn(io, task(io.get_executor()), asio::detached);
    io.run();
}

TEST_CASE("who is not heard of lends its slot, and waits for one when it is", "[engine]")
{
    std::string told;
    run([&told](asio::any_io_executor executor) -> asio::awaitable<void> {
        Slots slots(executor, 1);
        Slot silent(slots, executor);
        told += slots.free() ? "free " : "taken ";
        while (!slots.free()) {
            co_await slots.wait();
        }
        auto other = std::make_unique<Slot>(slots, executor);
        co_await other->hold();
        told += slots.free() ? "free " : "taken ";
        asio::co_spawn(
            executor,
            [&]() -> asio::awaitable<void> {
                told += "ends ";
                other.reset();
                co_return;
            },
            asio::detached);
        co_await silent.hold();
        told += slots.free() ? "free" : "taken";
    });
    CHECK(told == "taken taken ends taken");
}

TEST_CASE("who is heard of in time keeps its slot", "[engine]")
{
    bool was_free = true;
    run([&was_free](asio::any_io_executor executor) -> asio::awaitable<void> {
        Slots slots(executor, 1);
        Slot slot(slots, executor);
        co_await slot.hold();
        asio::steady_timer timer(executor, 2 * Slot::patience);
        co_await timer.async_wait(net::token);
        was_free = slots.free();
    });
    CHECK_FALSE(was_free);
}

}  // namespace
}  // namespace smtptls::engine

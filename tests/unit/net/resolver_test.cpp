// Names are looked up by threads, and a thread may not be had.
#include "net/resolver.hpp"

#include "catch.hpp"
#include "unit/child.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>

namespace smtptls::net {
namespace {

TEST_CASE("where no thread can be started a look-up fails by itself, and says so", "[net]")
{
    const auto deed = [] {
        const bool alone = testing::forbid_threads();
        asio::io_context io(1);
        SystemResolver resolver;
        Stop stop;
        std::optional<base::Failure> failure;
        const auto task = [&]() -> asio::awaitable<void> {
            auto look_up = resolver.resolve("localhost", Clock::now() + std::chrono::hours(1), stop);
            const auto texts = co_await std::move(look_up);
            failure = texts ? std::optional<base::Failure>() : texts.error();
        };
        asio::co_spawn(io, task(), asio::detached);
        io.run();
        return alone && failure && failure->reason == base::Reason::local_error &&
               failure->text.escaped() == "no thread could be started to look the name up";
    };
    CHECK(testing::in_child(deed));
}

}  // namespace
}  // namespace smtptls::net

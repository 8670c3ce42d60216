// How the governor shrinks, waits and recovers, by a clock of the test's own.
#include "engine/governor.hpp"

#include "catch.hpp"

namespace smtptls::engine {
namespace {

using namespace std::chrono_literals;
using Time = Governor::Time;

const Time start = Time(1000s);

// As many good answers, 100 ms apart; the time afterwards.
Time good(Governor& governor, int count, Time now)
{
    for (int i = 0; i < count; ++i) {
        now += 100ms;
        governor.learn(Sign::good, now - 100ms, now);
    }
    return now;
}

TEST_CASE("an untroubled server gets all connections at once and no pause", "[governor]")
{
    Governor governor(4, 0ms, start, 1);
    for (int i = 0; i < 4; ++i) {
        CHECK(governor.reserve(start) == start);
    }
    good(governor, 100, start);
    CHECK(governor.width() == 4);
    CHECK(governor.pace() == 0ms);
    CHECK(governor.troubles() == 0);
}

TEST_CASE("a pace that was asked for keeps starts apart, and recovery does not undercut it", "[governor]")
{
    Governor governor(4, 500ms, start, 1);
    CHECK(governor.reserve(start) == start);
    CHECK(governor.reserve(start) == start + 500ms);
    CHECK(governor.reserve(start) == start + 1000ms);
    good(governor, 200, start);
    CHECK(governor.pace() == 500ms);
}

TEST_CASE("a 421 halves the width, sets a pace, and makes everybody wait", "[governor]")
{
    Governor governor(8, 0ms, start, 1);
    const Time now = good(governor, 5, start);
    governor.learn(Sign::told_off, now - 50ms, now);
    CHECK(governor.width() == 4);
    CHECK(governor.pace() > 0ms);
    CHECK(governor.not_before() >= now + 500ms);
    CHECK(governor.not_before() <= now + 1500ms);
    CHECK(governor.reserve(now) >= governor.not_before());
}

TEST_CASE("connections that were under way when it showed are the same trouble", "[governor]")
{
    Governor governor(8, 0ms, start, 1);
    for (int i = 0; i < 8; ++i) {
        governor.learn(Sign::told_off, start + 1ms, start + 100ms + i * 1ms);
    }
    CHECK(governor.troubles() == 1);
    CHECK(governor.width() == 4);
}

TEST_CASE("waits grow while it goes on, to half a minute and no more", "[governor]")
{
    Governor governor(1, 0ms, start, 1);
    Time now = start;
    for (int i = 0; i < 12; ++i) {
        const Time started = governor.reserve(now);
        now = started + 10ms;
        governor.learn(Sign::told_off, started, now);
        CHECK(governor.not_before() - now <= 45s);
    }
    CHECK(governor.not_before() - now >= 15s);
    CHECK(governor.width() == 1);
}

TEST_CASE("what the server let us do with the waits becomes the pace", "[governor]")
{
    Governor governor(1, 0ms, start, 1);
    Time now = good(governor, 10, start);
    governor.learn(Sign::told_off, now, now + 1ms);
    now += 20s;
    governor.learn(Sign::good, now - 100ms, now);
    CHECK(governor.pace() >= 2s);
    CHECK(governor.pace() <= 2500ms);
}

TEST_CASE("many good answers bring width and pace back, later after each trouble", "[governor]")
{
    Governor governor(4, 0ms, start, 1);
    Time now = start + 1s;
    governor.learn(Sign::told_off, now - 1ms, now);
    CHECK(governor.width() == 2);
    now = good(governor, 39, now + 2s);
    CHECK(governor.width() == 2);
    now = good(governor, 1, now);
    CHECK(governor.width() == 3);
    good(governor, 400, now);
    CHECK(governor.width() == 4);
    CHECK(governor.pace() == 0ms);
}

TEST_CASE("one hang-up may be the network, two in a row are a sign", "[governor]")
{
    Governor governor(4, 0ms, start, 1);
    Time now = good(governor, 1, start);
    governor.learn(Sign::hung_up, now, now + 1ms);
    CHECK(governor.troubles() == 0);
    now = good(governor, 1, now);
    governor.learn(Sign::hung_up, now, now + 1ms);
    CHECK(governor.troubles() == 0);
    governor.learn(Sign::hung_up, now, now + 2ms);
    CHECK(governor.troubles() == 1);
    CHECK(governor.width() == 2);
}

TEST_CASE("a slow greeting means fewer at a time, and no wait", "[governor]")
{
    Governor governor(4, 0ms, start, 1);
    governor.learn(Sign::slow, start + 1ms, start + 6s);
    CHECK(governor.width() == 2);
    CHECK(governor.not_before() <= start + 6s);
}

TEST_CASE("a stated wait is obeyed", "[governor]")
{
    Governor governor(4, 0ms, start, 1);
    governor.learn(Sign::told_off, start + 1ms, start + 10ms, 90s);
    CHECK(governor.reserve(start + 1s) >= start + 90s);
}

TEST_CASE("a server that is let alone is then asked by one connection at a time", "[governor]")
{
    Governor governor(4, 0ms, start, 1);
    governor.rest(start, 12s);
    CHECK(governor.not_before() == start + 12s);
    CHECK(governor.reserve(start + 1s) == start + 12s);
    CHECK(governor.width() == 1);
}

TEST_CASE("a server that asks for more than a quarter of an hour is not asked any more", "[governor]")
{
    Governor governor(4, 0ms, start, 1);
    governor.learn(Sign::told_off, start + 1ms, start + 10ms, 900s);
    CHECK_FALSE(governor.has_given_up());
    governor.learn(Sign::told_off, start + 11ms, start + 20ms, 901s);
    CHECK(governor.has_given_up());
}

TEST_CASE("the wait that a reply asks for is read, and nothing else is taken for one", "[governor]")
{
    struct Row {
        const char* text;
        std::optional<std::chrono::seconds> wait;
    };
    const auto row = GENERATE(values<Row>({
        {"4.7.0 Greylisted, please try again in 300 seconds", 300s},
        {"try again in 10s", 10s},
        {"Too many connections, retry after 5 minutes.", 300s},
        {"please WAIT 1 hour", 3600s},
        {"come back in 2 min", 120s},
        {"in 999999 hours", 86400s},
        {"in 99999999999999999999 seconds", std::nullopt},
        {"4.7.0 mail.example.com Error: too many connections from 192.0.2.1", std::nullopt},
        {"4.3.2 Service shutting down", std::nullopt},
        {"rate 10 seconds", std::nullopt},
        {"try again in", std::nullopt},
        {"", std::nullopt},
    }));
    INFO(row.text);
    CHECK(stated_wait(row.text) == row.wait);
}

}  // namespace
}  // namespace smtptls::engine

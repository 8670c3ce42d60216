// How often one question is asked again: each limit, and which of them begin anew.
#include "probes/elimination/patience.hpp"

#include "catch.hpp"

#include <vector>

namespace smtptls::probes::play {
namespace {

using Nexts = std::vector<Patience::Next>;

constexpr auto again = Patience::Next::again;
constexpr auto later = Patience::Next::later;
constexpr auto give_up = Patience::Next::give_up;

Nexts after(Patience& patience, ReplyKind kind, bool shaky)
{
    Nexts nexts;
    do {
        nexts.push_back(patience.after(kind, shaky));
    } while (nexts.back() != give_up && nexts.size() < 100);
    return nexts;
}

TEST_CASE("what came to nothing is tried three times, and once everything else was asked three times more",
          "[elimination]")
{
    Patience patience;
    CHECK(after(patience, ReplyKind::broken, false) == Nexts{again, again, later, again, again, give_up});
}

TEST_CASE("where connections break off now and then it is six times", "[elimination]")
{
    Patience patience;
    CHECK(after(patience, ReplyKind::broken, true) ==
          Nexts{again, again, again, again, again, later, again, again, again, again, again, give_up});
}

TEST_CASE("whoever asks us to come back later is asked twelve times, and never put off by us", "[elimination]")
{
    Patience patience;
    Nexts expected(11, again);
    expected.push_back(give_up);
    CHECK(after(patience, ReplyKind::throttled, false) == expected);
}

TEST_CASE(
    "a connection that failed before TLS says nothing of the question, which is asked again after the server's rests",
    "[elimination]")
{
    // Twelve lost in a row, and one after each rest, are the server's affair (Reachability).
    constexpr std::size_t lost_until_the_server_is_given_up = 12 + 2;
    Patience patience;
    const Nexts nexts = after(patience, ReplyKind::unreached, false);
    CHECK(nexts.size() == Patience::most_unreached);
    CHECK(nexts.size() > 2 * lost_until_the_server_is_given_up);
    CHECK(nexts.back() == give_up);
}

TEST_CASE("a question that waits for nothing else is never put off", "[elimination]")
{
    Patience patience;
    CHECK(patience.after_alone(ReplyKind::broken, false) == again);
    CHECK(patience.after_alone(ReplyKind::broken, false) == again);
    CHECK(patience.after_alone(ReplyKind::broken, false) == give_up);
}

TEST_CASE("a connection that broke behind a choice is tried three times, or six", "[elimination]")
{
    for (const bool shaky : {false, true}) {
        Patience patience;
        int asked = 1;
        while (patience.after_loss(shaky) && asked < 100) {
            ++asked;
        }
        CHECK(asked == (shaky ? 6 : 3));
    }
}

TEST_CASE("closes are counted", "[elimination]")
{
    Patience patience;
    CHECK(patience.count_close() == 1);
    CHECK(patience.count_close() == 2);
    CHECK(patience.closes() == 2);
}

TEST_CASE("after a good answer each count begins anew", "[elimination]")
{
    Patience patience;
    patience.after(ReplyKind::broken, false);
    patience.after(ReplyKind::broken, false);
    patience.after(ReplyKind::throttled, false);
    patience.after(ReplyKind::unreached, false);
    patience.after_loss(false);
    patience.after_loss(false);
    patience.count_close();
    patience.renew();
    CHECK_FALSE(patience.troubled());
    CHECK(patience.after(ReplyKind::broken, false) == again);
    CHECK(patience.after_loss(false));
    CHECK(patience.count_close() == 1);
}

TEST_CASE("a question is put off once, whatever good came between", "[elimination]")
{
    Patience patience;
    while (patience.after(ReplyKind::broken, false) != later) {
    }
    patience.renew();
    CHECK(after(patience, ReplyKind::broken, false) == Nexts{again, again, give_up});
}

TEST_CASE("each kind of trouble shows", "[elimination]")
{
    Patience failed;
    failed.after(ReplyKind::broken, false);
    Patience throttled;
    throttled.after(ReplyKind::throttled, false);
    Patience unreached;
    unreached.after(ReplyKind::unreached, false);
    Patience closed;
    closed.count_close();
    Patience lost;
    lost.after_loss(false);
    CHECK_FALSE(Patience().troubled());
    CHECK(failed.troubled());
    CHECK(throttled.troubled());
    CHECK(unreached.troubled());
    CHECK(closed.troubled());
    CHECK(lost.troubled());
}

}  // namespace
}  // namespace smtptls::probes::play

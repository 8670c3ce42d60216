// The sieving: what a trap hid is found, and nothing else changes.
#include "probes/elimination/sieving.hpp"

#include "catch.hpp"
#include "unit/probes/elimination/play.hpp"

namespace smtptls::probes::play {
namespace {

// a is accepted, the others were refused in one list, by an alert, and rejected by the canary.
struct ToSieve {
    explicit ToSieve(std::string_view candidates) : play(candidates)
    {
        play.found_before(letter('a'), letters("a"));
        const Letters rest = play.bench.ledger.undecided();
        play.bench.ledger.note_refusal(rest, reply(ReplyKind::refused), true);
        play.bench.ledger.reject(rest, 1);
    }

    void run(const Server& server, const std::vector<Letters>& lists)
    {
        sieving.begin(play.bench, lists);
        play.run(sieving, server);
    }

    Play play;
    Sieving<Letter> sieving;
};

TEST_CASE("a list without the trap shows what it hid, and goes on", "[elimination]")
{
    ToSieve of("abcx");
    of.run(in_its_order("axbc", "x"), {letters("xb"), letters("bc")});
    CHECK(of.play.offers() == Offers{"xb|", "bc|", "c|"});
    CHECK(of.play.found() == "abc");
    CHECK(of.play.rejected() == "x");
}

TEST_CASE("what is refused once more stays rejected", "[elimination]")
{
    ToSieve of("abcx");
    of.run(in_its_order("a"), {letters("xb"), letters("bc")});
    CHECK(of.play.rejected() == "bcx");
    CHECK(of.play.offers() == Offers{"xb|", "bc|"});
}

TEST_CASE("what one of two lists shows is not lost when the other comes to nothing", "[elimination]")
{
    ToSieve of("abcx");
    of.sieving.begin(of.play.bench, {letters("bc"), letters("bx")});
    auto& desk = of.play.bench.desk;
    desk.give_out(*desk.take_ready(), 11);
    desk.give_out(*desk.take_ready(), 12);
    of.sieving.take(of.play.bench, desk.take(11)->ask, chosen('b'));
    Ask<Letter> other = desk.take(12)->ask;
    for (int i = 0; i < 5; ++i) {
        other.patience.after(ReplyKind::broken, false);
    }
    of.sieving.take(of.play.bench, std::move(other), reply(ReplyKind::broken));
    CHECK(of.play.found() == "ab");
    CHECK(of.play.left_open() == "x");
}

TEST_CASE("what was refused by alert and is chosen shows a trap if the server reads long lists", "[elimination]")
{
    for (const bool reads : {false, true}) {
        ToSieve of("abx");
        of.play.profile.hellos.long_lists = reads;
        of.run(in_its_order("axb", "x"), {letters("b")});
        CHECK(of.play.profile.traps == reads);
    }
}

TEST_CASE("lists are no longer than the server reads", "[elimination]")
{
    ToSieve of("abcdef");
    of.play.bench.shape.most = 3;
    of.run(in_its_order("a"), {letters("bcdef")});
    CHECK(of.play.offers() == Offers{"bdf|", "ce|"});
}

TEST_CASE("one close is enough, as each of a sieve's lists was closed before", "[elimination]")
{
    ToSieve of("abc");
    of.run(in_its_order("a", "", ReplyKind::closed), {letters("bc")});
    CHECK(of.play.offers() == Offers{"bc|"});
}

TEST_CASE("where connections break off now and then three closes are, with the server alive between", "[elimination]")
{
    ToSieve of("abc");
    of.play.profile.log.shaky = true;
    of.run(in_its_order("a", "", ReplyKind::closed), {letters("bc")});
    CHECK(of.play.offers() == Offers{"bc|", "|a", "bc|", "|a", "bc|"});
}

TEST_CASE("a sieving that was begun knows it, also without any list", "[elimination]")
{
    ToSieve of("ab");
    CHECK_FALSE(of.sieving.begun());
    of.run(in_its_order("a"), {});
    CHECK(of.sieving.begun());
    CHECK(of.play.asked.empty());
}

}  // namespace
}  // namespace smtptls::probes::play

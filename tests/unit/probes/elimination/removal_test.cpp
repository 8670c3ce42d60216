// The removal against servers of both orders: what is asked, to the letter, and what is left for the closing. "abc|de"
// is an offer of a, b and c with the accepted d and e behind them.
#include "probes/elimination/removal.hpp"

#include "catch.hpp"
#include "unit/probes/elimination/play.hpp"

namespace smtptls::probes::play {
namespace {

// A removal of all letters, and its lanes.
struct Removing {
    explicit Removing(std::string_view candidates, bool limited = false) : play(candidates), removal(lanes, limited) {}

    void run(const Server& server)
    {
        removal.begin(play.bench, letters(play.undecided()));
        play.finish(removal, server);
    }

    Play play;
    Lanes<Letter> lanes;
    Removal<Letter> removal;
};

TEST_CASE("in the client's order a list ends with a pair, which closes it without a refusal", "[elimination]")
{
    Removing of("abcdefgh");
    of.run(in_clients_order("bdf"));
    // The first accepted one behind the second list, the pair from the third on; it ends with d, the canary.
    CHECK(of.play.offers() == Offers{"abcdefgh|", "acdefgh|b", "acefgh|db", "acegh|db"});
    CHECK(of.play.found() == "bdf");
    CHECK(of.play.rejected() == "acegh");
    CHECK(of.removal.closed_any());
    CHECK(of.play.bench.preference.order() == Order::client);
}

TEST_CASE("in the server's order the first accepted one is chosen in its place, and the list goes on alone",
          "[elimination]")
{
    Removing of("abcdefgh");
    of.play.found_before(letter('f'), letters("ef"));
    of.run(in_its_order("dfb"));
    CHECK(of.play.offers() == Offers{"abcdegh|f", "abcegh|f", "abcegh|", "acegh|"});
    CHECK(of.play.bench.preference.sequence(letters("bdf"))->known == letters("dfb"));
}

TEST_CASE("a refusal ends a list of the server's own order, and rejects nothing", "[elimination]")
{
    Removing of("abcd");
    of.run(in_its_order("cb"));
    CHECK(of.play.offers() == Offers{"abcd|", "abd|c", "abd|", "ad|"});
    CHECK(of.play.undecided() == "ad");
    CHECK_FALSE(of.removal.closed_any());
    CHECK(of.removal.broken().empty());
}

TEST_CASE("a list that is refused though an accepted one stands behind it is broken", "[elimination]")
{
    Removing of("abcdefgh");
    const Server server = in_clients_order("bdfg");
    of.run([&server](const Letters& offered) {
        const auto answer = server(offered);
        return answer.item == letter('g') ? reply(ReplyKind::refused) : answer;
    });
    CHECK(of.play.offers().back() == "acegh|db");
    CHECK(texts(of.removal.broken()) == Offers{"acegh"});
    CHECK(of.play.undecided() == "acegh");
}

TEST_CASE("another alert is a refusal of what has an accepted one behind it, and of nothing else", "[elimination]")
{
    Removing with("abc");
    with.run(says({chosen('b'), reply(ReplyKind::objected)}));
    CHECK(texts(with.removal.broken()) == Offers{"ac"});
    Removing without("abc");
    without.run(says({reply(ReplyKind::objected)}));
    CHECK(without.removal.broken().empty());
    CHECK(without.play.left_open() == "abc");
}

TEST_CASE("a pair that is not borne out is disbelieved, and the lists become one with nothing behind it",
          "[elimination]")
{
    Removing of("abcdefgh");
    // The witness is chosen although the canary stands before it.
    const Server server = says({chosen('b'), chosen('d'), chosen('b'), chosen('f'), reply(ReplyKind::refused)});
    of.removal.begin(of.play.bench, letters("abcdefgh"));
    of.play.step(of.removal, server);
    of.play.step(of.removal, server);
    of.lanes.spread(of.play.bench, 2);
    of.play.finish(of.removal, server);
    CHECK(of.play.offers() == Offers{"abcdefgh|", "acdefgh|b", "af|db", "cgaf|", "ehcga|"});
    CHECK(of.play.rejected().empty());
}

TEST_CASE("a close counts the third time, with the server alive between", "[elimination]")
{
    Removing of("abc");
    of.run(in_its_order("b", "", ReplyKind::closed));
    CHECK(of.play.offers() == Offers{"abc|", "ac|b", "ac|", "|b", "ac|", "|b", "ac|"});
    CHECK(of.play.bench.ledger.refused_by_close(letter('a')));
}

TEST_CASE("where connections break off now and then a close counts the sixth time", "[elimination]")
{
    Removing of("abc");
    of.play.profile.log.shaky = true;
    of.run(in_its_order("b", "", ReplyKind::closed));
    CHECK(std::ranges::count(of.play.offers(), "ac|") == 6);
}

TEST_CASE("on a server that refuses by alert a close is no refusal", "[elimination]")
{
    Removing of("abc");
    of.play.profile.by_alert = true;
    of.run(in_its_order("b", "", ReplyKind::closed));
    // Three times, and put off, and three times more.
    CHECK(std::ranges::count(of.play.offers(), "ac|") == 6);
    CHECK(of.play.left_open() == "ac");
}

TEST_CASE("the third close of a list with an accepted one behind it makes it broken", "[elimination]")
{
    Removing of("abc");
    of.run(says({chosen('b'), reply(ReplyKind::closed)}));
    CHECK(of.play.offers() == Offers{"abc|", "ac|b", "ac|b", "ac|b"});
    CHECK(texts(of.removal.broken()) == Offers{"ac"});
    CHECK_FALSE(of.play.bench.ledger.refused_by_close(letter('a')));
}

TEST_CASE("a server that is dead between two closes leaves all open", "[elimination]")
{
    Removing of("abc");
    of.run(says({chosen('b'), chosen('b'), reply(ReplyKind::closed)}));
    CHECK(of.play.found() == "b");
    CHECK(of.play.left_open() == "ac");
}

TEST_CASE("a refusal amid trouble is asked for once more", "[elimination]")
{
    Removing of("abc");
    of.run(says({chosen('a'), chosen('a'), reply(ReplyKind::broken), reply(ReplyKind::refused)}));
    CHECK(of.play.offers() == Offers{"abc|", "bc|a", "bc|", "bc|", "bc|"});
}

TEST_CASE("a refusal without trouble is not asked for again", "[elimination]")
{
    Removing of("abc");
    of.run(says({chosen('a'), chosen('a'), reply(ReplyKind::refused)}));
    CHECK(of.play.offers() == Offers{"abc|", "bc|a", "bc|"});
}

TEST_CASE("what is chosen and then fails is open, and the list goes on without it", "[elimination]")
{
    Removing of("abc");
    auto lost = chosen('b');
    lost.kind = ReplyKind::chosen_lost;
    of.run(says({chosen('a'), lost, reply(ReplyKind::refused)}));
    CHECK(of.play.offers() == Offers{"abc|", "bc|a", "c|a"});
    CHECK(of.play.left_open() == "b");
}

TEST_CASE("a choice that breaks off is asked for three times, and then open", "[elimination]")
{
    Removing of("abc");
    auto torn = chosen('b');
    torn.kind = ReplyKind::chosen_broken;
    of.run(says({chosen('a'), torn, torn, torn, reply(ReplyKind::refused)}));
    CHECK(of.play.offers() == Offers{"abc|", "bc|a", "bc|a", "bc|a", "c|a"});
    CHECK(of.play.left_open() == "b");
}

TEST_CASE("whoever chooses 32 things and fails each time is a liar", "[elimination]")
{
    std::string candidates;
    for (char c = '!'; c <= 'z'; ++c) {
        candidates.push_back(c);
    }
    Removing of(candidates);
    of.run([](const Letters& offered) {
        auto answer = choice_of(offered.front());
        answer.kind = ReplyKind::chosen_lost;
        return answer;
    });
    CHECK(of.play.asked.size() == 32);
    CHECK(of.play.left_open() == candidates);
}

TEST_CASE("a limited removal asks for another accepted one first, and then with a pair", "[elimination]")
{
    Removing of("abcdefg", true);
    of.play.found_before(letter('b'), letters("abcdefg"));
    of.removal.begin(of.play.bench, letters("cde"), letters("fg"));
    of.play.run(of.removal, in_clients_order("bdf"));
    of.removal.go_on(of.play.bench);
    of.play.run(of.removal, in_clients_order("bdf"));
    // b was chosen before f and before d: each may be its canary, the last one is.
    CHECK(of.play.offers() == Offers{"fg|", "cde|fb", "ce|db"});
    CHECK(of.play.asked.front().once);
    CHECK(of.play.rejected() == "ce");
}

TEST_CASE("where lists are limited in length nothing stands behind them", "[elimination]")
{
    Removing of("abcdef");
    of.play.bench.shape.most = 4;
    of.run(in_clients_order("bd"));
    // Two lists of three: one place is for the canary.
    CHECK(of.play.offers() == Offers{"ace|", "bdf|", "df|", "f|"});
}

}  // namespace
}  // namespace smtptls::probes::play

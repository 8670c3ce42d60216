// The server's own order in full, with as few questions as its chains leave.
#include "probes/elimination/ordering.hpp"

#include "catch.hpp"
#include "unit/probes/elimination/play.hpp"

namespace smtptls::probes::play {
namespace {

// Accepted one after the other, each chosen out of a list.
struct ToOrder {
    ToOrder(std::string_view candidates, const std::vector<std::pair<std::string, char>>& picks) : play(candidates)
    {
        find(picks);
    }
    ToOrder(std::string_view candidates, const std::vector<std::pair<std::string, char>>& picks, Nature<Letter>& nature)
        : play(candidates, nature)
    {
        find(picks);
    }

    void find(const std::vector<std::pair<std::string, char>>& picks)
    {
        for (const auto& [offered, one] : picks) {
            play.found_before(letter(one), letters(offered));
        }
    }
    std::string order() const
    {
        const auto sequence = play.bench.preference.sequence(play.bench.ledger.found());
        return sequence && sequence->next.empty() ? text(sequence->known) : "";
    }

    Play play;
    Ordering<Letter> ordering;
};

TEST_CASE("two chains are merged by a question for each that their heads leave open", "[elimination]")
{
    // a before c, and b before d; that it is the server's order shows in the first list.
    ToOrder of("abcd", {{"ca", 'a'}, {"c", 'c'}, {"db", 'b'}, {"d", 'd'}});
    of.play.finish(of.ordering, in_its_order("abdc"));
    CHECK(of.play.offers() == Offers{"ab|", "cb|", "cd|"});
    CHECK(of.order() == "abdc");
}

TEST_CASE("of two chains of which one ends before the other begins one question tells", "[elimination]")
{
    ToOrder of("abcd", {{"bcda", 'a'}, {"bc", 'b'}, {"c", 'c'}, {"d", 'd'}});
    // Between a and the rest nothing is open; d is before b, and so before c.
    of.play.finish(of.ordering, in_its_order("adbc"));
    CHECK(of.play.offers() == Offers{"bd|"});
    CHECK(of.order() == "adbc");
}

TEST_CASE("an order that is known needs no question", "[elimination]")
{
    ToOrder of("abc", {{"cba", 'a'}, {"cb", 'b'}, {"c", 'c'}});
    CHECK_FALSE(of.ordering.go_on(of.play.bench));
}

TEST_CASE("what is not known to be the server's order is not asked for", "[elimination]")
{
    ToOrder of("ab", {{"a", 'a'}, {"b", 'b'}});
    REQUIRE(of.play.bench.preference.order() == Order::unknown);
    CHECK_FALSE(of.ordering.go_on(of.play.bench));
}

TEST_CASE("choices that contradict each other are given up on", "[elimination]")
{
    ToOrder of("abc", {{"ba", 'a'}, {"ab", 'b'}, {"c", 'c'}, {"cb", 'b'}});
    REQUIRE(of.play.bench.preference.order() == Order::server);
    CHECK_FALSE(of.ordering.go_on(of.play.bench));
}

TEST_CASE("a refusal is asked for once more as any failure, and then the order is given up on", "[elimination]")
{
    ToOrder of("abcd", {{"ca", 'a'}, {"c", 'c'}, {"db", 'b'}, {"d", 'd'}});
    of.play.finish(of.ordering, says({reply(ReplyKind::refused)}));
    CHECK(of.play.offers() == Offers(6, "ab|"));
    CHECK(of.order().empty());
}

TEST_CASE("one that is accepted and stands elsewhere is no answer", "[elimination]")
{
    ToOrder of("abcd", {{"ca", 'a'}, {"c", 'c'}, {"db", 'b'}, {"d", 'd'}});
    of.play.finish(of.ordering, says({chosen('d')}));
    CHECK(of.play.asked.size() == 6);
}

TEST_CASE("a list that would not tell the order is turned until it does", "[elimination]")
{
    struct MovesUp : Nature<Letter> {
        bool tells_order(const Letters& offered) const override { return offered.front() != letter('a'); }
    } nature;
    ToOrder of("abcd", {{"ca", 'a'}, {"c", 'c'}, {"db", 'b'}, {"d", 'd'}}, nature);
    of.ordering.go_on(of.play.bench);
    of.play.step(of.ordering, in_its_order("abdc"));
    CHECK(of.play.offers() == Offers{"ba|"});
}

TEST_CASE("no more is asked at once than the server reads", "[elimination]")
{
    ToOrder of("abcd", {{"ba", 'a'}, {"b", 'b'}, {"c", 'c'}, {"d", 'd'}});
    of.play.bench.shape.most = 2;
    of.play.finish(of.ordering, in_its_order("abcd"));
    // And no more questions than are accepted: c and d stay open.
    CHECK(of.play.offers() == Offers{"ac|", "ad|", "bc|", "bd|"});
    CHECK(of.order().empty());
}

}  // namespace
}  // namespace smtptls::probes::play

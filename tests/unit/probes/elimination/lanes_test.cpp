// Lists side by side: divided, joined, resting, and no different in what they find.
#include "probes/elimination/lanes.hpp"

#include "catch.hpp"
#include "probes/elimination/removal.hpp"
#include "unit/probes/elimination/play.hpp"

namespace smtptls::probes::play {
namespace {

constexpr auto sixteen = "abcdefghijklmnop";

// b and d are accepted and a pair.
struct Beside {
    explicit Beside(bool on = true) : lanes(on)
    {
        play.found_before(letter('b'), letters("bd"));
        play.found_before(letter('d'), letters("db"));
    }

    Ask<Letter> list(std::string_view items, std::string_view tail = "db")
    {
        lanes.begun();
        return play.bench.ask(model::Purpose::Kind::removal, "", letters(items), letters(tail));
    }
    Offers ready() const
    {
        Offers out;
        for (const auto& ask : play.bench.desk.ready()) {
            out.push_back(text(ask));
        }
        return out;
    }

    Play play{sixteen};
    Lanes<Letter> lanes;
};

TEST_CASE("a list that ends with a pair is divided into as many as there is room for", "[elimination]")
{
    Beside of;
    of.play.bench.desk.push(of.list("acefghij"));
    of.lanes.spread(of.play.bench, 1);
    CHECK(of.ready() == Offers{"aegi|db", "cfhj|db"});
    CHECK(of.lanes.extra() == 1);
    CHECK(of.play.bench.desk.ready()[1].detail == "lane 2");
}

TEST_CASE("what would be divided too far is not", "[elimination]")
{
    Beside of;
    // Two choices are expected of four letters, and a lane is to bring 0.7 of them.
    of.play.bench.desk.push(of.list("acef"));
    of.lanes.spread(of.play.bench, 8);
    CHECK(of.ready() == Offers{"ae|db", "cf|db"});
}

TEST_CASE("there are at most three lanes and two for each accepted item", "[elimination]")
{
    Beside of;
    of.play.bench.desk.push(of.list("acefghijklmnopqrstuvwxyz0123456789ABCDEFGH"));
    of.lanes.spread(of.play.bench, 64);
    CHECK(of.ready().size() == 7);
}

TEST_CASE("without a pair, without room and switched off no list is divided", "[elimination]")
{
    Beside alone;
    alone.play.bench.desk.push(alone.list("acefghij", "b"));
    alone.lanes.spread(alone.play.bench, 4);
    CHECK(alone.ready().size() == 1);
    Beside full;
    full.play.bench.desk.push(full.list("acefghij"));
    full.lanes.spread(full.play.bench, 0);
    CHECK(full.ready().size() == 1);
    Beside off(false);
    off.play.bench.desk.push(off.list("acefghij"));
    off.lanes.spread(off.play.bench, 4);
    CHECK(off.ready().size() == 1);
}

TEST_CASE("a lane of which much is expected goes on by itself", "[elimination]")
{
    Beside of;
    of.play.bench.desk.push(of.list("gh"));
    of.lanes.go_on(of.play.bench, of.list("acefij"));
    CHECK(of.ready() == Offers{"acefij|db", "gh|db"});
}

TEST_CASE("a lane of which little is expected joins one that is ready", "[elimination]")
{
    Beside of;
    of.play.bench.desk.push(of.list("gh"));
    of.lanes.go_on(of.play.bench, of.list("ac"));
    CHECK(of.ready() == Offers{"ghac|db"});
}

TEST_CASE("a lane of which little is expected rests until one under way comes back", "[elimination]")
{
    Beside of;
    of.play.bench.desk.give_out(of.list("gh"), 7);
    of.lanes.go_on(of.play.bench, of.list("ac"));
    CHECK(of.ready().empty());
    of.lanes.go_on(of.play.bench, of.play.bench.desk.take(7)->ask);
    CHECK(of.ready() == Offers{"ghac|db"});
}

TEST_CASE("a lane wakes when what it rested for has ended", "[elimination]")
{
    Beside of;
    of.play.bench.desk.give_out(of.list("gh"), 7);
    of.lanes.go_on(of.play.bench, of.list("ac"));
    of.lanes.wake(of.play.bench);
    CHECK(of.ready().empty());
    of.play.bench.desk.take(7);
    of.lanes.wake(of.play.bench);
    CHECK(of.ready() == Offers{"ac|db"});
}

TEST_CASE("where there is room all that rests is asked in one list", "[elimination]")
{
    Beside of;
    of.play.bench.desk.give_out(of.list("gh"), 7);
    of.play.bench.desk.give_out(of.list("ij"), 8);
    of.lanes.go_on(of.play.bench, of.list("ac"));
    of.lanes.ask_resting(of.play.bench);
    CHECK(of.ready() == Offers{"ac|db"});
}

TEST_CASE("with nothing behind them lists become one, whatever is expected", "[elimination]")
{
    Beside of;
    of.play.bench.desk.push(of.list("gh", ""));
    of.lanes.go_on(of.play.bench, of.list("acefij", ""));
    CHECK(of.ready() == Offers{"ghacefij|"});
}

TEST_CASE("what is asked apart, in doubt or once is no lane", "[elimination]")
{
    Beside of;
    Ask<Letter> ask = of.list("ab");
    CHECK(Lanes<Letter>::is_lane(of.play.bench, ask));
    for (bool Ask<Letter>::*const mark : {&Ask<Letter>::apart, &Ask<Letter>::in_doubt, &Ask<Letter>::once}) {
        Ask<Letter> other = ask;
        other.*mark = true;
        CHECK_FALSE(Lanes<Letter>::is_lane(of.play.bench, other));
    }
    of.play.bench.shape.most = 8;
    CHECK_FALSE(Lanes<Letter>::is_lane(of.play.bench, ask));
}

TEST_CASE("a list in which nothing is left does not go on", "[elimination]")
{
    Beside of;
    of.lanes.go_on(of.play.bench, of.list(""));
    CHECK(of.ready().empty());
}

struct Removed {
    std::set<Letter> found;
    std::string rejected;
    int extra = 0;
    std::size_t questions = 0;
};

Removed remove_all(const Server& server, bool on, std::size_t room)
{
    Play play(sixteen);
    Lanes<Letter> lanes(on);
    Removal<Letter> removal(lanes);
    removal.begin(play.bench, letters(sixteen));
    do {
        lanes.spread(play.bench, room);
    } while (play.step(removal, server) || removal.go_on(play.bench));
    const Letters& found = play.bench.ledger.found();
    return {{found.begin(), found.end()}, play.rejected(), lanes.extra(), play.asked.size()};
}

TEST_CASE("lanes and room for them change nothing of what is found", "[elimination]")
{
    for (const std::string accepts : {"bdfgkmop", "a", "abcdefghijklmnop", "pon"}) {
        const Server server = in_clients_order(accepts);
        const Removed without = remove_all(server, false, 8);
        CHECK(without.extra == 0);
        for (const std::size_t room : {1U, 3U, 8U}) {
            INFO(accepts << " with room for " << room);
            const Removed with = remove_all(server, true, room);
            CHECK(with.found == without.found);
            CHECK(with.rejected == without.rejected);
        }
    }
}

TEST_CASE("each lane costs one question more, in which its canary is chosen", "[elimination]")
{
    const Server server = in_clients_order("bdfgkmop");
    const Removed without = remove_all(server, false, 0);
    const Removed with = remove_all(server, true, 3);
    CHECK(without.questions == 9);
    CHECK(with.extra > 0);
    CHECK(with.questions <= without.questions + static_cast<std::size_t>(with.extra));
}

}  // namespace
}  // namespace smtptls::probes::play

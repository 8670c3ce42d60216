// The closing: what is rejected, on what proof, and what becomes of lists in which something breaks.
#include "probes/elimination/closing.hpp"

#include "catch.hpp"
#include "unit/probes/elimination/play.hpp"

namespace smtptls::probes::play {
namespace {

using LetterClosing = Closing<Letter>;

// Of `candidates` the first is accepted, the others are to be closed.
struct ToClose {
    explicit ToClose(std::string_view candidates) : play(candidates)
    {
        play.found_before(play.bench.ledger.candidates().front(), {play.bench.ledger.candidates().front()});
    }

    void run(const Server& server, const std::vector<Letters>& broken = {}, bool alive = false)
    {
        closing.begin(play.bench, broken, alive, false);
        play.run(closing, server);
    }

    Play play;
    LetterClosing closing;
};

TEST_CASE("the rest is rejected once the canary is chosen behind it", "[elimination]")
{
    ToClose of("abcd");
    of.run(in_its_order("a"));
    CHECK(of.play.offers() == Offers{"bcd|a"});
    CHECK(of.play.rejected() == "bcd");
    CHECK(of.closing.alive());
    CHECK(of.play.bench.ledger.decision(letter('b'))->evidence == std::vector<model::QuestionId>{2});
}

TEST_CASE("what shows itself before the canary is accepted, and the list asked again", "[elimination]")
{
    ToClose of("abcd");
    of.run(in_clients_order("ac"));
    CHECK(of.play.offers() == Offers{"bcd|a", "bd|a"});
    CHECK(of.play.found() == "ac");
    CHECK(of.play.rejected() == "bd");
}

TEST_CASE("with nothing left to close nothing is asked", "[elimination]")
{
    ToClose of("a");
    of.run(in_its_order("a"));
    CHECK(of.play.asked.empty());
}

TEST_CASE("where a pair is known both of it stand behind the list, and either of them closes it", "[elimination]")
{
    for (const char closes : {'d', 'b'}) {
        Play play("abcde");
        play.found_before(letter('b'), letters("abcde"));
        play.found_before(letter('d'), letters("acdeb"));
        LetterClosing closing;
        closing.begin(play.bench, {}, false, false);
        play.run(closing, says({chosen(closes)}));
        CHECK(play.offers() == Offers{"ace|db"});
        CHECK(play.rejected() == "ace");
    }
}

TEST_CASE("the order is asked for by itself if that is wanted and nothing is to be closed", "[elimination]")
{
    Play play("bde");
    play.found_before(letter('b'), letters("bde"));
    play.found_before(letter('d'), letters("deb"));
    play.found_before(letter('e'), letters("e"));
    LetterClosing closing;
    closing.begin(play.bench, {}, false, true);
    play.run(closing, in_clients_order("bde"));
    CHECK(play.offers() == Offers{"|db"});
    CHECK(play.bench.preference.client_proven());
}

TEST_CASE("a list with a trap is taken apart, and everything else is decided", "[elimination]")
{
    ToClose of("abcdefghx");
    of.run(in_its_order("xac", "x"));
    // Is it the list or the server? Then halves, refused and closed by themselves; the half with the trap once more.
    CHECK(of.play.offers() == Offers{"bcdefghx|a", "|a", "bdfh|", "cegx|", "bdfh|a", "cegx|a", "c|", "e|", "g|", "x|"});
    CHECK(of.play.found() == "ac");
    CHECK(of.play.rejected() == "bdefghx");
}

TEST_CASE("what is offered alone and refused needs no canary", "[elimination]")
{
    ToClose of("ax");
    of.run(in_its_order("xa", "x"));
    CHECK(of.play.offers() == Offers{"x|a", "|a", "x|"});
    CHECK(of.play.rejected() == "x");
}

TEST_CASE("a list that breaks shows a trap if the server is known to read long lists", "[elimination]")
{
    for (const bool reads : {false, true}) {
        ToClose of("abx");
        of.play.profile.hellos.long_lists = reads;
        of.run(in_its_order("xa", "x"));
        CHECK(of.play.profile.traps == reads);
    }
}

TEST_CASE("lists known to be broken are taken apart at once where a canary was chosen before", "[elimination]")
{
    ToClose of("abcdx");
    of.run(in_its_order("xa", "x"), {letters("bx")}, true);
    CHECK(of.play.offers() == Offers{"cd|a", "b|", "x|"});
    CHECK(of.play.rejected() == "bcdx");
}

TEST_CASE("in the client's order the parts of a list need no refusal before the canary", "[elimination]")
{
    Play play("bdacefg");
    play.found_before(letter('b'), letters("bd"));
    play.found_before(letter('d'), letters("db"));
    REQUIRE(play.bench.preference.client_proven());
    LetterClosing closing;
    closing.begin(play.bench, {letters("acefg")}, true, false);
    play.run(closing, in_clients_order("bd"));
    CHECK(play.offers() == Offers{"aeg|d", "cf|d"});
    CHECK(play.rejected() == "acefg");
}

TEST_CASE("a server that no longer answers leaves all open", "[elimination]")
{
    ToClose of("abcd");
    of.run(says({reply(ReplyKind::refused), reply(ReplyKind::broken)}));
    // Once would not tell: six times, as where connections break off now and then.
    CHECK(of.play.offers() == Offers{"bcd|a", "|a", "|a", "|a", "|a", "|a", "|a"});
    CHECK(of.play.left_open() == "bcd");
    CHECK_FALSE(of.closing.alive());
}

TEST_CASE("what came to nothing often enough is left open", "[elimination]")
{
    ToClose of("abcd");
    of.run(says({reply(ReplyKind::broken)}));
    CHECK(of.play.asked.size() == 6);
    CHECK(of.play.left_open() == "bcd");
}

TEST_CASE("behind the budget no list is taken apart any more, and the rest of it is open", "[elimination]")
{
    Letters many;
    for (int i = 0; i < 250; ++i) {
        many.push_back(static_cast<Letter>(i));
    }
    PlayOf<Letter> play(many);
    play.found_before(many.front(), {many.front()});
    LetterClosing closing;
    closing.begin(play.bench, {}, false, false);
    // It breaks on every list with more than one.
    play.run(closing, [&many](const Letters& offered) {
        return offered == Letters{many.front()} ? choice_of(many.front()) : reply(ReplyKind::refused);
    });
    std::size_t open = 0;
    std::size_t decided = 0;
    for (const Letter one : many) {
        const auto* const decision = play.bench.ledger.decision(one);
        REQUIRE(decision != nullptr);
        decided += decision->state == model::CellState::rejected ? 1U : 0U;
        open += decision->note.starts_with("not closed within 160 questions") ? 1U : 0U;
    }
    CHECK(decided + open + 1 == many.size());
    CHECK(open > 0);
    CHECK(play.asked.size() < static_cast<std::size_t>(LetterClosing::budget) + many.size());
}

TEST_CASE("the canary is the last of the good ones", "[elimination]")
{
    struct NotTheLast : Nature<Letter> {
        bool good_canary(Letter one) const override { return one != letter('c'); }
    } nature;
    Play play("abcd", nature);
    for (const char one : {'a', 'b', 'c'}) {
        play.found_before(letter(one), {letter(one)});
    }
    LetterClosing closing;
    closing.begin(play.bench, {}, false, false);
    play.run(closing, in_its_order("abc"));
    CHECK(play.offers() == Offers{"d|b"});
}

}  // namespace
}  // namespace smtptls::probes::play

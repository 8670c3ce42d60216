// Questions that are ready and those under way.
#include "probes/elimination/desk.hpp"

#include "catch.hpp"
#include "unit/probes/elimination/play.hpp"

namespace smtptls::probes::play {
namespace {

using LetterDesk = Desk<Letter>;

Ask<Letter> about(std::string_view items, std::string_view tail = "")
{
    Ask<Letter> ask;
    ask.items = letters(items);
    ask.tail = letters(tail);
    return ask;
}

std::string ready_at(const LetterDesk& desk)
{
    std::string all;
    for (const auto& ask : desk.ready()) {
        all += text(ask.items) + " ";
    }
    return all;
}

TEST_CASE("what is pushed first is taken first", "[elimination]")
{
    LetterDesk desk;
    desk.push(about("a"));
    desk.push(about("b"));
    desk.push_first(about("c"));
    CHECK(ready_at(desk) == "c a b ");
    REQUIRE(desk.take_ready());
    CHECK(ready_at(desk) == "a b ");
    CHECK_FALSE(LetterDesk().take_ready());
}

TEST_CASE("a question goes out with its items before its tail, and is under way until its answer", "[elimination]")
{
    LetterDesk desk;
    CHECK(text(desk.give_out(about("ab", "c"), 7).offered) == "abc");
    CHECK(desk.under_way().size() == 1);
    CHECK_FALSE(desk.take(8));
    const auto asked = desk.take(7);
    REQUIRE(asked);
    CHECK(text(asked->ask.items) == "ab");
    CHECK_FALSE(asked->narrowed);
    CHECK_FALSE(desk.take(7));
}

TEST_CASE("a narrowed question offered a part, and asks again about all of it", "[elimination]")
{
    LetterDesk desk;
    desk.give_out(about("abc"), 7);
    desk.narrow(7, letters("b"));
    const auto asked = desk.take(7);
    REQUIRE(asked);
    CHECK(asked->narrowed);
    CHECK(text(asked->offered) == "b");
    CHECK(text(asked->ask.items) == "abc");
}

TEST_CASE("a desk is idle only if nothing is ready and nothing under way", "[elimination]")
{
    LetterDesk desk;
    CHECK(desk.idle());
    desk.push(about("a"));
    CHECK_FALSE(desk.idle());
    desk.give_out(*desk.take_ready(), 1);
    CHECK_FALSE(desk.idle());
    desk.take(1);
    CHECK(desk.idle());
}

TEST_CASE("what is cleared is what is ready, and nothing under way", "[elimination]")
{
    LetterDesk desk;
    desk.give_out(about("a"), 1);
    desk.push(about("b"));
    desk.clear_ready();
    CHECK(desk.ready().empty());
    CHECK(desk.take(1));
}

// The ask whose connection came to nothing so often before, with another one ready.
std::pair<bool, std::string> asked_again_after(int failures)
{
    LetterDesk desk;
    desk.push(about("b"));
    auto ask = about("a");
    for (int i = 0; i < failures; ++i) {
        ask.patience.after(ReplyKind::broken, false);
    }
    const bool again = desk.ask_again(ask, ReplyKind::broken, false);
    return {again, ready_at(desk)};
}

TEST_CASE("what came to nothing is asked again now", "[elimination]")
{
    CHECK(asked_again_after(0) == std::pair(true, std::string("a b ")));
}

TEST_CASE("what came to nothing three times is asked again later", "[elimination]")
{
    CHECK(asked_again_after(2) == std::pair(true, std::string("b a ")));
}

TEST_CASE("what came to nothing six times is not asked again", "[elimination]")
{
    CHECK(asked_again_after(5) == std::pair(false, std::string("b ")));
}

TEST_CASE("what will not be asked again is left as it was", "[elimination]")
{
    LetterDesk desk;
    auto ask = about("ab", "c");
    while (desk.ask_again(ask, ReplyKind::broken, false)) {
        ask = *desk.take_ready();
    }
    CHECK(text(ask) == "ab|c");
}

TEST_CASE("a question that cost a wait goes behind those that are ready, and any other before them", "[elimination]")
{
    for (const bool costly : {false, true}) {
        LetterDesk desk;
        desk.push(about("a"));
        Ask<Letter> lost = about("b");
        REQUIRE(desk.ask_again(lost, ReplyKind::broken, false, costly));
        CHECK(ready_at(desk) == (costly ? "a b " : "b a "));
    }
}

}  // namespace
}  // namespace smtptls::probes::play

// What is known of each item: the last word counts, and every word leaves its evidence.
#include "probes/elimination/ledger.hpp"

#include "catch.hpp"
#include "unit/probes/elimination/play.hpp"

namespace smtptls::probes::play {
namespace {

using LetterLedger = Ledger<Letter>;
using Questions = std::vector<model::QuestionId>;

ReplyOf<Letter> as_answer(ReplyOf<Letter> reply, model::QuestionId id)
{
    reply.evidence = id;
    return reply;
}

ReplyOf<Letter> refused_in(model::QuestionId id, ReplyKind kind = ReplyKind::refused)
{
    return as_answer(reply(kind), id);
}

TEST_CASE("what is accepted stands in the order found, what is not decided in the order given", "[elimination]")
{
    LetterLedger ledger(letters("abcd"));
    ledger.accept(letter('c'), chosen('c'));
    ledger.accept(letter('a'), chosen('a'));
    ledger.accept(letter('c'), chosen('c'));
    CHECK(text(ledger.found()) == "ca");
    CHECK(text(ledger.undecided()) == "bd");
    CHECK(text(ledger.candidates()) == "abcd");
}

TEST_CASE("an accepted item has the grade and the question of its answer", "[elimination]")
{
    LetterLedger ledger(letters("ab"));
    auto reply = as_answer(chosen('a'), 7);
    reply.grade = model::Grade::handshake;
    ledger.accept(letter('a'), reply);
    REQUIRE(ledger.decision(letter('a')) != nullptr);
    CHECK(ledger.decision(letter('a'))->state == model::CellState::accepted);
    CHECK(ledger.decision(letter('a'))->grade == model::Grade::handshake);
    CHECK(ledger.decision(letter('a'))->evidence == Questions{7});
}

TEST_CASE("a rejected item rests on its refusals and on what proved them, in this order", "[elimination]")
{
    LetterLedger ledger(letters("abc"));
    ledger.note_refusal(letters("bc"), refused_in(2), true);
    ledger.note_refusal(letters("c"), refused_in(3), true);
    ledger.reject(letters("abc"), 5);
    CHECK(text(ledger.rejected()) == "abc");
    CHECK(ledger.decision(letter('a'))->evidence == Questions{5});
    CHECK(ledger.decision(letter('b'))->evidence == Questions{2, 5});
    CHECK(ledger.decision(letter('c'))->evidence == Questions{2, 3, 5});
}

TEST_CASE("a refusal alone decides nothing", "[elimination]")
{
    LetterLedger ledger(letters("ab"));
    ledger.note_refusal(letters("ab"), refused_in(2), true);
    CHECK_FALSE(ledger.decided_any());
    CHECK(text(ledger.undecided()) == "ab");
    CHECK(ledger.refusals(letter('a')) == Questions{2});
}

TEST_CASE("what is left open has a note, and the note goes when it is decided", "[elimination]")
{
    LetterLedger ledger(letters("ab"));
    ledger.leave_open(letters("a"), "silence", 4);
    CHECK(ledger.decision(letter('a'))->state == model::CellState::inconclusive);
    CHECK(ledger.decision(letter('a'))->note == "silence");
    ledger.accept(letter('a'), as_answer(chosen('a'), 5));
    CHECK(ledger.decision(letter('a'))->state == model::CellState::accepted);
    CHECK(ledger.decision(letter('a'))->note.empty());
    CHECK(ledger.decision(letter('a'))->evidence == Questions{4, 5});
}

TEST_CASE("what was rejected and is chosen after all is accepted", "[elimination]")
{
    LetterLedger ledger(letters("ab"));
    ledger.reject(letters("ab"), 4);
    ledger.accept(letter('a'), as_answer(chosen('a'), 5));
    CHECK(text(ledger.found()) == "a");
    CHECK(text(ledger.rejected()) == "b");
}

TEST_CASE("what is accepted stays so, whatever becomes of a list that was under way with it", "[elimination]")
{
    LetterLedger ledger(letters("abc"));
    ledger.accept(letter('a'), as_answer(chosen('a'), 4));
    ledger.reject(letters("ab"), 5);
    ledger.leave_open(letters("ac"), "silence", 6);
    CHECK(ledger.decision(letter('a'))->state == model::CellState::accepted);
    CHECK(ledger.decision(letter('a'))->evidence == Questions{4});
    CHECK(text(ledger.rejected()) == "b");
}

TEST_CASE("an alert is remembered as an alert, and a close as a close if it counts", "[elimination]")
{
    LetterLedger ledger(letters("abc"));
    ledger.note_refusal(letters("a"), refused_in(1), true);
    ledger.note_refusal(letters("b"), refused_in(2, ReplyKind::closed), true);
    ledger.note_refusal(letters("c"), refused_in(3, ReplyKind::closed), false);
    CHECK(ledger.refused_by_alert(letter('a')));
    CHECK_FALSE(ledger.refused_by_alert(letter('b')));
    CHECK_FALSE(ledger.refused_by_close(letter('a')));
    CHECK(ledger.refused_by_close(letter('b')));
    CHECK_FALSE(ledger.refused_by_close(letter('c')));
}

}  // namespace
}  // namespace smtptls::probes::play

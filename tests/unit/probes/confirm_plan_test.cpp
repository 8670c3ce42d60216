// What handshakes that came to nothing say of a suite that was accepted.
#include "probes/confirm_plan.hpp"

#include "catch.hpp"
#include "probes/suite_sets.hpp"

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr CipherSuite suite = CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA;

struct Plan {
    ConfirmPlan plan{ProtocolVersion::tls1_2, {suite}, Confirm::suite};
    model::Numbering ids;

    Plan() { plan.extend({suite}); }

    /// Answers the next handshake so. False if there is none.
    bool answer(ReplyKind kind)
    {
        model::QuestionId id = 0;
        const auto asked = plan.next(ids, id);
        Reply reply;
        reply.kind = kind;
        reply.item = suite;
        reply.words = "the words";
        reply.evidence = id;
        if (asked) {
            plan.learn(id, reply);
        }
        return asked.has_value();
    }

    model::Cell cell() const
    {
        model::Cell cell;
        cell.version = ProtocolVersion::tls1_2;
        cell.suite = suite;
        cell.state = CellState::accepted;
        cell.grade = model::Grade::server_flight;
        plan.apply(cell);
        return cell;
    }
};

TEST_CASE("a handshake that was not begun is not asked for again, is no refusal, and takes nothing from the suite",
          "[probes]")
{
    Plan at;
    CHECK(at.answer(ReplyKind::left_out));
    CHECK(at.plan.done());
    CHECK_FALSE(at.answer(ReplyKind::left_out));
    CHECK_FALSE(at.plan.refused_in(suite).has_value());
    const model::Cell cell = at.cell();
    CHECK(cell.state == CellState::accepted);
    CHECK(cell.grade == model::Grade::server_flight);
    CHECK(cell.note == "not confirmed: the words");
    CHECK(cell.evidence.empty());
}

TEST_CASE("a handshake that was refused is tried twice, and which one it was is known", "[probes]")
{
    Plan at;
    CHECK(at.answer(ReplyKind::refused));
    CHECK(at.plan.refused_in(suite) == model::QuestionId{1});
    CHECK(at.answer(ReplyKind::refused));
    CHECK_FALSE(at.answer(ReplyKind::refused));
}

}  // namespace
}  // namespace smtptls::probes

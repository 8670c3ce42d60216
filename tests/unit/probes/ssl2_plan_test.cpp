// SSL 2 row by row: what the answers to its hello make of its seven kinds of cipher.
#include "probes/ssl2_plan.hpp"

#include "catch.hpp"
#include "unit/probes/answers.hpp"

namespace smtptls::probes {
namespace {

using base::Reason;
using base::Stage;
using model::CellState;

constexpr auto rc4 = tls::CipherSuite::SSL_CK_RC4_128_WITH_MD5;
constexpr auto des = tls::CipherSuite::SSL_CK_DES_64_CBC_WITH_MD5;

struct Ssl2Case {
    const char* name;
    std::vector<model::Outcome> answers;  // the last again and again
    bool tls_spoken;
    CellState state;
    int questions;
};

CellState state_of(const std::vector<model::Cell>& cells, tls::CipherSuite kind)
{
    const auto found = std::find_if(cells.begin(), cells.end(), [&](const model::Cell& c) { return c.suite == kind; });
    REQUIRE(found != cells.end());
    return found->state;
}

TEST_CASE("what does not speak SSL 2 says so in its own way", "[probes]")
{
    const model::Outcome closed = broken(Stage::hello, Reason::closed);
    const model::Outcome silent = broken(Stage::hello, Reason::timed_out);
    const model::Outcome throttled = broken(Stage::greeting, Reason::throttled);
    const model::Outcome no = alert(tls::AlertDescription::protocol_version);
    const auto row = GENERATE_COPY(values<Ssl2Case>({
        {"an alert is a refusal", {no}, true, CellState::rejected, 1},
        {"three closes are, from a server that speaks TLS", {closed}, true, CellState::rejected, 3},
        {"three closes are not, from one that never did", {closed}, false, CellState::inconclusive, 3},
        {"silence is none", {silent}, true, CellState::inconclusive, 3},
        {"nor is being asked to come later", {throttled}, true, CellState::inconclusive, Patience::most_throttles},
        {"what came to nothing is no close", {closed, silent, closed, closed}, true, CellState::rejected, 4},
        {"an alert decides behind a fault", {silent, no}, true, CellState::rejected, 2},
    }));
    INFO(row.name);
    Ssl2Plan plan;
    int questions = 0;
    while (plan.next() && questions < 20) {
        const std::size_t place = std::min<std::size_t>(static_cast<std::size_t>(questions++), row.answers.size() - 1);
        plan.learn(answer_to({}, row.answers[place]));
    }
    CHECK(questions == row.questions);
    CHECK(plan.done());
    CHECK(state_of(plan.cells(row.tls_spoken), rc4) == row.state);
}

TEST_CASE("the kinds of a server's SSL 2 hello are accepted and the others rejected", "[probes]")
{
    Ssl2Plan plan;
    REQUIRE(plan.next());
    CHECK_FALSE(plan.next());
    plan.learn(answer_to({}, model::Ssl2Seen{{rc4}, {}}));
    CHECK(state_of(plan.cells(true), rc4) == CellState::accepted);
    CHECK(state_of(plan.cells(true), des) == CellState::rejected);
}

TEST_CASE("kinds that are named without a certificate are rejected, and the cell says why", "[probes]")
{
    Ssl2Plan plan;
    REQUIRE(plan.next());
    plan.learn(answer_to({}, model::Ssl2Seen{{rc4}, {}, false}));
    CHECK(plan.without_certificate());
    CHECK(plan.answered());
    CHECK_FALSE(plan.accepted());
    for (const model::Cell& cell : plan.cells(true)) {
        CHECK(cell.state == CellState::rejected);
        CHECK(cell.note.empty() == (cell.suite != rc4));
    }
}

TEST_CASE("SSL 2 that nobody got to ask about is not tested", "[probes]")
{
    const Ssl2Plan plan;
    CHECK(state_of(plan.cells(true), rc4) == CellState::not_tested);
}

}  // namespace
}  // namespace smtptls::probes

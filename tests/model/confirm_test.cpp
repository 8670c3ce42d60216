// The plan of confirming handshakes: the cover, what is lowered, and what is asked because of it.
#include "probes/confirm_plan.hpp"
#include "probes/suite_sets.hpp"
#include "tests/catch.hpp"
#include "tests/model/shapes.hpp"
#include "tests/model/small.hpp"

#include <algorithm>
#include <set>

namespace smtptls::test {
namespace {

using probes::Confirm;
using probes::ConfirmPlan;

// Completes what `fails` does not hold; what was asked.
Suites drive(ConfirmPlan& plan, const Suites& fails)
{
    Suites asked;
    model::Numbering ids;
    model::QuestionId id = 0;
    while (const auto suite = plan.next(ids, id)) {
        probes::Reply reply;
        reply.item = *suite;
        reply.kind = probes::contains(fails, *suite) ? probes::ReplyKind::chosen_lost : probes::ReplyKind::chosen;
        reply.grade = model::Grade::handshake;
        asked.push_back(*suite);
        plan.learn(id, reply);
    }
    return asked;
}

model::Cell applied(const ConfirmPlan& plan, CipherSuite suite)
{
    model::Cell cell{tls12, suite, model::CellState::accepted, model::Grade::server_flight, "", {}};
    plan.apply(cell);
    return cell;
}

}  // namespace

TEST_CASE("the cover shows every key exchange, authentication and family, in few handshakes")
{
    const Suites accepted = debian_postfix().tables.at(tls12);
    ConfirmPlan plan(tls12, accepted, Confirm::family);
    plan.extend(accepted);
    const Suites asked = drive(plan, {});
    std::set<tls::CipherFamily> families;
    for (const CipherSuite suite : accepted) {
        families.insert(probes::info_of(suite).family);
        const auto grade = applied(plan, suite).grade;
        CHECK(grade == (probes::contains(asked, suite) ? model::Grade::handshake : model::Grade::family));
    }
    CHECK(asked.size() <= families.size() + 2);
}

TEST_CASE("none, tls12, family and suite ask as much as they say")
{
    const Suites accepted = hardened_postfix().tables.at(tls12);
    const auto count = [&](Confirm confirm) {
        ConfirmPlan plan(tls12, accepted, confirm);
        plan.extend(accepted);
        return drive(plan, {}).size();
    };
    CHECK(count(Confirm::none) == 0);
    CHECK(count(Confirm::version) == 1);
    CHECK(count(Confirm::family) > 1);
    CHECK(count(Confirm::family) < accepted.size());
    CHECK(count(Confirm::suite) == accepted.size());
}

TEST_CASE("what fails is lowered, its siblings are asked, and nobody else is lowered")
{
    const Server server = opensmtpd();
    const Suites& accepted = server.tables.at(tls12);
    const Suites lies = probes::those(accepted, [&](CipherSuite suite) { return server.poison.contains(suite); });
    ConfirmPlan plan(tls12, accepted, Confirm::family);
    plan.extend(accepted);
    drive(plan, lies);
    for (const CipherSuite suite : accepted) {
        const bool lowered = applied(plan, suite).state == model::CellState::inconclusive;
        CHECK(lowered == probes::contains(lies, suite));
    }
}

TEST_CASE("a cover that grows with what is found asks no suite twice and shows what was found last")
{
    const Suites accepted = debian_postfix().tables.at(tls12);
    ConfirmPlan plan(tls12, accepted, Confirm::family);
    Suites asked;
    for (std::size_t found = 1; found <= accepted.size(); found += 5) {
        plan.extend(Suites(accepted.begin(), accepted.begin() + static_cast<std::ptrdiff_t>(found)));
        const Suites more = drive(plan, {});
        asked.insert(asked.end(), more.begin(), more.end());
    }
    plan.extend(accepted);
    const Suites last = drive(plan, {});
    asked.insert(asked.end(), last.begin(), last.end());
    CHECK(std::set<CipherSuite>(asked.begin(), asked.end()).size() == asked.size());
    for (const CipherSuite suite : accepted) {
        CHECK(applied(plan, suite).grade != model::Grade::server_flight);
    }
}

TEST_CASE("what is found after a suite was lowered and shares what is in doubt is asked too")
{
    const Server server = opensmtpd();
    const Suites& accepted = server.tables.at(tls12);
    const Suites lies = probes::those(accepted, [&](CipherSuite suite) { return server.poison.contains(suite); });
    ConfirmPlan plan(tls12, accepted, Confirm::family);
    plan.extend({accepted[0], lies[0]});
    drive(plan, lies);
    plan.extend(accepted);
    drive(plan, lies);
    for (const CipherSuite suite : accepted) {
        const bool lowered = applied(plan, suite).state == model::CellState::inconclusive;
        CHECK(lowered == probes::contains(lies, suite));
    }
}

namespace {

model::Cell retried(const ConfirmPlan& plan)
{
    model::Cell cell{ProtocolVersion::tls1_3,
                     CipherSuite::TLS_AES_128_GCM_SHA256,
                     model::CellState::accepted,
                     model::Grade::hello_retry,
                     "",
                     {}};
    plan.apply(cell);
    return cell;
}

ConfirmPlan answered_by(const probes::Reply& reply)
{
    const Suites suites = {CipherSuite::TLS_AES_128_GCM_SHA256};
    ConfirmPlan plan(ProtocolVersion::tls1_3, suites, Confirm::family);
    plan.extend(suites);
    model::Numbering ids;
    model::QuestionId id = 0;
    while (plan.next(ids, id)) {
        plan.learn(id, reply);
    }
    return plan;
}

}  // namespace

TEST_CASE("what only a HelloRetryRequest named stays open if every handshake was refused, in whatever way")
{
    probes::Reply reply;
    reply.item = CipherSuite::TLS_AES_128_GCM_SHA256;
    reply.kind = GENERATE(probes::ReplyKind::refused, probes::ReplyKind::closed, probes::ReplyKind::objected,
                          probes::ReplyKind::chosen_lost);
    CHECK(retried(answered_by(reply)).state == model::CellState::inconclusive);
}

TEST_CASE("what only a HelloRetryRequest named is accepted if no handshake was tried")
{
    const Suites suites = {CipherSuite::TLS_AES_128_GCM_SHA256};
    ConfirmPlan plan(ProtocolVersion::tls1_3, suites, Confirm::none);
    plan.extend(suites);
    CHECK(retried(plan).grade == model::Grade::hello_retry);
}

TEST_CASE("a whole flight that ended for want of a client certificate raises what a HelloRetryRequest named")
{
    probes::Reply reply;
    reply.item = CipherSuite::TLS_AES_128_GCM_SHA256;
    reply.kind = probes::ReplyKind::chosen;
    reply.grade = model::Grade::server_flight;
    reply.words = "no certificate";
    const model::Cell cell = retried(answered_by(reply));
    CHECK(cell.state == model::CellState::accepted);
    CHECK(cell.grade == model::Grade::server_flight);
    CHECK(cell.note == "not confirmed: no certificate");
}

}  // namespace smtptls::test

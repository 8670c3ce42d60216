// The version plan against servers that are functions: every subset and order of six suites, and the
// ways servers misbehave. A cell may stay open where a server lies or breaks; it may not be wrong.
#include "catch.hpp"
#include "model/fake_server.hpp"

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::CipherSuite;
using tls::ProtocolVersion;

// The suites of TLS 1.2 that a TLS library of today can speak, about a hundred.
Suites many(std::size_t count = 1000)
{
    Suites suites;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        const bool class_spoken = info.credentials == tls::CredentialClass::certificate ||
                                  info.credentials == tls::CredentialClass::anonymous;
        const bool cipher_spoken =
            info.family == tls::CipherFamily::aes_gcm || info.family == tls::CipherFamily::aes_cbc ||
            info.family == tls::CipherFamily::aes_ccm || info.family == tls::CipherFamily::chacha20 ||
            info.family == tls::CipherFamily::aria_gcm || info.family == tls::CipherFamily::camellia_cbc;
        if (class_spoken && cipher_spoken && info.lowest < ProtocolVersion::tls1_3 && suites.size() < count &&
            !tls::is_ssl2(info.code)) {
            suites.push_back(info.code);
        }
    }
    return suites;
}

// Every suite below TLS 1.3.
Suites below_tls13()
{
    Suites suites;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (info.lowest < ProtocolVersion::tls1_3 && !tls::is_ssl2(info.code)) {
            suites.push_back(info.code);
        }
    }
    return suites;
}

bool contains(const Suites& suites, CipherSuite suite)
{
    return std::find(suites.begin(), suites.end(), suite) != suites.end();
}

void check_right(const Run& done, const Suites& accepted)
{
    REQUIRE(done.ended);
    const Verdict verdict = judge(done, accepted);
    REQUIRE(verdict.falsely_accepted == 0);
    REQUIRE(verdict.falsely_rejected == 0);
    REQUIRE(verdict.open == 0);
}

TEST_CASE("every subset in every order of preference is found exactly", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    const std::size_t width = GENERATE(std::size_t{1}, std::size_t{4});
    for (const Suites& accepted : every_subset(six())) {
        Behaviour server;
        server.accepted = accepted;
        server.own_order = own_order;
        check_right(run(six(), server_of(server), width), accepted);
    }
}

TEST_CASE("every order of four suites on the server's side is found exactly", "[plan]")
{
    Suites order(six().begin(), six().begin() + 4);
    std::sort(order.begin(), order.end());
    do {
        Behaviour server;
        server.accepted = order;
        check_right(run(six(), server_of(server)), order);
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("no offer repeats an accepted suite except as the canary, which comes last", "[plan]")
{
    Behaviour server;
    server.accepted = {six()[0], six()[3]};
    const Run done = run(six(), server_of(server));
    for (const Suites& offer : done.asked) {
        CHECK(std::set<CipherSuite>(offer.begin(), offer.end()).size() == offer.size());
        CHECK_FALSE(offer.empty());
    }
    for (std::size_t i = 0; i < done.asked.size(); ++i) {
        if (done.purposes[i].rfind("canary", 0) == 0) {
            CHECK(contains(server.accepted, done.asked[i].back()));
        }
    }
    CHECK(std::any_of(done.purposes.begin(), done.purposes.end(),
                      [](const std::string& purpose) { return purpose.rfind("canary", 0) == 0; }));
}

TEST_CASE("a server without disturbance costs its accepted suites, one refusal a family, and a canary", "[plan]")
{
    const Suites all = many();
    std::set<std::pair<int, int>> chunks;
    for (const CipherSuite suite : all) {
        chunks.emplace(static_cast<int>(tls::find(suite)->credentials), static_cast<int>(tls::find(suite)->family));
    }
    for (const std::size_t accepted : {std::size_t{1}, std::size_t{8}, all.size() / 2, all.size()}) {
        Behaviour server;
        server.accepted = Suites(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(accepted));
        const Run done = run(all, server_of(server));
        check_right(done, server.accepted);
        UNSCOPED_INFO(all.size() << " suites, " << accepted << " accepted: " << done.questions << " questions");
        CHECK(done.questions - done.sieving <= accepted + chunks.size() + 1);
    }
}

TEST_CASE("a version refused by alert 70 costs one question and is rejected", "[plan]")
{
    const Run done = run(many(), [](const Suites&) { return reply(Reply::Kind::absent); });
    CHECK(done.questions == 1);
    CHECK(judge(done, {}, false).right == many().size());
}

TEST_CASE("a version refused by alert 40 is rejected only if another version was accepted", "[plan]")
{
    const Run done = run(many(), [](const Suites&) { return reply(Reply::Kind::refused); });
    UNSCOPED_INFO("questions: " << done.questions);
    CHECK(judge(done, {}, true).right == many().size());
    CHECK(judge(done, {}, false).open == many().size());
}

TEST_CASE("a suite that was chosen and then refused is open, and hides nothing", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    const std::size_t at = GENERATE(range(std::size_t{0}, std::size_t{6}));
    for (const Suites& accepted : every_subset(six())) {
        if (contains(accepted, six()[at])) {
            continue;
        }
        Behaviour server{accepted, own_order, {six()[at]}, true};
        const Run done = run(six(), server_of(server));
        REQUIRE(done.ended);
        REQUIRE(judge(done, accepted).wrong() == 0);
        for (const model::Cell& cell : done.plan.cells(true)) {
            if (cell.suite == six()[at]) {
                REQUIRE(cell.state == CellState::inconclusive);
            } else if (accepted.size() > 0) {
                REQUIRE(cell.state != CellState::inconclusive);
            }
        }
    }
}

TEST_CASE("a suite that was chosen and then broken off is open, and its family is still asked", "[plan]")
{
    // Ranked first it is met by the gate, ranked last by the removal of its family.
    const bool first = GENERATE(true, false);
    const Suites accepted = {six()[4], six()[1]};
    const Run done = run(six(), [&](const Suites& offered) {
        const Reply usual = answer({accepted}, offered);
        const bool met = contains(offered, six()[0]) && (first || usual.kind == Reply::Kind::refused);
        return met ? reply(Reply::Kind::chosen_broken, six()[0]) : usual;
    });
    REQUIRE(done.ended);
    CHECK(judge(done, accepted).wrong() == 0);
    CHECK(judge(done, accepted).open == 1);
}

TEST_CASE("on a server with the client's order one suite that fails with a bare alert 40 makes no cell wrong", "[plan]")
{
    const std::size_t at = GENERATE(range(std::size_t{0}, std::size_t{6}));
    for (const Suites& accepted : every_subset(six())) {
        if (!contains(accepted, six()[at])) {
            Behaviour server{accepted, false, {six()[at]}, false};
            const Run done = run(six(), server_of(server));
            REQUIRE(done.ended);
            REQUIRE(judge(done, accepted).wrong() == 0);
        }
    }
}

TEST_CASE("two suites that fail with a bare alert 40 in the client's order hide nothing", "[plan]")
{
    const auto [one, other] = GENERATE(table<std::size_t, std::size_t>({{0, 1},
                                                                        {0, 2},
                                                                        {0, 3},
                                                                        {0, 4},
                                                                        {0, 5},
                                                                        {1, 2},
                                                                        {1, 3},
                                                                        {1, 4},
                                                                        {1, 5},
                                                                        {2, 3},
                                                                        {2, 4},
                                                                        {2, 5},
                                                                        {3, 4},
                                                                        {3, 5},
                                                                        {4, 5}}));
    for (const Suites& accepted : every_subset(six())) {
        if (!contains(accepted, six()[one]) && !contains(accepted, six()[other])) {
            const Run done = run(six(), server_of({accepted, false, {six()[one], six()[other]}}));
            REQUIRE(done.ended);
            REQUIRE(judge(done, accepted).wrong() == 0);
        }
    }
}

TEST_CASE("on a server with its own order a bare alert 40 hides nothing", "[plan]")
{
    std::size_t cases = 0;
    for (const CipherSuite poison : six()) {
        for (const Suites& order : every_subset(six())) {
            if (!contains(order, poison)) {
                continue;
            }
            Suites accepted = order;
            std::erase(accepted, poison);
            const Run done = run(six(), server_of({order, true, {poison}}));
            REQUIRE(done.ended);
            REQUIRE(judge(done, accepted).wrong() == 0);
            ++cases;
        }
    }
    CHECK(cases == 384);
}

// An order in which all PSK suites and one kind of cipher are traps, and hide IDEA together. What is ranked first
// stands so far down in the hello that long lists are seen to be read.
Behaviour jointly_hidden()
{
    Behaviour server{{CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}};
    for (const CipherSuite suite : below_tls13()) {
        const tls::SuiteInfo& info = info_of(suite);
        const bool broken = info.cipher == tls::Cipher::camellia && info.key_bits == 128 && info.mac == tls::Mac::sha1;
        if (broken || info.credentials == tls::CredentialClass::psk) {
            server.poison.push_back(suite);
            server.accepted.push_back(suite);
        }
    }
    server.accepted.push_back(CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA);
    return server;
}

TEST_CASE("a trap that the sieve shows has the rest sieved for two faults together", "[plan]")
{
    // PSK hides SRP in the list of other credentials, and not in the sieve's of SRP alone.
    Behaviour server = jointly_hidden();
    server.accepted.push_back(CipherSuite::TLS_SRP_SHA_WITH_AES_128_CBC_SHA);
    const Run done = run(below_tls13(), server_of(server));
    CHECK(done.manner->traps);
    CHECK(contains(done.plan.accepted(), CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA));
}

TEST_CASE("a trap that another version shows has a version that was done sieved once more", "[plan]")
{
    const Behaviour server = jointly_hidden();
    Run done = run(below_tls13(), server_of(server));
    REQUIRE(done.plan.done());
    REQUIRE(!contains(done.plan.accepted(), CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA));
    done.manner->traps = true;
    while (const auto offer = done.plan.next()) {
        done.plan.learn(offer->key, answer(server, offer->suites));
    }
    CHECK(contains(done.plan.accepted(), CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA));
}

TEST_CASE("a reader of the first 64 suites is found exactly, whichever suite it has", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    const Suites all = many();
    REQUIRE(all.size() > 80);
    for (std::size_t i = 0; i < all.size(); ++i) {
        Behaviour server;
        server.accepted = {all[i], all[(i * 7 + 3) % all.size()]};
        server.own_order = own_order;
        server.reads = 64;
        const Run done = run(all, server_of(server));
        REQUIRE(done.ended);
        INFO(tls::format(all[i]) << ", " << done.questions << " questions");
        REQUIRE(judge(done, server.accepted).wrong() == 0);
    }
}

TEST_CASE("a server that refuses by closing leaves cells open and makes none wrong", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    for (const Suites& accepted : every_subset(six())) {
        Behaviour server;
        server.accepted = accepted;
        server.own_order = own_order;
        server.closes = true;
        const Run done = run(six(), server_of(server));
        REQUIRE(done.ended);
        REQUIRE(judge(done, accepted).wrong() == 0);
        REQUIRE(done.questions <= worst_case(six().size()));
    }
}

// The n-th question gets `disturbance` for an answer.
Run run_disturbed(const Suites& accepted, bool own_order, std::size_t n, const Reply& disturbance)
{
    std::size_t asked = 0;
    Behaviour server;
    server.accepted = accepted;
    server.own_order = own_order;
    return run(six(), [&](const Suites& offered) { return asked++ == n ? disturbance : answer(server, offered); });
}

TEST_CASE("one reset or one request to come later at any moment changes no cell", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    const auto kind = GENERATE(Reply::Kind::broken, Reply::Kind::throttled);
    for (const Suites& accepted : every_subset(six())) {
        const std::size_t questions = run_disturbed(accepted, own_order, 1000, {}).questions;
        for (std::size_t n = 0; n < questions; ++n) {
            check_right(run_disturbed(accepted, own_order, n, reply(kind)), accepted);
        }
    }
}

TEST_CASE("a suite answered that was not offered is not accepted and makes no cell wrong", "[plan]")
{
    const CipherSuite foreign = CipherSuite::TLS_RSA_WITH_RC4_128_MD5;
    for (const Suites& accepted : every_subset(six())) {
        for (std::size_t n = 0; n < 12; ++n) {
            const Run done = run_disturbed(accepted, true, n, reply(Reply::Kind::chosen, foreign));
            REQUIRE(done.ended);
            REQUIRE(judge(done, accepted).wrong() == 0);
        }
    }
}

TEST_CASE("a server that always answers one suite, offered or not, gets no other cell accepted", "[plan]")
{
    for (const CipherSuite always : six()) {
        const Run done = run(six(), [always](const Suites&) { return reply(Reply::Kind::chosen, always); });
        REQUIRE(done.ended);
        CHECK(judge(done, {always}).falsely_accepted == 0);
    }
}

TEST_CASE("a server that answers every offer with a choice and then an alert has no accepted cell", "[plan]")
{
    const Run done =
        run(many(), [](const Suites& offered) { return reply(Reply::Kind::chosen_lost, offered.front()); });
    REQUIRE(done.ended);
    CHECK(judge(done, {}).open == many().size());
}

TEST_CASE("a server that falls silent after its n-th answer leaves the rest open and none wrong", "[plan]")
{
    const auto kind = GENERATE(Reply::Kind::broken, Reply::Kind::throttled);
    Behaviour server;
    server.accepted = {six()[0], six()[1], six()[4]};
    for (std::size_t n = 0; n < 20; ++n) {
        std::size_t asked = 0;
        const Run done =
            run(six(), [&](const Suites& offered) { return asked++ >= n ? reply(kind) : answer(server, offered); });
        REQUIRE(done.ended);
        REQUIRE(judge(done, server.accepted).wrong() == 0);
    }
}

TEST_CASE("what the scan did not get to is not tested", "[plan]")
{
    Manner manner;
    VersionPlan plan(ProtocolVersion::tls1_2, six(), manner);
    REQUIRE(plan.next());
    CHECK_FALSE(plan.next());
    for (const model::Cell& cell : plan.cells(true)) {
        CHECK(cell.state == CellState::not_tested);
        CHECK_FALSE(cell.note.empty());
    }
}

TEST_CASE("no server makes a plan ask more than its worst case", "[plan]")
{
    std::uint32_t state = GENERATE(range(1U, 60U));
    CAPTURE(state);
    const Suites all = many(40);
    const auto random = [&state] { return state = state * 1664525U + 1013904223U, state >> 16U; };
    const Run done = run(all, [&](const Suites& offered) {
        const auto kind = static_cast<Reply::Kind>(random() % 6);
        return reply(kind == Reply::Kind::absent ? Reply::Kind::refused : kind, offered[random() % offered.size()]);
    });
    CHECK(done.ended);
    CHECK(done.questions <= worst_case(all.size()));
}

TEST_CASE("the cells of accepted suites have a grade and every decided cell has evidence", "[plan]")
{
    Behaviour server;
    server.accepted = {six()[0], six()[4]};
    const Run done = run(six(), server_of(server));
    for (const model::Cell& cell : done.plan.cells(false)) {
        CHECK(cell.grade.has_value() == (cell.state == CellState::accepted));
        CHECK_FALSE(cell.evidence.empty());
    }
}

}  // namespace
}  // namespace smtptls::probes

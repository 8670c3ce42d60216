// The version plan against every subset and order of six suites, and the ways servers misbehave. A cell may
// stay open where a server lies or breaks; it may not be wrong.
#include "tests/catch.hpp"
#include "tests/model/small.hpp"

#include <algorithm>
#include <set>

namespace smtptls::test {
namespace {

using model::CellState;

// Two of one family and class, others of other families, classes and credentials.
const Suites& six()
{
    using enum CipherSuite;
    static const Suites suites = {
        TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_128_GCM_SHA256,
        TLS_RSA_WITH_CAMELLIA_128_CBC_SHA,     TLS_RSA_WITH_AES_128_CBC_SHA,          TLS_DH_anon_WITH_AES_128_CBC_SHA,
    };
    return suites;
}

// Every subset of the six, and each once with the order reversed.
const std::vector<Suites>& every_subset()
{
    static const std::vector<Suites> subsets = [] {
        std::vector<Suites> out;
        for (std::size_t bits = 0; bits < (std::size_t{1} << six().size()); ++bits) {
            Suites subset;
            for (std::size_t i = 0; i < six().size(); ++i) {
                if ((bits >> i & 1U) != 0) {
                    subset.push_back(six()[i]);
                }
            }
            out.push_back(subset);
            std::reverse(subset.begin(), subset.end());
            out.push_back(subset);
        }
        return out;
    }();
    return subsets;
}

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

// An order in which all PSK suites and one kind of cipher are traps, and hide IDEA together. What is ranked first
// stands so far down in the hello that long lists are seen to be read.
Server jointly_hidden()
{
    Server server = of_table({CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256});
    Suites& table = server.tables[tls12];
    for (const CipherSuite suite : below_tls13()) {
        const tls::SuiteInfo& info = probes::info_of(suite);
        const bool broken = info.cipher == tls::Cipher::camellia && info.key_bits == 128 && info.mac == tls::Mac::sha1;
        if (broken || info.credentials == tls::CredentialClass::psk) {
            server.poison[suite] = Poison::bare_alert;
            table.push_back(suite);
        }
    }
    table.push_back(CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA);
    return server;
}

// No plan may ask more: the gates (up to 8) with their retries, for each candidate a choice or three failures,
// for each a throttle, and the closing budget with its last retries.
int worst_case(const Suites& candidates)
{
    constexpr int tries = 9;  // 3 failures and 6 throttles
    return 8 * tries + tries * static_cast<int>(candidates.size()) + probes::Closing<CipherSuite>::budget + tries * 8;
}

// `server`: a Server or a function.
template <typename Any>
Run run_within(const Any& server, const Suites& candidates, const Setting& setting = {})
{
    Run run = run_plan(server, tls12, candidates, setting);
    REQUIRE(run.connections() <= worst_case(candidates));
    return run;
}

Order order_of(bool own_order)
{
    return own_order ? Order::server : Order::client;
}

// Accepts these, and breaks with `traps`, which it ranks first, in this way.
Server with_traps(const Suites& accepted, const Suites& traps, Order order, Poison poison)
{
    Suites table = traps;
    table.insert(table.end(), accepted.begin(), accepted.end());
    Server server = of_table(table, order);
    for (const CipherSuite suite : traps) {
        server.poison[suite] = poison;
    }
    return server;
}

void check_right(const Server& server, const Run& run)
{
    REQUIRE(count_wrong(server, run) == 0);
    REQUIRE(count_open(server, run) == 0);
}

// Not one cell that is not in this state.
bool all_are(CellState state, const std::vector<model::Cell>& cells)
{
    return std::all_of(cells.begin(), cells.end(), [state](const model::Cell& cell) { return cell.state == state; });
}

// The n-th question gets `disturbance` for an answer.
Run run_disturbed(const Server& server, int n, const model::Outcome& disturbance)
{
    Setting setting;
    setting.faults[n] = disturbance;
    return run_within(server, six(), setting);
}

// A refusal by some servers, no answer to the question, and the wish that we come back later.
const auto was_reset = failure(base::Stage::hello, base::Reason::reset);
const auto silent = failure(base::Stage::hello, base::Reason::timed_out);
const auto throttled = failure(base::Stage::greeting, base::Reason::throttled);

// What a server may answer that has `suite` in mind; the first six are about the suite.
std::vector<model::Outcome> outcomes(CipherSuite suite)
{
    using enum tls::AlertDescription;
    return {
        flight(tls12, suite),
        alert(handshake_failure, model::ServerChoice{tls12, suite, false}),
        broken_off(tls12, suite),
        alert(handshake_failure),
        alert(illegal_parameter),
        model::OtherVersion{{ProtocolVersion::tls1_1, suite, true}},
        alert(internal_error),
        alert(unrecognized_name),
        silent,
        throttled,
    };
}

}  // namespace

TEST_CASE("every subset in every order of preference is found exactly", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    Setting setting;
    setting.in_flight = GENERATE(std::size_t{1}, std::size_t{4});
    setting.in_turn = true;
    for (const Suites& accepted : every_subset()) {
        const Server server = of_table(accepted, order_of(own_order));
        check_right(server, run_within(server, six(), setting));
    }
}

TEST_CASE("every order of four suites on the server's side is found exactly", "[plan]")
{
    Suites order(six().begin(), six().begin() + 4);
    std::sort(order.begin(), order.end());
    do {
        const Server server = of_table(order);
        check_right(server, run_within(server, six()));
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("no offer repeats an accepted suite except as the canary, which comes last", "[plan]")
{
    const Suites accepted = {six()[0], six()[3]};
    const Run run = run_within(of_table(accepted), six());
    int canaries = 0;
    for (const model::Question& question : run.asked) {
        const Suites& offer = model::suites_of(question.asked);
        CHECK(std::set<CipherSuite>(offer.begin(), offer.end()).size() == offer.size());
        REQUIRE_FALSE(offer.empty());
        if (question.purpose.kind == model::Purpose::Kind::canary) {
            CHECK(probes::contains(accepted, offer.back()));
            ++canaries;
        }
    }
    CHECK(canaries > 0);
    CHECK(run.offences == std::vector<std::string>());
}

TEST_CASE("a server without disturbance costs its accepted suites, one refusal a family, and a canary", "[plan]")
{
    const Suites all = many();
    std::set<std::pair<tls::CredentialClass, tls::CipherFamily>> chunks;
    for (const CipherSuite suite : all) {
        chunks.emplace(probes::info_of(suite).credentials, probes::info_of(suite).family);
    }
    for (const std::size_t accepted : {std::size_t{1}, std::size_t{8}, all.size() / 2, all.size()}) {
        const Server server = of_table(Suites(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(accepted)));
        const Run run = run_within(server, all);
        check_right(server, run);
        INFO(all.size() << " suites, " << accepted << " accepted");
        CHECK(run.questions <= static_cast<int>(accepted + chunks.size() + 1));
    }
}

TEST_CASE("a version refused by alert 70 costs two questions and is rejected", "[plan]")
{
    const Run run = run_within(Server(), many());
    CHECK(run.connections() == 2);
    CHECK(run.cells_alone.size() == many().size());
    CHECK(all_are(CellState::rejected, run.cells_alone));
}

TEST_CASE("a version refused by alert 40 is rejected only if another version was accepted", "[plan]")
{
    const Run run = run_within(of_table({}), many());
    INFO("questions: " << run.connections());
    CHECK(run.cells.size() == many().size());
    CHECK(all_are(CellState::rejected, run.cells));
    CHECK(run.cells_alone.size() == many().size());
    CHECK(all_are(CellState::inconclusive, run.cells_alone));
}

TEST_CASE("a suite that was chosen and then refused is open, and hides nothing", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    const CipherSuite trap = six()[GENERATE(range(std::size_t{0}, std::size_t{6}))];
    for (const Suites& accepted : every_subset()) {
        if (probes::contains(accepted, trap)) {
            continue;
        }
        const Server server = with_traps(accepted, {trap}, order_of(own_order), Poison::after_hello);
        const Run run = run_within(server, six());
        REQUIRE(count_wrong(server, run) == 0);
        for (const model::Cell& cell : run.cells) {
            if (cell.suite == trap) {
                REQUIRE(cell.state == CellState::inconclusive);
            } else if (!accepted.empty()) {
                REQUIRE(cell.state != CellState::inconclusive);
            }
        }
    }
}

TEST_CASE("a suite that was chosen and then broken off is open, and its family is still asked", "[plan]")
{
    // Ranked first it is met by the gate, ranked last by the removal of its family.
    const bool first = GENERATE(true, false);
    const Server server = of_table({six()[4], six()[1]});
    const auto breaking = [&](const model::Asked& asked) {
        const model::Outcome usual = answer(server, asked);
        const bool refused = std::holds_alternative<model::AlertReceived>(usual);
        const bool met = probes::contains(model::suites_of(asked), six()[0]) && (first || refused);
        return met ? broken_off(tls12, six()[0]) : usual;
    };
    const Run run = run_within(breaking, six());
    CHECK(count_wrong(server, run) == 0);
    CHECK(count_open(server, run) == 1);
}

TEST_CASE("on a server with the client's order one suite that fails with a bare alert 40 makes no cell wrong", "[plan]")
{
    const CipherSuite trap = six()[GENERATE(range(std::size_t{0}, std::size_t{6}))];
    for (const Suites& accepted : every_subset()) {
        if (!probes::contains(accepted, trap)) {
            const Server server = with_traps(accepted, {trap}, Order::client, Poison::bare_alert);
            REQUIRE(count_wrong(server, run_within(server, six())) == 0);
        }
    }
}

TEST_CASE("two suites that fail with a bare alert 40 in the client's order hide nothing", "[plan]")
{
    const std::size_t one = GENERATE(range(std::size_t{0}, std::size_t{5}));
    for (std::size_t other = one + 1; other < six().size(); ++other) {
        for (const Suites& accepted : every_subset()) {
            if (!probes::contains(accepted, six()[one]) && !probes::contains(accepted, six()[other])) {
                const Server server =
                    with_traps(accepted, {six()[one], six()[other]}, Order::client, Poison::bare_alert);
                REQUIRE(count_wrong(server, run_within(server, six())) == 0);
            }
        }
    }
}

TEST_CASE("on a server with its own order a bare alert 40 hides nothing", "[plan]")
{
    std::size_t cases = 0;
    for (const CipherSuite trap : six()) {
        for (const Suites& order : every_subset()) {
            if (!probes::contains(order, trap)) {
                continue;
            }
            Server server = of_table(order);
            server.poison[trap] = Poison::bare_alert;
            REQUIRE(count_wrong(server, run_within(server, six())) == 0);
            ++cases;
        }
    }
    CHECK(cases == 384);
}

TEST_CASE("a reader of the first 64 suites is found exactly, whichever suite it has", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    const Suites all = many();
    REQUIRE(all.size() > 80);
    for (std::size_t i = 0; i < all.size(); ++i) {
        Server server = of_table({all[i], all[(i * 7 + 3) % all.size()]}, order_of(own_order));
        server.reads = 64;
        const Run run = run_within(server, all);
        INFO(tls::format(all[i]) << ", " << run.connections() << " questions");
        REQUIRE(count_wrong(server, run) == 0);
    }
}

TEST_CASE("a server that refuses by closing or by silence leaves cells open and makes none wrong", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    const Refusal refusal = GENERATE(Refusal::close, Refusal::silence);
    for (const Suites& accepted : every_subset()) {
        Server server = of_table(accepted, order_of(own_order));
        server.refusal = refusal;
        REQUIRE(count_wrong(server, run_within(server, six())) == 0);
    }
}

TEST_CASE("one reset or one request to come later at any moment changes no cell", "[plan]")
{
    const bool own_order = GENERATE(true, false);
    const model::Outcome disturbance = GENERATE(was_reset, silent, throttled);
    for (const Suites& accepted : every_subset()) {
        const Server server = of_table(accepted, order_of(own_order));
        const int connections = run_within(server, six()).connections();
        for (int n = 0; n < connections; ++n) {
            check_right(server, run_disturbed(server, n, disturbance));
        }
    }
}

TEST_CASE("a suite answered that was not offered is not accepted and makes no cell wrong", "[plan]")
{
    const model::Outcome foreign = flight(tls12, CipherSuite::TLS_RSA_WITH_RC4_128_MD5);
    for (const Suites& accepted : every_subset()) {
        const Server server = of_table(accepted);
        for (int n = 0; n < 12; ++n) {
            REQUIRE(count_wrong(server, run_disturbed(server, n, foreign)) == 0);
        }
    }
}

TEST_CASE("a server that always answers one suite, offered or not, gets no other cell accepted", "[plan]")
{
    for (const CipherSuite always : six()) {
        const Run run = run_within([always](const model::Asked&) { return flight(tls12, always); }, six());
        for (const model::Cell& cell : run.cells) {
            CHECK((cell.state != CellState::accepted || cell.suite == always));
        }
    }
}

TEST_CASE("a server that answers every offer with a choice and then an alert has no accepted cell", "[plan]")
{
    Server server;
    server.liar = true;
    const Run run = run_within(server, many());
    CHECK(run.cells.size() == many().size());
    CHECK(all_are(CellState::inconclusive, run.cells));
}

TEST_CASE("a server that falls silent after its n-th answer leaves the rest open and none wrong", "[plan]")
{
    const model::Outcome silence = GENERATE(silent, throttled);
    const Server server = of_table({six()[0], six()[1], six()[4]});
    for (int n = 0; n < 20; ++n) {
        int asked = 0;
        const auto falling_silent = [&](const model::Asked& question) {
            return asked++ >= n ? silence : answer(server, question);
        };
        REQUIRE(count_wrong(server, run_within(falling_silent, six())) == 0);
    }
}

TEST_CASE("what the scan did not get to is not tested", "[plan]")
{
    probes::ServerProfile profile;
    probes::Interest interest;
    probes::Coordination coordination;
    probes::VersionPlan plan(tls12, six(), {profile, interest, coordination});
    model::Numbering ids;
    REQUIRE(plan.next(ids));
    CHECK_FALSE(plan.next(ids));
    for (const model::Cell& cell : plan.cells(true)) {
        CHECK(cell.state == CellState::not_tested);
        CHECK_FALSE(cell.note.empty());
    }
}

TEST_CASE("no server makes a plan ask more than its worst case", "[plan]")
{
    std::uint32_t state = GENERATE(range(1U, 60U));
    const std::size_t kinds = GENERATE(std::size_t{6}, std::size_t{10});
    CAPTURE(state, kinds);
    const auto random = [&state] { return state = state * 1664525U + 1013904223U, state >> 16U; };
    const auto raving = [&](const model::Asked& asked) {
        const Suites& offered = model::suites_of(asked);
        const std::size_t kind = random() % kinds;
        return outcomes(offered[random() % offered.size()])[kind];
    };
    run_within(raving, many(40));
}

TEST_CASE("the cells of accepted suites have a grade and every decided cell has evidence", "[plan]")
{
    const Run run = run_within(of_table({six()[0], six()[4]}), six());
    for (const model::Cell& cell : run.cells_alone) {
        CHECK(cell.grade.has_value() == (cell.state == CellState::accepted));
        CHECK_FALSE(cell.evidence.empty());
    }
}

TEST_CASE("a trap that the sieve shows has the rest sieved for two faults together", "[plan]")
{
    // PSK hides SRP in the list of other credentials, and not in the sieve's of SRP alone.
    Server server = jointly_hidden();
    server.tables[tls12].push_back(CipherSuite::TLS_SRP_SHA_WITH_AES_128_CBC_SHA);
    const Run run = run_plan(server, tls12, below_tls13());
    CHECK(probes::contains(run.accepted, CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA));
}

TEST_CASE("a trap that another version shows has a version that was done sieved once more", "[plan]")
{
    const Server server = jointly_hidden();
    probes::ServerProfile profile;
    probes::Interest interest;
    probes::Coordination coordination;
    probes::VersionPlan plan(tls12, below_tls13(), {profile, interest, coordination});
    model::Numbering ids;
    const auto ask_all = [&] {
        while (const auto offer = plan.next(ids)) {
            model::Answer answered;
            answered.question = {offer->id, "", offer->purpose,
                                 model::HelloQuestion{tls12, offer->suites, offer->extensions}};
            answered.outcome = answer(server, answered.question.asked);
            profile.learn(answered);
            plan.learn(offer->id, probes::reply_of(answered, tls12));
        }
    };
    ask_all();
    REQUIRE(plan.done());
    REQUIRE_FALSE(probes::contains(plan.accepted(), CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA));
    profile.traps = true;
    ask_all();
    CHECK(probes::contains(plan.accepted(), CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA));
}

}  // namespace smtptls::test

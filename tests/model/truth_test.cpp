// Servers that nobody here chose: what one answer would hide, and answers that contradict each other.
#include "tests/catch.hpp"
#include "tests/model/drive.hpp"
#include "tests/model/shapes.hpp"
#include "tests/model/small.hpp"

#include <algorithm>

namespace smtptls::test {
namespace {

using model::CellState;
using enum CipherSuite;

constexpr auto tls10 = ProtocolVersion::tls1_0;
constexpr auto tls11 = ProtocolVersion::tls1_1;
constexpr auto tls13 = ProtocolVersion::tls1_3;

const Suites of_tls13 = {TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256};
const Suites of_rsa = {TLS_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_256_CBC_SHA};
const Suites of_curves = {TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA};
const Suites of_fields = {TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_256_CBC_SHA};

Suites together(Suites a, const Suites& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

CellState state_in(const Run& run, ProtocolVersion version, CipherSuite suite)
{
    const auto cell = std::ranges::find_if(
        run.cells, [&](const model::Cell& one) { return one.version == version && one.suite == suite; });
    REQUIRE(cell != run.cells.end());
    return cell->state;
}

const model::Observation* observed(const Run& run, model::Fact id)
{
    const auto found = std::ranges::find(run.observations, id, &model::Observation::id);
    return found == run.observations.end() ? nullptr : &*found;
}

std::int64_t number_of(const Run& run, model::Fact id)
{
    const model::Observation* const found = observed(run, id);
    REQUIRE(found != nullptr);
    return std::get<std::int64_t>(found->value);
}

bool offers_any_of(const model::Asked& asked, const Suites& suites)
{
    return std::ranges::any_of(model::suites_of(asked), [&](CipherSuite s) { return probes::contains(suites, s); });
}

Server of_versions(std::map<ProtocolVersion, Suites> tables, Order order = Order::client)
{
    Server server;
    server.tables = std::move(tables);
    server.order = order;
    return server;
}

// Each in turn answers a connection.
Answering in_turn(std::vector<Answering> members)
{
    return [members, n = std::size_t{0}](const model::Asked& asked) mutable {
        return members[n++ % members.size()](asked);
    };
}

}  // namespace

TEST_CASE("a key exchange that breaks, by whatever manner, hides no version", "[truth]")
{
    const auto breaks = GENERATE(Refusal::alert_40, Refusal::alert_70, Refusal::alert_80, Refusal::close);
    const auto& broken = GENERATE_REF(values({of_fields, of_curves}));
    const Suites good = broken == of_fields ? of_curves : of_rsa;
    Server sound = of_versions({{tls13, of_tls13}, {tls12, good}, {tls10, {good.back()}}});
    sound.refusal = sound.absent = breaks == Refusal::close ? Refusal::close : Refusal::alert_40;
    Server breaking = sound;
    // A list in which the broken key exchange comes first is met as the server meets nothing at all.
    breaking.refusal = breaking.absent = breaks;
    const Answering server = [=](const model::Asked& asked) {
        Server whole = sound;
        for (auto& [version, table] : whole.tables) {
            table = version == tls13 ? table : together(broken, table);
        }
        const model::Outcome outcome = answer(whole, asked);
        const auto* const flight = std::get_if<model::FlightSeen>(&outcome);
        const auto* const done = std::get_if<model::Completed>(&outcome);
        const auto chosen = flight != nullptr ? flight->choice.suite
                            : done != nullptr ? done->choice.suite
                                              : CipherSuite{};
        if (!probes::contains(broken, chosen)) {
            return outcome;
        }
        Server nothing = breaking;
        nothing.tables.clear();
        return answer(nothing, asked);
    };
    const Run run = run_probe(server);
    CAPTURE(static_cast<int>(breaks), broken.front());
    for (const CipherSuite suite : good) {
        CHECK(state_in(run, tls12, suite) == CellState::accepted);
    }
    CHECK(state_in(run, tls10, good.back()) == CellState::accepted);
    CHECK(count_wrong(sound, run) == 0);
}

TEST_CASE("a lower version that the server has, though alert 70 says that it has none, is found", "[truth]")
{
    const Server real = of_versions({{tls13, of_tls13}, {tls12, of_curves}, {tls10, of_rsa}});
    const Answering server = [real](const model::Asked& asked) {
        return model::version_of(asked) == tls11 ? alert(tls::AlertDescription::protocol_version) : answer(real, asked);
    };
    const Run run = run_probe(server);
    CHECK(state_in(run, tls10, TLS_RSA_WITH_AES_128_CBC_SHA) == CellState::accepted);
    CHECK(count_wrong(real, run) == 0);
    CHECK(observed(run, model::Fact::server_contradicts) == nullptr);
}

TEST_CASE("a version in which the server's library fails is rejected, suite by suite, and said to fail", "[truth]")
{
    const Order order = GENERATE(Order::client, Order::server);
    const Server real = of_versions({{tls12, together(of_curves, of_rsa)}}, order);
    const Suites failing = together(of_rsa, {TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA});
    const Answering server = [=](const model::Asked& asked) {
        const bool fails = model::version_of(asked) == tls10 && offers_any_of(asked, failing);
        const bool refuses = model::version_of(asked) <= tls11;
        return fails     ? alert(tls::AlertDescription::internal_error)
               : refuses ? alert(tls::AlertDescription::handshake_failure)
                         : answer(real, asked);
    };
    const Run run = run_probe(server);
    const model::Observation* const fails = observed(run, model::Fact::tls_internal_error);
    REQUIRE(fails != nullptr);
    CHECK(fails->subject == "TLS 1.0");
    std::size_t noted = 0;
    for (const model::Cell& cell : run.cells) {
        CHECK((cell.version != tls10 || cell.state == CellState::rejected));
        noted += cell.version == tls10 && !cell.note.empty() ? 1U : 0U;
    }
    CHECK(noted == failing.size());
}

TEST_CASE("internal_error from a server that completes nothing leaves all open", "[truth]")
{
    const Answering server = [](const model::Asked&) { return alert(tls::AlertDescription::internal_error); };
    const Run run = run_probe(server);
    CHECK(state_in(run, tls12, TLS_RSA_WITH_AES_128_CBC_SHA) == CellState::inconclusive);
    CHECK(observed(run, model::Fact::tls_internal_error) == nullptr);
}

TEST_CASE("of two servers behind one address nothing of either is rejected, and their answers contradict", "[truth]")
{
    const Server old = of_versions({{tls12, together(of_fields, of_rsa)}, {tls11, of_rsa}, {tls10, of_rsa}});
    const Server fresh = of_versions({{tls13, of_tls13}, {tls12, of_curves}});
    Setting setting;
    setting.in_flight = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{8});
    setting.seed = GENERATE(1U, 2U, 3U);
    const Run run = run_probe(in_turn({answering(old), answering(fresh)}), setting);
    CAPTURE(setting.in_flight, setting.seed);
    REQUIRE(observed(run, model::Fact::server_contradicts) != nullptr);
    CHECK(observed(run, model::Fact::server_contradicts)->evidence.size() == 2);
    for (const model::Cell& cell : run.cells) {
        const bool either = accepts(old, cell.version, cell.suite) || accepts(fresh, cell.version, cell.suite);
        CHECK((!either || cell.state == CellState::accepted));
        CHECK((either || cell.state != CellState::accepted));
    }
    // One kind of hello for SSL 2 is not asked so often: the scan is not complete.
    CHECK(run.count(CellState::inconclusive) > 0);
}

TEST_CASE("what is refused while answers contradict each other was refused eleven times, or is open", "[truth]")
{
    const Server old = of_versions({{tls12, of_rsa}, {tls10, of_rsa}});
    const Server fresh = of_versions({{tls12, of_curves}});
    const Run run = run_probe(in_turn({answering(fresh), answering(fresh), answering(old), answering(fresh)}));
    REQUIRE(observed(run, model::Fact::server_contradicts) != nullptr);
    CHECK(state_in(run, tls10, TLS_RSA_WITH_AES_128_CBC_SHA) == CellState::accepted);
    CHECK(std::ranges::all_of(run.cells, [](const model::Cell& cell) {
        return cell.state != CellState::rejected || cell.evidence.size() >= 11;
    }));
}

TEST_CASE("a server that does not contradict itself is said to do so by no manner of refusing", "[truth]")
{
    Server server = of_versions({{tls13, of_tls13}, {tls12, together(of_fields, of_curves)}, {tls10, of_rsa}});
    server.order = GENERATE(Order::client, Order::server);
    server.refusal = GENERATE(from_range(refusals.begin(), refusals.end()));
    if (GENERATE(false, true)) {
        server.poison[of_fields.front()] = Poison::bare_alert;
    }
    CHECK(observed(run_probe(server), model::Fact::server_contradicts) == nullptr);
}

TEST_CASE("a double check of an undisturbed server asks for as many cells as it was told, and none differs", "[truth]")
{
    Setting setting;
    setting.double_check = 100;
    setting.seed = GENERATE(1U, 2U, 3U);
    const Run run = run_probe(of_versions({{tls13, of_tls13}, {tls12, of_curves}, {tls10, of_rsa}}), setting);
    CHECK(number_of(run, model::Fact::double_check_asked) == 100);
    CHECK(number_of(run, model::Fact::double_check_differ) == 0);
    CHECK(number_of(run, model::Fact::double_check_unanswered) == 0);
}

TEST_CASE("one flipped cell is caught by a double check of all", "[truth]")
{
    const Server real = of_versions({{tls12, together(of_fields, of_curves)}, {tls10, of_rsa}});
    const CipherSuite hidden = TLS_DHE_RSA_WITH_AES_128_GCM_SHA256;
    // It is accepted alone, and in no list.
    const Answering server = [=](const model::Asked& asked) {
        Server lists = real;
        std::erase(lists.tables[tls12], hidden);
        return answer(model::suites_of(asked).size() > 1 ? lists : real, asked);
    };
    Setting setting;
    CHECK(state_in(run_probe(server, setting), tls12, hidden) == CellState::rejected);
    setting.double_check = 5000;
    const Run run = run_probe(server, setting);
    CHECK(number_of(run, model::Fact::double_check_differ) == 1);
    CHECK(state_in(run, tls12, hidden) == CellState::accepted);
    CHECK(observed(run, model::Fact::server_contradicts) != nullptr);
}

TEST_CASE("known limit 1: several traps of different kinds can hide a suite, and a double check finds it", "[truth]")
{
    // In the server's own order, before what they hide: a cipher and a key exchange of their own each.
    Server server = of_versions(
        {{tls12,
          {TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_256_CBC_SHA, TLS_RSA_WITH_CAMELLIA_128_CBC_SHA,
           TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, TLS_DHE_RSA_WITH_SEED_CBC_SHA, TLS_RSA_WITH_3DES_EDE_CBC_SHA,
           TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256, TLS_RSA_WITH_AES_128_CCM_8, TLS_RSA_WITH_RC4_128_SHA}}},
        Order::server);
    for (std::size_t i = 1; i + 1 < server.tables[tls12].size(); ++i) {
        server.poison[server.tables[tls12][i]] = Poison::bare_alert;
    }
    Setting setting;
    CHECK(state_in(run_probe(server, setting), tls12, TLS_RSA_WITH_RC4_128_SHA) == CellState::rejected);
    setting.double_check = 5000;
    CHECK(state_in(run_probe(server, setting), tls12, TLS_RSA_WITH_RC4_128_SHA) == CellState::accepted);
}

}  // namespace smtptls::test

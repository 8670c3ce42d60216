// The probe of versions and suites: how it makes contact, when it gives up, and what it concludes.
#include "catch.hpp"
#include "unit/probes/answers.hpp"

#include <map>
#include <set>

namespace smtptls::probes {

std::unique_ptr<Probe> make_suites(const Knowledge& known, ServerProfile& server);

namespace {

using base::Reason;
using base::Stage;
using model::CellState;
using model::Question;
using tls::AlertDescription;
using tls::ProtocolVersion;

// Asks and answers until the probe asks no more; the number of questions.
template <typename Respond>
std::size_t run(Asking& probe, Respond respond, std::size_t room = 4)
{
    std::size_t count = 0;
    while (count < 500) {
        std::vector<Question> questions = probe.ask(room);
        if (questions.empty()) {
            return count;
        }
        for (Question& question : questions) {
            ++count;
            model::Outcome outcome = respond(question);
            probe.learn(answer_to(std::move(question), std::move(outcome)));
        }
    }
    return count;
}

CellState state_of(const Asking& probe, ProtocolVersion version, tls::CipherSuite suite)
{
    for (const model::Cell& cell : probe.conclude().cells) {
        if (cell.version == version && cell.suite == suite) {
            return cell.state;
        }
    }
    FAIL("no such cell");
    return CellState::not_tested;
}

TEST_CASE("the first contact is one question alone", "[probes]")
{
    Asking probe(make_suites);
    CHECK(probe.needs() == Requirement::nothing);
    const std::vector<Question> first = probe.ask(4);
    REQUIRE(first.size() == 1);
    CHECK(probe.ask(4).empty());
    probe.learn(answer_to(first[0], alert(AlertDescription::protocol_version)));
    CHECK(probe.ask(4).size() == 2);
}

TEST_CASE("no more questions are given out than there is room for", "[probes]")
{
    Asking probe(make_suites);
    const std::vector<Question> first = probe.ask(4);
    CHECK(probe.ask(0).empty());
    probe.learn(answer_to(first[0], alert(AlertDescription::protocol_version)));
    CHECK(probe.ask(1).size() == 1);
}

TEST_CASE("a server that cannot be reached is asked once, or twice if it might pass", "[probes]")
{
    struct Row {
        Stage stage;
        Reason reason;
        std::size_t questions;
    };
    const auto row = GENERATE(values<Row>({
        {Stage::connect, Reason::refused, 1},
        {Stage::connect, Reason::timed_out, 1},
        {Stage::connect, Reason::reset, 2},
        {Stage::greeting, Reason::closed, 2},
        {Stage::greeting, Reason::timed_out, 2},
        {Stage::greeting, Reason::throttled, 2},
        {Stage::greeting, Reason::rejected, 1},
        {Stage::starttls, Reason::not_offered, 3},
        {Stage::starttls, Reason::stripped, 1},
        {Stage::starttls, Reason::unavailable, 2},
    }));
    INFO(format(row.stage) << " " << format(row.reason));
    Asking probe(make_suites);
    CHECK(run(probe, [&](const Question&) { return broken(row.stage, row.reason); }) == row.questions);
    for (const model::Cell& cell : probe.conclude().cells) {
        CHECK(cell.state == CellState::not_tested);
    }
}

TEST_CASE("a server that answers hellos with garbage is asked once in each version", "[probes]")
{
    Asking probe(make_suites);
    std::set<ProtocolVersion> versions;
    const std::size_t count = run(probe, [&](const Question& question) {
        versions.insert(model::version_of(question.asked));
        return broken(Stage::handshake, Reason::protocol_error);
    });
    CHECK(count == tls::all_versions.size());
    CHECK(versions.size() == count);
    for (const model::Cell& cell : probe.conclude().cells) {
        CHECK(cell.state == CellState::not_tested);
    }
}

TEST_CASE("a server that hangs up on every hello of TLS and answers SSL 2 has no TLS", "[probes]")
{
    struct Row {
        std::string name;
        model::Outcome answer;
        CellState rc4;
    };
    constexpr auto rc4 = tls::CipherSuite::SSL_CK_RC4_128_WITH_MD5;
    const auto row = GENERATE_COPY(values<Row>({
        {"a ServerHello", model::Ssl2Seen{{rc4}, {}}, CellState::accepted},
        {"a ServerHello without a certificate", model::Ssl2Seen{{rc4}, {}, false}, CellState::rejected},
        {"an ERROR", model::Ssl2Refused{"SSL 2 error no_cipher"}, CellState::rejected},
    }));
    const Reason manner = GENERATE(Reason::reset, Reason::closed);
    INFO(row.name << ", " << format(manner));
    Asking probe(make_suites);
    std::map<ProtocolVersion, int> asked;
    const std::size_t count = run(probe, [&](const Question& question) {
        const ProtocolVersion version = model::version_of(question.asked);
        ++asked[version];
        return version == ProtocolVersion::ssl2 ? row.answer : broken(Stage::hello, manner);
    });
    CHECK(count <= 25);
    CHECK(asked[ProtocolVersion::ssl2] >= 2);
    CHECK(asked[ProtocolVersion::ssl2] <= 5);
    for (const model::Cell& cell : probe.conclude().cells) {
        CHECK(cell.state == (cell.suite == rc4 ? row.rc4 : CellState::rejected));
    }
    CHECK_FALSE(find(probe.conclude().observations, model::Fact::limits_probably_banned));
}

TEST_CASE("a server that answers SSL 2 once and then nothing has perhaps had enough of us", "[probes]")
{
    Asking probe(make_suites);
    int ssl2 = 0;
    run(probe, [&](const Question& question) -> model::Outcome {
        const bool answers = model::version_of(question.asked) == ProtocolVersion::ssl2 && ++ssl2 == 1;
        return answers ? model::Outcome(model::Ssl2Refused{"SSL 2 error no_cipher"})
                       : broken(Stage::hello, Reason::reset);
    });
    CHECK(state_of(probe, ProtocolVersion::tls1_2, cbc) == CellState::inconclusive);
}

TEST_CASE("a suite of a shared secret that rests on the server's flight says why", "[probes]")
{
    constexpr auto psk = tls::CipherSuite::TLS_PSK_WITH_AES_128_CBC_SHA;
    Asking probe(make_suites);
    run(probe, [&](const Question& question) -> model::Outcome {
        const auto& suites = model::suites_of(question.asked);
        const bool there = model::version_of(question.asked) == ProtocolVersion::tls1_2;
        for (const tls::CipherSuite suite : {psk, cbc}) {
            if (there && std::ranges::find(suites, suite) != suites.end()) {
                model::FlightSeen seen;
                seen.choice = {ProtocolVersion::tls1_2, suite, true};
                const bool hello = std::holds_alternative<model::HelloQuestion>(question.asked);
                return hello ? model::Outcome(seen) : completed(ProtocolVersion::tls1_2, suite);
            }
        }
        return alert(there ? AlertDescription::handshake_failure : AlertDescription::protocol_version);
    });
    for (const model::Cell& cell : probe.conclude().cells) {
        if (cell.suite == psk && cell.version == ProtocolVersion::tls1_2) {
            CHECK(cell.state == CellState::accepted);
            CHECK(cell.grade == model::Grade::server_flight);
            CHECK(cell.note.starts_with("nobody without the secret"));
        }
    }
}

TEST_CASE("a server that goes away in the middle is given up, and what was found stays", "[probes]")
{
    Asking probe(make_suites);
    bool first = true;
    tls::CipherSuite found{};
    const std::size_t count = run(probe, [&](const Question& question) -> model::Outcome {
        if (std::exchange(first, false)) {
            found = model::suites_of(question.asked).front();
            return completed(model::version_of(question.asked), model::suites_of(question.asked).front());
        }
        return broken(Stage::connect, Reason::timed_out);
    });
    CHECK(count <= 1 + 12 + 4);
    const auto observations = probe.conclude().observations;
    const model::Observation* const banned = find(observations, model::Fact::limits_probably_banned);
    REQUIRE(banned != nullptr);
    CHECK(std::get<std::int64_t>(banned->value) == 1);
    CHECK(state_of(probe, ProtocolVersion::tls1_2, found) == CellState::accepted);
    CHECK(state_of(probe, ProtocolVersion::tls1_0, cbc) != CellState::rejected);
}

TEST_CASE("a port that was closed from the first connection on has banned nobody", "[probes]")
{
    for (const model::TlsMode mode : {model::TlsMode::starttls, model::TlsMode::implicit}) {
        Knowledge known = knowledge();
        known.endpoint.mode = mode;
        Asking probe(make_suites, known);
        run(probe, [&](const Question&) -> model::Outcome { return broken(Stage::connect, Reason::refused); });
        CHECK(find(probe.conclude().observations, model::Fact::limits_probably_banned) == nullptr);
    }
}

TEST_CASE("a server that only asks for time is given more of it, and is no banning one", "[probes]")
{
    Asking probe(make_suites);
    int asked = 0;
    const std::size_t count = run(probe, [&](const Question& question) -> model::Outcome {
        if (asked++ == 0) {
            return completed(model::version_of(question.asked), model::suites_of(question.asked).front());
        }
        return broken(Stage::greeting, Reason::throttled);
    });
    CHECK(count >= 1 + 24);
    CHECK(count <= 1 + 24 + 4);
    CHECK(find(probe.conclude().observations, model::Fact::limits_probably_banned) == nullptr);
}

TEST_CASE("a server is found as it is", "[probes]")
{
    Asking probe(make_suites);
    std::size_t sieving = 0;
    const auto respond = [&sieving](const Question& question) -> model::Outcome {
        UNSCOPED_INFO(model::format(question.purpose));
        sieving += question.purpose.kind == model::Purpose::Kind::sieve ? 1U : 0U;
        const auto& offered = model::suites_of(question.asked);
        if (model::version_of(question.asked) != ProtocolVersion::tls1_2) {
            return alert(AlertDescription::protocol_version);
        }
        return std::find(offered.begin(), offered.end(), cbc) != offered.end()
                   ? model::Outcome(completed(ProtocolVersion::tls1_2, cbc))
                   : alert(AlertDescription::handshake_failure);
    };
    const std::size_t count = run(probe, respond, 1);
    // Six versions' gates less the two that alert 70 at TLS 1.1 decides, and the second hello of the four absent ones;
    // one list of all other suites, in which the accepted one behind it is chosen and which is then refused without it;
    // the canary, and one confirming handshake. One suite tells nothing of whose order decides: the sieve.
    CHECK(count - sieving == 4 + 4 + 2 + 1 + 1);
    CHECK(sieving > 0);
    CHECK(sieving <= 45);
    CHECK(state_of(probe, ProtocolVersion::tls1_2, cbc) == CellState::accepted);
    CHECK(state_of(probe, ProtocolVersion::tls1_2, gcm) == CellState::rejected);
    CHECK(state_of(probe, ProtocolVersion::tls1_0, cbc) == CellState::rejected);
}

TEST_CASE("a limit on connections that outlasts the first rest leaves nothing open", "[probes]")
{
    // Of eighteen connections five are let through, as by a firewall: the twelve after which the server is left alone
    // come to nothing, and the question that is asked after the first rest.
    for (const std::size_t room : {1U, 2U, 4U}) {
        Asking probe(make_suites);
        std::size_t connections = 0;
        const auto respond = [&](const Question& question) -> model::Outcome {
            const std::size_t n = connections++;
            if (n < 2 * 18 && n % 18 >= 5) {
                return broken(Stage::greeting, Reason::reset);
            }
            const auto& offered = model::suites_of(question.asked);
            const bool spoken = model::version_of(question.asked) == ProtocolVersion::tls1_2 &&
                                std::find(offered.begin(), offered.end(), cbc) != offered.end();
            return spoken ? model::Outcome(completed(ProtocolVersion::tls1_2, cbc))
                          : alert(AlertDescription::handshake_failure);
        };
        run(probe, respond, room);
        for (const model::Cell& cell : probe.conclude().cells) {
            INFO("room " << room << ", " << tls::format(cell.version));
            CHECK(cell.state == (cell.suite == cbc && cell.version == ProtocolVersion::tls1_2 ? CellState::accepted
                                                                                              : CellState::rejected));
        }
    }
}

TEST_CASE("a server's own order is told in full at any room", "[probes]")
{
    const std::vector<tls::CipherSuite> preference = {gcm, tls::CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA, cbc,
                                                      tls::CipherSuite::TLS_RSA_WITH_AES_256_GCM_SHA384,
                                                      tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA};
    std::vector<base::UntrustedText> names;
    for (const tls::CipherSuite suite : preference) {
        names.emplace_back(tls::format(suite));
    }
    const auto respond = [&](const Question& question) -> model::Outcome {
        const auto& offered = model::suites_of(question.asked);
        if (model::version_of(question.asked) != ProtocolVersion::tls1_2) {
            return alert(AlertDescription::protocol_version);
        }
        for (const tls::CipherSuite suite : preference) {
            if (std::find(offered.begin(), offered.end(), suite) != offered.end()) {
                return completed(ProtocolVersion::tls1_2, suite);
            }
        }
        return alert(AlertDescription::handshake_failure);
    };
    for (const std::size_t room : {1U, 2U, 4U, 8U, 64U}) {
        INFO("room for " << room);
        Asking probe(make_suites);
        run(probe, respond, room);
        const auto observations = probe.conclude().observations;
        const model::Observation* const order = find(observations, model::Fact::suites_server_order, "TLS 1.2");
        REQUIRE(order != nullptr);
        CHECK(std::get<std::vector<base::UntrustedText>>(order->value) == names);
    }
}

TEST_CASE("the answers to other probes' questions are not mistaken for its own", "[probes]")
{
    Asking probe(make_suites);
    std::vector<Question> first = probe.ask(1);
    ++first[0].id;
    probe.learn(answer_to(first[0], completed(ProtocolVersion::tls1_3, tls::CipherSuite::TLS_AES_128_GCM_SHA256)));
    CHECK(state_of(probe, ProtocolVersion::tls1_3, tls::CipherSuite::TLS_AES_128_GCM_SHA256) == CellState::not_tested);
}

TEST_CASE("there is one probe for each line of the list", "[probes]")
{
    ServerProfile server;
    CHECK(all_probes(knowledge(), server).size() == 4);
}

}  // namespace
}  // namespace smtptls::probes

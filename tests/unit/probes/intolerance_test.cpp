// The probe of intolerance against servers that are functions from a hello's shape to an answer.
#include "catch.hpp"
#include "unit/probes/answers.hpp"

#include <functional>
#include <set>

namespace smtptls::probes {

std::unique_ptr<Probe> make_intolerance(const Knowledge& known, ServerProfile& server);

namespace {

using model::HelloQuestion;
using tls::ExtensionSet;
using tls::ProtocolVersion;

using Bears = std::function<bool(const HelloQuestion&)>;

std::vector<tls::CipherSuite> long_list()
{
    std::vector<tls::CipherSuite> suites;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (!tls::is_ssl2(info.code)) {
            suites.push_back(info.code);
        }
    }
    return suites;
}

model::Outcome seen(const HelloQuestion& asked)
{
    model::FlightSeen flight;
    flight.choice = {asked.version, gcm, true};
    return flight;
}

// An answer to a question of another probe.
model::Answer elsewhere(HelloQuestion asked, model::Outcome outcome)
{
    model::Question question;
    question.id = 1000;
    question.asker = "suites";
    question.asked = std::move(asked);
    return answer_to(std::move(question), std::move(outcome));
}

struct Found {
    std::set<std::string> intolerant;
    std::set<std::string> tolerant;
    std::size_t questions = 0;
};

Found run(const Bears& bears, const HelloQuestion& usual, const std::string& host = "mail.example.com")
{
    Knowledge known = knowledge();
    known.endpoint.host = host;
    known.named = true;
    Asking probe(make_intolerance, known);
    probe.learn(elsewhere(usual, seen(usual)));
    Found found;
    for (std::vector<model::Question> next = probe.ask(4); !next.empty(); next = probe.ask(4)) {
        REQUIRE(next.size() == 1);
        REQUIRE(++found.questions <= 40);
        const HelloQuestion asked = std::get<HelloQuestion>(next.front().asked);
        REQUIRE(asked.suites.front() == gcm);
        probe.learn(
            answer_to(next.front(), bears(asked) ? seen(asked) : broken(base::Stage::hello, base::Reason::closed)));
    }
    for (const model::Observation& one : probe.conclude().observations) {
        (std::get<bool>(one.value) ? found.intolerant : found.tolerant).insert(std::string(format(one.id).substr(12)));
    }
    return found;
}

const HelloQuestion full{ProtocolVersion::tls1_2, long_list(), ExtensionSet::full, {}};
const HelloQuestion few{ProtocolVersion::tls1_2, {cbc, gcm}, ExtensionSet::few, {}};
const HelloQuestion none{ProtocolVersion::tls1_2, {cbc, gcm}, ExtensionSet::none, {}};

TEST_CASE("a server that bears all costs two questions, and all is said to be borne", "[probes]")
{
    const Found found = run([](const HelloQuestion&) { return true; }, full);
    CHECK(found.questions == 2);
    CHECK(found.intolerant.empty());
    CHECK(found.tolerant == std::set<std::string>{"grease", "unknown_extension", "length_256_to_511",
                                                  "over_one_segment", "over_64_suites", "over_128_suites",
                                                  "high_suites", "extensions", "server_name"});
}

TEST_CASE("what a server cannot bear is found, and nothing else", "[probes]")
{
    struct Row {
        const char* what;
        HelloQuestion usual;
        Bears bears;
    };
    const auto high = [](tls::CipherSuite suite) { return static_cast<std::uint32_t>(suite) > 0xff; };
    const std::vector<Row> rows = {
        {"grease", full, [](const HelloQuestion& hello) { return !hello.trial.grease; }},
        {"unknown_extension", full, [](const HelloQuestion& hello) { return !hello.trial.unknown_extension; }},
        {"length_256_to_511", full, [](const HelloQuestion& hello) { return hello.trial.size != 400; }},
        {"over_one_segment", full, [](const HelloQuestion& hello) { return hello.trial.size < 1400; }},
        {"over_64_suites", few, [](const HelloQuestion& hello) { return hello.suites.size() != 65; }},
        {"over_128_suites", few, [](const HelloQuestion& hello) { return hello.suites.size() <= 128; }},
        {"high_suites", few,
         [high](const HelloQuestion& hello) { return std::none_of(hello.suites.begin(), hello.suites.end(), high); }},
        {"extensions", few, [](const HelloQuestion& hello) { return hello.extensions != ExtensionSet::full; }},
        {"server_name", none,
         [](const HelloQuestion& hello) { return hello.extensions == ExtensionSet::none || hello.trial.without_name; }},
    };
    for (const Row& row : rows) {
        const Found found = run(row.bears, row.usual);
        INFO(row.what << ", " << found.questions << " questions");
        CHECK(found.intolerant == std::set<std::string>{row.what});
        CHECK(found.tolerant.size() >= 6);
        CHECK(found.questions <= 12);
    }
}

TEST_CASE("a failure is intolerance only if it comes twice, with the usual hello accepted between", "[probes]")
{
    std::size_t asked = 0;
    CHECK(run([&](const HelloQuestion&) { return ++asked != 2; }, full).intolerant.empty());
    // From the second question on nothing is answered any more.
    asked = 0;
    const Found gone = run([&](const HelloQuestion&) { return ++asked < 2; }, full);
    CHECK(gone.intolerant.empty());
    CHECK(gone.questions <= 8);
}

TEST_CASE("a server that asks for time is asked four times and no more", "[probes]")
{
    Asking probe(make_intolerance);
    probe.learn(elsewhere(full, seen(full)));
    std::size_t asked = 0;
    for (auto next = probe.ask(1); !next.empty(); next = probe.ask(1)) {
        REQUIRE(++asked <= 4);
        probe.learn(answer_to(next.front(), broken(base::Stage::greeting, base::Reason::throttled)));
    }
    CHECK(asked == 4);
    for (const model::Observation& one : probe.conclude().observations) {
        CHECK_FALSE(std::get<bool>(one.value));
    }
}

TEST_CASE("hellos of TLS 1.3 that are lost where others are answered are intolerance, refused ones are not", "[probes]")
{
    const HelloQuestion newest{
        ProtocolVersion::tls1_3, {tls::CipherSuite::TLS_AES_128_GCM_SHA256}, ExtensionSet::full, {}};
    Asking probe(make_intolerance);
    probe.learn(elsewhere(newest, broken(base::Stage::hello, base::Reason::closed)));
    probe.learn(elsewhere(full, seen(full)));
    CHECK_FALSE(find(probe.conclude().observations, model::Fact::intolerance_tls1_3_hello));
    probe.learn(elsewhere(newest, broken(base::Stage::hello, base::Reason::closed)));
    REQUIRE(find(probe.conclude().observations, model::Fact::intolerance_tls1_3_hello));
    CHECK(find(probe.conclude().observations, model::Fact::intolerance_tls1_3_hello)->value == model::Value(true));
    probe.learn(elsewhere(newest, alert(tls::AlertDescription::protocol_version)));
    CHECK(find(probe.conclude().observations, model::Fact::intolerance_tls1_3_hello)->value == model::Value(false));
}

TEST_CASE("nothing is asked before a suite was accepted", "[probes]")
{
    Asking probe(make_intolerance);
    CHECK(probe.needs() == Requirement::contact);
    probe.learn(elsewhere(full, alert(tls::AlertDescription::handshake_failure)));
    CHECK(probe.ask(4).empty());
    CHECK(probe.conclude().observations.empty());
}

}  // namespace
}  // namespace smtptls::probes

// The pure server of hello tables, against the machine of the scanner that asks: the two were written
// from the same RFCs by different hands, and hello_client.py is a third.
#include "hello_table.hpp"
#include "hello_suites.hpp"
#include "hello_table_json.hpp"

#include "tests/catch.hpp"

namespace smtptls::lab {
namespace {

using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr auto rsa = CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;
constexpr auto dhe = CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA;

tls::ClientHello hello_of(ProtocolVersion version, Suites suites)
{
    const std::vector groups{tls::NamedGroup::x25519};
    tls::ClientHello hello;
    hello.legacy_version = std::min(version, ProtocolVersion::tls1_2);
    hello.cipher_suites = std::move(suites);
    hello.extensions = {tls::supported_groups(groups)};
    if (version == ProtocolVersion::tls1_3) {
        const std::vector versions{version};
        hello.extensions->push_back(tls::supported_versions(versions));
        hello.extensions->push_back(tls::empty_key_share());
    }
    return hello;
}

HelloTable table_of(ProtocolVersion version, Suites suites)
{
    HelloTable table;
    table.versions[version].suites = std::move(suites);
    return table;
}

tls::HelloOutcome ask(const HelloTable& table, const tls::Hello& hello, std::uint64_t connection = 1)
{
    return outcome_of(hello, answer(table, hello, {connection, 1}));
}

TEST_CASE("a table's flight is whole for every suite in every version")
{
    for (const auto version :
         {ProtocolVersion::ssl3, ProtocolVersion::tls1_0, ProtocolVersion::tls1_1, ProtocolVersion::tls1_2}) {
        for (const auto suite : registry_suites(version)) {
            auto table = table_of(version, {suite});
            table.certificate_request = true;
            table.record_length = 100;
            const auto outcome = ask(table, hello_of(version, {rsa, suite}));
            INFO(tls::format(version) << " " << tls::format(suite) << ": " << tls::describe(outcome));
            const auto* flight = std::get_if<tls::ServerFlight>(&outcome);
            REQUIRE(flight != nullptr);
            CHECK(tls::version_of(flight->hello) == version);
            CHECK(flight->hello.cipher_suite == suite);
            CHECK(flight->certificate_requested);
        }
    }
}

TEST_CASE("a table's TLS 1.3 asks again, naming suite and group")
{
    for (const auto suite : registry_suites(ProtocolVersion::tls1_3)) {
        const auto outcome =
            ask(table_of(ProtocolVersion::tls1_3, {suite}), hello_of(ProtocolVersion::tls1_3, {suite}));
        INFO(tls::describe(outcome));
        const auto* retry = std::get_if<tls::HelloRetryRequest>(&outcome);
        REQUIRE(retry != nullptr);
        CHECK(retry->hello.cipher_suite == suite);
        CHECK(retry->selected_group == tls::NamedGroup::x25519);
    }
}

TEST_CASE("a table's SSLv2 names all kinds in common")
{
    const auto kinds = registry_suites(ProtocolVersion::ssl2);
    tls::Ssl2ClientHello hello;
    hello.cipher_specs = {kinds[2], kinds[0]};
    hello.challenge = base::Bytes(16, 1);
    const auto outcome = ask(table_of(ProtocolVersion::ssl2, kinds), hello);
    const auto* said = std::get_if<tls::Ssl2ServerHello>(&outcome);
    REQUIRE(said != nullptr);
    CHECK(said->cipher_specs == Suites{kinds[0], kinds[2]});
    const auto refused = ask(table_of(ProtocolVersion::ssl2, {kinds[1]}), hello);
    CHECK(std::holds_alternative<tls::Ssl2Error>(refused));
}

TEST_CASE("a table's manners are told apart by the one who asks")
{
    auto table = table_of(ProtocolVersion::tls1_2, {rsa});
    const auto refused = [&](Manner::Kind kind) {
        table.refusal.kind = kind;
        return ask(table, hello_of(ProtocolVersion::tls1_2, {dhe}));
    };
    CHECK(std::holds_alternative<tls::Alert>(refused(Manner::Kind::alert)));
    CHECK(std::holds_alternative<tls::Closed>(refused(Manner::Kind::close)));
    const auto reset = refused(Manner::Kind::reset);
    const auto silence = refused(Manner::Kind::silence);
    CHECK(std::get<base::Failure>(reset).reason == base::Reason::reset);
    CHECK(std::get<base::Failure>(silence).reason == base::Reason::timed_out);
}

TEST_CASE("a table's poison after the ServerHello is a broken flight")
{
    auto table = table_of(ProtocolVersion::tls1_2, {rsa});
    table.versions.begin()->second.after_hello = {rsa};
    const auto hello = hello_of(ProtocolVersion::tls1_2, {rsa});
    CHECK(std::holds_alternative<tls::BrokenFlight>(ask(table, hello)));
    table.versions.begin()->second.poison.kind = Manner::Kind::reset;
    CHECK(std::holds_alternative<tls::BrokenFlight>(ask(table, hello)));
}

TEST_CASE("a table's misdeed meets its connections and no others")
{
    auto table = table_of(ProtocolVersion::tls1_2, {rsa});
    table.every = {{3, 3, 1, Misdeed::Stage::hello, Misdeed::Act::reset},
                   {10, 20, 5, Misdeed::Stage::flight, Misdeed::Act::close}};
    const auto hello = hello_of(ProtocolVersion::tls1_2, {rsa});
    std::vector<std::uint64_t> met;
    for (std::uint64_t n = 1; n <= 30; ++n) {
        if (!std::holds_alternative<tls::ServerFlight>(ask(table, hello, n))) {
            met.push_back(n);
        }
    }
    CHECK(met == std::vector<std::uint64_t>{3, 10, 15, 20});
}

TEST_CASE("a pattern of suite names matches anywhere")
{
    struct Case {
        std::string_view pattern;
        std::string_view text;
        bool expected;
    };
    const Case cases[] = {{"*", "", true},       {"a*", "abc", true},  {"*c", "abc", true}, {"a*c*e", "abcde", true},
                          {"a*b", "abc", false}, {"b*", "abc", false}, {"a", "ab", false},  {"*b*", "abc", true},
                          {"a**c", "abc", true}, {"a*c", "ac", true}};
    for (const auto& [pattern, text, expected] : cases) {
        INFO(pattern << " " << text);
        CHECK(matches(pattern, text) == expected);
    }
}

TEST_CASE("the example of a table has every version's rules")
{
    const auto table = parse_hello_table(std::string(hello_table_example()));
    const auto& rules = table.versions.at(ProtocolVersion::tls1_0);
    CHECK(rules.order == SuiteOrder::client);
    CHECK(rules.after_hello == Suites{CipherSuite::TLS_DHE_DSS_WITH_AES_128_CBC_SHA});
    CHECK(table.absent.at(ProtocolVersion::tls1_1).lower == false);
    CHECK(table.every.front().to == 7);
}

}  // namespace
}  // namespace smtptls::lab

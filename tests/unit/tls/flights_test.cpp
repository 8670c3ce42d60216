// Real flights: each decodes to what the one who captured it says.
#include "catch.hpp"
#include "flight_vectors.hpp"

namespace smtptls::tls {
namespace {

using testing::FlightVector;

// "TLSv1.2 TLS_RSA_WITH_..." gives both; "TLSv1.2 all suites" and "TLSv1.2 DHE" give the version alone.
struct Said {
    std::optional<ProtocolVersion> version;
    const SuiteInfo* suite = nullptr;
};

Said said_by(const FlightVector& vector)
{
    const std::size_t blank = vector.what.find(' ');
    const std::string rest = vector.what.substr(blank + 1);
    return {parse_version(vector.what.substr(0, blank)), find_suite(rest.substr(0, rest.find(' ')))};
}

// What the server chose, in whichever way the outcome tells it.
const ServerHello* choice_in(const HelloOutcome& outcome)
{
    if (const auto* flight = std::get_if<ServerFlight>(&outcome)) {
        return &flight->hello;
    }
    if (const auto* request = std::get_if<HelloRetryRequest>(&outcome)) {
        return &request->hello;
    }
    if (const auto* broken = std::get_if<BrokenFlight>(&outcome)) {
        return &broken->begun.hello;
    }
    return nullptr;
}

TEST_CASE("each of the 82 real flights is read as its vector says", "[tls]")
{
    CHECK(testing::flight_vectors().size() == 82);
    for (const FlightVector& vector : testing::flight_vectors()) {
        CAPTURE(vector.server, vector.what);
        CHECK(describe(testing::outcome_of(vector.answer)) == vector.outcome);
    }
}

TEST_CASE("no real flight has a flaw", "[tls]")
{
    for (const FlightVector& vector : testing::flight_vectors()) {
        CAPTURE(vector.server, vector.what);
        const HelloOutcome outcome = testing::outcome_of(vector.answer);
        if (const auto* const flight = std::get_if<ServerFlight>(&outcome)) {
            CHECK(flaw_of(*flight).empty());
        }
    }
}

TEST_CASE("a flight without what its suite needs, or with what nobody offered, has a flaw", "[tls]")
{
    struct Row {
        CipherSuite suite;
        bool certificate;
        bool key_exchange;
        bool request;
        std::string_view flaw;
    };
    const auto row = GENERATE(values<Row>({
        {CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA, true, false, true, ""},
        {CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA, false, false, false, "a flight without the certificate"},
        {CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA, true, false, false, "a flight without the ServerKeyExchange"},
        {CipherSuite::TLS_DH_RSA_WITH_AES_128_CBC_SHA, true, false, false, ""},
        {CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA, false, true, false, ""},
        {CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA, false, true, true, "an anonymous server that asks"},
        {CipherSuite::TLS_PSK_WITH_AES_128_CBC_SHA, false, false, false, ""},
        {CipherSuite::TLS_DHE_PSK_WITH_AES_128_CBC_SHA, false, true, false, ""},
        {CipherSuite::TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA, false, false, false,
         "a flight without the ServerKeyExchange"},
        {CipherSuite::TLS_RSA_PSK_WITH_AES_128_CBC_SHA, false, true, false, "a flight without the certificate"},
        {CipherSuite::TLS_RSA_PSK_WITH_AES_128_CBC_SHA, true, false, false, ""},
        {CipherSuite::TLS_SRP_SHA_WITH_AES_128_CBC_SHA, false, true, false, ""},
        {CipherSuite::TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA, false, true, false, "a flight without the certificate"},
        {CipherSuite{0xfafa}, false, false, false, ""},
    }));
    ServerFlight flight;
    flight.hello.cipher_suite = row.suite;
    flight.certificate_requested = row.request;
    if (row.certificate) {
        flight.chain = CertificateChain{{{0x30, 0x00}}};
    }
    if (row.key_exchange) {
        flight.key_exchange = ServerKeyExchange{};
    }
    CAPTURE(format(row.suite), row.certificate, row.key_exchange);
    CHECK(flaw_of(flight).starts_with(row.flaw));
    CHECK(flaw_of(flight).empty() == row.flaw.empty());
    flight.chain = CertificateChain{};
    CHECK(flaw_of(flight).empty() == (row.flaw.empty() && !row.certificate));
    flight.hello.compression_method = 1;
    CHECK(flaw_of(flight) == "compression that was not offered");
}

TEST_CASE("a flight captured for one version and one suite shows that version and that suite", "[tls]")
{
    int seen = 0;
    for (const FlightVector& vector : testing::flight_vectors()) {
        const Said said = said_by(vector);
        if (said.suite == nullptr || vector.what.find("refused") != std::string::npos) {
            continue;
        }
        CAPTURE(vector.server, vector.what);
        const HelloOutcome outcome = testing::outcome_of(vector.answer);
        const ServerHello* hello = choice_in(outcome);
        REQUIRE(hello != nullptr);
        CHECK(hello->cipher_suite == said.suite->code);
        CHECK(version_of(*hello) == said.version);
        ++seen;
    }
    CHECK(seen == 32);
}

TEST_CASE("a server that was offered everything chooses what was offered, in no higher version", "[tls]")
{
    int seen = 0;
    for (const FlightVector& vector : testing::flight_vectors()) {
        const HelloOutcome outcome = testing::outcome_of(vector.answer);
        const ServerHello* hello = choice_in(outcome);
        if (vector.what.find("all suites") == std::string::npos || hello == nullptr) {
            continue;
        }
        CAPTURE(vector.server, vector.what);
        const ClientHello offer = decode_client_hello(testing::client_hello_body(vector)).value();
        CHECK(std::ranges::count(offer.cipher_suites, hello->cipher_suite) == 1);
        CHECK(version_of(*hello) <= said_by(vector).version);
        CHECK(std::holds_alternative<HelloRetryRequest>(outcome) == (version_of(*hello) == ProtocolVersion::tls1_3));
        ++seen;
    }
    CHECK(seen == 33);
}

TEST_CASE("a certificate comes with every suite that needs one and with no other", "[tls]")
{
    for (const FlightVector& vector : testing::flight_vectors()) {
        const HelloOutcome outcome = testing::outcome_of(vector.answer);
        if (const auto* flight = std::get_if<ServerFlight>(&outcome)) {
            CAPTURE(vector.server, vector.what);
            const SuiteInfo* suite = find(flight->hello.cipher_suite);
            REQUIRE(suite != nullptr);
            CHECK(flight->chain.has_value() == (suite->authentication != Authentication::anonymous));
            CHECK(flight->key_exchange.has_value() == (suite->forward_secrecy || suite->export_grade));
        }
    }
}

TEST_CASE("an SSLv2 server tells all its kinds and its certificate at once", "[tls]")
{
    for (const FlightVector& vector : testing::flight_vectors()) {
        if (!testing::is_ssl2(vector)) {
            continue;
        }
        const auto hello = std::get<Ssl2ServerHello>(testing::outcome_of(vector.answer));
        const auto offer = decode_ssl2_client_hello(read_ssl2_record(vector.client).value().value()).value();
        CHECK(hello.cipher_specs == offer.cipher_specs);
        CHECK(hello.cipher_specs.size() == 7);
        CHECK(hello.certificate.size() == 532);
        CHECK(hello.connection_id.size() == 16);
    }
}

TEST_CASE("a server that chooses a suite and then fails is neither an acceptance nor a refusal", "[tls]")
{
    const auto& vectors = testing::flight_vectors();
    const auto jsse = std::ranges::find_if(vectors, [](const FlightVector& vector) {
        return vector.server == "JSSE 17" && vector.what == "TLSv1.0 TLS_DHE_DSS_WITH_AES_128_CBC_SHA";
    });
    REQUIRE(jsse != vectors.end());
    const auto broken = std::get<BrokenFlight>(testing::outcome_of(jsse->answer));
    CHECK(broken.begun.hello.cipher_suite == CipherSuite::TLS_DHE_DSS_WITH_AES_128_CBC_SHA);
    CHECK(std::get<Alert>(broken.end) == Alert{AlertLevel::fatal, AlertDescription::internal_error});
}

}  // namespace
}  // namespace smtptls::tls

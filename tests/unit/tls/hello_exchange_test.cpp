// The raw hello as a machine: success, alert, close, reset, timeout and cancel at every step, and a
// farewell that is never fatal.
#include "tls/hello_exchange.hpp"
#include "catch.hpp"
#include "flight_vectors.hpp"
#include "tls/hello_shape.hpp"

namespace smtptls::tls {
namespace {

using base::Bytes;
using base::Reason;
using base::Want;
using testing::outcome_of;
using testing::unhex;
using testing::waiting_exchange;
using State = HelloExchange::State;

const std::string_view user_canceled_1_2 = "1503030002015a";

ServerHello plain_hello(CipherSuite suite = CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA)
{
    ServerHello hello;
    hello.cipher_suite = suite;
    return hello;
}

ServerFlight plain_flight()
{
    ServerFlight flight;
    flight.hello = plain_hello();
    flight.chain = CertificateChain{{{0x30, 0x00}, {0x30, 0x01, 0x02}}};
    return flight;
}

Bytes in_records(base::ByteView messages, ProtocolVersion version = ProtocolVersion::tls1_2)
{
    return encode_records(ContentType::handshake, version, messages);
}

Bytes alert(AlertLevel level, AlertDescription description)
{
    return encode_alert({level, description}, ProtocolVersion::tls1_2);
}

Bytes joined(std::initializer_list<Bytes> parts)
{
    Bytes all;
    for (const Bytes& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

Bytes done()
{
    return encode_server_hello_done();
}

const Bytes unrecognized = alert(AlertLevel::warning, AlertDescription::unrecognized_name);
const Bytes refusal = alert(AlertLevel::fatal, AlertDescription::handshake_failure);

TEST_CASE("the hello is sent first, then the answer is read, then a farewell is sent that is not fatal", "[tls]")
{
    const ClientHello hello = make_client_hello(ProtocolVersion::tls1_2, {}, {}, {});
    HelloExchange exchange(hello);
    CHECK(exchange.want() == Want::write);
    CHECK(Bytes(exchange.output().begin(), exchange.output().end()) == encode_records(hello));
    CHECK(exchange.state() == State::sending);
    exchange.written();
    CHECK(exchange.want() == Want::read);
    CHECK(exchange.step() == 0);
    CHECK_FALSE(exchange.outcome().has_value());

    exchange.received(in_records(encode(plain_flight())));
    CHECK(std::get<ServerFlight>(exchange.outcome().value()) == plain_flight());
    CHECK(exchange.want() == Want::write);
    CHECK(exchange.state() == State::leaving);
    CHECK(exchange.step() == 1);
    CHECK(base::format_hex(exchange.output()) == user_canceled_1_2);
    exchange.written();
    CHECK(exchange.want() == Want::nothing);
    CHECK(exchange.state() == State::done);
}

TEST_CASE("the farewell goes in a record of the version that the server chose, or the next that has records", "[tls]")
{
    struct Row {
        ProtocolVersion version;
        std::string_view expected;
    };
    const auto [version, expected] = GENERATE(values<Row>({
        {ProtocolVersion::ssl3, "1503000002015a"},
        {ProtocolVersion::tls1_0, "1503010002015a"},
        {ProtocolVersion::tls1_1, "1503020002015a"},
        {ProtocolVersion::tls1_2, "1503030002015a"},
        {ProtocolVersion{0x0002}, "1503000002015a"},
        {ProtocolVersion{0x0000}, "1503000002015a"},
        {ProtocolVersion{0xfefd}, "1503030002015a"},
    }));
    ServerFlight flight = plain_flight();
    flight.hello.legacy_version = version;
    HelloExchange exchange = waiting_exchange();
    exchange.received(in_records(encode(flight)));
    CHECK(base::format_hex(exchange.output()) == expected);
}

TEST_CASE("the farewell after a HelloRetryRequest goes in a record of TLS 1.2, as TLS 1.3 has it", "[tls]")
{
    ServerHello hello = plain_hello(CipherSuite::TLS_AES_128_GCM_SHA256);
    hello.random = hello_retry_random;
    hello.extensions = {{ExtensionType::supported_versions, {3, 4}}, {ExtensionType::key_share, {0, 29}}};
    HelloExchange exchange = waiting_exchange();
    exchange.received(in_records(encode(hello)));
    CHECK(std::get<HelloRetryRequest>(exchange.outcome().value()).selected_group == NamedGroup::x25519);
    CHECK(base::format_hex(exchange.output()) == user_canceled_1_2);
}

struct Row {
    std::string_view name;
    Bytes answer;
    std::string expected;
};

void check_outcomes(const std::vector<Row>& rows)
{
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(describe(outcome_of(row.answer)) == row.expected);
    }
}

TEST_CASE("a flight that comes to its end is a flight", "[tls]")
{
    const Bytes hello = encode(plain_hello());
    ServerHello retry_below = plain_hello();
    retry_below.random = hello_retry_random;
    ServerHello liar = plain_hello(CipherSuite::TLS_AES_128_GCM_SHA256);
    liar.extensions = {{ExtensionType::supported_versions, {3, 4}}};
    ServerFlight requested = plain_flight();
    requested.certificate_requested = true;
    check_outcomes({
        {"a flight", in_records(encode(plain_flight())), "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, 2 certificates"},
        {"a flight with a request", in_records(encode(requested)),
         "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, 2 certificates, certificate requested"},
        {"hello requests are passed over", in_records(joined({unhex("00000000"), hello, unhex("00000000"), done()})),
         "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA"},
        {"a warning before the flight", joined({unrecognized, in_records(joined({hello, done()}))}),
         "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, warning unrecognized_name"},
        {"a HelloRetryRequest's random below TLS 1.3", in_records(joined({encode(retry_below), done()})),
         "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA"},
        {"a TLS 1.3 ServerHello without a share", in_records(encode(liar)), "TLS 1.3 TLS_AES_128_GCM_SHA256"},
        {"what follows the end is not read", in_records(joined({hello, done(), encode(CertificateChain{})})),
         "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA"},
    });
}

TEST_CASE("a server that chose and does not come to its end broke its flight", "[tls]")
{
    const Bytes hello = encode(plain_hello());
    const Bytes hello_record = in_records(hello);
    ServerHello bad_share = plain_hello(CipherSuite::TLS_AES_128_GCM_SHA256);
    bad_share.random = hello_retry_random;
    bad_share.extensions = {{ExtensionType::supported_versions, {3, 4}}, {ExtensionType::key_share, {0}}};
    const std::string chosen = "chose TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA; then ";
    check_outcomes({
        {"a ServerHello and an alert", joined({hello_record, refusal}), chosen + "alert fatal handshake_failure"},
        {"a ServerHello and a close", hello_record,
         chosen + "closed after " + std::to_string(hello_record.size()) + " bytes"},
        {"a ServerHello twice", in_records(joined({hello, hello})),
         chosen + "malformed server_hello: unexpected at byte 0: HandshakeType"},
        {"an end that is not empty", in_records(joined({hello, unhex("0e000001ff")})),
         chosen + "malformed server_hello_done: bytes left over at byte 0: ServerHelloDone"},
        {"a client's message", in_records(joined({hello, unhex("10000000")})),
         chosen + "malformed client_key_exchange: unexpected at byte 0: HandshakeType"},
        {"an empty certificate", in_records(joined({hello, unhex("0b000006000003000000")})),
         chosen + "malformed certificate: illegal value at byte 3: ASN.1Cert"},
        {"a key exchange that is not whole",
         in_records(
             joined({encode(plain_hello(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)), unhex("0c00000203ff")})),
         "chose TLS 1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; then malformed server_key_exchange: "
         "truncated at byte 1: namedcurve"},
        {"a HelloRetryRequest without a group in its share", in_records(encode(bad_share)),
         "chose TLS 1.3 TLS_AES_128_GCM_SHA256; then malformed server_hello: illegal value at byte 0: key_share"},
        {"application data after the hello", joined({hello_record, unhex("1703030001ff")}),
         chosen + "malformed record: unexpected at byte 0: ContentType"},
        {"a certificate after the request for one",
         in_records(joined({hello, unhex("0d000000"), encode(CertificateChain{})})),
         "chose TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, certificate requested; then malformed certificate: "
         "unexpected at byte 0: HandshakeType"},
    });
}

TEST_CASE("an answer without a choice is an alert, a close, no TLS, or malformed", "[tls]")
{
    check_outcomes({
        {"a fatal alert", refusal, "alert fatal handshake_failure"},
        {"a refusal that calls itself a warning", alert(AlertLevel::warning, AlertDescription::handshake_failure),
         "alert warning handshake_failure"},
        {"close_notify", alert(AlertLevel::warning, AlertDescription::close_notify), "alert warning close_notify"},
        {"an alert of no known level", alert(AlertLevel{9}, AlertDescription{201}), "alert level 9 alert 201"},
        {"a warning and a close", unrecognized, "alert warning unrecognized_name"},
        {"two alerts in one record", unhex("150303000401700228"), "alert fatal handshake_failure"},
        {"an alert in two records", unhex("150303000102150303000128"), "alert fatal handshake_failure"},
        {"an alert in a record without a version", unhex("15000000020246"), "alert fatal protocol_version"},
        {"an alert in a record of DTLS", unhex("15feff00020228"), "alert fatal handshake_failure"},
        {"a record without a version that is no alert", unhex("1500000003022800"),
         "not TLS: \\x15\\x00\\x00\\x00\\x03\\x02(\\x00"},
        {"nothing", {}, "closed"},
        {"half a record", unhex("150303"), "closed after 3 bytes"},
        {"one byte", unhex("16"), "closed after 1 byte"},
        {"a certificate before the hello", in_records(encode(CertificateChain{})),
         "malformed certificate: unexpected at byte 0: HandshakeType"},
        {"the end before the hello", in_records(done()),
         "malformed server_hello_done: unexpected at byte 0: HandshakeType"},
        {"a hello that is not whole", in_records(unhex("020000020303")),
         "malformed server_hello: truncated at byte 2: random"},
        {"a record that is none", unhex("16030300001603"), "malformed record: illegal value at byte 3: length"},
        {"change_cipher_spec", unhex("140303000101"), "malformed record: unexpected at byte 0: ContentType"},
        {"a message over the limit", unhex("16030300040b040001"),
         "malformed handshake message: too long at byte 1: length"},
        {"a line of SMTP", joined({unhex("353534206e6f0d0a32"), refusal}), "not TLS: 554 no"},
        {"text without an end", unhex("48692007"), "not TLS: Hi \\x07"},
        {"a record of TLS 9", unhex("1609000001ff0a"), "not TLS: \\x16\\x09\\x00\\x00\\x01\\xff"},
        {"an SSLv2 error", unhex("8003000001"), "SSL 2 error no_cipher"},
        {"an SSLv2 error that is none", unhex("8002000001"), "malformed SSL 2 error: truncated at byte 1: ERROR-CODE"},
        {"an SSLv2 hello that is none", unhex("800104"),
         "malformed SSL 2 server hello: truncated at byte 1: SESSION-ID-HIT"},
        {"an SSLv2 record that is none", unhex("00020204ff"),
         "malformed SSL 2 record: illegal value at byte 0: RECORD-LENGTH"},
    });
}

TEST_CASE("text is shown up to its limit and read no further", "[tls]")
{
    HelloExchange exchange = waiting_exchange();
    exchange.received(Bytes(511, 'x'));
    CHECK_FALSE(exchange.outcome().has_value());
    exchange.received(Bytes(100, 'x'));
    CHECK(describe(exchange.outcome().value()) == "not TLS: " + std::string(512, 'x'));
    CHECK(exchange.want() == Want::nothing);
}

TEST_CASE("a failure while the answer is awaited is a failure of the hello, with its reason", "[tls]")
{
    const Reason reason = GENERATE(Reason::timed_out, Reason::reset, Reason::cancelled, Reason::local_error);
    const base::Failure failure{base::Stage::hello, reason, {}};
    SECTION("before the hello is sent")
    {
        HelloExchange exchange(ClientHello{});
        exchange.broke(reason);
        CHECK(exchange.outcome() == HelloOutcome{failure});
        CHECK(describe(*exchange.outcome()) == std::string(base::format(reason)) + " during hello");
        CHECK(exchange.want() == Want::nothing);
    }
    SECTION("before the answer")
    {
        HelloExchange exchange = waiting_exchange();
        exchange.broke(reason);
        CHECK(exchange.outcome() == HelloOutcome{failure});
        CHECK(exchange.want() == Want::nothing);
    }
    SECTION("after a warning alone, which refuses nothing")
    {
        HelloExchange exchange = waiting_exchange();
        exchange.received(unrecognized);
        exchange.broke(reason);
        CHECK(exchange.outcome() == HelloOutcome{failure});
    }
    SECTION("after the server chose")
    {
        HelloExchange exchange = waiting_exchange();
        exchange.received(in_records(encode(plain_hello())));
        exchange.broke(reason);
        const auto broken = std::get<BrokenFlight>(exchange.outcome().value());
        CHECK(broken.begun.hello == plain_hello());
        CHECK(std::get<base::Failure>(broken.end) == failure);
        CHECK(exchange.want() == Want::nothing);
    }
    SECTION("in the middle of a text")
    {
        HelloExchange exchange = waiting_exchange();
        exchange.received(base::bytes_of("554 go"));
        exchange.broke(reason);
        CHECK(describe(exchange.outcome().value()) == "not TLS: 554 go");
    }
}

TEST_CASE("a connection that broke because the peer closed it is closed", "[tls]")
{
    HelloExchange exchange = waiting_exchange();
    exchange.broke(Reason::closed);
    CHECK(exchange.outcome() == HelloOutcome{Closed{}});
}

TEST_CASE("an outcome is final, whatever becomes of the farewell", "[tls]")
{
    HelloExchange exchange = waiting_exchange();
    exchange.received(in_records(encode(plain_flight())));
    REQUIRE(exchange.state() == State::leaving);
    SECTION("the peer closes")
    {
        exchange.peer_closed();
    }
    SECTION("the connection breaks")
    {
        exchange.broke(Reason::reset);
    }
    SECTION("more comes and the farewell is sent")
    {
        exchange.received(refusal);
        exchange.written();
    }
    CHECK(exchange.want() == Want::nothing);
    CHECK(std::holds_alternative<ServerFlight>(exchange.outcome().value()));
}

TEST_CASE("whoever ended the exchange gets no farewell", "[tls]")
{
    for (const Bytes& answer : {refusal, unhex("8003000001"), unhex("35353420780a")}) {
        HelloExchange exchange = waiting_exchange();
        exchange.received(answer);
        CHECK(exchange.want() == Want::nothing);
        CHECK(exchange.output().empty());
    }
}

TEST_CASE("a server that talks nonsense gets a farewell that is not fatal", "[tls]")
{
    HelloExchange exchange = waiting_exchange();
    exchange.received(unhex("140303000101"));
    CHECK(std::holds_alternative<Malformed>(exchange.outcome().value()));
    CHECK(base::format_hex(exchange.output()) == "1503010002015a");
}

TEST_CASE("a flight with a fatal alert behind it in the same segment is broken", "[tls]")
{
    HelloExchange exchange = waiting_exchange();
    Bytes answer = in_records(encode(plain_flight()));
    const Bytes alert = encode_alert({AlertLevel::fatal, AlertDescription::internal_error}, ProtocolVersion::tls1_2);
    answer.insert(answer.end(), alert.begin(), alert.end());
    exchange.received(answer);
    REQUIRE(std::holds_alternative<BrokenFlight>(exchange.outcome().value()));
    CHECK(std::holds_alternative<Alert>(std::get<BrokenFlight>(exchange.outcome().value()).end));
    CHECK(exchange.want() == base::Want::nothing);
}

TEST_CASE("an alert in a segment behind the flight is not waited for", "[tls]")
{
    HelloExchange exchange = waiting_exchange();
    exchange.received(in_records(encode(plain_flight())));
    exchange.received(encode_alert({AlertLevel::fatal, AlertDescription::internal_error}, ProtocolVersion::tls1_2));
    CHECK(std::holds_alternative<ServerFlight>(exchange.outcome().value()));
}

TEST_CASE("a flood ends at its limit", "[tls]")
{
    SECTION("of warnings")
    {
        HelloExchange exchange = waiting_exchange();
        for (std::size_t i = 0; i < HelloExchange::most_warnings; ++i) {
            exchange.received(unrecognized);
            CHECK_FALSE(exchange.outcome().has_value());
        }
        exchange.received(unrecognized);
        CHECK(describe(exchange.outcome().value()) == "malformed alert: too long at byte 0: warnings");
    }
    SECTION("of hello requests")
    {
        HelloExchange exchange = waiting_exchange();
        const Bytes requests = in_records(Bytes(longest_fragment, 0));
        std::size_t sent = 0;
        while (!exchange.outcome() && sent < 4 * HelloExchange::longest_flight) {
            exchange.received(requests);
            sent += requests.size();
        }
        CHECK(describe(exchange.outcome().value()) == "malformed flight: too long at byte 49152: flight");
    }
    SECTION("of certificates")
    {
        CertificateChain chain;
        chain.certificates.assign(most_certificates, {0x30});
        CHECK(decode_certificate_chain(base::ByteView(encode(chain)).subspan(4)).value() == chain);
        chain.certificates.push_back({0x30});
        CHECK(format(decode_certificate_chain(base::ByteView(encode(chain)).subspan(4)).error()) ==
              "too long at byte 259: certificate_list");
    }
}

TEST_CASE("an exchange can be copied in the middle and both go on by themselves", "[tls]")
{
    HelloExchange one = waiting_exchange();
    const Bytes answer = in_records(encode(plain_flight()));
    one.received(base::ByteView(answer).first(20));
    HelloExchange other = one;
    one.received(base::ByteView(answer).subspan(20));
    other.peer_closed();
    CHECK(std::holds_alternative<ServerFlight>(one.outcome().value()));
    CHECK(other.outcome() == HelloOutcome{Closed{20}});
    CHECK(format(one.state()) == "leaving");
    CHECK(format(other.state()) == "done");
}

TEST_CASE("an SSLv2 hello is sent as it is, and TLS may answer it", "[tls]")
{
    HelloExchange exchange(make_ssl2_client_hello({}));
    CHECK(base::format_hex(exchange.output()).starts_with("80310100020018000000100100800200"));
    exchange.written();
    exchange.received(refusal);
    CHECK(describe(exchange.outcome().value()) == "alert fatal handshake_failure");
}

}  // namespace
}  // namespace smtptls::tls

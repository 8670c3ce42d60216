// A connection again from its bytes: what was recorded must be what would have happened.
#include "interview/replay.hpp"
#include "interview/replay_hello.hpp"
#include "interview/tap.hpp"

#include "catch.hpp"

namespace smtptls::interview {
namespace {

using Kind = model::WireEvent::Kind;

const smtp::Script script{true, true, false, "scanner.example"};

// A dialogue up to STARTTLS, as a tap writes it down.
model::Wire dialogue()
{
    model::Wire wire;
    smtp::Session session(script);
    Tap tap(session, &wire);
    for (const char* const said : {"220 ", "mail\r\n", "250-mail\r\n250 STARTTLS\r\n", "220 go\r\n"}) {
        tap.received(base::bytes_of(said));
        while (tap.want() == base::Want::write) {
            tap.written();
        }
    }
    REQUIRE(session.ready_for_tls());
    return wire;
}

std::string problem_of(const model::Wire& wire)
{
    smtp::Session session(script);
    return play(wire, session).value_or("");
}

TEST_CASE("what a tap wrote down plays again to the same end", "[interview]")
{
    smtp::Session session(script);
    const model::Wire wire = dialogue();
    REQUIRE(wire.events.size() == 5);
    CHECK(wire.events.front().pieces == std::vector<std::uint32_t>{4, 6});
    CHECK_FALSE(play(wire, session));
    CHECK(session.ready_for_tls());
    CHECK(session.transcript().greeting->text().escaped() == "220 mail");
}

TEST_CASE("a tap without a wire only passes on", "[interview]")
{
    smtp::Session session(script);
    Tap tap(session, nullptr);
    tap.received(base::bytes_of("220 mail\r\n"));
    CHECK(base::text_of(tap.output()) == "EHLO scanner.example\r\n");
    tap.written();
    tap.broke(base::Reason::reset);
    CHECK(session.failure()->reason == base::Reason::reset);
}

TEST_CASE("a wire that another machine would have had is told by a sentence", "[interview]")
{
    struct Row {
        void (*change)(model::Wire&);
        std::string words;
    };
    const std::vector<Row> rows = {
        {[](model::Wire& wire) { wire.events.pop_back(); }, "less is recorded than would have happened"},
        {[](model::Wire& wire) { wire.ended(Kind::closed); }, "more is recorded than would have happened"},
        {[](model::Wire& wire) { wire.events[1].bytes.back() = ' '; },
         "other bytes would have been sent than are recorded"},
        {[](model::Wire& wire) { wire.events.erase(wire.events.begin() + 1); },
         "bytes are recorded that would not have been read"},
        {[](model::Wire& wire) { wire.events.erase(wire.events.begin()); },
         "other bytes would have been sent than are recorded"},
        {[](model::Wire& wire) { wire.events[0].pieces = {400}; }, "bytes are recorded that would not have been read"},
        {[](model::Wire& wire) { wire.left_out = 1; }, "more bytes came than were recorded"},
        {[](model::Wire& wire) {
             wire.events[0] = {Kind::broke, {}, {}, base::Reason::reset};
         },
         "more is recorded than would have happened"},
    };
    for (const Row& row : rows) {
        model::Wire wire = dialogue();
        row.change(wire);
        CHECK(problem_of(wire) == row.words);
    }
}

tls::HelloEntropy entropy(tls::ProtocolVersion version)
{
    tls::HelloEntropy fresh;
    for (std::size_t i = 0; i < fresh.random.size(); ++i) {
        fresh.random[i] = static_cast<std::uint8_t>(i + 1);
        fresh.session_id[i] = static_cast<std::uint8_t>(version == tls::ProtocolVersion::tls1_3 ? i + 101 : 0);
    }
    return fresh;
}

TEST_CASE("the randomness of a hello is read from its bytes, and makes the same bytes", "[interview]")
{
    for (const tls::ProtocolVersion version : tls::all_versions) {
        for (const auto set : {tls::ExtensionSet::full, tls::ExtensionSet::few, tls::ExtensionSet::none}) {
            INFO(tls::format(version));
            const model::HelloQuestion asked{version, {tls::CipherSuite{0x002f}, tls::CipherSuite{0x1301}}, set};
            const tls::HelloExchange exchange(hello_of(asked, "mail.example.com", entropy(version)));
            model::Wire wire;
            wire.sent(exchange.output());
            const auto read = entropy_of(wire, version);
            REQUIRE(read);
            const tls::HelloExchange again(hello_of(asked, "mail.example.com", *read));
            CHECK(std::ranges::equal(again.output(), exchange.output()));
        }
    }
}

TEST_CASE("a refusal for want of a client certificate is believed if one was asked for in the clear", "[interview]")
{
    constexpr auto suite = tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;
    const bool asked_for = GENERATE(false, true);
    tls::ClientHello hello;
    hello.cipher_suites = {suite};
    tls::ServerFlight flight;
    flight.hello.cipher_suite = suite;
    flight.chain = tls::CertificateChain{{{0x30, 0x00}}};
    flight.certificate_requested = asked_for;
    model::Trace trace;
    trace.tls.sent(tls::encode_records(hello));
    trace.tls.received(
        tls::encode_records(tls::ContentType::handshake, tls::ProtocolVersion::tls1_2, tls::encode(flight)));
    model::Answer answer;
    answer.question.asked = model::HandshakeQuestion{tls::ProtocolVersion::tls1_2, {suite}};
    answer.outcome = model::AlertReceived{tls::AlertLevel::fatal, tls::AlertDescription::handshake_failure,
                                          model::ServerChoice{tls::ProtocolVersion::tls1_2, suite, true, true}};
    CHECK(contradiction(answer, trace, "").has_value() != asked_for);
}

// A completed handshake with this suite, as it was recorded, whose flight OpenSSL read and our own reader gave up.
std::optional<std::string> objection_to(const base::Bytes& received, tls::CipherSuite suite)
{
    tls::ClientHello hello;
    hello.cipher_suites = {tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
                           tls::CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA};
    model::Trace trace;
    trace.tls.sent(tls::encode_records(hello));
    trace.tls.received(received);
    model::Answer answer;
    answer.question.asked = model::HandshakeQuestion{tls::ProtocolVersion::tls1_2, hello.cipher_suites};
    model::Completed completed;
    completed.choice = {tls::ProtocolVersion::tls1_2, suite, true, false};
    answer.outcome = completed;
    return contradiction(answer, trace, "");
}

TEST_CASE("a flight that our own reader gives up contradicts a handshake by its ServerHello alone", "[interview]")
{
    constexpr auto chosen = tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;
    constexpr auto other = tls::CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA;
    tls::ServerFlight flight;
    flight.hello.cipher_suite = chosen;
    const auto handshake = tls::ContentType::handshake;
    const auto version = tls::ProtocolVersion::tls1_2;
    base::Bytes bytes = tls::encode_records(handshake, version, tls::encode(flight.hello));
    const base::Bytes chain_beyond_its_length = {0x0b, 0x00, 0x00, 0x04, 0x00, 0x00, 0x09, 0x01};
    const base::Bytes rest = tls::encode_records(handshake, version, chain_beyond_its_length);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    CHECK_FALSE(objection_to(bytes, chosen));
    CHECK(objection_to(bytes, other) == "TLS: the bytes in the clear show another choice");
}

TEST_CASE("what is no hello has no randomness, and what was never sent has none either", "[interview]")
{
    CHECK(entropy_of(model::Wire(), tls::ProtocolVersion::tls1_2));
    for (const std::string bytes : {"", "EHLO x\r\n", "\x16\x03\x01\xff\xff", "\x80\x02\x01\x00"}) {
        model::Wire wire;
        wire.sent(base::bytes_of(bytes));
        CHECK_FALSE(entropy_of(wire, tls::ProtocolVersion::tls1_2));
        CHECK_FALSE(entropy_of(wire, tls::ProtocolVersion::ssl2));
    }
}

}  // namespace
}  // namespace smtptls::interview

// The handshake machine in trouble: every step against every way a connection ends, alerts in the
// middle, garbage, and what we say when we leave.
#include "catch.hpp"
#include "unit/openssl/memory_server.hpp"

#include <functional>

namespace smtptls::openssl {
namespace {

using enum tls::CipherSuite;
using base::Bytes;
using base::Reason;
using base::Stage;
using base::Want;
using tls::CipherSuite;
using tls::ProtocolVersion;

CipherSuite suite_for(ProtocolVersion version)
{
    return version == ProtocolVersion::tls1_3 ? TLS_AES_128_GCM_SHA256 : TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
}

enum class Point { before_hello, waiting, part_of_flight, after_flight, before_ehlo_reply, in_quit, leaving };

constexpr std::array points = {Point::before_hello,      Point::waiting, Point::part_of_flight, Point::after_flight,
                               Point::before_ehlo_reply, Point::in_quit, Point::leaving};

// Client and server, brought to a point of the conversation.
struct Scene {
    MemoryServer server;
    Client client;

    Scene(ProtocolVersion version, Point point) : server({.key = Key::ecdsa}), client(version, {suite_for(version)})
    {
        if (point == Point::before_hello) {
            return;
        }
        const Bytes hello = client.write();
        if (point == Point::waiting) {
            return;
        }
        const Bytes flight = server.answer(hello);
        if (point == Point::part_of_flight) {
            // TLS 1.3: less than the ServerHello and what follows; the rest cannot be read without it.
            client.read(base::ByteView(flight).first(records(flight)[0].size() + 3));
            return;
        }
        client.read(flight);
        if (point == Point::after_flight) {
            client.write();
            return;
        }
        if (version != ProtocolVersion::tls1_3) {
            client.read(server.answer(client.write()));
        }
        const Bytes ehlo = client.write();
        if (point == Point::before_ehlo_reply) {
            return;
        }
        client.read(server.answer(ehlo));
        const Bytes quit = client.write();
        if (point == Point::in_quit) {
            return;
        }
        client.read(server.answer(quit));
    }
};

struct Trouble {
    Reason reason;
    std::function<void(Handshake&)> happen;
};

const std::vector<Trouble>& troubles()
{
    static const std::vector<Trouble> all = {
        {Reason::timed_out, [](Handshake& handshake) { handshake.broke(Reason::timed_out); }},
        {Reason::cancelled, [](Handshake& handshake) { handshake.broke(Reason::cancelled); }},
        {Reason::reset, [](Handshake& handshake) { handshake.broke(Reason::reset); }},
        {Reason::closed, [](Handshake& handshake) { handshake.peer_closed(); }},
    };
    return all;
}

void check_after(const Client& client, bool tunnel, Point point, Reason reason)
{
    CHECK(client.handshake.want() == Want::nothing);
    CHECK(client.handshake.describe() == "ended");
    if (!tunnel) {
        const auto* const broken = client.outcome<model::Broken>();
        REQUIRE(broken);
        CHECK(broken->failure.stage == Stage::handshake);
        CHECK(broken->failure.reason == reason);
        CHECK(broken->choice.has_value() == (point >= Point::part_of_flight));
        return;
    }
    REQUIRE(client.outcome<model::Completed>());
    if (point <= Point::before_ehlo_reply) {
        REQUIRE(client.inside.failure());
        CHECK(client.inside.failure()->stage == Stage::inner_ehlo);
        CHECK(client.inside.failure()->reason == reason);
    } else {
        CHECK_FALSE(client.inside.failure());
    }
}

TEST_CASE("trouble at any step has the right outcome, and nothing is wanted afterwards", "[openssl]")
{
    const auto version = GENERATE(ProtocolVersion::tls1_0, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3);
    for (const Point point : points) {
        for (const Trouble& trouble : troubles()) {
            Scene scene(version, point);
            INFO(tls::format(version) << ", point " << static_cast<int>(point) << ", " << format(trouble.reason));
            REQUIRE(scene.client.handshake.want() != Want::nothing);
            const Point first_inside =
                version == ProtocolVersion::tls1_3 ? Point::after_flight : Point::before_ehlo_reply;
            trouble.happen(scene.client.handshake);
            check_after(scene.client, point >= first_inside, point, trouble.reason);
        }
    }
}

TEST_CASE("each step of the conversation has a number of its own", "[openssl]")
{
    CHECK(Scene(ProtocolVersion::tls1_2, Point::waiting).client.handshake.step() <
          Scene(ProtocolVersion::tls1_2, Point::before_ehlo_reply).client.handshake.step());
    CHECK(Scene(ProtocolVersion::tls1_2, Point::before_ehlo_reply).client.handshake.step() <
          Scene(ProtocolVersion::tls1_2, Point::in_quit).client.handshake.step());
}

TEST_CASE("an alert behind the ServerHello is a refusal with the choice", "[openssl]")
{
    Scene scene(ProtocolVersion::tls1_2, Point::waiting);
    const Bytes flight = scene.server.answer(scene.client.sent);
    scene.client.read(records(flight)[0]);
    scene.client.read(alert_record(2, 40));
    const auto* const alert = scene.client.outcome<model::AlertReceived>();
    REQUIRE(alert);
    REQUIRE(alert->choice);
    CHECK(alert->choice->suite == suite_for(ProtocolVersion::tls1_2));
    CHECK_FALSE(alert->choice->flight_complete);
    CHECK(scene.client.over());
}

TEST_CASE("an alert behind the whole flight is a refusal with the choice and says that the flight was whole",
          "[openssl]")
{
    Scene scene(ProtocolVersion::tls1_2, Point::after_flight);
    scene.client.read(alert_record(2, 80));
    const auto* const alert = scene.client.outcome<model::AlertReceived>();
    REQUIRE(alert);
    CHECK(alert->description == tls::AlertDescription::internal_error);
    CHECK(alert->choice->flight_complete);
}

TEST_CASE("close_notify behind the whole flight is the server's close and no trouble of ours", "[openssl]")
{
    Scene scene(ProtocolVersion::tls1_2, Point::after_flight);
    scene.client.read(alert_record(1, 0));
    const auto* const broken = scene.client.outcome<model::Broken>();
    REQUIRE(broken);
    CHECK(broken->failure.reason == Reason::closed);
    CHECK(broken->choice->flight_complete);
}

TEST_CASE("a client certificate that is required and does not come is told from a handshake that fails", "[openssl]")
{
    const auto version = GENERATE(ProtocolVersion::tls1_0, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3);
    const bool required = GENERATE(false, true);
    INFO(tls::format(version) << (required ? " required" : " requested"));
    ServerSetup setup;
    setup.key = Key::ecdsa;
    setup.verify = SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
    MemoryServer server(setup);
    Client client(version, {suite_for(version)});
    converse(client, server);
    const model::Outcome& outcome = client.handshake.outcome();
    CHECK(client.over());
    REQUIRE(model::choice_of(outcome));
    CHECK(model::client_certificate(outcome) ==
          (required ? model::ClientCertificate::required : model::ClientCertificate::requested));
    CHECK(model::choice_of(outcome)->suite == suite_for(version));
    CHECK((server.heard().find("QUIT") != std::string::npos) == !required);
}

TEST_CASE("without a CertificateRequest no certificate is wanted", "[openssl]")
{
    MemoryServer server({.key = Key::ecdsa});
    Client client(ProtocolVersion::tls1_3, {suite_for(ProtocolVersion::tls1_3)});
    converse(client, server);
    CHECK(model::client_certificate(client.handshake.outcome()) == model::ClientCertificate::unasked);
}

TEST_CASE("an alert in a record without a version is an alert in a handshake too", "[openssl]")
{
    Scene scene(ProtocolVersion::tls1_2, Point::waiting);
    scene.client.read(Bytes{0x15, 0, 0, 0, 2, 2, 70});
    const auto* const alert = scene.client.outcome<model::AlertReceived>();
    REQUIRE(alert);
    CHECK(alert->description == tls::AlertDescription::protocol_version);
    CHECK_FALSE(alert->choice);
    CHECK(scene.client.over());
}

TEST_CASE("close_notify in place of a flight is a close", "[openssl]")
{
    Scene scene(ProtocolVersion::tls1_2, Point::waiting);
    scene.client.read(alert_record(1, 0));
    REQUIRE(scene.client.outcome<model::Broken>());
    CHECK(scene.client.outcome<model::Broken>()->failure.reason == Reason::closed);
    CHECK(scene.client.over());
}

TEST_CASE("a warning before the flight is passed over", "[openssl]")
{
    Scene scene(ProtocolVersion::tls1_2, Point::waiting);
    scene.client.read(alert_record(1, 112));
    CHECK(scene.client.handshake.want() == Want::read);
    scene.client.read(scene.server.answer(scene.client.sent));
    CHECK(scene.client.handshake.want() == Want::write);
}

TEST_CASE("garbage in place of TLS is a protocol error, and nothing is sent back", "[openssl]")
{
    const std::string garbage =
        GENERATE(std::string("220 mail.example.com ESMTP\r\n"), std::string("HTTP/1.1 400 Bad\r\n\r\n"),
                 std::string(64, '\0'), std::string(64, '\xff'), std::string("\x16\x03\x01\x00\x04\x02\xff\xff\xff", 9),
                 std::string("\x17\x03\x03\x00\x01\x00", 6));
    const auto version = GENERATE(ProtocolVersion::tls1_0, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3);
    Client client(version, {suite_for(version)});
    client.write();
    client.read(base::bytes_of(garbage));
    if (!client.over()) {
        client.handshake.peer_closed();
    }
    const auto* const broken = client.outcome<model::Broken>();
    REQUIRE(broken);
    CHECK(broken->failure.stage == Stage::handshake);
    CHECK((broken->failure.reason == Reason::protocol_error || broken->failure.reason == Reason::closed));
    CHECK_FALSE(broken->choice);
    CHECK(client.write().empty());
    CHECK(client.over());
}

TEST_CASE("garbage behind the whole flight is the server's fault and not ours", "[openssl]")
{
    Scene scene(ProtocolVersion::tls1_2, Point::after_flight);
    scene.client.read(base::bytes_of("421 out of memory\r\n"));
    const auto* const broken = scene.client.outcome<model::Broken>();
    REQUIRE(broken);
    CHECK(broken->failure.reason == Reason::protocol_error);
    CHECK(scene.client.write().empty());
}

TEST_CASE("garbage inside the tunnel leaves the handshake completed, and no alert is sent", "[openssl]")
{
    const auto version = GENERATE(ProtocolVersion::tls1_0, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3);
    Scene scene(version, Point::before_ehlo_reply);
    const Bytes forged = {23, 3, 3, 0, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4,
                          5,  6, 7, 8, 9,  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2};
    scene.client.read(forged);
    CHECK(scene.client.outcome<model::Completed>());
    CHECK(scene.client.write().empty());
    CHECK(scene.client.over());
    REQUIRE(scene.client.inside.failure());
    CHECK(scene.client.inside.failure()->reason == Reason::protocol_error);
}

TEST_CASE("a close_notify inside the tunnel leaves the handshake completed and ends the dialogue", "[openssl]")
{
    const auto version = GENERATE(ProtocolVersion::tls1_0, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3);
    MemoryServer server({.key = Key::ecdsa, .speaks = false});
    Client client(version, {suite_for(version)});
    converse(client, server);
    REQUIRE(server.heard() == "EHLO scanner.example.net\r\n");
    client.read(server.says_goodbye());
    client.write();
    CHECK(client.over());
    CHECK(client.outcome<model::Completed>());
    CHECK(client.inside.failure()->reason == Reason::closed);
    CHECK(client.inside.failure()->stage == Stage::inner_ehlo);
}

TEST_CASE("a 421 inside the tunnel leaves the handshake completed", "[openssl]")
{
    MemoryServer server({.ehlo_answer = "421 too busy\r\n"});
    Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    converse(client, server);
    CHECK(client.over());
    CHECK(client.outcome<model::Completed>());
    CHECK(client.inside.failure()->reason == Reason::throttled);
    CHECK(server.alerts() == std::vector<int>{0x0100});
}

TEST_CASE("an endless answer inside the tunnel ends", "[openssl]")
{
    Scene scene(ProtocolVersion::tls1_2, Point::before_ehlo_reply);
    int pieces = 0;
    while (!scene.client.over() && pieces < 1000) {
        scene.client.read(scene.server.says("250-and so on\r\n"));
        scene.client.write();
        ++pieces;
    }
    CHECK(pieces < 200);
    CHECK(scene.client.outcome<model::Completed>());
}

TEST_CASE("no fatal alert is sent whatever record is damaged", "[openssl]")
{
    const auto version = GENERATE(ProtocolVersion::tls1_0, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3);
    Scene first(version, Point::waiting);
    const std::size_t size = first.server.answer(first.client.sent).size();
    for (std::size_t at = 0; at < size; at += 7) {
        Scene scene(version, Point::waiting);
        Bytes flight = scene.server.answer(scene.client.sent);
        at = std::min(at, flight.size() - 1);
        flight[at] ^= 0x55U;
        scene.client.read(flight);
        const Bytes said = scene.client.write();
        const std::size_t fatal = scene.server.alerts().size();
        scene.server.answer(said);
        for (std::size_t i = fatal; i < scene.server.alerts().size(); ++i) {
            REQUIRE(scene.server.alerts()[i] >> 8 == 1);
        }
        for (const Bytes& record : records(said)) {
            REQUIRE_FALSE((record.size() == 7 && record[0] == 21 && record[5] == 2));
        }
    }
}

}  // namespace
}  // namespace smtptls::openssl

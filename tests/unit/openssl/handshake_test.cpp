// The handshake machine against an OpenSSL server in memory: what it completes, and what it finds out.
#include "catch.hpp"
#include "openssl/certificate_reader.hpp"
#include "openssl/digest.hpp"
#include "tls/server_flight.hpp"
#include "tls/server_hello.hpp"
#include "unit/openssl/memory_server.hpp"

namespace smtptls::openssl {
namespace {

using enum tls::CipherSuite;
using base::Reason;
using base::Stage;
using base::Want;
using tls::CipherSuite;
using tls::ProtocolVersion;

struct Row {
    ProtocolVersion version;
    CipherSuite suite;
    Key key;
};

TEST_CASE("a handshake is completed in each version, with EHLO inside and close_notify at the end", "[openssl]")
{
    const auto row = GENERATE(values<Row>({
        {ProtocolVersion::tls1_0, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, Key::rsa},
        {ProtocolVersion::tls1_1, TLS_RSA_WITH_AES_256_CBC_SHA, Key::rsa},
        {ProtocolVersion::tls1_2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, Key::ecdsa},
        {ProtocolVersion::tls1_3, TLS_AES_128_GCM_SHA256, Key::rsa},
    }));
    INFO(tls::format(row.version));
    MemoryServer server({.key = row.key});
    Client client(row.version, {row.suite});
    converse(client, server);
    CHECK(client.over());
    const auto* const completed = client.outcome<model::Completed>();
    REQUIRE(completed);
    CHECK(completed->choice == model::ServerChoice{row.version, row.suite, true});
    CHECK(server.heard() == "EHLO scanner.example.net\r\nQUIT\r\n");
    CHECK(client.inside.transcript().keywords() == std::vector<std::string>{"8BITMIME"});
    CHECK_FALSE(client.inside.failure());
    CHECK(server.alerts() == std::vector<int>{0x0100});
    CHECK(std::string(server.server_name()) == "mail.example.com");
}

TEST_CASE("beyond a size of DH no handshake is completed, and the choice is kept", "[openssl]")
{
    for (const int bits : {2048, Handshake::most_dh_bits + 8}) {
        MemoryServer server({.dh_bits = bits});
        Client client(ProtocolVersion::tls1_2, {TLS_DHE_RSA_WITH_AES_128_CBC_SHA});
        converse(client, server);
        CHECK((client.outcome<model::Completed>() != nullptr) == (bits <= Handshake::most_dh_bits));
        if (const auto* const broken = client.outcome<model::Broken>()) {
            CHECK(broken->failure.reason == base::Reason::left_out);
            CHECK(broken->failure.text.escaped() == "DH of 8200 bits: beyond 8192 no handshake is completed");
            REQUIRE(broken->choice.has_value());
            CHECK(broken->choice->suite == TLS_DHE_RSA_WITH_AES_128_CBC_SHA);
        }
    }
}

TEST_CASE("a completed handshake has its chain and its secrets, each with the hello's random", "[openssl]")
{
    for (const auto version : {ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}) {
        const bool tls13 = version == ProtocolVersion::tls1_3;
        MemoryServer server({});
        Client client(version, {tls13 ? TLS_AES_128_GCM_SHA256 : TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA});
        const base::ByteView hello = client.handshake.output();
        const std::string random = base::format_hex(hello.subspan(11, 32));
        converse(client, server);
        REQUIRE(client.handshake.chain().size() == 1);
        CHECK(CertificateReader().read(client.handshake.chain().front(), 0)->subject.escaped() ==
              "CN=mail.example.com");
        REQUIRE(client.handshake.key_log().size() == (tls13 ? 5U : 1U));
        for (const std::string& line : client.handshake.key_log()) {
            CHECK(line.find(" " + random + " ") != std::string::npos);
        }
    }
}

TEST_CASE("of a chain as many certificates are kept as are read", "[openssl]")
{
    for (const auto version : {ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}) {
        const bool tls13 = version == ProtocolVersion::tls1_3;
        MemoryServer server({.more_certificates = 70});
        Client client(version, {tls13 ? TLS_AES_128_GCM_SHA256 : TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA});
        converse(client, server);
        CHECK(client.handshake.chain().size() == tls::most_certificates);
    }
}

TEST_CASE("a certificate's dates are held to the time that is given", "[openssl]")
{
    MemoryServer server({});
    Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    converse(client, server);
    const base::Bytes leaf = client.handshake.chain().at(0);
    const std::int64_t now = std::time(nullptr);
    const std::int64_t day = 24 * 3600;
    CHECK_FALSE(CertificateReader().read(leaf, now)->expired);
    CHECK(CertificateReader().read(leaf, now - day)->expired);
    CHECK(CertificateReader().read(leaf, now + 2 * day)->expired);
}

TEST_CASE("HelloRequests are refused, and too many of them end the dialogue", "[openssl]")
{
    for (const unsigned count : {1U, Handshake::most_hello_requests, Handshake::most_hello_requests + 1}) {
        INFO(count);
        MemoryServer server({.highest = ProtocolVersion::tls1_2, .speaks = false});
        Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
        converse(client, server);
        REQUIRE(client.outcome<model::Completed>());
        REQUIRE_FALSE(client.over());
        client.read(server.asks_for_hellos(count));
        for (const base::Bytes& record : records(client.write())) {
            CHECK(record.front() != SSL3_RT_HANDSHAKE);
        }
        CHECK(client.over() == (count > Handshake::most_hello_requests));
        CHECK(client.inside.failure().has_value() == client.over());
        CHECK(client.outcome<model::Completed>());
    }
}

TEST_CASE("a handshake that broke has no chain", "[openssl]")
{
    Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    client.handshake.broke(Reason::reset);
    CHECK(client.handshake.chain().empty());
    CHECK(client.handshake.key_log().empty());
}

TEST_CASE("SHA-256 is that of FIPS 180-4, at any time", "[openssl]")
{
    static_cast<void>(library());
    Sha256 digest;
    CHECK(digest.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest.add("a");
    digest.add("bc");
    CHECK(digest.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(digest.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("without a server name none is sent", "[openssl]")
{
    MemoryServer server({});
    Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA}, "");
    converse(client, server);
    CHECK(server.server_name() == nullptr);
}

model::Completed completed_with(const ServerSetup& setup, ProtocolVersion version, std::vector<CipherSuite> suites)
{
    MemoryServer server(setup);
    Client client(version, suites);
    converse(client, server);
    INFO(model::describe(client.handshake.outcome()));
    REQUIRE(client.outcome<model::Completed>());
    model::Completed done = *client.outcome<model::Completed>();
    const auto& chain = client.handshake.chain();
    if (!chain.empty()) {
        done.certificate = CertificateReader().read(chain, std::time(nullptr));
    }
    return done;
}

TEST_CASE("the certificate's facts are read", "[openssl]")
{
    const auto done = completed_with({}, ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    REQUIRE(done.certificate);
    const model::Certificate& c = *done.certificate;
    CHECK(c.subject.escaped() == "CN=mail.example.com");
    CHECK(c.issuer.escaped() == "CN=mail.example.com");
    REQUIRE(c.dns_names.size() == 3);
    CHECK(c.dns_names[1].escaped() == "mx.example.com");
    CHECK(c.dns_names[2].escaped() == "192.0.2.1");
    CHECK(c.serial == "1234");
    CHECK(c.key_type == "RSA");
    CHECK(c.key_bits == 2048);
    CHECK(c.signature_algorithm.escaped() == "sha256WithRSAEncryption");
    CHECK(c.self_signed == true);
    CHECK_FALSE(c.expired);
    CHECK(c.chain_length == 1);
    CHECK(c.sha256.size() == 64);
    CHECK(c.not_before < c.not_after);
    CHECK(c.not_after.size() == std::string("2026-11-21T20:48:54Z").size());
}

TEST_CASE("an ECDSA certificate names its curve", "[openssl]")
{
    const auto done =
        completed_with({.key = Key::ecdsa}, ProtocolVersion::tls1_2, {TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256});
    CHECK(done.certificate->key_type.starts_with("EC "));
    CHECK(done.certificate->key_bits == 256);
    CHECK(done.signature.starts_with("ecdsa_secp256r1_"));
}

TEST_CASE("an anonymous handshake has a group and no certificate", "[openssl]")
{
    const auto done =
        completed_with({.key = Key::none}, ProtocolVersion::tls1_2, {TLS_DH_anon_WITH_AES_128_GCM_SHA256});
    CHECK_FALSE(done.certificate);
    CHECK_FALSE(done.group.empty());
    CHECK(done.signature.empty());
}

TEST_CASE("an RSA key exchange has neither group nor signature", "[openssl]")
{
    const auto done = completed_with({}, ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    CHECK(done.group.empty());
    CHECK(done.signature.empty());
}

TEST_CASE("group, signature and extended master secret are read", "[openssl]")
{
    const auto old =
        completed_with({.groups = "P-256"}, ProtocolVersion::tls1_2, {TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256});
    CHECK(old.group == "secp256r1");
    CHECK(old.signature.starts_with("rsa_pss_rsae_sha"));
    CHECK(old.extended_master_secret == true);
    const auto now = completed_with({.groups = "X25519"}, ProtocolVersion::tls1_3, {TLS_AES_256_GCM_SHA384});
    CHECK(now.group == "x25519");
    CHECK_FALSE(now.extended_master_secret.has_value());
    CHECK(now.certificate);
}

TEST_CASE("encrypt-then-MAC is seen where it was agreed", "[openssl]")
{
    CHECK(completed_with({}, ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA}).encrypt_then_mac);
    CHECK_FALSE(completed_with({}, ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_GCM_SHA256}).encrypt_then_mac);
}

TEST_CASE("a server that wants another group for TLS 1.3 is followed", "[openssl]")
{
    const auto done = completed_with({.groups = "P-521"}, ProtocolVersion::tls1_3, {TLS_AES_128_GCM_SHA256});
    CHECK(done.group == "secp521r1");
    CHECK(done.choice.suite == TLS_AES_128_GCM_SHA256);
}

TEST_CASE("the suites are offered in their order, and only they", "[openssl]")
{
    const std::vector<CipherSuite> offer = {TLS_RSA_WITH_AES_256_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256};
    CHECK(completed_with({}, ProtocolVersion::tls1_2, offer).choice.suite == offer[0]);
    CHECK(completed_with({}, ProtocolVersion::tls1_2, {offer[1], offer[0]}).choice.suite == offer[1]);
}

TEST_CASE("a refusal is an alert without a choice, and nothing is sent back", "[openssl]")
{
    MemoryServer server({.key = Key::ecdsa});
    Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    const base::Bytes hello = client.write();
    client.read(server.answer(hello));
    CHECK(client.over());
    const auto* const alert = client.outcome<model::AlertReceived>();
    REQUIRE(alert);
    CHECK(alert->description == tls::AlertDescription::handshake_failure);
    CHECK(alert->level == tls::AlertLevel::fatal);
    CHECK_FALSE(alert->choice);
}

TEST_CASE("a version that is switched off is refused by protocol_version", "[openssl]")
{
    MemoryServer server({.lowest = ProtocolVersion::tls1_2});
    Client client(ProtocolVersion::tls1_0, {TLS_RSA_WITH_AES_128_CBC_SHA});
    converse(client, server);
    REQUIRE(client.outcome<model::AlertReceived>());
    CHECK(client.outcome<model::AlertReceived>()->description == tls::AlertDescription::protocol_version);
}

TEST_CASE("an older version answered is OtherVersion, and we leave with user_canceled", "[openssl]")
{
    MemoryServer server({.highest = ProtocolVersion::tls1_0});
    Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    client.read(server.answer(client.write()));
    const auto* const other = client.outcome<model::OtherVersion>();
    REQUIRE(other);
    CHECK(other->choice.version == ProtocolVersion::tls1_0);
    CHECK(client.handshake.want() == Want::write);
    CHECK(base::format_hex(client.write()) == "1503010002015a");
    CHECK(client.over());
}

base::Bytes server_hello_record(ProtocolVersion legacy, CipherSuite suite)
{
    tls::ServerHello hello;
    hello.legacy_version = legacy;
    hello.cipher_suite = suite;
    const base::Bytes message = tls::encode(hello);
    base::Bytes record = {22, 3, 3, 0, static_cast<std::uint8_t>(message.size())};
    record.insert(record.end(), message.begin(), message.end());
    return record;
}

TEST_CASE("TLS 1.2 answered to a question about TLS 1.3 is OtherVersion, and we leave with user_canceled", "[openssl]")
{
    Client client(ProtocolVersion::tls1_3, {TLS_AES_128_GCM_SHA256});
    client.write();
    client.read(server_hello_record(ProtocolVersion::tls1_2, TLS_RSA_WITH_AES_128_CBC_SHA));
    REQUIRE(client.outcome<model::OtherVersion>());
    CHECK(client.outcome<model::OtherVersion>()->choice.version == ProtocolVersion::tls1_2);
    CHECK(base::format_hex(client.write()) == "1503030002015a");
    CHECK(client.over());
}

TEST_CASE("a version below SSL 3 is left with a record all the same", "[openssl]")
{
    Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    client.write();
    client.read(server_hello_record(ProtocolVersion{0x0002}, TLS_RSA_WITH_AES_128_CBC_SHA));
    REQUIRE(client.outcome<model::OtherVersion>());
    CHECK(base::format_hex(client.write()) == "1503000002015a");
    CHECK(client.over());
}

TEST_CASE("a suite of TLS 1.3 answered in TLS 1.2 is a choice we cannot follow, not another version", "[openssl]")
{
    Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
    client.write();
    client.read(server_hello_record(ProtocolVersion::tls1_2, TLS_AES_128_GCM_SHA256));
    REQUIRE(client.outcome<model::Broken>());
    REQUIRE(client.outcome<model::Broken>()->choice);
    CHECK(client.outcome<model::Broken>()->choice->version == ProtocolVersion::tls1_2);
    CHECK(client.outcome<model::Broken>()->choice->suite == TLS_AES_128_GCM_SHA256);
}

}  // namespace
}  // namespace smtptls::openssl

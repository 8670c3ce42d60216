// The outcome of a handshake does not depend on how the server's bytes were cut; cut off anywhere it is
// never completed.
#include "catch.hpp"
#include "unit/openssl/memory_server.hpp"

namespace smtptls::openssl {
namespace {

using enum tls::CipherSuite;
using tls::CipherSuite;
using tls::ProtocolVersion;

CipherSuite suite_for(ProtocolVersion version)
{
    return version == ProtocolVersion::tls1_3 ? TLS_AES_128_GCM_SHA256 : TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
}

TEST_CASE("fed byte by byte a handshake is completed all the same", "[openssl]")
{
    for (const auto version :
         {ProtocolVersion::tls1_0, ProtocolVersion::tls1_1, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}) {
        MemoryServer server({.key = Key::ecdsa});
        Client client(version, {suite_for(version)});
        converse(client, server, 1);
        INFO(model::describe(client.handshake.outcome()));
        CHECK(client.over());
        CHECK(client.outcome<model::Completed>());
        CHECK_FALSE(client.inside.failure());
        CHECK(server.alerts() == std::vector<int>{0x0100});
    }
}

TEST_CASE("a flight in two pieces is the same flight at every split", "[openssl]")
{
    for (const auto version : {ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}) {
        std::size_t size = 1;
        for (std::size_t at = 1; at < size; ++at) {
            MemoryServer server({.key = Key::ecdsa});
            Client client(version, {suite_for(version)});
            const base::Bytes flight = server.answer(client.write());
            size = flight.size();
            client.read(base::ByteView(flight).first(std::min(at, size)));
            REQUIRE(client.handshake.want() == base::Want::read);
            client.read(base::ByteView(flight).subspan(std::min(at, size)));
            REQUIRE(client.handshake.want() == base::Want::write);
        }
    }
}

TEST_CASE("a flight that is cut off at any byte is never completed", "[openssl]")
{
    for (const auto version : {ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}) {
        MemoryServer server({.key = Key::ecdsa});
        Client whole(version, {suite_for(version)});
        const base::Bytes flight = server.answer(whole.write());
        // Another client's hello: its flight is not for it, but it is cut before that shows.
        for (std::size_t at = 0; at < records(flight)[0].size(); ++at) {
            Client client(version, {suite_for(version)});
            client.write();
            client.read(base::ByteView(flight).first(at));
            client.handshake.peer_closed();
            REQUIRE(client.outcome<model::Broken>());
            REQUIRE(client.outcome<model::Broken>()->failure.reason == base::Reason::closed);
            REQUIRE_FALSE(client.outcome<model::Broken>()->choice);
            REQUIRE(client.over());
        }
    }
}

TEST_CASE("a refusal is the same at every split", "[openssl]")
{
    const base::Bytes alert = alert_record(2, 40);
    for (std::size_t at = 0; at <= alert.size(); ++at) {
        Client client(ProtocolVersion::tls1_2, {TLS_RSA_WITH_AES_128_CBC_SHA});
        client.write();
        client.read(base::ByteView(alert).first(at));
        client.read(base::ByteView(alert).subspan(at));
        REQUIRE(client.outcome<model::AlertReceived>());
        REQUIRE(client.over());
    }
}

}  // namespace
}  // namespace smtptls::openssl

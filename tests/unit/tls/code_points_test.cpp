// Open enums: what has a name prints by the name of IANA or the RFC, everything else survives in numbers.
#include "catch.hpp"
#include "tls/alert.hpp"
#include "tls/extension_type.hpp"
#include "tls/named_group.hpp"
#include "tls/protocol_version.hpp"
#include "tls/signature_scheme.hpp"

namespace smtptls::tls {
namespace {

TEST_CASE("a version prints as people write it", "[tls]")
{
    struct Row {
        ProtocolVersion version;
        std::string_view text;
    };
    const auto [version, text] = GENERATE(values<Row>({
        {ProtocolVersion::ssl2, "SSL 2"},
        {ProtocolVersion::ssl3, "SSL 3"},
        {ProtocolVersion::tls1_0, "TLS 1.0"},
        {ProtocolVersion::tls1_1, "TLS 1.1"},
        {ProtocolVersion::tls1_2, "TLS 1.2"},
        {ProtocolVersion::tls1_3, "TLS 1.3"},
        {ProtocolVersion{0x7f1c}, "0x7f1c"},
        {ProtocolVersion{0x0101}, "0x0101"},
    }));
    CHECK(format(version) == text);
    CHECK(parse_version(text) == version);
}

TEST_CASE("a version is read in OpenSSL's and Postfix's spelling too", "[tls]")
{
    struct Row {
        std::string_view text;
        std::optional<ProtocolVersion> expected;
    };
    const auto [text, expected] = GENERATE(values<Row>({
        {"SSLv2", ProtocolVersion::ssl2},
        {"sslv3", ProtocolVersion::ssl3},
        {"TLSv1", ProtocolVersion::tls1_0},
        {"TLSv1.0", ProtocolVersion::tls1_0},
        {"tls1.1", ProtocolVersion::tls1_1},
        {"TLS1.3", ProtocolVersion::tls1_3},
        {"TLS 1.4", std::nullopt},
        {"TLS", std::nullopt},
        {"", std::nullopt},
        {"1.2", std::nullopt},
        {"0x030", std::nullopt},
        {"0x03zz", std::nullopt},
        {"0x-001", std::nullopt},
    }));
    CAPTURE(text);
    CHECK(parse_version(text) == expected);
}

TEST_CASE("versions compare by age", "[tls]")
{
    for (std::size_t i = 1; i < all_versions.size(); ++i) {
        CHECK(all_versions[i - 1] < all_versions[i]);
    }
}

TEST_CASE("an alert prints by the RFC's name or its number", "[tls]")
{
    CHECK(format(AlertDescription::handshake_failure) == "handshake_failure");
    CHECK(format(AlertDescription{70}) == "protocol_version");
    CHECK(format(AlertDescription{90}) == "user_canceled");
    CHECK(format(AlertDescription{201}) == "alert 201");
    CHECK(format(AlertLevel::warning) == "warning");
    CHECK(format(AlertLevel{7}) == "level 7");
    CHECK(format(Alert{AlertLevel::fatal, AlertDescription::unrecognized_name}) == "fatal unrecognized_name");
}

TEST_CASE("groups, schemes and extensions print by IANA's name or in hexadecimal", "[tls]")
{
    CHECK(format(NamedGroup::x25519) == "x25519");
    CHECK(format(NamedGroup{0x0017}) == "secp256r1");
    CHECK(format(NamedGroup{0x11ec}) == "X25519MLKEM768");
    CHECK(format(NamedGroup{0x0a0a}) == "0x0a0a");
    CHECK(format(SignatureScheme{0x0804}) == "rsa_pss_rsae_sha256");
    CHECK(format(SignatureScheme{0x0202}) == "dsa_sha1");
    CHECK(format(SignatureScheme{0xfefe}) == "0xfefe");
    CHECK(format(ExtensionType{23}) == "extended_master_secret");
    CHECK(format(ExtensionType{0xff01}) == "renegotiation_info");
    CHECK(format(ExtensionType{0x9a9a}) == "0x9a9a");
}

}  // namespace
}  // namespace smtptls::tls

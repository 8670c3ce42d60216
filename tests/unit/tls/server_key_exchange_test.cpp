// ServerKeyExchange in each of its forms; the suite and the version say which.
#include "tls/server_key_exchange.hpp"
#include "catch.hpp"
#include "flight_vectors.hpp"

namespace smtptls::tls {
namespace {

using enum CipherSuite;
using testing::unhex;

struct Form {
    std::string_view name;
    CipherSuite suite;
    ProtocolVersion version;
    std::string_view body;
    std::string_view key;  ///< describe_key, scheme, "signed", "hint N"
};

std::string key_words_of(const ServerKeyExchange& exchange)
{
    std::string text = describe_key(exchange);
    text += exchange.signature_scheme ? " " + format(*exchange.signature_scheme) : "";
    text += exchange.signature ? " signed" : "";
    text += exchange.psk_identity_hint ? " hint " + std::to_string(exchange.psk_identity_hint->size()) : "";
    return text;
}

constexpr auto tls1_0 = ProtocolVersion::tls1_0;
constexpr auto tls1_2 = ProtocolVersion::tls1_2;

const Form forms[] = {
    {"DHE in TLS 1.0", TLS_DHE_RSA_WITH_AES_128_CBC_SHA, tls1_0,
     "0002ffff"
     "000102"
     "000199"
     "0002aabb",
     "DH 16 signed"},
    {"DHE in TLS 1.2", TLS_DHE_DSS_WITH_AES_128_CBC_SHA, tls1_2,
     "00020fff"
     "000102"
     "000199"
     "0202"
     "0002aabb",
     "DH 12 dsa_sha1 signed"},
    {"anonymous DH", TLS_DH_anon_WITH_AES_128_CBC_SHA, tls1_2,
     "000101"
     "000102"
     "000199",
     "DH 1"},
    {"ECDHE", TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls1_2,
     "03001d"
     "02aabb"
     "0403"
     "0001ff",
     "x25519 ecdsa_secp256r1_sha256 signed"},
    {"ECDHE, unknown group and scheme", TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls1_2,
     "030a0a"
     "02aabb"
     "fefe"
     "0001ff",
     "0x0a0a 0xfefe signed"},
    {"anonymous ECDH", TLS_ECDH_anon_WITH_AES_128_CBC_SHA, tls1_0,
     "030017"
     "02aabb",
     "secp256r1"},
    {"explicit prime curve", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls1_0,
     "01"
     "0107"
     "0101"
     "0102"
     "020403"
     "0105"
     "0101"
     "02aabb"
     "0001ff",
     "explicit curve signed"},
    {"explicit trinomial curve", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls1_0,
     "02"
     "00a3"
     "01"
     "0107"
     "0101"
     "0102"
     "020403"
     "0105"
     "0101"
     "02aabb"
     "0001ff",
     "explicit curve signed"},
    {"explicit pentanomial curve", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls1_0,
     "02"
     "00a3"
     "02"
     "0107"
     "0106"
     "0103"
     "0101"
     "0102"
     "020403"
     "0105"
     "0101"
     "02aabb"
     "0001ff",
     "explicit curve signed"},
    {"export RSA", TLS_RSA_EXPORT_WITH_RC4_40_MD5, tls1_0,
     "000480000001"
     "0003010001"
     "0001ff",
     "RSA 32 signed"},
    {"PSK hint", TLS_PSK_WITH_AES_128_CBC_SHA, tls1_2, "0003616263", " hint 3"},
    {"RSA-PSK, empty hint", TLS_RSA_PSK_WITH_AES_128_CBC_SHA, tls1_2, "0000", " hint 0"},
    {"DHE-PSK", TLS_DHE_PSK_WITH_AES_128_CBC_SHA, tls1_2,
     "000161"
     "0002ffff"
     "000102"
     "000199",
     "DH 16 hint 1"},
    {"ECDHE-PSK", TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA, tls1_2,
     "0000"
     "03001d"
     "02aabb",
     "x25519 hint 0"},
    {"SRP", TLS_SRP_SHA_WITH_AES_128_CBC_SHA, tls1_2,
     "0002ffff"
     "000102"
     "01aa"
     "000199",
     "SRP 16"},
    {"SRP with RSA", TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA, tls1_2,
     "0002ffff"
     "000102"
     "01aa"
     "000199"
     "0401"
     "0001ff",
     "SRP 16 rsa_pkcs1_sha256 signed"},
    {"GOST is not read", TLS_GOSTR341112_256_WITH_28147_CNT_IMIT, tls1_2, "0102030405", ""},
    {"a password suite is not read", TLS_ECJPAKE_WITH_AES_128_CCM_8, tls1_2, "0102", ""},
    {"a suite without a name is not read", CipherSuite{0x7f1c}, tls1_2, "010203", ""},
};

TEST_CASE("a server key exchange is read as its suite and version want it", "[tls]")
{
    for (const auto& [name, suite, version, body, key] : forms) {
        CAPTURE(name);
        const auto exchange = decode_server_key_exchange(unhex(body), suite, version);
        REQUIRE(exchange.has_value());
        CHECK(key_words_of(*exchange) == key);
        CHECK(base::format_hex(base::ByteView(encode(*exchange)).subspan(4)) == body);
    }
}

TEST_CASE("a server key exchange of another form than its suite's is refused", "[tls]")
{
    const auto [name, suite, version, body, expected] = GENERATE_COPY(values<Form>({
        {"a curve type that is none", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls1_2, "04001d02aabb04010001ff",
         "illegal value at byte 0: curve_type"},
        {"no signature", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls1_2, "03001d02aabb", "truncated at byte 6: algorithm"},
        {"a signature of anonymous DH", TLS_DH_anon_WITH_AES_128_CBC_SHA, tls1_2, "0001ff0001020001990001ff",
         "bytes left over at byte 9: end"},
        {"DH over its end", TLS_DHE_RSA_WITH_AES_128_CBC_SHA, tls1_2, "00ffaa", "truncated at byte 2: dh_p"},
        {"a TLS 1.0 signature in TLS 1.2", TLS_DHE_RSA_WITH_AES_128_CBC_SHA, tls1_2, "0001ff0001020001990001ff",
         "truncated at byte 11: signature"},
    }));
    CAPTURE(name);
    CHECK(format(decode_server_key_exchange(unhex(body), suite, version).error()) == expected);
}

TEST_CASE("the length of a number counts from its first bit that is set", "[tls]")
{
    struct Length {
        std::string_view number;
        int expected;
    };
    const auto [number, expected] = GENERATE(
        values<Length>({{"", 0}, {"00", 0}, {"01", 1}, {"0080", 8}, {"80", 8}, {"0100", 9}, {"00000fffff", 20}}));
    CAPTURE(number);
    CHECK(bit_length(unhex(number)) == expected);
}

}  // namespace
}  // namespace smtptls::tls

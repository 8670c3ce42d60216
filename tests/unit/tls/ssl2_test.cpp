// SSL 2.0: the hello byte by byte, records with and without padding, and what is refused.
#include "tls/ssl2.hpp"
#include "catch.hpp"
#include "flight_vectors.hpp"
#include "tls/hello_shape.hpp"

#include <stdexcept>

namespace smtptls::tls {
namespace {

using testing::unhex;

TEST_CASE("our SSLv2 hello is the one that real servers answered", "[tls]")
{
    HelloEntropy entropy;
    for (std::size_t i = 0; i < entropy.random.size(); ++i) {
        entropy.random[i] = static_cast<std::uint8_t>(i);
    }
    Ssl2ClientHello hello = make_ssl2_client_hello(entropy);
    const testing::FlightVector& real = testing::flight_vectors().front();
    REQUIRE(testing::is_ssl2(real));
    CHECK(hello.challenge.size() == 16);
    hello.challenge = unhex("000102030405060708090a0b0c0d0e0f");
    // They were asked before this kind was in the registry.
    CHECK(std::erase(hello.cipher_specs, CipherSuite::SSL_CK_RC4_64_WITH_MD5) == 1);
    CHECK(base::format_hex(encode(hello)) == base::format_hex(real.client));
}

TEST_CASE("a hello is read back, unknown kinds and TLS suites in it included", "[tls]")
{
    Ssl2ClientHello hello;
    hello.version = ProtocolVersion::tls1_0;
    hello.cipher_specs = {CipherSuite::SSL_CK_RC4_128_WITH_MD5, CipherSuite::TLS_RSA_WITH_RC4_128_SHA,
                          CipherSuite{0x0f0080}};
    hello.session_id = unhex("00112233445566778899aabbccddeeff");
    hello.challenge = hello.session_id;
    const auto message = read_ssl2_record(encode(hello)).value().value();
    CHECK(decode_ssl2_client_hello(message).value() == hello);
}

TEST_CASE("the kinds in a server hello are three bytes each, and the session is a new one", "[tls]")
{
    struct Row {
        std::string_view message;
        std::string_view expected;
    };
    const auto [message, expected] = GENERATE(values<Row>({
        {"", "truncated at byte 0: MSG"},
        {"02", "unexpected at byte 0: MSG"},
        {"040001000200000003", "truncated at byte 9: CONNECTION-ID-LENGTH"},
        {"04010100020000000000000000", "illegal value at byte 1: SESSION-ID-HIT"},
        {"040001000200000004000001008002", "truncated at byte 14: CIPHER-SPECS-DATA"},
        {"0400010002000000030000010080ff", "bytes left over at byte 14: end"},
        {"040001000200050000"
         "0000"
         "aa",
         "truncated at byte 11: CERTIFICATE-DATA"},
    }));
    CAPTURE(message);
    CHECK(format(decode_ssl2_server_hello(unhex(message)).error()) == expected);
}

TEST_CASE("a record is read with either header, without its padding, when it is whole", "[tls]")
{
    struct Row {
        std::string_view bytes;
        std::string_view expected;  ///< "-": not yet whole
    };
    const auto [bytes, expected] = GENERATE(values<Row>({
        {"", "-"},
        {"8003", "-"},
        {"80030000", "-"},
        {"8003000001", "000001"},
        {"8003000001ffff", "000001"},
        {"000502000001eeee", "000001"},
        {"000502000001ee", "-"},
        {"8000ff", "illegal value at byte 0: RECORD-LENGTH"},
        {"000202ffff", "illegal value at byte 0: RECORD-LENGTH"},
    }));
    CAPTURE(bytes);
    const auto record = read_ssl2_record(unhex(bytes));
    if (record) {
        CHECK((record->has_value() ? base::format_hex(**record) : "-") == expected);
    } else {
        CHECK(format(record.error()) == expected);
    }
}

TEST_CASE("an SSLv2 answer is told from TLS records and from text", "[tls]")
{
    struct Row {
        std::string_view bytes;
        std::optional<bool> expected;
    };
    const auto [bytes, expected] = GENERATE(values<Row>({
        {"", std::nullopt},
        {"80", std::nullopt},
        {"8244", std::nullopt},
        {"824404", true},
        {"800300", true},
        {"800307", false},
        {"0005", std::nullopt},
        {"00050204", true},
        {"16", false},
        {"15030300", false},
        {"32", false},
        {"0d0a3232", false},
    }));
    CAPTURE(bytes);
    CHECK(looks_like_ssl2(unhex(bytes)) == expected);
}

TEST_CASE("an error prints by the draft's name or its number", "[tls]")
{
    CHECK(base::format_hex(encode(Ssl2Error{Ssl2ErrorCode::no_cipher})) == "8003000001");
    CHECK(format(decode_ssl2_error(unhex("000001")).value()) == "SSL 2 error no_cipher");
    CHECK(format(decode_ssl2_error(unhex("000007")).value()) == "SSL 2 error 7");
    CHECK_FALSE(decode_ssl2_error(unhex("0000")).has_value());
    CHECK_FALSE(decode_ssl2_error(unhex("00000100")).has_value());
}

TEST_CASE("what no SSLv2 length can say is a mistake of the caller", "[tls]")
{
    Ssl2ServerHello hello;
    hello.certificate = base::Bytes(0x8000);
    CHECK_THROWS_AS(encode(hello), std::length_error);
    hello.certificate = base::Bytes(0x10000);
    CHECK_THROWS_AS(encode(hello), std::length_error);
}

}  // namespace
}  // namespace smtptls::tls

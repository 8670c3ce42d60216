// The hello we send, byte by byte, and the hello a server of ours reads.
#include "tls/client_hello.hpp"
#include "catch.hpp"
#include "flight_vectors.hpp"

namespace smtptls::tls {
namespace {

using base::Bytes;
using testing::unhex;

ClientHello small_hello()
{
    ClientHello hello;
    hello.random.fill(0x11);
    hello.session_id = {0xab};
    hello.cipher_suites = {CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA, CipherSuite{0x7f1c}};
    hello.extensions = {{ExtensionType::extended_master_secret, {}}, {ExtensionType{0x9a9a}, {1, 2}}};
    return hello;
}

const std::string random_hex = "1111111111111111111111111111111111111111111111111111111111111111";

TEST_CASE("a hello stands on the wire as RFC 8446 section 4.1.2 says", "[tls]")
{
    const std::string body =
        "0303" + random_hex + "01ab" + "0004002f7f1c" + "0100" + "000a" + "00170000" + "9a9a00020102";
    CHECK(base::format_hex(encode(small_hello())) == "01000038" + body);
    CHECK(base::format_hex(encode_records(small_hello())) == "160301003c01000038" + body);
}

TEST_CASE("a hello without extensions ends with its compression methods", "[tls]")
{
    ClientHello hello = small_hello();
    hello.extensions.reset();
    CHECK(base::format_hex(encode(hello)) == "0100002c0303" + random_hex + "01ab" + "0004002f7f1c" + "0100");
    CHECK(decode_client_hello(base::ByteView(encode(hello)).subspan(4)).value() == hello);
}

TEST_CASE("an illegal hello can be held, sent and read on purpose", "[tls]")
{
    ClientHello hello;
    hello.record_version = ProtocolVersion::tls1_0;
    hello.legacy_version = ProtocolVersion{0x0505};
    hello.session_id = Bytes(40, 7);
    hello.compression_methods = {};
    hello.extensions = {{ExtensionType::server_name, {0xff}}, {ExtensionType::server_name, {}}};
    CHECK(decode_client_hello(base::ByteView(encode(hello)).subspan(4)).value() == hello);
}

TEST_CASE("a hello that is not whole is refused by the field that is missing", "[tls]")
{
    struct Row {
        std::string bytes;
        std::string_view expected;
    };
    const auto [bytes, expected] = GENERATE_COPY(values<Row>({
        {"", "truncated at byte 0: legacy_version"},
        {"03", "truncated at byte 0: legacy_version"},
        {"0303ff", "truncated at byte 2: random"},
        {"0303" + random_hex, "truncated at byte 34: legacy_session_id"},
        {"0303" + random_hex + "00" + "0003002f00", "truncated at byte 39: cipher_suites"},
        {"0303" + random_hex + "00" + "0002002f" + "02", "truncated at byte 40: legacy_compression_methods"},
        {"0303" + random_hex + "00" + "0002002f" + "0100" + "00", "truncated at byte 41: extensions"},
        {"0303" + random_hex + "00" + "0002002f" + "0100" + "0003001700", "truncated at byte 45: extension_data"},
        {"0303" + random_hex + "00" + "0002002f" + "0100" + "0000ff", "bytes left over at byte 43: end"},
    }));
    CAPTURE(bytes);
    CHECK(format(decode_client_hello(unhex(bytes)).error()) == expected);
}

TEST_CASE("the versions on offer are those of supported_versions, else the legacy one", "[tls]")
{
    ClientHello hello;
    CHECK(offered_versions(hello) == std::vector{ProtocolVersion::tls1_2});
    const std::vector versions = {ProtocolVersion::tls1_3, ProtocolVersion{0x7f1c}};
    hello.extensions = {supported_versions(versions)};
    CHECK(offered_versions(hello) == versions);
    hello.extensions = {{ExtensionType::supported_versions, {3, 3, 4}}};
    CHECK(offered_versions(hello) == std::vector{ProtocolVersion::tls1_2});
}

TEST_CASE("the server name on offer is read back", "[tls]")
{
    ClientHello hello;
    CHECK(offered_server_name(hello).empty());
    hello.extensions = {server_name("mail.example.com")};
    CHECK(offered_server_name(hello) == "mail.example.com");
    CHECK(base::format_hex(hello.extensions->front().body) ==
          "0013000010"
          "6d61696c2e6578616d706c652e636f6d");
    hello.extensions = {{ExtensionType::server_name, {0, 9, 0}}};
    CHECK(offered_server_name(hello).empty());
}

TEST_CASE("the lists in extensions are read back, and refused if they are not whole", "[tls]")
{
    const std::vector groups = {NamedGroup::x25519, NamedGroup{0x0a0a}};
    CHECK(decode_supported_groups(supported_groups(groups).body).value() == groups);
    CHECK_FALSE(decode_supported_groups(unhex("0003001d00")).has_value());
    const std::vector schemes = {SignatureScheme::ed25519, SignatureScheme{0xfefe}};
    CHECK(decode_signature_algorithms(signature_algorithms(schemes).body).value() == schemes);
    CHECK_FALSE(decode_signature_algorithms(unhex("0002")).has_value());
    CHECK(decode_server_share(unhex("001d0002aabb")).value() == NamedGroup::x25519);
    CHECK_FALSE(decode_server_share(unhex("001d0003aabb")).has_value());
    CHECK(decode_selected_group(unhex("11ec")).value() == NamedGroup::X25519MLKEM768);
    CHECK_FALSE(decode_selected_group(unhex("001d00")).has_value());
    CHECK(decode_selected_version(unhex("0304")).value() == ProtocolVersion::tls1_3);
    CHECK_FALSE(decode_selected_version(unhex("03")).has_value());
}

}  // namespace
}  // namespace smtptls::tls

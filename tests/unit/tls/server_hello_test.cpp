// The server's choice: ServerHello, HelloRetryRequest, and what is refused.
#include "tls/server_hello.hpp"
#include "catch.hpp"
#include "flight_vectors.hpp"

namespace smtptls::tls {
namespace {

using testing::unhex;

const std::string server_random_hex = "2222222222222222222222222222222222222222222222222222222222222222";
const std::string retry_hex = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

TEST_CASE("the version is that of supported_versions, else the legacy one", "[tls]")
{
    struct Row {
        std::string_view name;
        std::string body;
        ProtocolVersion expected;
    };
    const auto [name, body, expected] = GENERATE_COPY(values<Row>({
        {"no extensions",
         "0300" + server_random_hex +
             "00"
             "000a"
             "00",
         ProtocolVersion::ssl3},
        {"others only",
         "0302" + server_random_hex +
             "00"
             "002f"
             "00"
             "0004"
             "00170000",
         ProtocolVersion::tls1_1},
        {"TLS 1.3",
         "0303" + server_random_hex +
             "00"
             "1301"
             "00"
             "0006"
             "002b00020304",
         ProtocolVersion::tls1_3},
        {"a draft",
         "0303" + server_random_hex +
             "00"
             "1301"
             "00"
             "0006"
             "002b00027f1c",
         ProtocolVersion{0x7f1c}},
    }));
    CAPTURE(name);
    const ServerHello hello = decode_server_hello(unhex(body)).value();
    CHECK(version_of(hello) == expected);
    CHECK(base::format_hex(base::ByteView(encode(hello)).subspan(4)) == body);
}

TEST_CASE("a server hello that breaks its structure is refused", "[tls]")
{
    struct Row {
        std::string body;
        std::string_view expected;
    };
    const std::string long_id = "21" + std::string(66, '0');
    const auto [body, expected] = GENERATE_COPY(values<Row>({
        {"0303" + server_random_hex +
             "00"
             "00",
         "truncated at byte 35: cipher_suite"},
        {"0303" + server_random_hex +
             "00"
             "002f",
         "truncated at byte 37: legacy_compression_method"},
        {"0303" + server_random_hex + long_id +
             "002f"
             "00",
         "illegal value at byte 34: legacy_session_id_echo"},
        {"0303" + server_random_hex +
             "00"
             "002f"
             "00"
             "0005"
             "002b000103",
         "illegal value at byte 38: supported_versions"},
        {"0303" + server_random_hex +
             "00"
             "002f"
             "00"
             "0000"
             "00",
         "bytes left over at byte 40: end"},
    }));
    CAPTURE(body);
    CHECK(format(decode_server_hello(unhex(body)).error()) == expected);
}

TEST_CASE("a HelloRetryRequest names the group it wants, or none", "[tls]")
{
    struct Row {
        std::string extensions;
        std::optional<NamedGroup> expected;
    };
    const auto [extensions, expected] = GENERATE(values<Row>({
        {"000c"
         "002b00020304"
         "0033000211ec",
         NamedGroup::X25519MLKEM768},
        {"000c"
         "002b00020304"
         "0033000212ab",
         NamedGroup{0x12ab}},
        {"000d"
         "002b00020304"
         "002c00030001ff",
         std::nullopt},
    }));
    CAPTURE(extensions);
    const ServerHello hello = decode_server_hello(unhex("0303" + retry_hex +
                                                        "00"
                                                        "1301"
                                                        "00" +
                                                        extensions))
                                  .value();
    REQUIRE(is_hello_retry_request(hello));
    CHECK(read_hello_retry_request(hello).value().selected_group == expected);
}

TEST_CASE("a HelloRetryRequest whose key_share is no group is refused", "[tls]")
{
    const ServerHello hello = decode_server_hello(unhex("0303" + retry_hex +
                                                        "00"
                                                        "1301"
                                                        "00"
                                                        "000d"
                                                        "002b00020304"
                                                        "00330003001d00"))
                                  .value();
    CHECK(format(read_hello_retry_request(hello).error()) == "illegal value at byte 0: key_share");
}

TEST_CASE("the share in a TLS 1.3 ServerHello names its group", "[tls]")
{
    const ServerHello hello = decode_server_hello(unhex("0303" + server_random_hex +
                                                        "00"
                                                        "1301"
                                                        "00"
                                                        "0010"
                                                        "002b00020304"
                                                        "00330006001d0002aabb"))
                                  .value();
    CHECK_FALSE(is_hello_retry_request(hello));
    CHECK(share_group(hello) == NamedGroup::x25519);
    CHECK(has_extension(hello, ExtensionType::key_share));
    CHECK_FALSE(has_extension(hello, ExtensionType::encrypt_then_mac));
    CHECK(share_group(ServerHello{}) == std::nullopt);
}

}  // namespace
}  // namespace smtptls::tls

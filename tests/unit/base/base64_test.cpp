#include "base/base64.hpp"

#include "catch.hpp"

namespace smtptls::base {
namespace {

// RFC 4648 section 10.
const std::vector<std::pair<std::string, std::string>> vectors = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

TEST_CASE("base64 is written and read as RFC 4648 has it", "[base]")
{
    for (const auto& [plain, encoded] : vectors) {
        CHECK(encode_base64(bytes_of(plain)) == encoded);
        const auto decoded = decode_base64(encoded);
        REQUIRE(decoded);
        CHECK(text_of(*decoded) == plain);
    }
}

TEST_CASE("every byte survives base64", "[base]")
{
    Bytes all;
    for (int byte = 0; byte < 256; ++byte) {
        all.push_back(static_cast<std::uint8_t>(byte));
        CHECK(decode_base64(encode_base64(all)) == all);
    }
}

TEST_CASE("what base64 would not have written is refused", "[base]")
{
    for (const char* const text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9v\n", "Zm 9",
                                   "Zm9v-_==", "Zh==", "Zm9=", "Zg==Zg==", "Zm=v", "\xff\xff\xff\xff"}) {
        INFO(text);
        CHECK_FALSE(decode_base64(text));
    }
}

}  // namespace
}  // namespace smtptls::base

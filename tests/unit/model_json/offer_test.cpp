// Rows of code points: one spelling, and suites of the version's kind only.
#include "model_json/offer.hpp"
#include "catch.hpp"

namespace smtptls::model_json {
namespace {

using tls::CipherSuite;
using tls::ProtocolVersion;

TEST_CASE("a row of code points is read as it was written", "[model_json]")
{
    const std::vector<CipherSuite> two = {CipherSuite{0x1301}, CipherSuite{0xc0ff}, CipherSuite{0x0000}};
    CHECK(encode_offer(two) == "1301c0ff0000");
    CHECK(parse_offer("1301c0ff0000", ProtocolVersion::tls1_2) == two);
    const std::vector<CipherSuite> three = {CipherSuite{0x010080}, CipherSuite{0x0700c0}};
    CHECK(encode_offer(three) == "0100800700c0");
    CHECK(parse_offer("0100800700c0", ProtocolVersion::ssl2) == three);
    CHECK(parse_offer("", ProtocolVersion::tls1_3) == std::vector<CipherSuite>());
}

TEST_CASE("another spelling, half a code point and the other kind are refused", "[model_json]")
{
    for (const char* text : {"1", "130", "13011", "C0FF", "0x13", " 130", "13g1", "-001"}) {
        INFO(text);
        CHECK_FALSE(parse_offer(text, ProtocolVersion::tls1_2));
    }
    for (const char* text : {"001301", "0000", "01008", "01008G"}) {
        INFO(text);
        CHECK_FALSE(parse_offer(text, ProtocolVersion::ssl2));
    }
}

}  // namespace
}  // namespace smtptls::model_json

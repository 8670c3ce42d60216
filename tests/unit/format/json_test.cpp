// The JSON for machines: what a reader looks for is there, and no byte of a server gets through raw.
#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

std::string json_of(const model::Report& result)
{
    return find_format("json")->write(result, {.colour = false, .suites = false, .exchanges = true});
}

TEST_CASE("no byte of a server reaches the JSON raw", "[format]")
{
    CHECK(is_harmless(json_of(sample())));
}

TEST_CASE("a control byte is escaped once as text and never as a JSON control", "[format]")
{
    const std::string json = json_of(sample());
    CHECK(json.find("\\\\x1b[2J") != std::string::npos);
    CHECK(json.find("\\u00") == std::string::npos);
}

TEST_CASE("the JSON has the facts that a reader looks for", "[format]")
{
    const std::string json = json_of(sample());
    for (const char* part : {
             R"("format": "smtptls-scan")",
             R"("complete": false)",
             R"("tls_library": "OpenSSL 3.0.0")",
             R"("host": "mail.example.com")",
             R"("address": "192.0.2.1")",
             R"("port": 587)",
             R"("tls": "starttls")",
             R"("status": "incomplete")",
             R"("TLS_RSA_WITH_AES_128_CBC_SHA")",
             R"("grade": "handshake")",
             R"("inconclusive": [)",
             R"("key_bits": 2048)",
             R"("versions": ["TLS 1.2"])",
             R"("stage": "greeting")",
             R"("reason": "timed_out")",
             R"("offered": "002f")",
             R"("question": "hello")",
         }) {
        INFO(part);
        CHECK(json.find(part) != std::string::npos);
    }
    CHECK(json.ends_with("}\n"));
}

TEST_CASE("a rejected cell has no grade", "[format]")
{
    const std::string json = json_of(sample());
    const std::size_t rejected = json.find(R"("rejected": [)");
    REQUIRE(rejected != std::string::npos);
    CHECK(json.substr(rejected, json.find('}', rejected) - rejected).find("grade") == std::string::npos);
}

}  // namespace
}  // namespace smtptls::report

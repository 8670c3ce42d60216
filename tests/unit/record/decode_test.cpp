// The reader of saved scans: what was written is read back whole, and what is not a scan is refused in a
// sentence that says where.
#include "catch.hpp"
#include "record/json.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace smtptls::record {
namespace {

std::string content(const std::filesystem::path& path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

const std::filesystem::path goldens = std::filesystem::path(SMTPTLS_TEST_DATA) / "../golden/json";

std::string good()
{
    return content(goldens / "default_server.json");
}

// The document with the first `from` made `to`.
std::string changed(const std::string& from, const std::string& to)
{
    std::string text = good();
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

// The samples are made by hand, and their cells do not stand in the order of the registry; those of a scan do.
std::vector<std::string> sorted_lines(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line.substr(0, line.find_last_not_of(',') + 1));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

TEST_CASE("each scan that was written is read back whole", "[record]")
{
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(goldens)) {
        INFO(entry.path());
        const std::string text = content(entry.path());
        const auto result = decode_report(text);
        REQUIRE(result.has_value());
        const std::string again = encode(*result);
        CHECK((sorted_lines(again) == sorted_lines(text)));
        const auto second = decode_report(again);
        REQUIRE(second.has_value());
        CHECK((encode(*second) == again));
        ++count;
    }
    CHECK(count > 5);
}

TEST_CASE("what is not a scan is refused, and the sentence says where and why", "[record]")
{
    struct Case {
        const char* from;
        const char* to;
        const char* words;
    };
    const std::vector<Case> cases = {
        {"\"format\": \"smtptls-scan\"", "\"format\": \"sslscan\"", "this is not a scan"},
        {"\"schema_version\": 1", "\"schema_version\": 2", "another schema_version"},
        {"\"complete\": true,", "", "the document: has no \"complete\""},
        {"\"complete\": true", "\"complete\": false", "complete: is not what the endpoints say"},
        {"\"complete\": true", "\"complete\": true, \"new\\u001b\": 1", "has an unknown key new\\x1b"},
        {"\"options\": {", "\"options\": {\"\\u001b[2J\": 1, ",
         "options.\\x1b[2J: is no option: a name has lower-case letters, digits and hyphens"},
        {"\"options\": {", "\"options\": [], \"policies\": {", "options: is not an object"},
        {"\"port\": 587", "\"port\": 0", "endpoints[0].port: is not a port"},
        {"\"port\": 587", "\"port\": 65536", "endpoints[0].port: is not a port"},
        {"\"port\": 587", "\"port\": \"587\"", "endpoints[0].port: is not a whole number"},
        {"\"address\": \"192.0.2.25\"", "\"address\": \"mail\"", "endpoints[0].address: is not an address"},
        {"\"status\": \"scanned\"", "\"status\": \"fine\"", "endpoints[0].status: fine is no word for this"},
        {"\"state\": \"accepted\"", "\"state\": \"rejected\"", "accepted cells have a grade"},
        {"\"version\": \"TLS 1.3\"", "\"version\": \"tlsv1.3\"", "tlsv1.3 is no word for this"},
        {"\"TLS_AES_128_GCM_SHA256\"", "\"0x1301\"", "0x1301 is no word for this"},
        {"\"TLS_AES_128_GCM_SHA256\"", "\"TLS_AES_256_GCM_SHA384\"", "stands twice in TLS 1.3"},
        {"\"asked\": ", "\"asked\": 1", "coverage: does not count the cells"},
        {"\"accepted\": ", "\"accepted\": 1", "coverage: does not count the cells"},
        {"\"connections\": ", "\"connections\": 9", "connections: does not count the exchanges"},
        {"\"offered\": \"1301\"", "\"offered\": \"13\"", "offered: is not a row of code points"},
        {"\"question\": \"hello\"", "\"question\": \"what\"", "question: is neither"},
        {"\"started_ms\": ", "\"started_ms\": -", "is not a whole number"},
        {"\"duration_ms\": ", "\"duration_ms\": 99999999999999999999", "is not a whole number"},
        {"\"smtp.greeting\"", "\"smtp.greeting", "not JSON"},
    };
    for (const Case& one : cases) {
        INFO(one.to);
        const auto result = decode(changed(one.from, one.to));
        REQUIRE_FALSE(result.has_value());
        INFO(result.error());
        CHECK(result.error().find(one.words) != std::string::npos);
    }
}

TEST_CASE("what policies said of a scan is held to as much as the scan itself", "[record]")
{
    const std::string text = content(goldens / "violations.json");
    REQUIRE(decode(text).has_value());
    struct Case {
        const char* from;
        const char* to;
        const char* words;
    };
    const std::vector<Case> cases = {
        {"\"endpoint\": 1", "\"endpoint\": 7", "endpoint: is no endpoint of this scan"},
        {"\"endpoint\": 1", "\"endpoint\": -1", "is not a whole number"},
        {"\"policy\": \"example-4.0\"", "\"policy\": \"none\"", "policy: is none of the policies"},
        {"\"role\": \"submission\"", "\"role\": \"friend\"", "role: friend is no word for this"},
        {"\"verdict\": \"fail\"", "\"verdict\": \"bad\"", "verdict: bad is no word for this"},
        {"\"change\": \"new\"", "\"change\": \"\"", "change: says nothing"},
        {"\"expired\": true", "\"expired\": 1", "expired: is neither true nor false"},
        {"\"requirement\": ", "\"more\": 1, \"requirement\": ", "has an unknown key more"},
        {"\"rule\": \"versions\"", "\"rule\": \"a\\u001bb\"", "rule: has a control character"},
        {"\"baseline\": \"yesterday.json\"", "\"baseline\": \"\"", "baseline: is empty"},
        {"\"policies\"", "\"policy\"", "has an unknown key policy"},
        {"\"gone\"", "\"went\"", "has an unknown key went"},
    };
    for (const Case& one : cases) {
        INFO(one.to);
        std::string bad = text;
        REQUIRE(bad.find(one.from) != std::string::npos);
        const auto result = decode(bad.replace(bad.find(one.from), std::strlen(one.from), one.to));
        REQUIRE_FALSE(result.has_value());
        INFO(result.error());
        CHECK(result.error().find(one.words) != std::string::npos);
    }
}

TEST_CASE("an empty, a cut and a deeply nested document are refused", "[record]")
{
    CHECK_FALSE(decode("").has_value());
    CHECK_FALSE(decode("[]").has_value());
    CHECK_FALSE(decode(good().substr(0, good().size() / 2)).has_value());
    CHECK_FALSE(decode(std::string(100000, '[')).has_value());
    CHECK_FALSE(decode(std::string(100000, '[') + std::string(100000, ']')).has_value());
}

TEST_CASE("a text that is not escaped as texts of others are is refused", "[record]")
{
    const std::string text = good();
    const std::size_t at = text.find("220 mail");
    REQUIRE(at != std::string::npos);
    for (const char* bad : {"\\\\q", "\\u001b[2J", "\\\\x41", "\\u202e"}) {
        INFO(bad);
        std::string changed_text = text;
        changed_text.insert(at, bad);
        CHECK_FALSE(decode(changed_text).has_value());
    }
}

}  // namespace
}  // namespace smtptls::record

// The reader of saved scans: what was written is read back whole, and what is not a scan is refused in a
// sentence that says where.
#include "catch.hpp"
#include "model_json/report.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace smtptls::model_json {
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

// With all that there can be in one.
constexpr Detail everything{.suites = true, .exchanges = true};

TEST_CASE("each scan that was written is read back whole, in either form and with any detail", "[model_json]")
{
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(goldens)) {
        INFO(entry.path());
        const std::string text = content(entry.path());
        const auto result = decode_report(text);
        REQUIRE(result.has_value());
        CHECK((encode(*result, everything) == text));
        const auto plain = decode_report(encode(*result));
        REQUIRE(plain.has_value());
        CHECK((encode(*plain) == encode(*result)));
        const std::string lines = encode_lines(*result, everything);
        const auto of_lines = decode_report(lines);
        REQUIRE(of_lines.has_value());
        CHECK((encode(*of_lines, everything) == text));
        ++count;
    }
    CHECK(count > 5);
}

TEST_CASE("a name in Unicode is read where it is what may be shown of the host, and else left out", "[model_json]")
{
    const std::string host = "\"host\": \"mail.example.com\"";
    const auto read = [&](const std::string& ascii, const std::string& unicode) {
        const auto report = decode_report(
            changed(host, "\"host\": \"" + ascii + "\", \"host_unicode\": \"" + unicode + "\""));
        REQUIRE(report.has_value());
        return report->scan.endpoints.at(0).endpoint.unicode_host;
    };
    CHECK(read("xn--bcher-kva.example", "b\u00fccher.example") == "b\u00fccher.example");
    CHECK(read("xn--bcher-kva.example", "bank.example").empty());
    CHECK(read("xn--80ak6aa92e.example", "\u0430\u0440\u0440\u04cf\u0435.example").empty());
    CHECK(read("mail.example.com", "mail.example.com").empty());
}

const std::filesystem::path version1 = std::filesystem::path(SMTPTLS_TEST_DATA) / "scans";

TEST_CASE("scans that version 1 of the schema saved are read as if this program had scanned", "[model_json]")
{
    const auto scan = decode(content(version1 / "debian12_default.json"));
    REQUIRE(scan.has_value());
    const model::EndpointResult& first = scan->endpoints.at(0);
    CHECK(first.matrix.size() == 1606);
    CHECK(first.matrix.count(tls::ProtocolVersion::tls1_3, model::CellState::accepted) == 3);
    CHECK(first.connections == 122);
    CHECK(first.handshakes == 15);
    CHECK(first.exchanges.size() == 122);
    for (const model::CellView& cell : first.matrix.cells()) {
        CHECK_FALSE(cell.evidence.empty());
        CHECK_FALSE(cell.seen.empty());
    }
    const auto again = decode(encode(*scan));
    REQUIRE(again.has_value());
    CHECK(again->endpoints.at(0).matrix.values() == first.matrix.values());
}

// Two endpoints, a target that failed, and the end.
std::string lines_of_sample()
{
    const auto report = decode_report(content(goldens / "not_offered.json"));
    return encode_lines(*report);
}

TEST_CASE("lines that were cut off are an interrupted scan of the endpoints that are whole", "[model_json]")
{
    const std::string lines = lines_of_sample();
    const std::size_t first = lines.find('\n') + 1;
    for (const std::size_t size : {first, first + 100, lines.rfind("{\"format\"")}) {
        const auto scan = decode(std::string_view(lines).substr(0, size));
        REQUIRE(scan.has_value());
        CHECK(scan->endpoints.size() == (size < lines.size() / 2 ? 1 : 3));
        CHECK(scan->interruption == model::Interruption::signal);
        CHECK_FALSE(scan->complete());
    }
}

TEST_CASE("lines that do not belong together are refused with their number", "[model_json]")
{
    const std::string lines = lines_of_sample();
    const auto error_of = [](const std::string& text) {
        const auto scan = decode(text);
        return scan ? "" : scan.error();
    };
    CHECK(error_of(lines + lines).find("line 5: comes behind the line that says \"end\"") == 0);
    CHECK(error_of(lines.substr(lines.find('\n') + 1)).find("line 3.endpoints: does not count") == 0);
    std::string other = lines;
    other.replace(other.rfind("\"started\":\"2026"), 15, "\"started\":\"2027");
    CHECK(error_of(other).find("line 4.started: is that of another scan") == 0);
    std::string bad = lines;
    bad.insert(bad.find('\n') + 1, "{]\n");
    CHECK(error_of(bad).find("line 2: not JSON") == 0);
}

TEST_CASE("what is rejected is the rest of the registry, and is listed where it is wanted", "[model_json]")
{
    using model::CellState;
    using tls::ProtocolVersion;
    std::vector<model::Cell> cells;
    for (const tls::CipherSuite suite : tls::suites_of(ProtocolVersion::tls1_2)) {
        const bool accepted = cells.size() % 100 == 7;
        cells.push_back({ProtocolVersion::tls1_2,
                         suite,
                         accepted ? CellState::accepted : CellState::rejected,
                         accepted ? std::optional(model::Grade::family) : std::nullopt,
                         "",
                         {1, 2}});
    }
    model::ScanResult scan;
    scan.endpoints.resize(1);
    scan.endpoints[0].endpoint = {"a.example", *model::IpAddress::parse("192.0.2.1"), 25};
    scan.endpoints[0].matrix = model::Matrix(cells);
    const std::string brief = encode(scan);
    CHECK(brief.find("\"rejected\": [{\"evidence\": [1, 2], \"count\": " +
                     std::to_string(scan.endpoints[0].matrix.count(CellState::rejected)) + "}]") != std::string::npos);
    CHECK(brief.size() < 4000);
    CHECK(encode(scan, everything).size() > 10 * brief.size());
    for (const Detail& detail : {Detail{}, everything}) {
        const auto again = decode(encode(scan, detail));
        REQUIRE(again.has_value());
        CHECK(again->endpoints[0].matrix.values() == cells);
    }
}

TEST_CASE("a scan by another registry of suites is refused by the name of the release that wrote it", "[model_json]")
{
    const auto scan = decode(changed("\"registry\": {\"version\": 1", "\"registry\": {\"version\": 2"));
    REQUIRE_FALSE(scan.has_value());
    CHECK(scan.error() == "registry: is another than this program's, version 1: read it with smtptls-scan 0.1.0");
}

// The good document with this in place of what the matrix says of TLS 1.3's accepted suites.
std::string with_accepted(const std::string& groups)
{
    std::string text = good();
    const std::size_t begin = text.find("\"accepted\": [", text.find("\"matrix\"")) + 13;
    const std::size_t end = text.find("\"rejected\"", begin);
    REQUIRE(end != std::string::npos);
    return text.replace(begin, end - begin, groups + "], ");
}

TEST_CASE("more suites, groups or exchanges than there can be are refused, and soon", "[model_json]")
{
    std::string suites;
    std::string groups;
    for (int code = 0; code < 5000; ++code) {
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "%s\"0x%04x\": [%d]", code % 2000 == 0 ? "" : ",", code, code + 1);
        suites += code % 2000 == 0 ? (code == 0 ? "" : "}},") + std::string(R"({"grade": "family", "suites": {)") : "";
        suites += text.data();
        groups += (code == 0 ? "" : ",") + std::string(R"({"grade": "family", "reason": ")") + std::to_string(code) +
                  R"(", "suites": {}})";
    }
    std::string ids = "1";
    for (int id = 0; id < 70000; ++id) {
        ids += ",1";
    }
    const auto error_of = [](const std::string& accepted) {
        const auto scan = decode(with_accepted(accepted));
        return scan ? "" : scan.error();
    };
    CHECK(error_of(suites + "}}").find("lists more than 4096 suites of a version") != std::string::npos);
    CHECK(error_of(groups).find("is one of more groups than a version has suites") != std::string::npos);
    CHECK(error_of(R"({"grade": "family", "suites": {"0x1301": [)" + ids + "]}}")
              .find("has more exchanges than can be kept") != std::string::npos);
}

TEST_CASE("an endpoint that was not reached takes less than a kilobyte", "[model_json]")
{
    model::ScanResult scan;
    scan.endpoints.resize(1);
    model::EndpointResult& one = scan.endpoints[0];
    one.endpoint = {"mail.a-host-of-some-length.example.com", *model::IpAddress::parse("2001:db8::1234:5678"), 25};
    one.failure = base::Failure{base::Stage::connect, base::Reason::refused, base::UntrustedText("Connection refused")};
    for (const auto version : tls::all_versions) {
        for (const tls::CipherSuite suite : tls::suites_of(version)) {
            one.matrix.add(
                {version, suite, model::CellState::not_tested, {}, "the scan ended before this was decided", {}});
        }
    }
    const std::string with = encode(scan);
    scan.endpoints.clear();
    CHECK(with.size() - encode(scan).size() < 1024);
}

TEST_CASE("what is not a scan is refused, and the sentence says where and why", "[model_json]")
{
    struct Case {
        const char* from;
        const char* to;
        const char* words;
    };
    const std::vector<Case> cases = {
        {"\"format\": \"smtptls-scan\"", "\"format\": \"sslscan\"", "this is not a scan"},
        {"\"schema_version\": 2", "\"schema_version\": 3", "a schema_version that this program does not know"},
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
        {"\"version\": \"TLS 1.3\"", "\"version\": \"tlsv1.3\"", "tlsv1.3 is no word for this"},
        {"{\"0x1301\": [", "{\"0X1301\": [", "is no code such as 0xc030"},
        {"\"0x1302\": [", "\"0x1301\": [", "stands twice"},
        {"\"asked\": ", "\"asked\": 1", "coverage: does not count the cells"},
        {"\"accepted\": ", "\"accepted\": 1", "coverage: does not count the cells"},
        {"\"grade\": ", "\"mark\": ", "accepted[0]: has no \"grade\""},
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

TEST_CASE("what policies said of a scan is held to as much as the scan itself", "[model_json]")
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

TEST_CASE("an empty, a cut and a deeply nested document are refused", "[model_json]")
{
    CHECK_FALSE(decode("").has_value());
    CHECK_FALSE(decode("[]").has_value());
    CHECK_FALSE(decode(good().substr(0, good().size() / 2)).has_value());
    CHECK_FALSE(decode(std::string(100000, '[')).has_value());
    CHECK_FALSE(decode(std::string(100000, '[') + std::string(100000, ']')).has_value());
}

TEST_CASE("a text that is not escaped as texts of others are is refused", "[model_json]")
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
}  // namespace smtptls::model_json

// SARIF: rules, results with stable fingerprints, waivers as suppressions.
#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

std::string sarif_of(const model::Report& report)
{
    return find_format("sarif")->write(report, {});
}

TEST_CASE("a finding is a result with its rule, its id as fingerprint and the endpoint as its place", "[format]")
{
    const std::string sarif = sarif_of(judged_sample());
    CHECK(holds(sarif, R"("version": "2.1.0")"));
    CHECK(holds(sarif, R"("ruleId": "example-4.0/rule-0")"));
    CHECK(holds(sarif, R"("smtptlsFinding/v1": "example-4.0/rule-0 mail.example.com 192.0.2.1:587")"));
    CHECK(holds(sarif, R"("fullyQualifiedName": "mail.example.com 192.0.2.1:587")"));
    CHECK(holds(sarif, R"("baselineState": "new")"));
}

TEST_CASE("the artifact of a result is the server's URI, whatever its address and mode", "[format]")
{
    model::Report report = judged_sample();
    CHECK(holds(sarif_of(report), R"("uri": "smtp://mail.example.com:587")"));
    report.scan.endpoints[0].endpoint.host = "2001:db8::25";
    report.scan.endpoints[0].endpoint.mode = model::TlsMode::implicit;
    report.scan.endpoints[0].endpoint.port = 465;
    CHECK(holds(sarif_of(report), R"("uri": "smtps://[2001:db8::25]:465")"));
    report.scan.endpoints[0].endpoint.host = "fe80::1%eth0";
    CHECK(holds(sarif_of(report), R"("uri": "smtps://[fe80::1%25eth0]:465")"));
    report.scan.endpoints[0].endpoint.host = "a/b?c#d e";
    CHECK(holds(sarif_of(report), R"("uri": "smtps://a%2Fb%3Fc%23d%20e:465")"));
}

TEST_CASE("a waiver that holds is an accepted suppression, one that expired a rejected one", "[format]")
{
    model::Report report = judged_sample();
    CHECK(holds(sarif_of(report), R"("status": "accepted")"));
    report.judgements[0].findings[1].waiver->expired = true;
    CHECK(holds(sarif_of(report), R"("status": "rejected")"));
}

TEST_CASE("what is open is open and not passed, and a scan that is not complete was not successful", "[format]")
{
    const std::string sarif = sarif_of(judged_sample());
    CHECK(holds(sarif, R"("kind": "open")"));
    CHECK(holds(sarif, R"("executionSuccessful": false)"));
    CHECK(is_harmless(sarif));
}

TEST_CASE("a plain scan is a run without results", "[format]")
{
    CHECK(holds(sarif_of(sample()), R"("results": [])"));
}

}  // namespace
}  // namespace smtptls::report

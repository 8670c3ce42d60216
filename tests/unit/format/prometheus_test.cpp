// Prometheus text: gauges by endpoint and policy, and label values that end where they should.
#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

std::string prometheus_of(const model::Report& report)
{
    return find_format("prometheus")->write(report, {});
}

TEST_CASE("an endpoint's cells, status and verdict are gauges with its labels", "[format]")
{
    const std::string text = prometheus_of(judged_sample());
    const std::string labels = R"(host="mail.example.com",address="192.0.2.1",port="587",tls="starttls")";
    CHECK(holds(text, "smtptls_cells{" + labels + R"(,version="TLS 1.2",state="accepted"} 1)"));
    CHECK(holds(text, "smtptls_endpoint_status{" + labels + R"(,status="incomplete"} 1)"));
    CHECK(holds(text, "smtptls_policy_violated{" + labels + R"(,policy="example-4.0",role="submission"} 1)"));
    CHECK(holds(text, R"(role="submission",verdict="waived",origin="document"} 1)"));
    CHECK(holds(text, "smtptls_scan_complete 0\n"));
    CHECK(holds(text, "smtptls_scan_start_timestamp_seconds 1795294134\n"));
}

TEST_CASE("a plain scan says nothing of policies", "[format]")
{
    CHECK_FALSE(holds(prometheus_of(sample()), "policy"));
}

TEST_CASE("a label value has its quotes and backslashes escaped and no line end", "[format]")
{
    const std::string text = prometheus_of(judged_sample());
    CHECK(holds(text, R"(title="=1 ]]>|<b a='b' c=\"d\">&\\x1b[2J\\x0d\\x0a\\")"));
    CHECK(is_harmless(text));
}

TEST_CASE("a certificate's date that is none is no sample", "[format]")
{
    model::Report report = sample();
    report.scan.endpoints[0].observations = {
        {model::Fact::certificate_not_after, "aa", base::UntrustedText("2026-02-30T00:00:00Z"), {}},
        {model::Fact::certificate_not_after, "bb", base::UntrustedText("2026-11-30T00:00:00Z"), {}}};
    const std::string text = prometheus_of(report);
    CHECK_FALSE(holds(text, R"(certificate="aa")"));
    CHECK(holds(text, R"(certificate="bb"} 1795996800)"));
}

}  // namespace
}  // namespace smtptls::report

// The plugin output: the state is the worst there is, and | only begins the performance data.
#include "catch.hpp"
#include "report/format/format.hpp"

#include <algorithm>
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

std::string nagios_of(const model::Report& report)
{
    return find_format("nagios")->write(report, {});
}

std::string state_of(const model::Report& report)
{
    const std::string text = nagios_of(report);
    return text.substr(8, text.find(' ', 8) - 8);
}

TEST_CASE("a violation is critical even where something could not be tested", "[format]")
{
    CHECK(state_of(judged_sample()) == "CRITICAL");
}

TEST_CASE("what could not be tested is unknown, and never OK", "[format]")
{
    CHECK(state_of(sample()) == "UNKNOWN");
    model::Report report = judged_sample();
    report.judgements[0].findings.erase(report.judgements[0].findings.begin());
    CHECK(state_of(report) == "UNKNOWN");
}

TEST_CASE("a complete scan with nothing to say is OK, and one with a warning is a warning", "[format]")
{
    model::Report report = judged_sample();
    report.scan.failures.clear();
    report.scan.endpoints.resize(1);
    report.scan.endpoints[0].status = model::EndpointStatus::scanned;
    std::vector<model::Cell> cells = report.scan.endpoints[0].matrix.values();
    cells.resize(2);
    report.scan.endpoints[0].matrix = model::Matrix(cells);
    report.judgements[0].findings = {report.judgements[0].findings[3]};
    CHECK(state_of(report) == "OK");
    report.judgements[0].findings[0].verdict = model::Verdict::warn;
    CHECK(state_of(report) == "WARNING");
    report.judgements[0].findings[0].change = model::Change::lost;
    CHECK(state_of(report) == "UNKNOWN");
}

TEST_CASE("the first line names the endpoints that violate a policy, and by which rules", "[format]")
{
    model::Report report = judged_sample();
    CHECK(holds(nagios_of(report),
                "SMTPTLS CRITICAL - mail.example.com 192.0.2.1:587 example-4.0: rule-0 - 2 endpoints, 1 in violation"));
    const model::EndpointResult one = report.scan.endpoints[0];
    const model::Judgement judgement = report.judgements[0];
    report.scan.endpoints.assign(5, one);
    report.judgements.assign(5, judgement);
    for (std::size_t i = 0; i < 5; ++i) {
        report.judgements[i].endpoint = i;
        report.scan.endpoints[i].endpoint.host = "mail" + std::to_string(i);
    }
    const std::string text = nagios_of(report);
    CHECK(holds(text, "; mail2 192.0.2.1:587 example-4.0: rule-0; and 2 more - 5 endpoints, 5 in violation"));
    CHECK_FALSE(holds(text.substr(0, text.find('|')), "mail3"));
}

TEST_CASE("an endpoint that was not reached is one line, whatever many rules are not known", "[format]")
{
    model::Report report = judged_sample();
    report.scan.failures.clear();
    report.scan.endpoints.erase(report.scan.endpoints.begin());
    report.scan.endpoints[0].failure = base::Failure{base::Stage::connect, base::Reason::refused, {}};
    for (model::Finding& finding : report.judgements[0].findings) {
        finding.verdict = model::Verdict::inconclusive;
        finding.change = model::Change::none;
    }
    const std::string text = nagios_of(report);
    CHECK(text.starts_with("SMTPTLS UNKNOWN - 192.0.2.2:25: connection refused - 1 endpoint, 0 in violation"));
    CHECK(text.ends_with("\nnot tested 192.0.2.2:25: connection refused\n"));
    CHECK_FALSE(holds(text, "rule-"));
}

TEST_CASE("rules that were not asked are named, by policy", "[format]")
{
    model::Report report = judged_sample();
    report.judgements[0].findings[3].verdict = model::Verdict::not_asked;
    CHECK(holds(nagios_of(report), "\nnot asked example-4.0: rule-3\n"));
    CHECK_FALSE(holds(nagios_of(judged_sample()), "not asked "));
}

TEST_CASE("the days to the first certificate's end are performance data", "[format]")
{
    model::Report report = judged_sample();
    const std::string subject(64, 'a');
    report.scan.endpoints[0].observations.push_back(
        {model::Fact::certificate_not_after, subject, base::UntrustedText("2026-12-01T00:00:00Z"), {1}});
    CHECK(holds(nagios_of(report), " | 'certificate days'=10;30:;14:;; 'endpoints'="));
}

TEST_CASE("the state goes by the certificate's days as their thresholds say", "[format]")
{
    model::Report report = judged_sample();
    report.scan.failures.clear();
    report.scan.endpoints.resize(1);
    report.scan.endpoints[0].status = model::EndpointStatus::scanned;
    report.judgements[0].findings = {report.judgements[0].findings[3]};
    const std::string subject(64, 'a');
    report.scan.endpoints[0].observations.push_back(
        {model::Fact::certificate_not_after, subject, base::UntrustedText(), {1}});
    const auto at = [&](const char* day) {
        report.scan.endpoints[0].observations.back().value = base::UntrustedText(std::string(day) + "T00:00:00Z");
        return nagios_of(report);
    };
    CHECK(holds(at("2026-12-21"), "SMTPTLS OK - "));
    CHECK(holds(at("2026-12-20"), "SMTPTLS WARNING - "));
    CHECK(holds(at("2026-12-05"), "SMTPTLS WARNING - "));
    CHECK(holds(at("2026-12-04"), "SMTPTLS CRITICAL - "));
    CHECK(holds(at("2026-12-04"), "CRITICAL - mail.example.com 192.0.2.1:587: a certificate ends in 13 days - 1 end"));
    CHECK(holds(at("2026-11-01"), "CRITICAL - mail.example.com 192.0.2.1:587: a certificate has ended - 1 end"));
    report.judgements[0].findings[0].verdict = model::Verdict::fail;
    CHECK(holds(at("2026-12-04"), "; a certificate ends in 13 days | "));
}

TEST_CASE("one | stands in the output, before the performance data", "[format]")
{
    const std::string text = nagios_of(judged_sample());
    CHECK(std::count(text.begin(), text.end(), '|') == 1);
    CHECK(holds(text.substr(text.find('|')), "| 'endpoints'=2;;;0; 'open'=3;;;0;"));
    CHECK(is_harmless(text));
}

}  // namespace
}  // namespace smtptls::report

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
    CHECK(holds(at("2026-12-04"), "; a certificate ends in 13 days | "));
    CHECK(holds(at("2026-11-01"), "; a certificate has ended | "));
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

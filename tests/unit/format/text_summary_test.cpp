// The end of the text, which is what is left on the screen.
#include "catch.hpp"
#include "report/format/fleet.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

#include <sstream>

namespace smtptls::report {
namespace {

using model::EndpointResult;
using model::EndpointStatus;
using model::Verdict;

std::string written(const model::Report& report)
{
    return find_format("text")->write(report, {});
}

// The last lines of a screen.
std::string tail_of(const std::string& text, std::size_t count = 12)
{
    std::size_t at = text.size();
    for (std::size_t lines = 0; lines <= count && at != std::string::npos && at > 0; ++lines) {
        at = text.rfind('\n', at - 1);
    }
    return at == std::string::npos || at == 0 ? text : text.substr(at + 1);
}

model::Judgement judgement_of(std::size_t place, const std::string& policy, const std::vector<Verdict>& verdicts)
{
    model::Judgement judgement{place, policy, model::Role::mx, Verdict::pass, {}, {}, {}};
    for (const Verdict verdict : verdicts) {
        model::Finding finding;
        finding.rule = "rule-" + std::to_string(judgement.findings.size());
        finding.verdict = verdict;
        finding.sentence = "of it";
        judgement.verdict = verdict == Verdict::fail ? verdict : judgement.verdict;
        judgement.findings.push_back(finding);
    }
    return judgement;
}

model::Report report_of(const std::vector<std::string>& policies, std::size_t endpoints,
                        const std::vector<Verdict>& verdicts)
{
    model::Report report = sample();
    report.scan.failures.clear();
    const EndpointResult one = report.scan.endpoints[0];
    report.scan.endpoints.assign(endpoints, one);
    for (std::size_t i = 0; i < endpoints; ++i) {
        report.scan.endpoints[i].endpoint.host = "mail" + std::to_string(i) + ".example.com";
        for (const std::string& policy : policies) {
            report.judgements.push_back(judgement_of(i, policy, verdicts));
        }
    }
    for (const std::string& policy : policies) {
        report.policies.push_back({policy, "A Standard", "2026-01", {}});
    }
    return report;
}

TEST_CASE("a violated policy's verdict is among the last lines, with how many rules fail and where", "[summary]")
{
    const auto report = report_of({"example-4.0"}, 1, {Verdict::fail, Verdict::fail, Verdict::pass});
    CHECK(holds(tail_of(written(report)), "  FAIL          example-4.0: 2 of 3 rules at 1 of 1 endpoint:"));
}

TEST_CASE("what passed has passed as far as it was asked, and what was not asked is named", "[summary]")
{
    std::vector<Verdict> verdicts(12, Verdict::not_asked);
    verdicts[0] = Verdict::pass;
    const std::string text = tail_of(written(report_of({"example-4.0"}, 1, verdicts)));
    CHECK(holds(text, "  pass          example-4.0, as far as asked: 1 of 12 rules\n"));
    CHECK(holds(text, "rule-1, rule-2, rule-3, rule-4, rule-5,"));
    CHECK(holds(text, "rule-8, and 3 more\n"));
}

TEST_CASE("a policy that passed in full is a pass and nothing else", "[summary]")
{
    CHECK(holds(written(report_of({"a"}, 1, {Verdict::pass})), "  pass          a: 1 rule\n"));
}

TEST_CASE("a policy of which nothing was asked has not passed", "[summary]")
{
    CHECK(
        holds(written(report_of({"a"}, 1, {Verdict::not_asked})), "  not asked     a, as far as asked: 0 of 1 rule\n"));
}

TEST_CASE("what a document does not know is not counted as passed", "[summary]")
{
    CHECK(holds(written(report_of({"a"}, 1, {Verdict::not_judged})),
                "  not judged    a, as far as judged: 0 of 1 rule\n"));
    CHECK(holds(written(report_of({"a"}, 1, {Verdict::not_judged, Verdict::pass})),
                "  pass          a, as far as judged: 1 of 2 rules\n"));
}

TEST_CASE("what will be a violation on a day that a document names is said where nothing is violated yet", "[summary]")
{
    model::Report report = report_of({"a"}, 1, {Verdict::pass, Verdict::pass});
    report.judgements[0].findings[1].sentence = "as it should be; until 31 December 2026, then warn: 2 suites";
    const std::string text = written(report);
    CHECK(holds(text, "    later         rule-1: as it should be; until 31 December 2026, then warn: 2"));
    CHECK_FALSE(holds(text, "rule-0: of it"));
}

TEST_CASE("the verdicts of nine policies are all among the last twelve lines", "[summary]")
{
    std::vector<std::string> policies;
    for (int i = 0; i < 9; ++i) {
        policies.push_back("policy-" + std::to_string(i));
    }
    const std::string text = tail_of(written(report_of(policies, 1, {Verdict::fail, Verdict::not_asked})));
    for (const std::string& policy : policies) {
        CHECK(holds(text, "  FAIL          " + policy + ": "));
    }
}

TEST_CASE("an endpoint that was not reached takes one line under three policies", "[summary]")
{
    model::Report report = report_of({"a", "b", "c"}, 1, std::vector<Verdict>(12, Verdict::inconclusive));
    EndpointResult& failed = report.scan.endpoints[0];
    failed.status = EndpointStatus::failed;
    failed.matrix = model::Matrix();
    failed.observations.clear();
    failed.failure =
        base::Failure{base::Stage::connect, base::Reason::refused, base::UntrustedText("Connection refused")};
    const std::string text = written(report);
    CHECK(holds(text, "\n  FAILED        connection refused; 36 rules of 3 policies not known\n\nSummary\n"));
}

TEST_CASE("an endpoint at which all that fails is waived is waived, and the summary says how many", "[summary]")
{
    model::Report report = report_of({"a"}, 1, {Verdict::fail, Verdict::fail, Verdict::pass});
    report.judgements[0].verdict = Verdict::fail;
    for (const std::size_t i : {0U, 1U}) {
        report.judgements[0].findings[i].waiver = model::AppliedWaiver{"ops", "old", "2026-12-31", false};
    }
    CHECK(holds(written(report), "  waived        a (mx): 2 waived, 1 passed\n"));
    CHECK(holds(tail_of(written(report)), "  waived        a: 3 rules; 2 failed and waived\n"));
    report.judgements[0].findings[1].waiver->expired = true;
    CHECK(holds(written(report), "  FAIL          a (mx): 1 failed, 1 waived, 1 passed\n"));
}

TEST_CASE("a policy that asks nothing of a scanned endpoint is named all the same", "[summary]")
{
    CHECK(holds(written(report_of({"a"}, 1, {Verdict::not_applicable})), "  pass          a (mx): 1 not applicable\n"));
}

TEST_CASE("what an unreached endpoint violated in the baseline is still said", "[summary]")
{
    model::Report report = report_of({"a"}, 1, {Verdict::inconclusive});
    report.scan.endpoints[0].status = EndpointStatus::failed;
    report.judgements[0].findings[0].change = model::Change::lost;
    CHECK(holds(written(report), "rule-0: of it [no longer testable]"));
}

TEST_CASE("with a baseline one line says what became better and what worse", "[summary]")
{
    model::Report report = report_of({"a"}, 1, std::vector<Verdict>(5, Verdict::fail));
    CHECK_FALSE(holds(written(report), "since then"));
    report.baseline = "monday.json";
    CHECK(holds(written(report), "  since then    0 fixed, 0 new, 0 unchanged (monday.json)\n"));
    auto& findings = report.judgements[0].findings;
    findings[0].change = findings[1].change = findings[2].change = model::Change::fixed;
    findings[3].change = model::Change::unchanged;
    findings[4].change = model::Change::lost;
    report.gone.push_back(findings[4]);
    CHECK(holds(written(report), "  since then    3 fixed, 0 new, 1 unchanged, 2 no longer testable (monday.json)\n"));
}

TEST_CASE("with a baseline the endpoints with new findings are named, and their rules", "[summary]")
{
    model::Report report = report_of({"a"}, 8, std::vector<Verdict>(3, Verdict::fail));
    report.baseline = "monday.json";
    report.exit_code = 1;
    CHECK_FALSE(holds(written(report), "  new  "));
    for (model::Judgement& judgement : report.judgements) {
        judgement.findings[0].change = model::Change::added;
        judgement.findings[1].change = model::Change::unchanged;
    }
    report.judgements[0].findings[1].new_subjects = {"TLS 1.1"};
    const std::string text = written(report);
    CHECK(holds(text, "  new           mail0.example.com 192.0.2.1:587: rule-0, rule-1 (new subjects)\n"));
    CHECK(holds(text, "  new           mail4.example.com 192.0.2.1:587: rule-0\n"));
    CHECK_FALSE(holds(text, "  new           mail5"));
    CHECK(holds(text, "  new           and at 3 more endpoints\n"));
    CHECK(holds(text, "  exit code     1: a policy is violated\n"));
    report.only_new = true;
    CHECK(holds(written(report), "  exit code     1: 9 violations are new\n"));
}

TEST_CASE("an exit code of 0 with waived violations says so", "[summary]")
{
    model::Report report = report_of({"a"}, 1, std::vector<Verdict>(2, Verdict::fail));
    for (model::Finding& finding : report.judgements[0].findings) {
        finding.waiver = model::AppliedWaiver{"ops", "old", "2026-12-31", false};
    }
    report.exit_code = 0;
    const std::string text = written(report);
    CHECK(holds(text, "  exit code     0: nothing is violated that is not waived (2 waived)\n"));
}

TEST_CASE("the exit code is there with its reason", "[summary]")
{
    model::Report report = report_of({}, 1, {});
    report.exit_code = 3;
    report.scan.endpoints[0].status = EndpointStatus::not_offered;
    CHECK(holds(written(report), "  exit code     3: no port is open: mail0.example.com\n"));
    report.scan.endpoints[0].status = EndpointStatus::not_tested;
    CHECK(holds(written(report), "  exit code     3: no port was found open: mail0.example.com\n"));
    report.scan.endpoints[0].status = EndpointStatus::incomplete;
    CHECK(holds(written(report), "  exit code     3: 1 endpoint not known in full\n"));
    report.scan.interruption = model::Interruption::signal;
    CHECK(holds(written(report), "  exit code     3: the scan was ended early, "));
    report.exit_code = 1;
    CHECK(holds(written(report), "  exit code     1: a policy is violated; the scan was interrupted\n"));
    report.scan.interruption = model::Interruption::max_time;
    CHECK(holds(written(report), "  exit code     1: a policy is violated; the scan was ended by --max-time\n"));
    report.scan.interruption = model::Interruption::none;
    CHECK(holds(written(report), "  exit code     1: a policy is violated\n"));
    report.exit_code = 0;
    CHECK(holds(written(report), "  exit code     0: every question that was asked has an answer\n"));
    report.exit_code.reset();
    CHECK_FALSE(holds(written(report), "exit code"));
}

TEST_CASE("of many endpoints there is a table, the worst first, and how often each rule fails", "[summary]")
{
    model::Report report = report_of({"a", "b"}, 5, {Verdict::fail, Verdict::pass});
    report.judgements[8] = judgement_of(4, "a", {Verdict::fail, Verdict::fail});
    const std::string text = written(report);
    const std::size_t table = text.find("\nFailed rules by endpoint, worst first\n");
    REQUIRE(table != std::string::npos);
    CHECK(text.find("\n    2  mail4.example.com 192.0.2.1:587", table) != std::string::npos);
    CHECK(text.find("  2  mail4", table) < text.find("  1  mail0", table));
    CHECK(holds(tail_of(text), "  failed rules  rule-0 5, rule-1 1\n"));
}

TEST_CASE("of a few endpoints there is no table", "[summary]")
{
    CHECK_FALSE(holds(written(report_of({"a"}, 3, {Verdict::fail})), "worst first"));
}

TEST_CASE("of ten thousand endpoints the fifty worst are kept", "[summary]")
{
    Fleet fleet;
    const EndpointResult one = sample_endpoint();
    const std::vector bad = {judgement_of(0, "a", {Verdict::fail, Verdict::fail})};
    const std::vector less = {judgement_of(0, "a", {Verdict::fail})};
    for (std::size_t place = 0; place < 10000; ++place) {
        fleet.add(place, one, place == 9000 ? bad : less);
    }
    CHECK(fleet.worst().size() == Fleet::most_kept);
    CHECK(fleet.worst().begin()->place == 9000);
    CHECK(fleet.failing() == 10000);
    CHECK(fleet.totals() == std::vector<std::pair<std::string, std::size_t>>{{"rule-0", 10000}, {"rule-1", 1}});
}

TEST_CASE("a target that looks like a mail domain is told of its MX hosts", "[summary]")
{
    const auto hinted = [](const std::string& target) {
        model::Report report = report_of({}, 1, {});
        report.scan.targets = {target};
        return holds(written(report), "  MX            mail for @" + target + " goes to its MX hosts: ");
    };
    CHECK(hinted("example.com"));
    CHECK_FALSE(hinted("mail.example.com"));
    CHECK_FALSE(hinted("example.com:25"));
    CHECK_FALSE(hinted("localhost"));
    CHECK_FALSE(hinted("a.b;reboot"));
    CHECK_FALSE(hinted("1.2"));
}

}  // namespace
}  // namespace smtptls::report

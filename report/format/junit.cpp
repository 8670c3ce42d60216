// JUnit XML, for what collects test results: a suite for each endpoint and policy, a case for each rule. A plain scan
// has one case for each endpoint: whether every question has an answer. The dialect is that of tests/golden/junit.xsd.
#include "report/format/escape.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <array>
#include <cstdio>

namespace smtptls::report {

void write_junit(const model::Report& report, const Style&, const Sink& sink);

namespace {

struct Case {
    std::string name;
    Shown shown = Shown::pass;
    std::string message;
    std::string text;  // whole lines
};

struct Suite {
    std::string name;
    std::string host;
    std::int64_t milliseconds = 0;
    std::vector<std::pair<std::string, std::string>> properties;
    std::vector<Case> cases;
};

std::string attribute(std::string_view name, std::string_view value)
{
    return " " + std::string(name) + "=\"" + markup(value) + "\"";
}

std::string number(std::string_view name, std::size_t value)
{
    return attribute(name, std::to_string(value));
}

// xs:decimal, seconds.
std::string time(std::int64_t milliseconds)
{
    std::array<char, 32> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(milliseconds) / 1000.0);
    return attribute("time", std::string_view(text.data(), static_cast<std::size_t>(size)));
}

struct Counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;

    void add(Shown shown)
    {
        ++tests;
        failures += shown == Shown::fail ? 1U : 0U;
        errors += shown == Shown::inconclusive ? 1U : 0U;
        skipped += shown == Shown::waived || shown == Shown::not_asked || shown == Shown::not_applicable ? 1U : 0U;
    }

    std::string attributes() const
    {
        return number("tests", tests) + number("failures", failures) + number("errors", errors) +
               number("skipped", skipped);
    }
};

// RFC 3339's Z is not in xs:dateTime as JUnit's readers have it.
std::string timestamp(const std::string& utc)
{
    return attribute("timestamp", utc.substr(0, utc.find('Z')));
}

std::string markup_lines(const std::vector<std::string>& lines)
{
    std::string out;
    for (const std::string& line : lines) {
        out += line.empty() ? "" : markup(line) + "\n";
    }
    return out;
}

Case case_of(const model::Finding& finding)
{
    std::vector<std::string> lines = {finding.requirement, finding.source, waiver_words(finding)};
    lines.insert(lines.end(), finding.subjects.begin(), finding.subjects.end());
    if (finding.change != model::Change::none) {
        lines.push_back("compared with the baseline: " + std::string(format(finding.change)));
    }
    lines.push_back(finding.id);
    const Shown shown = shown_as(finding);
    const bool waived = shown == Shown::waived;
    return {finding.rule, shown, waived ? waiver_words(finding) : finding.sentence, markup_lines(lines)};
}

void write_case(const Suite& suite, const Case& one, const Sink& sink)
{
    sink("    <testcase" + attribute("classname", suite.name) + attribute("name", one.name) + attribute("time", "0"));
    const std::string message = attribute("message", one.message);
    switch (one.shown) {
        case Shown::fail: sink(">\n      <failure type=\"fail\"" + message + ">" + one.text + "</failure>\n"); break;
        case Shown::inconclusive:
            sink(">\n      <error type=\"inconclusive\"" + message + ">" + one.text + "</error>\n");
            break;
        case Shown::waived:
        case Shown::not_asked:
        case Shown::not_applicable: sink(">\n      <skipped" + message + "/>\n"); break;
        case Shown::warn:
        case Shown::advice:
            sink(">\n      <system-out>" + std::string(word_of(one.shown)) + ": " + markup(one.message) + "\n" +
                 one.text + "</system-out>\n");
            break;
        case Shown::pass: sink("/>\n"); return;
    }
    sink("    </testcase>\n");
}

void write_suite(const Suite& suite, const std::string& started, const Sink& sink)
{
    Counts counts;
    for (const Case& one : suite.cases) {
        counts.add(one.shown);
    }
    sink("  <testsuite" + attribute("name", suite.name) + timestamp(started) + attribute("hostname", suite.host) +
         counts.attributes() + time(suite.milliseconds) + ">\n    <properties>\n");
    for (const auto& [name, value] : suite.properties) {
        sink("      <property" + attribute("name", name) + attribute("value", value) + "/>\n");
    }
    sink("    </properties>\n");
    for (const Case& one : suite.cases) {
        write_case(suite, one, sink);
    }
    sink("  </testsuite>\n");
}

Suite suite_of(const model::EndpointResult& endpoint, const std::string& name)
{
    Suite suite{name + " " + place_of(endpoint.endpoint), endpoint.endpoint.host, endpoint.duration_ms, {}, {}};
    suite.properties = {{"tls", std::string(format(endpoint.endpoint.mode))},
                        {"status", std::string(format(endpoint.status))}};
    return suite;
}

bool is_complete(model::EndpointStatus status)
{
    return status != model::EndpointStatus::incomplete && status != model::EndpointStatus::failed;
}

Suite scan_suite(const model::EndpointResult& endpoint)
{
    Suite suite = suite_of(endpoint, "scan");
    const Shown shown = is_complete(endpoint.status) ? Shown::pass : Shown::inconclusive;
    suite.cases.push_back({"every question has an answer", shown, sentence_of_end(endpoint), ""});
    return suite;
}

Suite judged_suite(const model::EndpointResult& endpoint, const model::Judgement& judgement)
{
    Suite suite = suite_of(endpoint, judgement.policy);
    suite.properties.emplace_back("role", format(judgement.role));
    suite.properties.emplace_back("verdict", format(judgement.verdict));
    for (const model::Finding& finding : judgement.findings) {
        suite.cases.push_back(case_of(finding));
    }
    return suite;
}

Suite target_suite(const model::TargetFailure& failure)
{
    const std::string target = base::UntrustedText(failure.target).escaped();
    Suite suite{"scan " + target, target, 0, {}, {}};
    suite.cases.push_back(
        {"every question has an answer", Shown::inconclusive, sentence_with_words(failure.failure), ""});
    return suite;
}

Suite gone_suite(const model::Report& report)
{
    Suite suite{"baseline " + report.baseline, "", 0, {}, {}};
    for (const model::Finding& finding : report.gone) {
        suite.cases.push_back({finding.id, Shown::inconclusive, "no longer testable: " + finding.sentence, ""});
    }
    return suite;
}

// Every suite in turn; what a suite is made of lives as long as the call.
template <typename See>
void each_suite(const model::Report& report, See see)
{
    JudgementsInOrder judgements(report);
    for (std::size_t i = 0; i < report.scan.endpoints.size(); ++i) {
        const model::EndpointResult& endpoint = report.scan.endpoints[i];
        see(scan_suite(endpoint));
        for (const model::Judgement* const one : judgements.of(i)) {
            see(judged_suite(endpoint, *one));
        }
    }
    for (const model::TargetFailure& failure : report.scan.failures) {
        see(target_suite(failure));
    }
    if (!report.gone.empty()) {
        see(gone_suite(report));
    }
}

}  // namespace

void write_junit(const model::Report& report, const Style&, const Sink& sink)
{
    Counts counts;
    each_suite(report, [&counts](const Suite& suite) {
        for (const Case& one : suite.cases) {
            counts.add(one.shown);
        }
    });
    sink("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"smtptls-scan\"" + counts.attributes() +
         time(report.scan.duration_ms) + ">\n");
    each_suite(report, [&](const Suite& suite) { write_suite(suite, report.scan.started, sink); });
    sink("</testsuites>\n");
}

}  // namespace smtptls::report

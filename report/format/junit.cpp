// JUnit XML, for what collects test results: a suite for each endpoint and policy, a case for each rule. A plain scan
// has one case for each endpoint: whether every question has an answer. The dialect is that of tests/golden/junit.xsd.
#include "base/spool.hpp"
#include "report/format/escape.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <array>
#include <cstdio>

namespace smtptls::report {

std::unique_ptr<Writer> begin_junit(const model::ReportHead& head, const Style& style, const Sink& sink);

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
        skipped += shown == Shown::waived || shown >= Shown::not_asked ? 1U : 0U;
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
    lines.push_back(finding.id.str());
    const Shown shown = shown_as(finding);
    const bool waived = shown == Shown::waived;
    return {finding.rule, shown, waived ? waiver_words(finding) : finding.sentence.str(), markup_lines(lines)};
}

std::string text_of(const Suite& suite, const Case& one)
{
    const std::string begin =
        "    <testcase" + attribute("classname", suite.name) + attribute("name", one.name) + attribute("time", "0");
    const std::string message = attribute("message", one.message);
    const std::string end = "    </testcase>\n";
    switch (one.shown) {
        case Shown::fail:
            return begin + ">\n      <failure type=\"fail\"" + message + ">" + one.text + "</failure>\n" + end;
        case Shown::inconclusive:
            return begin + ">\n      <error type=\"inconclusive\"" + message + ">" + one.text + "</error>\n" + end;
        case Shown::waived:
        case Shown::not_asked:
        case Shown::not_judged:
        case Shown::not_applicable: return begin + ">\n      <skipped" + message + "/>\n" + end;
        case Shown::warn:
        case Shown::advice:
            return begin + ">\n      <system-out>" + std::string(word_of(one.shown)) + ": " + markup(one.message) +
                   "\n" + one.text + "</system-out>\n" + end;
        case Shown::pass: break;
    }
    return begin + "/>\n";
}

std::string text_of(const Suite& suite, const std::string& started)
{
    Counts counts;
    for (const Case& one : suite.cases) {
        counts.add(one.shown);
    }
    std::string out = "  <testsuite" + attribute("name", suite.name) + timestamp(started) +
                      attribute("hostname", suite.host) + counts.attributes() + time(suite.milliseconds) +
                      ">\n    <properties>\n";
    for (const auto& [name, value] : suite.properties) {
        out += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
    }
    out += "    </properties>\n";
    for (const Case& one : suite.cases) {
        out += text_of(suite, one);
    }
    return out + "  </testsuite>\n";
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

Suite gone_suite(const model::ReportHead& report)
{
    Suite suite{"baseline " + report.baseline, "", 0, {}, {}};
    for (const model::Finding& finding : report.gone) {
        suite.cases.push_back({finding.id.str(), Shown::inconclusive, "no longer testable: " + finding.sentence, ""});
    }
    return suite;
}

class JUnit : public Writer {
public:
    using Writer::Writer;

    void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) override
    {
        std::string suites = counted(scan_suite(result));
        for (const model::Judgement& one : judgements) {
            suites += counted(judged_suite(result, one));
        }
        suites_.add(place, suites);
    }

    void end() override
    {
        std::string others;
        for (const model::TargetFailure& failure : head_.scan.failures) {
            others += counted(target_suite(failure));
        }
        if (!head_.gone.empty()) {
            others += counted(gone_suite(head_));
        }
        sink_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"smtptls-scan\"" + counts_.attributes() +
              time(head_.scan.duration_ms) + ">\n");
        suites_.give(sink_);
        sink_(others + "</testsuites>\n");
    }

private:
    std::string counted(const Suite& suite)
    {
        for (const Case& one : suite.cases) {
            counts_.add(one.shown);
        }
        return text_of(suite, head_.scan.started);
    }

    Counts counts_;
    base::Spool suites_;
};

}  // namespace

std::unique_ptr<Writer> begin_junit(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<JUnit>(head, style, sink);
}

}  // namespace smtptls::report

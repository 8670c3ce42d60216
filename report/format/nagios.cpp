// The output of a monitoring plugin (Monitoring Plugins Development Guidelines): one line with the state and
// performance data, then a line for each thing to look at. The state is for the wrapper in docs/formats/nagios.md: the
// program keeps its own exit codes.
#include "base/untrusted_text.hpp"
#include "report/format/escape.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <map>

namespace smtptls::report {

void write_nagios(const model::Report& report, const Style&, const Sink& sink);

namespace {

constexpr std::size_t most_lines = 200;

struct Summary {
    Tally findings;
    std::size_t violating = 0;  // endpoints
    std::size_t open = 0;       // endpoints and targets that could not be tested to the end
    std::map<model::CellState, std::size_t> cells;
    std::vector<std::string> lines;
    std::size_t more = 0;

    void say(const std::string& line)
    {
        if (lines.size() < most_lines) {
            lines.push_back(plugin_text(line));
        } else {
            ++more;
        }
    }
};

void look_at(Summary& summary, const model::EndpointResult& endpoint, const model::Judgement& judgement)
{
    summary.findings.add(tally_of(judgement));
    for (const model::Finding* const finding : to_speak_of(judgement)) {
        const Shown shown = shown_as(*finding);
        if (shown == Shown::fail || shown == Shown::inconclusive || shown == Shown::warn) {
            std::string line(word_of(shown));
            line.append(" ").append(place_of(endpoint.endpoint)).append(" ").append(judgement.policy);
            line.append("/").append(finding->rule).append(": ").append(finding->sentence);
            const std::string subjects = join(some_of(finding->subjects, 2));
            summary.say(line + (subjects.empty() ? "" : " (" + subjects + ")"));
        }
    }
}

Summary summary_of(const model::Report& report)
{
    Summary summary;
    JudgementsInOrder judgements(report);
    for (std::size_t i = 0; i < report.scan.endpoints.size(); ++i) {
        const model::EndpointResult& endpoint = report.scan.endpoints[i];
        bool violates = false;
        for (const model::Judgement* const judgement : judgements.of(i)) {
            look_at(summary, endpoint, *judgement);
            violates = violates || tally_of(*judgement).of(Shown::fail) > 0;
        }
        summary.violating += violates ? 1U : 0U;
        for (const model::Cell& cell : endpoint.matrix.cells) {
            ++summary.cells[cell.state];
        }
        if (endpoint.status == model::EndpointStatus::failed || endpoint.status == model::EndpointStatus::incomplete) {
            ++summary.open;
            summary.say("open " + place_of(endpoint.endpoint) + ": " + sentence_of_end(endpoint));
        }
    }
    for (const model::TargetFailure& failure : report.scan.failures) {
        ++summary.open;
        summary.say("open " + base::UntrustedText(failure.target).escaped() + ": " +
                    sentence_with_words(failure.failure));
    }
    for (const model::Finding& finding : report.gone) {
        summary.say("no longer testable: " + finding.id);
    }
    return summary;
}

// What cannot be tested hides what is wrong; what is wrong does not go away by it.
std::string state_of(const model::Report& report, const Summary& summary)
{
    if (summary.findings.of(Shown::fail) > 0) {
        return "CRITICAL";
    }
    if (summary.findings.of(Shown::inconclusive) > 0 || !report.scan.complete() || !report.gone.empty()) {
        return "UNKNOWN";
    }
    return summary.findings.of(Shown::warn) > 0 ? "WARNING" : "OK";
}

std::string first_line(const model::Report& report, const Summary& summary)
{
    std::string out = plural(report.scan.endpoints.size(), "endpoint");
    if (report.policies.empty()) {
        return out + " scanned, " + std::to_string(summary.open) + " could not be tested to the end";
    }
    std::vector<std::string> names;
    std::ranges::transform(report.policies, std::back_inserter(names), &model::UsedPolicy::name);
    out +=
        ", " + std::to_string(summary.violating) + " in violation of " + join(names) + ": " + summary.findings.words();
    if (summary.open > 0) {
        out += "; " + std::to_string(summary.open) + " could not be tested to the end";
    }
    return plugin_text(out);
}

std::string perfdata(const model::Report& report, const Summary& summary)
{
    std::string out;
    const auto value = [&out](std::string_view label, std::size_t number) {
        out += (out.empty() ? "'" : " '") + perfdata_label(label) + "'=" + std::to_string(number) + ";;;0;";
    };
    value("endpoints", report.scan.endpoints.size());
    value("open", summary.open);
    for (const auto& [state, count] : summary.cells) {
        value("cells " + std::string(format(state)), count);
    }
    if (!report.policies.empty()) {
        value("violating", summary.violating);
        for (const Shown shown : all_shown) {
            value(word_of(shown), summary.findings.of(shown));
        }
    }
    return out;
}

}  // namespace

void write_nagios(const model::Report& report, const Style&, const Sink& sink)
{
    const Summary summary = summary_of(report);
    sink("SMTPTLS " + state_of(report, summary) + " - " + first_line(report, summary) + " | " +
         perfdata(report, summary) + "\n");
    for (const std::string& line : summary.lines) {
        sink(line + "\n");
    }
    if (summary.more > 0) {
        sink("and " + std::to_string(summary.more) + " more\n");
    }
}

}  // namespace smtptls::report

// The output of a monitoring plugin (Monitoring Plugins Development Guidelines): one line with the state and
// performance data, then a line for each thing to look at. The state is for check_smtptls: the program keeps its own
// exit codes.
#include "base/spool.hpp"
#include "base/untrusted_text.hpp"
#include "report/format/escape.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"
#include "report/format/worth_a_look.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace smtptls::report {

std::unique_ptr<Writer> begin_nagios(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

constexpr std::size_t most_lines = 200;
constexpr std::size_t most_named = 8;

struct Summary {
    Tally findings;
    std::size_t violating = 0;  // endpoints
    std::size_t open = 0;       // endpoints and targets that could not be tested to the end
    std::map<model::CellState, std::size_t> cells;
    std::map<std::string, std::set<std::string>> unasked;  // rules by policy
    std::optional<std::int64_t> days_left;                 // of the certificate that ends first

    void note_unasked(const model::Judgement& judgement)
    {
        for (const model::Finding& finding : judgement.findings) {
            if (shown_as(finding) == Shown::not_asked) {
                unasked[judgement.policy].insert(finding.rule);
            }
        }
    }
    void note_end(std::optional<std::int64_t> days)
    {
        days_left = days && (!days_left || *days < *days_left) ? days : days_left;
    }
};

std::string plugin_line(const std::string& text)
{
    return plugin_text(text) + "\n";
}

std::string lines_of(const model::EndpointResult& endpoint, const model::Judgement& judgement)
{
    std::string lines;
    for (const model::Finding* const finding : to_speak_of(judgement)) {
        const Shown shown = shown_as(*finding);
        if (shown == Shown::fail || shown == Shown::inconclusive || shown == Shown::warn) {
            std::string line(word_of(shown));
            line.append(" ").append(place_of(endpoint.endpoint)).append(" ").append(judgement.policy);
            line.append("/").append(finding->rule).append(finding->ours ? " (a rule of ours): " : ": ");
            line.append(finding->sentence);
            const std::string subjects = joined(some_of(finding->subjects, 2));
            lines += plugin_line(line + (subjects.empty() ? "" : " (" + subjects + ")"));
        }
    }
    return lines;
}

bool ends_within(const Summary& summary, std::int64_t days)
{
    return summary.days_left && *summary.days_left < days;
}

// What cannot be tested hides what is wrong; what is wrong does not go away by it. The days of a certificate count as
// their thresholds in the performance data say.
std::string state_of(const model::ReportHead& report, const Summary& summary)
{
    if (summary.findings.of(Shown::fail) > 0 || ends_within(summary, days_to_warn)) {
        return "CRITICAL";
    }
    if (summary.findings.of(Shown::inconclusive) > 0 || !report.complete() || !report.gone.empty()) {
        return "UNKNOWN";
    }
    return summary.findings.of(Shown::warn) > 0 || ends_within(summary, days_to_mention) ? "WARNING" : "OK";
}

std::string certificate_words(const Summary& summary)
{
    if (!ends_within(summary, days_to_mention)) {
        return "";
    }
    return *summary.days_left < 0
               ? "; a certificate has ended"
               : "; a certificate ends in " + plural(static_cast<std::size_t>(*summary.days_left), "day");
}

std::string first_line(const model::ReportHead& report, const Summary& summary)
{
    std::string out = plural(report.totals.endpoints(), "endpoint");
    if (report.policies.empty()) {
        return out + " scanned, " + std::to_string(summary.open) + " could not be tested to the end" +
               certificate_words(summary);
    }
    std::vector<std::string> names;
    std::ranges::transform(report.policies, std::back_inserter(names), &model::UsedPolicy::name);
    out += ", " + std::to_string(summary.violating) + " in violation of " + joined(names) + ": " +
           summary.findings.words();
    if (summary.open > 0) {
        out += "; " + std::to_string(summary.open) + " could not be tested to the end";
    }
    return plugin_text(out + certificate_words(summary));
}

std::string perfdata(const model::ReportHead& report, const Summary& summary)
{
    std::string out;
    const auto value = [&out](std::string_view label, std::size_t number) {
        out += (out.empty() ? "'" : " '") + perfdata_label(label) + "'=" + std::to_string(number) + ";;;0;";
    };
    if (summary.days_left) {
        out += "'certificate days'=" + std::to_string(*summary.days_left) + ";" + std::to_string(days_to_mention) +
               ":;" + std::to_string(days_to_warn) + ":;;";
    }
    value("endpoints", report.totals.endpoints());
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

class Nagios : public Writer {
public:
    using Writer::Writer;

    void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) override
    {
        std::string lines;
        bool violates = false;
        for (const model::Judgement& judgement : judgements) {
            const Tally tally = tally_of(judgement);
            summary_.findings.add(tally);
            summary_.note_unasked(judgement);
            lines += lines_of(result, judgement);
            violates = violates || tally.of(Shown::fail) > 0;
        }
        summary_.violating += violates ? 1U : 0U;
        for (const model::CellState state : {model::CellState::accepted, model::CellState::rejected,
                                             model::CellState::inconclusive, model::CellState::not_tested}) {
            if (const std::size_t count = result.matrix.count(state); count > 0) {
                summary_.cells[state] += count;
            }
        }
        if (result.is_open()) {
            ++summary_.open;
            lines += plugin_line("open " + place_of(result.endpoint) + ": " + sentence_of_end(result));
        }
        summary_.note_end(days_left(result, head_.scan.started));
        lines_.add(place, lines);
    }

    void end() override
    {
        std::string others;
        for (const model::TargetFailure& failure : head_.scan.failures) {
            ++summary_.open;
            others += plugin_line("open " + base::UntrustedText(failure.target).escaped() + ": " +
                                  sentence_with_words(failure.failure));
        }
        for (const model::Finding& finding : head_.gone) {
            others += plugin_line("no longer testable: " + finding.id.str());
        }
        sink_("SMTPTLS " + state_of(head_, summary_) + " - " + first_line(head_, summary_) + " | " +
              perfdata(head_, summary_) + "\n");
        for (const auto& [policy, rules] : summary_.unasked) {
            const std::vector<std::string> names(rules.begin(), rules.end());
            say(plugin_line("not asked " + policy + ": " + joined(some_of(names, most_named))));
        }
        lines_.give([this](std::string_view lines) { say(lines); });
        say(others);
        if (said_ > most_lines) {
            sink_("and " + std::to_string(said_ - most_lines) + " more\n");
        }
    }

private:
    // The first of them.
    void say(std::string_view lines)
    {
        for (std::size_t end = 0; !lines.empty(); lines.remove_prefix(end)) {
            end = lines.find('\n') + 1;
            if (++said_ <= most_lines) {
                sink_(lines.substr(0, end));
            }
        }
    }

    Summary summary_;
    std::size_t said_ = 0;
    base::Spool lines_;
};

}  // namespace

std::unique_ptr<Writer> begin_nagios(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<Nagios>(head, style, sink);
}

}  // namespace smtptls::report

// The output of a monitoring plugin (Monitoring Plugins Development Guidelines): one line with the state and
// performance data, which names the first endpoints that are the reason, then a line for each thing to look at. The
// state is for check_smtptls: the program keeps its own exit codes.
#include "base/spool.hpp"
#include "base/untrusted_text.hpp"
#include "report/format/escape.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"
#include "report/format/worth_a_look.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace smtptls::report {

std::unique_ptr<Writer> begin_nagios(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

constexpr std::size_t most_lines = 200;
constexpr std::size_t most_named = 8;
constexpr std::size_t most_rules_in_front = 6;

// The first endpoints that are a reason for a state, and how many there are.
class Reasons {
public:
    void add(std::size_t place, const std::string& words)
    {
        ++count_;
        first_.emplace(place, words);
        if (first_.size() > most_in_front) {
            first_.erase(std::prev(first_.end()));
        }
    }
    bool empty() const { return count_ == 0; }
    std::string words() const
    {
        std::string out;
        for (const auto& [place, one] : first_) {
            out += (out.empty() ? "" : "; ") + one;
        }
        return out + (count_ > first_.size() ? "; and " + std::to_string(count_ - first_.size()) + " more" : "");
    }

private:
    static constexpr std::size_t most_in_front = 3;

    std::map<std::size_t, std::string> first_;  // by place
    std::size_t count_ = 0;
};

struct Summary {
    Reasons failing;
    Reasons unknown;
    Reasons warning;
    std::string ends_first;  // where the certificate is that does
    std::size_t ends_place = 0;
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
    void note_end(std::size_t place, const model::EndpointResult& endpoint, std::optional<std::int64_t> days)
    {
        if (days && (!days_left || std::pair(*days, place) < std::pair(*days_left, ends_place))) {
            days_left = days;
            ends_place = place;
            ends_first = place_of(endpoint.endpoint);
        }
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
        if (is_folded(endpoint, *finding)) {
            continue;
        }
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

// "mail.example.com 192.0.2.1:587 rfc9325: versions, certificate-trusted"; nothing is shown so: empty.
std::string rules_in_front(const model::EndpointResult& endpoint, Judgements judgements, Shown as)
{
    std::string out;
    for (const model::Judgement& judgement : judgements) {
        std::vector<std::string> rules;
        for (const model::Finding& finding : judgement.findings) {
            if (shown_as(finding) == as && !is_folded(endpoint, finding)) {
                rules.push_back(finding.rule);
            }
        }
        if (!rules.empty()) {
            out += (out.empty() ? place_of(endpoint.endpoint) + " " : " and ") + base::shown(judgement.policy) + ": " +
                   joined(some_of(rules, most_rules_in_front));
        }
    }
    return out;
}

enum class Quotes { none, server };

// Why nothing, or not all, is known of an endpoint.
std::string open_words(const model::EndpointResult& endpoint, Quotes quotes)
{
    const std::string place = place_of(endpoint.endpoint) + ": ";
    if (endpoint.status == model::EndpointStatus::failed) {
        return place + (quotes == Quotes::server ? sentence_of_end(endpoint)
                                                 : sentence(endpoint.failure.value_or(base::Failure{})));
    }
    std::size_t cells = 0;
    for (const model::CellView& cell : endpoint.matrix.cells()) {
        cells += endpoint.leaves_open(cell) ? 1U : 0U;
    }
    return place + plural(cells, "suite") + " could not be told";
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
               ? "a certificate has ended"
               : "a certificate ends in " + plural(static_cast<std::size_t>(*summary.days_left), "day");
}

// What the state goes by: a pager shows no more than this.
std::string reasons(const std::string& state, const Summary& summary)
{
    const bool by_days = state == "CRITICAL" || state == "WARNING";
    const Reasons& all = state == "CRITICAL" ? summary.failing : state == "UNKNOWN" ? summary.unknown : summary.warning;
    const std::string words = all.words();
    return state == "OK"              ? ""
           : words.empty() && by_days ? summary.ends_first + ": " + certificate_words(summary)
                                      : words;
}

std::string numbers(const model::ReportHead& report, const Summary& summary)
{
    std::string out = plural(report.totals.endpoints(), "endpoint");
    if (report.policies.empty()) {
        return out + " scanned, " + std::to_string(summary.open) + " could not be tested to the end";
    }
    std::vector<std::string> names;
    std::ranges::transform(report.policies, std::back_inserter(names), &model::UsedPolicy::name);
    out += ", " + std::to_string(summary.violating) + " in violation of " + joined(names) + ": " +
           summary.findings.words();
    return out + (summary.open > 0 ? "; " + std::to_string(summary.open) + " could not be tested to the end" : "");
}

std::string first_line(const model::ReportHead& report, const Summary& summary)
{
    const std::string state = state_of(report, summary);
    const std::string front = reasons(state, summary);
    const std::string ends = certificate_words(summary);
    const bool is_said = ends.empty() || front.ends_with(ends);
    return "SMTPTLS " + state + " - " +
           plugin_text((front.empty() ? "" : front + " - ") + numbers(report, summary) + (is_said ? "" : "; " + ends));
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
        note_reasons(place, result, judgements);
        summary_.violating += violates ? 1U : 0U;
        for (const model::CellState state : {model::CellState::accepted, model::CellState::rejected,
                                             model::CellState::inconclusive, model::CellState::not_tested}) {
            if (const std::size_t count = result.matrix.count(state); count > 0) {
                summary_.cells[state] += count;
            }
        }
        if (result.is_open()) {
            ++summary_.open;
            lines +=
                plugin_line((result.status == model::EndpointStatus::failed ? "not tested " : "not known in full ") +
                            open_words(result, Quotes::server));
        }
        summary_.note_end(place, result, days_left(result, head_.scan.started));
        lines_.add(place, lines);
    }

    void end() override
    {
        std::string others;
        std::size_t place = std::numeric_limits<std::size_t>::max() / 2;  // behind all endpoints
        for (const model::TargetFailure& failure : head_.scan.failures) {
            ++summary_.open;
            const std::string target = base::UntrustedText(failure.target).escaped() + ": ";
            others += plugin_line("not tested " + target + sentence_with_words(failure.failure));
            summary_.unknown.add(place++, target + sentence(failure.failure));
        }
        for (const model::Finding& finding : head_.gone) {
            others += plugin_line("no longer testable: " + finding.id.str());
            summary_.unknown.add(place++, "no longer testable: " + finding.id.str());
        }
        for (const std::string& host :
             summary_.unknown.empty() ? head_.totals.silent_hosts() : std::vector<std::string>()) {
            summary_.unknown.add(place++, host + ": no port was found open");
        }
        sink_(first_line(head_, summary_) + " | " + perfdata(head_, summary_) + "\n");
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
    void note_reasons(std::size_t place, const model::EndpointResult& result, Judgements judgements)
    {
        if (const std::string words = rules_in_front(result, judgements, Shown::fail); !words.empty()) {
            summary_.failing.add(place, words);
        }
        const std::string unknown = rules_in_front(result, judgements, Shown::inconclusive);
        if (result.is_open()) {
            summary_.unknown.add(place, open_words(result, Quotes::none));
        } else if (!unknown.empty()) {
            summary_.unknown.add(place, unknown);
        }
        if (const std::string words = rules_in_front(result, judgements, Shown::warn); !words.empty()) {
            summary_.warning.add(place, words);
        }
    }

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

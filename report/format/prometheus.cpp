// The Prometheus text exposition format, for the textfile collector of node_exporter: gauges only, since each run
// writes the file anew. All series of a metric stand together behind its HELP and TYPE, as the format demands.
#include "base/spool.hpp"
#include "base/untrusted_text.hpp"
#include "report/format/escape.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <set>

namespace smtptls::report {

std::unique_ptr<Writer> begin_prometheus(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

std::string head_of(std::string_view name, std::string_view help)
{
    std::string out = "# HELP ";
    out.append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" gauge\n");
    return out;
}

std::string sample(std::string_view name, const Labels& labels, const std::string& value)
{
    std::string out(name);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        out.append(i == 0 ? "{" : ",").append(labels[i].first).append("=\"");
        out.append(label_value(labels[i].second)).append("\"");
    }
    return out + (labels.empty() ? "" : "}") + " " + value + "\n";
}

// Seconds since 1970 of "2026-11-21T20:48:54Z"; nothing if it is not of that form, which a certificate's may be.
std::optional<std::int64_t> seconds_of(const std::string& utc)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    char zone = 0;
    const int found =
        std::sscanf(utc.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%c", &year, &month, &day, &hour, &minute, &second, &zone);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (found != 7 || zone != 'Z' || !date.ok()) {
        return std::nullopt;
    }
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return std::int64_t{days} * 86400 + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second;
}

Labels labels_of(const model::Endpoint& endpoint)
{
    return {{"host", endpoint.host},
            {"address", endpoint.address.format()},
            {"port", std::to_string(endpoint.port)},
            {"tls", std::string(format(endpoint.mode))}};
}

Labels with(Labels labels, const Labels& more)
{
    labels.insert(labels.end(), more.begin(), more.end());
    return labels;
}

std::string flag(bool value)
{
    return value ? "1" : "0";
}

std::string single(std::string_view name, std::string_view help, const std::string& value)
{
    return head_of(name, help) + sample(name, {}, value);
}

std::string scan_metrics(const model::ReportHead& report)
{
    const model::ScanHead& scan = report.scan;
    std::string out =
        head_of("smtptls_scan_info", "Who scanned; always 1.") +
        sample("smtptls_scan_info", {{"version", scan.program_version}, {"tls_library", scan.library_version}}, "1");
    if (const auto started = seconds_of(scan.started)) {
        out += single("smtptls_scan_start_timestamp_seconds", "When the scan began.", std::to_string(*started));
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(scan.duration_ms) / 1000.0);
    out += single("smtptls_scan_duration_seconds", "How long the scan took.", text.data());
    out += single("smtptls_scan_complete", "1: nothing that was asked for is open.", flag(report.complete()));
    out += head_of("smtptls_target_failed", "Targets that became no endpoint, by why; always 1.");
    std::set<std::string> seen;
    for (const model::TargetFailure& failure : scan.failures) {
        // No series may stand twice, and a target may be named twice.
        const std::string target = base::UntrustedText(failure.target).escaped();
        if (seen.insert(target).second) {
            out += sample("smtptls_target_failed",
                          {{"target", target}, {"reason", std::string(format(failure.failure.reason))}}, "1");
        }
    }
    return out;
}

std::string status_of(const model::EndpointResult& result)
{
    return sample("smtptls_endpoint_status",
                  with(labels_of(result.endpoint), {{"status", std::string(format(result.status))}}), "1");
}

std::string connections_of(const model::EndpointResult& result)
{
    return sample("smtptls_endpoint_connections", labels_of(result.endpoint), std::to_string(result.connections));
}

std::string cells_of(const model::EndpointResult& result)
{
    using model::CellState;
    std::string out;
    for (const tls::ProtocolVersion version : result.matrix.versions()) {
        for (const CellState state :
             {CellState::accepted, CellState::rejected, CellState::inconclusive, CellState::not_tested}) {
            out += sample("smtptls_cells",
                          with(labels_of(result.endpoint),
                               {{"version", tls::format(version)}, {"state", std::string(format(state))}}),
                          std::to_string(result.matrix.count(version, state)));
        }
    }
    return out;
}

std::string certificate_ends_of(const model::EndpointResult& result)
{
    std::string out;
    for (const model::Observation& observation : result.observations) {
        const auto end = observation.id == model::Fact::certificate_not_after
                             ? seconds_of(shown_value(observation.value))
                             : std::nullopt;
        if (end) {
            out +=
                sample("smtptls_certificate_not_after_timestamp_seconds",
                       with(labels_of(result.endpoint), {{"certificate", observation.subject}}), std::to_string(*end));
        }
    }
    return out;
}

std::string violated(const model::Judgement& judgement, const Labels& labels)
{
    return sample("smtptls_policy_violated", labels, flag(tally_of(judgement).of(Shown::fail) > 0));
}

std::string verdict(const model::Judgement& judgement, const Labels& labels)
{
    return sample("smtptls_policy_verdict", with(labels, {{"verdict", std::string(word_of(shown_as(judgement)))}}),
                  "1");
}

std::string findings(const model::Judgement& judgement, const Labels& labels)
{
    std::array<Tally, 2> tallies;
    for (const model::Finding& finding : judgement.findings) {
        tallies.at(finding.ours ? 1 : 0).add(shown_as(finding));
    }
    std::string out;
    for (const bool ours : {false, true}) {
        for (const Shown shown : all_shown) {
            const Labels of = {{"verdict", std::string(word_of(shown))}, {"origin", ours ? "ours" : "document"}};
            out +=
                sample("smtptls_policy_findings", with(labels, of), std::to_string(tallies.at(ours ? 1 : 0).of(shown)));
        }
    }
    return out;
}

struct Metric {
    std::string_view name;
    std::string_view help;
    std::string (*of)(const model::EndpointResult& result);
};

constexpr std::array<Metric, 4> metrics = {
    {{"smtptls_endpoint_status", "How the scan of an endpoint ended; always 1.", status_of},
     {"smtptls_endpoint_connections", "Connections that were made to it.", connections_of},
     {"smtptls_cells", "Cells of version and suite by their state.", cells_of},
     {"smtptls_certificate_not_after_timestamp_seconds", "The end of a certificate, by its SHA-256.",
      certificate_ends_of}}};

struct PolicyMetric {
    std::string_view name;
    std::string_view help;
    std::string (*of)(const model::Judgement& judgement, const Labels& labels);
};

constexpr std::array<PolicyMetric, 3> policy_metrics = {
    {{"smtptls_policy_violated", "1: a rule of the policy fails, and nobody has waived it.", violated},
     {"smtptls_policy_verdict", "The verdict of a policy on an endpoint; always 1.", verdict},
     {"smtptls_policy_findings",
      "How many rules of a policy have a verdict; origin ours: rules that its document does not have.", findings}}};

class Prometheus : public Writer {
public:
    using Writer::Writer;

    void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) override
    {
        for (std::size_t i = 0; i < metrics.size(); ++i) {
            of_endpoints_.at(i).add(place, metrics.at(i).of(result));
        }
        for (std::size_t i = 0; i < policy_metrics.size(); ++i) {
            std::string samples;
            for (const model::Judgement& one : judgements) {
                const Labels labels =
                    with(labels_of(result.endpoint), {{"policy", one.policy}, {"role", std::string(format(one.role))}});
                samples += policy_metrics.at(i).of(one, labels);
            }
            of_policies_.at(i).add(place, samples);
        }
    }

    void end() override
    {
        sink_(scan_metrics(head_));
        for (std::size_t i = 0; i < metrics.size(); ++i) {
            sink_(head_of(metrics.at(i).name, metrics.at(i).help));
            of_endpoints_.at(i).give(sink_);
        }
        if (judged()) {
            end_of_policies();
        }
    }

private:
    void end_of_policies() const
    {
        sink_(head_of("smtptls_policy_info", "The policies that were used; always 1."));
        for (const model::UsedPolicy& policy : head_.policies) {
            sink_(sample("smtptls_policy_info",
                         {{"policy", policy.name}, {"title", policy.title}, {"date", policy.date}}, "1"));
        }
        for (std::size_t i = 0; i < policy_metrics.size(); ++i) {
            sink_(head_of(policy_metrics.at(i).name, policy_metrics.at(i).help));
            of_policies_.at(i).give(sink_);
        }
        sink_(single("smtptls_baseline_gone_findings", "Findings of the baseline whose endpoints are not in this scan.",
                     std::to_string(head_.gone.size())));
    }

    std::array<base::Spool, metrics.size()> of_endpoints_;
    std::array<base::Spool, policy_metrics.size()> of_policies_;
};

}  // namespace

std::unique_ptr<Writer> begin_prometheus(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<Prometheus>(head, style, sink);
}

}  // namespace smtptls::report

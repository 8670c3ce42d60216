// The Prometheus text exposition format, for the textfile collector of node_exporter: gauges only, since each run
// writes the file anew. All series of a metric stand together behind its HELP and TYPE, as the format demands.
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

namespace smtptls::report {

void write_prometheus(const model::Report& report, const Style&, const Sink& sink);

namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

void head(const Sink& sink, std::string_view name, std::string_view help)
{
    std::string out = "# HELP ";
    out.append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" gauge\n");
    sink(out);
}

void sample(const Sink& sink, std::string_view name, const Labels& labels, const std::string& value)
{
    std::string out(name);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        out.append(i == 0 ? "{" : ",").append(labels[i].first).append("=\"");
        out.append(label_value(labels[i].second)).append("\"");
    }
    sink(out + (labels.empty() ? "" : "}") + " " + value + "\n");
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

void write_scan(const model::ScanResult& scan, const Sink& sink)
{
    head(sink, "smtptls_scan_info", "Who scanned; always 1.");
    sample(sink, "smtptls_scan_info", {{"version", scan.program_version}, {"tls_library", scan.library_version}}, "1");
    const auto one = [&sink](std::string_view name, std::string_view help, const std::string& value) {
        head(sink, name, help);
        sample(sink, name, {}, value);
    };
    if (const auto started = seconds_of(scan.started)) {
        one("smtptls_scan_start_timestamp_seconds", "When the scan began.", std::to_string(*started));
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(scan.duration_ms) / 1000.0);
    one("smtptls_scan_duration_seconds", "How long the scan took.", text.data());
    one("smtptls_scan_complete", "1: nothing that was asked for is open.", flag(scan.complete()));
    head(sink, "smtptls_target_failed", "Targets that became no endpoint, by why; always 1.");
    std::vector<std::string> seen;
    for (const model::TargetFailure& failure : scan.failures) {
        // No series may stand twice, and a target may be named twice.
        const std::string target = base::UntrustedText(failure.target).escaped();
        if (std::find(seen.begin(), seen.end(), target) == seen.end()) {
            seen.push_back(target);
            sample(sink, "smtptls_target_failed",
                   {{"target", target}, {"reason", std::string(format(failure.failure.reason))}}, "1");
        }
    }
}

void write_endpoints(const model::ScanResult& scan, const Sink& sink)
{
    head(sink, "smtptls_endpoint_status", "How the scan of an endpoint ended; always 1.");
    for (const model::EndpointResult& one : scan.endpoints) {
        sample(sink, "smtptls_endpoint_status",
               with(labels_of(one.endpoint), {{"status", std::string(format(one.status))}}), "1");
    }
    head(sink, "smtptls_endpoint_connections", "Connections that were made to it.");
    for (const model::EndpointResult& one : scan.endpoints) {
        sample(sink, "smtptls_endpoint_connections", labels_of(one.endpoint), std::to_string(one.exchanges.size()));
    }
}

void write_cells(const model::EndpointResult& one, const Sink& sink)
{
    using model::CellState;
    for (std::size_t i = 0; i < one.matrix.cells.size(); ++i) {
        const tls::ProtocolVersion version = one.matrix.cells[i].version;
        if (i > 0 && one.matrix.cells[i - 1].version == version) {
            continue;
        }
        for (const CellState state :
             {CellState::accepted, CellState::rejected, CellState::inconclusive, CellState::not_tested}) {
            sample(sink, "smtptls_cells",
                   with(labels_of(one.endpoint),
                        {{"version", tls::format(version)}, {"state", std::string(format(state))}}),
                   std::to_string(one.matrix.count(version, state)));
        }
    }
}

void write_certificates(const model::ScanResult& scan, const Sink& sink)
{
    head(sink, "smtptls_certificate_not_after_timestamp_seconds", "The end of a certificate, by its SHA-256.");
    for (const model::EndpointResult& one : scan.endpoints) {
        for (const model::Observation& observation : one.observations) {
            const auto end =
                observation.id == "certificate.not_after" ? seconds_of(shown_value(observation.value)) : std::nullopt;
            if (end) {
                sample(sink, "smtptls_certificate_not_after_timestamp_seconds",
                       with(labels_of(one.endpoint), {{"certificate", observation.subject}}), std::to_string(*end));
            }
        }
    }
}

// `write` is called for each judgement with the labels of its series.
template <typename Write>
void each_judgement(const model::Report& report, Write write)
{
    for (const model::Judgement& judgement : report.judgements) {
        if (judgement.endpoint < report.scan.endpoints.size()) {
            write(judgement, with(labels_of(report.scan.endpoints[judgement.endpoint].endpoint),
                                  {{"policy", judgement.policy}, {"role", std::string(format(judgement.role))}}));
        }
    }
}

void write_judgements(const model::Report& report, const Sink& sink)
{
    head(sink, "smtptls_policy_info", "The policies that were used; always 1.");
    for (const model::UsedPolicy& policy : report.policies) {
        sample(sink, "smtptls_policy_info", {{"policy", policy.name}, {"title", policy.title}, {"date", policy.date}},
               "1");
    }
    head(sink, "smtptls_policy_violated", "1: a rule of the policy fails, and nobody has waived it.");
    each_judgement(report, [&sink](const model::Judgement& judgement, const Labels& labels) {
        sample(sink, "smtptls_policy_violated", labels, flag(tally_of(judgement).of(Shown::fail) > 0));
    });
    head(sink, "smtptls_policy_verdict", "The verdict of a policy on an endpoint; always 1.");
    each_judgement(report, [&sink](const model::Judgement& judgement, const Labels& labels) {
        sample(sink, "smtptls_policy_verdict",
               with(labels, {{"verdict", std::string(word_of(shown_as(judgement.verdict)))}}), "1");
    });
    head(sink, "smtptls_policy_findings", "How many rules of a policy have a verdict.");
    each_judgement(report, [&sink](const model::Judgement& judgement, const Labels& labels) {
        const Tally tally = tally_of(judgement);
        for (const Shown shown : all_shown) {
            sample(sink, "smtptls_policy_findings", with(labels, {{"verdict", std::string(word_of(shown))}}),
                   std::to_string(tally.of(shown)));
        }
    });
    head(sink, "smtptls_baseline_gone_findings", "Findings of the baseline whose endpoints are not in this scan.");
    sample(sink, "smtptls_baseline_gone_findings", {}, std::to_string(report.gone.size()));
}

}  // namespace

void write_prometheus(const model::Report& report, const Style&, const Sink& sink)
{
    write_scan(report.scan, sink);
    write_endpoints(report.scan, sink);
    head(sink, "smtptls_cells", "Cells of version and suite by their state.");
    for (const model::EndpointResult& one : report.scan.endpoints) {
        write_cells(one, sink);
    }
    write_certificates(report.scan, sink);
    if (!report.policies.empty()) {
        write_judgements(report, sink);
    }
}

}  // namespace smtptls::report

#include "json/json.hpp"
#include "json/layout.hpp"
#include "model_json/endpoint.hpp"
#include "model_json/head.hpp"
#include "model_json/judgement.hpp"
#include "model_json/parts.hpp"
#include "model_json/report.hpp"
#include "model_json/side_by_side.hpp"

namespace smtptls::model_json {
namespace {

json::Value encode_end(const model::ReportHead& report)
{
    json::Value end = {{"finished", report.scan.finished},
                       {"duration_ms", report.scan.duration_ms},
                       {"interruption", model::format(report.scan.interruption)},
                       {"complete", report.complete()},
                       {"endpoints", report.totals.endpoints()},
                       {"target_failures", report.scan.failures.size()},
                       {"targets", json::Value::array()}};
    for (const std::string& target : report.scan.targets) {
        end["targets"].push_back(base::UntrustedText(target).escaped());
    }
    if (!report.policies.empty()) {
        json::Value& policies = end["policies"] = json::Value::array();
        for (const model::UsedPolicy& policy : report.policies) {
            policies.push_back(encode_policy(policy));
        }
        end["baseline"] = base::shown(report.baseline);
    }
    return end;
}

// Behind the kind of line.
std::string front_of(const model::ScanHead& scan)
{
    json::Value front = encode_head(scan, "smtptls-scan-line");
    front["line"] = "";
    front["options"] = encode_options(scan.options);
    return json::one_line(front);
}

}  // namespace

Lines::Lines(const model::ReportHead& head, const Detail& detail, base::Sink sink)
    : head_(head), detail_(detail), sink_(std::move(sink)), front_(front_of(head.scan))
{
}

void Lines::add(const char* kind, json::Value more)
{
    static constexpr std::string_view blank = "\"line\":\"";
    std::string line = front_;
    line.insert(line.find(blank) + blank.size(), kind);
    line.back() = ',';
    sink_(line.append(json::one_line(more), 1) + "\n");
}

void Lines::endpoint(const model::EndpointResult& result, model::Judgements judgements)
{
    json::Value line = json::object(2);
    json::put(line, "endpoint", encode_endpoint(result, detail_));
    if (!head_.policies.empty()) {
        json::Value& all = json::put(line, "judgements", json::Value::array());
        for (const model::Judgement& judgement : judgements) {
            all.push_back(encode_judgement(judgement, false));
        }
    }
    add("endpoint", std::move(line));
}

void Lines::end()
{
    for (const model::TargetFailure& failure : head_.scan.failures) {
        add("target_failure", encode_target_failure(failure));
    }
    for (const model::Finding& finding : head_.gone) {
        add("gone", {{"finding", encode_finding(finding)}});
    }
    for (json::Value& part : side_by_side_parts(head_.side_by_side)) {
        add("side_by_side", std::move(part));
    }
    add("end", encode_end(head_));
}

std::string encode_lines(const model::Report& report, const Detail& detail)
{
    std::string out;
    const model::ReportHead head = head_of(report);
    Lines lines(head, detail, [&out](std::string_view piece) { out += piece; });
    model::each_endpoint(report, [&lines](std::size_t, const model::EndpointResult& result,
                                          model::Judgements judgements) { lines.endpoint(result, judgements); });
    lines.end();
    return out;
}

}  // namespace smtptls::model_json

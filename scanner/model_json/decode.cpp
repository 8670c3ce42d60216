// Reads what encode.cpp and encode_lines.cpp write, and what version 1 of this program wrote. Strict:
// report/schema/scan.schema.json, and the sums beside it.
#include "json/json.hpp"
#include "json/parse.hpp"
#include "model_json/endpoint.hpp"
#include "model_json/head.hpp"
#include "model_json/judgement.hpp"
#include "model_json/parts.hpp"
#include "model_json/report.hpp"
#include "model_json/side_by_side.hpp"
#include "model_json/version1.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace smtptls::model_json {
namespace {

using json::Node;
using model::Report;
using Failed = base::Unexpected<std::string>;
using Decoded = base::Expected<Report, std::string>;

// The versions of the schema differ in their endpoints.
model::EndpointResult decode_any_endpoint(const Node& node)
{
    return node.has("versions") ? decode_endpoint(node) : decode_endpoint_version1(node);
}

model::TargetFailure decode_target_failure(const Node& node)
{
    return {decode_escaped(node.at("target")), decode_failure(node.at("failure"))};
}

// What a report has that is about policies: all or nothing.
void decode_policies(const Node& node, Report& report)
{
    if (!node.has("policies")) {
        for (const std::string_view key : {"judgements", "baseline", "gone"}) {
            if (node.has(key)) {
                node.at(key).err("is there, and no policies are");
            }
        }
        return;
    }
    for (const Node& one : node.at("policies").elements()) {
        report.policies.push_back(decode_policy(one));
    }
    if (report.policies.empty()) {
        node.at("policies").err("is empty");
    }
    report.baseline = node.has("baseline") ? node.at("baseline").text() : "";
}

// "judgements[3].policy: is none of the policies"; empty if all are about what there is.
std::string objection_to_judgements(const Report& report)
{
    for (std::size_t i = 0; i < report.judgements.size(); ++i) {
        const model::Judgement& one = report.judgements[i];
        const std::string way = "judgements[" + std::to_string(i) + "]";
        if (one.endpoint >= report.scan.endpoints.size()) {
            return way + ".endpoint: is no endpoint of this scan";
        }
        if (std::ranges::find(report.policies, one.policy, &model::UsedPolicy::name) == report.policies.end()) {
            return way + ".policy: is none of the policies";
        }
    }
    return {};
}

// The document, of which the endpoints and the judgements come one by one.
class DocumentReader {
public:
    explicit DocumentReader(bool judged) : judged_(judged) {}

    /// A stream, or a text.
    template <typename Source>
    Decoded read(Source&& source)
    {
        constexpr std::array<std::string_view, 3> lists = {"endpoints", "judgements", "gone"};
        const auto value =
            json::parse(source, lists, [this](std::string_view list, std::size_t place, const json::Value& element) {
                return take(list, place, element);
            });
        if (!error_.empty()) {
            return Failed(error_);
        }
        if (!value) {
            return Failed(value.error());
        }
        json::Reading reading(*value);
        std::string objection = objection_to(reading.node(), "smtptls-scan");
        if (objection.empty()) {
            read_rest(reading.node());
            objection = reading.error();
        }
        if (objection.empty()) {
            objection = objection_to_judgements(report_);
        }
        if (!objection.empty()) {
            return Failed(objection);
        }
        return std::move(report_);
    }

private:
    bool take(std::string_view list, std::size_t place, const json::Value& element)
    {
        json::Reading reading(element, std::string(list) + "[" + std::to_string(place) + "]");
        if (list == "endpoints") {
            report_.scan.endpoints.push_back(decode_any_endpoint(reading.node()));
        } else if (list == "judgements") {
            model::Judgement judgement = decode_judgement(reading.node(), std::nullopt);
            if (!judged_) {
                judgement.findings.clear();
            }
            report_.judgements.push_back(std::move(judgement));
        } else {
            report_.gone.push_back(decode_finding(reading.node()));
        }
        error_ = reading.error();
        return error_.empty();
    }

    void read_rest(const Node& node)
    {
        node.demand_keys({"format", "schema_version", "scanner", "started", "finished", "duration_ms", "complete",
                          "interruption", "options", "targets", "target_failures", "endpoints"},
                         {"registry", "policies", "judgements", "baseline", "gone", "side_by_side"});
        model::ScanResult& scan = report_.scan;
        decode_head(node, scan);
        decode_last(node, scan);
        scan.options = decode_options(node.at("options"));
        for (const Node& one : node.at("targets").elements()) {
            scan.targets.push_back(decode_escaped(one));
        }
        for (const Node& one : node.at("target_failures").elements()) {
            one.demand_keys({"target", "failure"});
            scan.failures.push_back(decode_target_failure(one));
        }
        decode_policies(node, report_);
        if (node.has("baseline") && report_.baseline.empty()) {
            node.at("baseline").err("is empty");
        }
        if (node.has("side_by_side")) {
            report_.side_by_side = decode_side_by_side(node.at("side_by_side"));
        }
        if (node.at("complete").boolean() != scan.complete()) {
            node.at("complete").err("is not what the endpoints say");
        }
    }

    bool judged_;
    Report report_;
    std::string error_;
};

// Lines, of which each has the whole head.
class LinesReader {
public:
    explicit LinesReader(bool judged) : judged_(judged) {}

    /// `whole`: a newline came behind it. False: it is not as it should be, or was cut off.
    bool take(const std::string& line, bool whole)
    {
        const std::string way = "line " + std::to_string(++number_);
        if (line.size() > longest_line) {
            return fail(way + ": longer than 16 MiB");
        }
        const auto value = json::parse(line);
        if (!value) {
            return whole && fail(way + ": " + value.error());
        }
        json::Reading reading(*value, way);
        const Node node = reading.node();
        const std::string objection = objection_to(node, "smtptls-scan-line");
        if (!objection.empty()) {
            return fail(way + ": " + objection);
        }
        read(node);
        return reading.error().empty() || fail(reading.error());
    }

    Decoded end()
    {
        if (error_.empty() && ended_) {
            error_ = objection_to_judgements(report_);
        }
        if (!error_.empty()) {
            return Failed(error_);
        }
        if (!ended_) {
            // Whoever wrote it was killed.
            report_.scan.finished = report_.scan.started;
            report_.scan.interruption = model::Interruption::signal;
            report_.judgements.clear();
        }
        return std::move(report_);
    }

private:
    bool fail(const std::string& error)
    {
        error_ = error;
        return false;
    }

    void read(const Node& node)
    {
        node.demand_keys(
            {"format", "schema_version", "line", "scanner", "started", "options"},
            {"registry",    "endpoint",     "judgements", "target",        "failure",         "finding", "finished",
             "duration_ms", "interruption", "complete",   "endpoints",     "target_failures", "targets", "policies",
             "baseline",    "name",         "key",        "shared_factor", "certificate",     "note"});
        model::ScanResult& scan = report_.scan;
        if (ended_) {
            node.err("comes behind the line that says \"end\": the lines of one scan are read at a time");
        } else if (number_ == 1) {
            decode_head(node, scan);
            scan.options = decode_options(node.at("options"));
        } else if (!node.at("started").is(scan.started)) {
            node.at("started").err("is that of another scan: the lines of one scan are read at a time");
        }
        const Node kind = node.at("line");
        if (kind.is("endpoint")) {
            read_endpoint(node);
        } else if (kind.is("target_failure")) {
            scan.failures.push_back(decode_target_failure(node));
        } else if (kind.is("gone")) {
            report_.gone.push_back(decode_finding(node.at("finding")));
        } else if (kind.is("side_by_side")) {
            decode_part(node, report_.side_by_side);
        } else if (kind.is("end")) {
            read_end(node);
        } else {
            kind.err("is none of endpoint, target_failure, gone, side_by_side and end");
        }
    }

    void read_endpoint(const Node& node)
    {
        std::vector<model::EndpointResult>& endpoints = report_.scan.endpoints;
        endpoints.push_back(decode_any_endpoint(node.at("endpoint")));
        if (!node.has("judgements")) {
            return;
        }
        for (const Node& one : node.at("judgements").elements()) {
            model::Judgement judgement = decode_judgement(one, endpoints.size() - 1);
            if (!judged_) {
                judgement.findings.clear();
            }
            report_.judgements.push_back(std::move(judgement));
        }
    }

    void read_end(const Node& node)
    {
        ended_ = true;
        model::ScanResult& scan = report_.scan;
        decode_last(node, scan);
        if (node.has("targets")) {
            for (const Node& one : node.at("targets").elements()) {
                scan.targets.push_back(decode_escaped(one));
            }
        }
        decode_policies(node, report_);
        if (!node.at("endpoints").is(static_cast<std::int64_t>(scan.endpoints.size()))) {
            node.at("endpoints").err("does not count the lines of endpoints: some are missing");
        }
        if (!node.at("target_failures").is(static_cast<std::int64_t>(scan.failures.size()))) {
            node.at("target_failures").err("does not count the lines of targets that failed: some are missing");
        }
        if (node.at("complete").boolean() != scan.complete()) {
            node.at("complete").err("is not what the endpoints say");
        }
    }

    bool judged_;
    bool ended_ = false;
    std::size_t number_ = 0;
    Report report_;
    std::string error_;
};

struct Line {
    std::string text;    // without its end
    bool whole = false;  // it had one
};

// No longer than `longest_line` and a byte; nothing at the end of the stream.
std::optional<Line> next_line(std::istream& stream)
{
    Line line;
    for (int c = stream.get(); c != std::istream::traits_type::eof(); c = stream.get()) {
        if (c == '\n') {
            line.whole = true;
            return line;
        }
        line.text += static_cast<char>(c);
        if (line.text.size() > longest_line) {
            return line;
        }
    }
    return line.text.empty() ? std::nullopt : std::optional(std::move(line));
}

bool is_of_lines(const Line& line)
{
    if (line.text.size() > longest_line) {
        return false;
    }
    const auto value = json::parse(line.text);
    if (!value) {
        return false;
    }
    json::Reading reading(*value);
    return reading.node().at("format").is("smtptls-scan-line");
}

Decoded decode_lines(std::istream& stream, std::optional<Line> line, bool judged)
{
    LinesReader reader(judged);
    while (line && reader.take(line->text, line->whole)) {
        line = next_line(stream);
    }
    return reader.end();
}

Decoded decode_any(std::istream& stream, bool judged)
{
    const auto begin = stream.tellg();
    std::optional<Line> line = next_line(stream);
    if (line && is_of_lines(*line)) {
        return decode_lines(stream, std::move(line), judged);
    }
    stream.clear();
    stream.seekg(begin);
    return DocumentReader(judged).read(stream);
}

// What is in memory is read in half of the time.
Decoded decode_any(std::string_view text, bool judged)
{
    const std::string_view first = text.substr(0, text.find('\n'));
    if (first.size() > longest_line || !is_of_lines({std::string(first), true})) {
        return DocumentReader(judged).read(text);
    }
    std::istringstream stream{std::string(text)};
    std::optional<Line> line = next_line(stream);
    return decode_lines(stream, std::move(line), judged);
}

base::Expected<model::ScanResult, std::string> scan_of(Decoded report)
{
    if (!report) {
        return Failed(std::move(report.error()));
    }
    return std::move(report->scan);
}

}  // namespace

base::Expected<Report, std::string> decode_report(std::istream& stream)
{
    return decode_any(stream, true);
}

base::Expected<Report, std::string> decode_report(std::string_view text)
{
    return decode_any(text, true);
}

base::Expected<model::ScanResult, std::string> decode(std::istream& stream)
{
    return scan_of(decode_any(stream, false));
}

base::Expected<model::ScanResult, std::string> decode(std::string_view text)
{
    return scan_of(decode_any(text, false));
}

}  // namespace smtptls::model_json

#include "json/json.hpp"
#include "json/layout.hpp"
#include "json/parse.hpp"
#include "model_json/endpoint.hpp"
#include "model_json/head.hpp"
#include "model_json/judgement.hpp"
#include "model_json/parts.hpp"
#include "model_json/report.hpp"
#include "model_json/side_by_side.hpp"

#include <algorithm>

namespace smtptls::model_json {
namespace {

void write_head(const model::ReportHead& report, json::Document& document)
{
    const model::ScanHead& scan = report.scan;
    const json::Value head = encode_head(scan, "smtptls-scan");
    for (const auto& [name, value] : head.items()) {
        document.member(name, value);
    }
    document.member("finished", scan.finished);
    document.member("duration_ms", scan.duration_ms);
    document.member("complete", report.complete());
    document.member("interruption", model::format(scan.interruption));
    document.member("options", encode_options(scan.options));
    document.list("targets", scan.targets,
                  [](const std::string& text) { return json::Value(base::UntrustedText(text).escaped()); });
    document.list("target_failures", scan.failures, encode_target_failure);
}

}  // namespace

void Document::endpoint(std::size_t place, const model::EndpointResult& result, model::Judgements judgements)
{
    endpoints_.add(place, json::elements_text({{encode_endpoint(result, detail_)}}));
    json::Value all = json::Value::array();
    std::ranges::for_each(judgements,
                          [&all](const model::Judgement& one) { all.push_back(encode_judgement(one, true)); });
    judgements_.add(place, judgements.empty() ? "" : json::one_line(all));
}

// Each names its endpoint by where that stands in the list, which is known now. All endpoints have judgements.
void Document::give_judgements(json::Document& document) const
{
    document.begin_list("judgements");
    std::size_t index = 0;
    judgements_.give([&](std::string_view text) {
        json::Value all = json::parse(text).value();
        for (json::Value& one : all) {
            one["endpoint"] = index;
            document.add(one);
        }
        ++index;
    });
    document.end_list();
}

void Document::end(const base::Sink& sink) const
{
    json::Document document(sink);
    write_head(head_, document);
    if (!head_.policies.empty()) {
        document.list("policies", head_.policies, encode_policy);
        if (!head_.baseline.empty()) {
            document.member("baseline", base::shown(head_.baseline));
        }
        give_judgements(document);
        document.list("gone", head_.gone, encode_finding);
    }
    if (!head_.side_by_side.empty()) {
        document.member("side_by_side", encode_side_by_side(head_.side_by_side));
    }
    document.begin_list("endpoints");
    endpoints_.give([&document](std::string_view text) { document.add_text(text); });
    document.end_list();
    document.end();
}

std::string encode(const model::Report& report, const Detail& detail)
{
    const model::ReportHead head = head_of(report);
    Document document(head, detail);
    model::each_endpoint(
        report, [&document](std::size_t place, const model::EndpointResult& result, model::Judgements judgements) {
            document.endpoint(place, result, judgements);
        });
    std::string out;
    document.end([&out](std::string_view piece) { out += piece; });
    return out;
}

std::string encode(const model::ScanResult& result, const Detail& detail)
{
    model::Report report;
    report.scan = result;
    return encode(report, detail);
}

}  // namespace smtptls::model_json

#include "record/json.hpp"

#include "record/document.hpp"
#include "record/endpoint.hpp"
#include "record/judgement.hpp"
#include "record/parts.hpp"

namespace smtptls::record {
namespace {

void write_head(const model::ScanResult& scan, Document& document)
{
    document.member("format", "smtptls-scan");
    document.member("schema_version", schema_version);
    document.member("scanner", encode_scanner(scan));
    document.member("started", scan.started);
    document.member("finished", scan.finished);
    document.member("duration_ms", scan.duration_ms);
    document.member("complete", scan.complete());
    document.member("interruption", model::format(scan.interruption));
    document.member("options", encode_options(scan));
    document.list("targets", scan.targets,
                  [](const std::string& text) { return Json(base::UntrustedText(text).escaped()); });
    document.list("target_failures", scan.failures, encode_target_failure);
}

// `judged` may be null: a plain scan.
void write_document(const model::ScanResult& scan, const model::Report* judged, const base::Sink& sink)
{
    Document document(sink);
    write_head(scan, document);
    if (judged != nullptr && !judged->policies.empty()) {
        document.list("policies", judged->policies, encode_policy);
        if (!judged->baseline.empty()) {
            document.member("baseline", base::shown(judged->baseline));
        }
        document.written("judgements", judged->judgements,
                         [](const model::Judgement& judgement, Writer& out) { write_judgement(judgement, true, out); });
        document.written("gone", judged->gone, write_finding);
    }
    document.written("endpoints", scan.endpoints, write_endpoint);
    document.end();
    sink("\n");
}

}  // namespace

void encode(const model::Report& report, const base::Sink& sink)
{
    write_document(report.scan, &report, sink);
}

std::string encode(const model::Report& report)
{
    std::string out;
    encode(report, [&out](std::string_view piece) { out += piece; });
    return out;
}

std::string encode(const model::ScanResult& result)
{
    std::string out;
    write_document(result, nullptr, [&out](std::string_view piece) { out += piece; });
    return out;
}

}  // namespace smtptls::record

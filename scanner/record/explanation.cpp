#include "record/explanation.hpp"

#include <nlohmann/json.hpp>

namespace smtptls::record {
namespace {

using Json = nlohmann::ordered_json;

template <typename Range, typename Encode>
Json encode_all(const Range& range, Encode encode_one)
{
    Json out = Json::array();
    for (const auto& element : range) {
        out.push_back(encode_one(element));
    }
    return out;
}

Json encode_place(const model::ConfigPlace& place)
{
    return {{"file", place.file.escaped()}, {"line", place.line}};
}

Json encode_finding(const model::ConfigFinding& finding)
{
    Json out = {{"rule", finding.rule}, {"kind", model::format(finding.kind)}};
    if (finding.place) {
        out["place"] = encode_place(*finding.place);
    }
    if (!finding.setting.empty()) {
        out["setting"] = finding.setting.escaped();
    }
    out["sentence"] = finding.sentence;
    out["source"] = finding.source;
    return out;
}

Json encode_versions(const std::vector<tls::ProtocolVersion>& versions)
{
    return encode_all(versions, [](tls::ProtocolVersion version) { return Json(tls::format(version)); });
}

Json encode_forecast(const model::TlsForecast& forecast)
{
    Json out = {
        {"offer", model::format(forecast.offer)},
        {"certain", forecast.certain},
        {"versions", encode_versions(forecast.versions)},
        {"suites", encode_all(forecast.suites, [](tls::CipherSuite suite) { return Json(tls::format(suite)); })}};
    if (!forecast.note.empty()) {
        out["note"] = forecast.note;
    }
    return out;
}

Json encode_governing(const model::GoverningSetting& setting)
{
    Json out = {{"name", setting.name}, {"value", setting.value.escaped()}};
    if (setting.place) {
        out["place"] = encode_place(*setting.place);
    }
    return out;
}

Json encode_removed(const model::ConfigFinding& line)
{
    Json out = {{"setting", line.setting.escaped()}};
    if (line.place) {
        out["place"] = encode_place(*line.place);
    }
    return out;
}

Json encode_change(const model::ConfigChange& change)
{
    return {{"where", change.where.escaped()},
            {"lines", change.lines},
            {"remove", encode_all(change.remove, encode_removed)}};
}

Json encode_advice(const model::ConfigAdvice& advice)
{
    return {{"goal", advice.goal},
            {"before", advice.before},
            {"changes", encode_all(advice.changes, encode_change)},
            {"after", encode_forecast(advice.after)}};
}

Json encode_comparison(const model::ConfigComparison& comparison)
{
    return {{"endpoint", comparison.endpoint},
            {"observed", encode_versions(comparison.observed)},
            {"agrees", comparison.agrees},
            {"sentence", comparison.sentence}};
}

Json encode_service(const model::ServiceExplanation& service)
{
    Json out = {{"name", service.name.escaped()}};
    if (service.port) {
        out["port"] = *service.port;
    }
    if (service.place) {
        out["place"] = encode_place(*service.place);
    }
    out["role"] = service.role;
    out["why"] = service.why;
    out["now"] = encode_forecast(service.now);
    out["governing"] = encode_all(service.governing, encode_governing);
    out["findings"] = encode_all(service.findings, encode_finding);
    out["advice"] = encode_all(service.advice, encode_advice);
    out["comparisons"] = encode_all(service.comparisons, encode_comparison);
    return out;
}

}  // namespace

std::string encode(const model::Explanation& explanation)
{
    const Json document = {{"format", "smtptls-scan explanation"},
                           {"schema_version", explanation_schema_version},
                           {"product", explanation.product},
                           {"assumptions", explanation.assumptions},
                           {"services", encode_all(explanation.services, encode_service)},
                           {"findings", encode_all(explanation.findings, encode_finding)},
                           {"problems", encode_all(explanation.problems, encode_finding)},
                           {"notes", explanation.notes}};
    return document.dump(2) + "\n";
}

}  // namespace smtptls::record

#include "report/remedy/explanation_json.hpp"

#include "json/json.hpp"
#include "json/layout.hpp"

namespace smtptls::remedy {
namespace {

template <typename Range, typename Encode>
json::Value encode_all(const Range& range, Encode encode_one)
{
    json::Value out = json::Value::array();
    for (const auto& element : range) {
        out.push_back(encode_one(element));
    }
    return out;
}

json::Value encode_place(const ConfigPlace& place)
{
    return {{"file", place.file.escaped()}, {"line", place.line}};
}

json::Value encode_finding(const ConfigFinding& finding)
{
    json::Value out = {{"rule", finding.rule}, {"kind", format(finding.kind)}};
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

json::Value encode_versions(const std::vector<tls::ProtocolVersion>& versions)
{
    return encode_all(versions, [](tls::ProtocolVersion version) { return json::Value(tls::format(version)); });
}

json::Value encode_forecast(const TlsForecast& forecast)
{
    json::Value out = {{"offer", format(forecast.offer)},
                       {"certain", forecast.certain},
                       {"versions", encode_versions(forecast.versions)},
                       {"suites", encode_all(forecast.suites,
                                             [](tls::CipherSuite suite) { return json::Value(tls::format(suite)); })}};
    if (!forecast.note.empty()) {
        out["note"] = forecast.note;
    }
    return out;
}

json::Value encode_governing(const GoverningSetting& setting)
{
    json::Value out = {{"name", setting.name}, {"value", setting.value.escaped()}};
    if (setting.place) {
        out["place"] = encode_place(*setting.place);
    }
    return out;
}

json::Value encode_removed(const ConfigFinding& line)
{
    json::Value out = {{"setting", line.setting.escaped()}};
    if (line.place) {
        out["place"] = encode_place(*line.place);
    }
    return out;
}

json::Value encode_change(const ConfigChange& change)
{
    json::Value out = {{"where", change.where.escaped()},
                       {"lines", change.lines},
                       {"remove", encode_all(change.remove, encode_removed)}};
    if (change.below) {
        out["below"] = encode_place(*change.below);
    }
    return out;
}

json::Value encode_outcome(const ConfigOutcome& outcome)
{
    return {{"service", outcome.service}, {"forecast", encode_forecast(outcome.forecast)}};
}

json::Value encode_advice(const ConfigAdvice& advice)
{
    return {{"goal", advice.goal},
            {"before", advice.before},
            {"changes", encode_all(advice.changes, encode_change)},
            {"after", encode_all(advice.after, encode_outcome)}};
}

json::Value encode_comparison(const ConfigComparison& comparison)
{
    return {{"endpoint", comparison.endpoint},
            {"observed", encode_versions(comparison.observed)},
            {"agrees", comparison.agrees},
            {"sentence", comparison.sentence}};
}

json::Value encode_service(const ServiceExplanation& service)
{
    json::Value out = {{"name", service.name.escaped()}, {"title", service.title}};
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

std::string write_json(const Explanation& explanation)
{
    const json::Value document = {{"format", "smtptls-scan explanation"},
                                  {"schema_version", explanation_schema_version},
                                  {"product", explanation.product},
                                  {"assumptions", explanation.assumptions},
                                  {"summary", explanation.summary},
                                  {"advice", encode_all(explanation.advice, encode_advice)},
                                  {"services", encode_all(explanation.services, encode_service)},
                                  {"findings", encode_all(explanation.findings, encode_finding)},
                                  {"problems", encode_all(explanation.problems, encode_finding)},
                                  {"notes", explanation.notes}};
    return json::laid_out(document) + "\n";
}

}  // namespace smtptls::remedy

#include "model_json/head.hpp"

#include "json/json.hpp"
#include "model_json/parts.hpp"
#include "model_json/report.hpp"

namespace smtptls::model_json {

json::Value encode_head(const model::ScanHead& scan, const char* format)
{
    return {{"format", format},
            {"schema_version", schema_version},
            {"scanner",
             {{"name", "smtptls-scan"}, {"version", scan.program_version}, {"tls_library", scan.library_version}}},
            {"registry", {{"version", tls::registry_version}, {"suites", tls::all_suites().size()}}},
            {"started", scan.started}};
}

void decode_head(const json::Node& node, model::ScanResult& scan)
{
    const json::Node scanner = node.at("scanner");
    scanner.demand_keys({"name", "version", "tls_library"});
    scan.program_version = scanner.at("version").text();
    scan.library_version = scanner.at("tls_library").text();
    scan.started = node.at("started").text();
    if (!node.at("schema_version").is(1)) {
        const json::Node registry = node.at("registry");
        registry.demand_keys({"version", "suites"});
        if (!registry.at("version").is(tls::registry_version)) {
            registry.err("is another than this program's, version " + std::to_string(tls::registry_version) +
                         ": read it with smtptls-scan " + scan.program_version);
        }
    }
}

void decode_last(const json::Node& node, model::ScanResult& scan)
{
    scan.finished = node.at("finished").text();
    scan.duration_ms = node.at("duration_ms").number();
    scan.interruption = node.at("interruption").one_of(model::Interruption::max_time);
}

std::string objection_to(const json::Node& node, const char* format)
{
    if (!node.at("format").is(format)) {
        return "this is not a scan: smtptls-scan --format json writes one";
    }
    if (!node.at("schema_version").is(1) && !node.at("schema_version").is(schema_version)) {
        return "this scan has a schema_version that this program does not know: it reads 1 and " +
               std::to_string(schema_version);
    }
    return {};
}

}  // namespace smtptls::model_json

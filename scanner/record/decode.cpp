// Reads what json.cpp writes. Strict: report/schema/scan.schema.json, and the sums beside it.
#include "record/json.hpp"
#include "record/judgement.hpp"
#include "record/parts.hpp"

#include <algorithm>
#include <charconv>

namespace smtptls::record {
namespace {

constexpr std::int64_t most_ports = 65535;

// A name of the registry, or the code point that format() writes for a suite without one.
std::optional<tls::CipherSuite> parse_suite(std::string_view word)
{
    if (const tls::SuiteInfo* const info = tls::find_suite(word)) {
        return info->name == word ? std::optional(info->code) : std::nullopt;
    }
    std::uint32_t code = 0;
    const char* const end = word.data() + word.size();
    const bool prefixed = word.size() > 2 && word.starts_with("0x");
    const auto [stop, error] = std::from_chars(word.data() + (prefixed ? 2 : 0), end, code, 16);
    const auto suite = static_cast<tls::CipherSuite>(code);
    const bool whole = prefixed && error == std::errc() && stop == end && tls::format(suite) == word;
    return whole ? std::optional(suite) : std::nullopt;
}

// A suite of the matrix, before its cell is made.
struct Place {
    tls::ProtocolVersion version{};
    tls::CipherSuite suite{};
    std::size_t entry = 0;  // what its cell has beside the suite
};

// What the cells of an entry have in common; the places of them are added.
model::Cell decode_cells(const Node& node, std::size_t entry, std::vector<Place>& places)
{
    node.demand_keys({"version", "state", "evidence", "suites"}, {"grade", "note"});
    model::Cell cell;
    cell.version = decode_version(node.at("version"));
    cell.state = node.at("state").one_of(model::CellState::not_tested);
    cell.evidence = decode_evidence(node.at("evidence"));
    if (node.has("grade")) {
        cell.grade = node.at("grade").one_of(model::Grade::hello_retry);
    }
    if (node.has("note")) {
        cell.note = node.at("note").text();
    }
    if (cell.grade.has_value() != (cell.state == model::CellState::accepted)) {
        node.err("accepted cells have a grade, and no others");
    }
    for (const Node& suite : node.at("suites").elements()) {
        places.push_back({cell.version, suite.parsed<tls::CipherSuite>(parse_suite, {}), entry});
    }
    return cell;
}

// Cells are put in order before they are made: they are large.
model::Matrix decode_matrix(const Node& node)
{
    std::vector<model::Cell> entries;
    std::vector<Place> places;
    for (const Node& entry : node.elements()) {
        entries.push_back(decode_cells(entry, entries.size(), places));
    }
    std::ranges::sort(places, [](const Place& one, const Place& other) {
        return one.version != other.version ? one.version > other.version
               : one.suite != other.suite   ? one.suite < other.suite
                                            : one.entry < other.entry;
    });
    const auto same = [](const Place& one, const Place& other) {
        return one.version == other.version && one.suite == other.suite;
    };
    const auto twice = std::ranges::adjacent_find(places, same);
    if (twice != places.end()) {
        node.err(tls::format(twice->suite) + " stands twice in " + tls::format(twice->version));
    }
    model::Matrix matrix;
    matrix.cells.reserve(places.size());
    for (const Place& place : places) {
        matrix.cells.push_back(entries[place.entry]);
        matrix.cells.back().suite = place.suite;
    }
    return matrix;
}

model::Value decode_value(const Node& node)
{
    if (node.is_boolean()) {
        return node.boolean();
    }
    if (node.is_number()) {
        return node.value().integer();
    }
    if (node.is_text()) {
        return node.untrusted();
    }
    std::vector<base::UntrustedText> texts;
    for (const Node& element : node.elements()) {
        texts.push_back(element.untrusted());
    }
    return texts;
}

model::Observation decode_observation(const Node& node)
{
    node.demand_keys({"id", "value", "evidence"}, {"subject"});
    return {node.at("id").text(), node.has("subject") ? node.at("subject").text() : "", decode_value(node.at("value")),
            decode_evidence(node.at("evidence"))};
}

model::Exchange decode_exchange(const Node& node)
{
    node.demand_keys({"id", "purpose", "question", "version", "offered", "outcome", "started_ms", "duration_ms"});
    model::Exchange exchange;
    exchange.id = static_cast<model::QuestionId>(node.at("id").number());
    exchange.purpose = node.at("purpose").text();
    const std::string question = node.at("question").text();
    if (question != "handshake" && question != "hello") {
        node.at("question").err("is neither hello nor handshake");
    }
    exchange.handshake = question == "handshake";
    exchange.version = decode_version(node.at("version"));
    exchange.offered = decode_offer(node.at("offered"), exchange.version);
    exchange.outcome = node.at("outcome").text();
    exchange.started_ms = node.at("started_ms").number();
    exchange.duration_ms = node.at("duration_ms").number();
    return exchange;
}

void check_coverage(const Node& node, const model::Matrix& matrix)
{
    using model::CellState;
    node.demand_keys({"asked", "accepted", "rejected", "inconclusive", "not_tested"});
    const auto differs = [&](std::string_view key, std::size_t count) {
        return node.at(key).number() != static_cast<std::int64_t>(count);
    };
    bool wrong = differs("asked", matrix.cells.size());
    for (const CellState state :
         {CellState::accepted, CellState::rejected, CellState::inconclusive, CellState::not_tested}) {
        wrong = differs(format(state), matrix.count(state)) || wrong;
    }
    if (wrong) {
        node.err("does not count the cells of the matrix");
    }
}

model::Endpoint decode_place(const Node& node)
{
    model::Endpoint endpoint;
    endpoint.host = node.at("host").text();
    const auto address = model::IpAddress::parse(node.at("address").text());
    if (!address) {
        node.at("address").err("is not an address");
    }
    endpoint.address = address.value_or(model::IpAddress());
    const std::int64_t port = node.at("port").number();
    if (port == 0 || port > most_ports) {
        node.at("port").err("is not a port");
    }
    endpoint.port = static_cast<std::uint16_t>(port);
    endpoint.mode = node.at("tls").one_of(model::TlsMode::implicit);
    return endpoint;
}

model::EndpointResult decode_endpoint(const Node& node)
{
    node.demand_keys({"host", "address", "port", "tls", "status", "connections", "duration_ms", "coverage", "matrix",
                      "observations", "exchanges"},
                     {"failure", "source_address", "asked_for"});
    model::EndpointResult result;
    result.endpoint = decode_place(node);
    result.status = node.at("status").one_of(model::EndpointStatus::failed);
    if (node.has("failure")) {
        result.failure = decode_failure(node.at("failure"));
    }
    if (node.has("source_address")) {
        result.source_address = node.at("source_address").text();
    }
    if (node.has("asked_for")) {
        for (const Node& name : node.at("asked_for").elements()) {
            result.asked_for.push_back(name.text());
        }
    }
    result.duration_ms = node.at("duration_ms").number();
    result.matrix = decode_matrix(node.at("matrix"));
    check_coverage(node.at("coverage"), result.matrix);
    for (const Node& one : node.at("observations").elements()) {
        result.observations.push_back(decode_observation(one));
    }
    for (const Node& one : node.at("exchanges").elements()) {
        result.exchanges.push_back(decode_exchange(one));
    }
    if (node.at("connections").number() != static_cast<std::int64_t>(result.exchanges.size())) {
        node.at("connections").err("does not count the exchanges");
    }
    return result;
}

void decode_head(const Node& node, model::ScanResult& result)
{
    node.demand_keys({"format", "schema_version", "scanner", "started", "finished", "duration_ms", "complete",
                      "interruption", "options", "targets", "target_failures", "endpoints"},
                     {"policies", "judgements", "baseline", "gone"});
    const Node scanner = node.at("scanner");
    scanner.demand_keys({"name", "version", "tls_library"});
    result.program_version = scanner.at("version").text();
    result.library_version = scanner.at("tls_library").text();
    result.started = node.at("started").text();
    result.finished = node.at("finished").text();
    result.duration_ms = node.at("duration_ms").number();
    result.interruption = node.at("interruption").one_of(model::Interruption::max_time);
    result.options = decode_options(node.at("options"));
}

model::ScanResult decode_scan(const Node& node)
{
    model::ScanResult result;
    decode_head(node, result);
    for (const Node& one : node.at("targets").elements()) {
        result.targets.push_back(decode_escaped(one));
    }
    for (const Node& one : node.at("target_failures").elements()) {
        one.demand_keys({"target", "failure"});
        result.failures.push_back({decode_escaped(one.at("target")), decode_failure(one.at("failure"))});
    }
    for (const Node& one : node.at("endpoints").elements()) {
        result.endpoints.push_back(decode_endpoint(one));
    }
    if (node.at("complete").boolean() != result.complete()) {
        node.at("complete").err("is not what the endpoints say");
    }
    return result;
}

// What it is at all, so that the error says that first.
std::string objection(const Value& document)
{
    const Value* const format = document.find("format");
    if (format == nullptr || *format != "smtptls-scan") {
        return "this is not a scan: smtptls-scan --format json writes one";
    }
    const Value* const version = document.find("schema_version");
    if (version == nullptr || *version != schema_version) {
        return "this scan has another schema_version than " + std::to_string(schema_version);
    }
    return {};
}

}  // namespace

base::Expected<model::Report, std::string> decode_report(std::string_view text)
{
    const auto tree = Tree::parse(text);
    if (!tree) {
        return base::Unexpected<std::string>("not JSON: " + base::UntrustedText(tree.error()).escaped());
    }
    std::string error = objection(tree->root());
    if (!error.empty()) {
        return base::Unexpected<std::string>(std::move(error));
    }
    const Node document(tree->root(), error);
    model::Report report;
    report.scan = decode_scan(document);
    decode_judgements(document, report);
    if (!error.empty()) {
        return base::Unexpected<std::string>(std::move(error));
    }
    return report;
}

base::Expected<model::ScanResult, std::string> decode(std::string_view text)
{
    auto report = decode_report(text);
    if (!report) {
        return base::Unexpected<std::string>(std::move(report.error()));
    }
    return std::move(report->scan);
}

}  // namespace smtptls::record

#include "model_json/version1.hpp"

#include "model/proof_sentence.hpp"
#include "model_json/endpoint.hpp"
#include "model_json/matrix_json.hpp"
#include "model_json/parts.hpp"

#include <algorithm>
#include <charconv>

namespace smtptls::model_json {
namespace {

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
model::Cell decode_cells(const json::Node& node, std::size_t entry, std::vector<Place>& places)
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
    for (const json::Node& suite : node.at("suites").elements()) {
        places.push_back({cell.version, suite.parsed<tls::CipherSuite>(parse_suite, {}), entry});
    }
    return cell;
}

model::Matrix decode_version1_matrix(const json::Node& node)
{
    std::vector<model::Cell> entries;
    std::vector<Place> places;
    for (const json::Node& entry : node.elements()) {
        entries.push_back(decode_cells(entry, entries.size(), places));
    }
    if (places.size() > tls::all_versions.size() * most_suites) {
        node.err("has more cells than any scan");
        return {};
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
    for (const Place& place : places) {
        entries[place.entry].suite = place.suite;
        matrix.add(entries[place.entry]);
    }
    return matrix;
}

}  // namespace

model::EndpointResult decode_endpoint_version1(const json::Node& node)
{
    node.demand_keys({"host", "address", "port", "tls", "status", "connections", "duration_ms", "coverage", "matrix",
                      "observations", "exchanges"},
                     {"failure", "source_address", "asked_for"});
    model::EndpointResult result = decode_end(node);
    for (const json::Node& one : node.at("exchanges").elements()) {
        result.exchanges.push_back(decode_exchange(one));
    }
    result.handshakes = static_cast<std::size_t>(std::ranges::count_if(result.exchanges, &model::Exchange::handshake));
    if (result.connections != result.exchanges.size()) {
        node.at("connections").err("does not count the exchanges");
    }
    for (const json::Node& one : node.at("observations").elements()) {
        result.observations.push_back(decode_observation(one));
    }
    const auto said_so = [](const model::Exchange& one) { return one.outcome == "alert unrecognized_name"; };
    if (const auto one = std::ranges::find_if(result.exchanges, said_so); one != result.exchanges.end()) {
        result.observations.push_back(model::observed<model::Fact::tls_unrecognized_name>(true, {one->id}));
    }
    result.matrix = model::with_sentences(decode_version1_matrix(node.at("matrix")), result.exchanges);
    check_coverage(node.at("coverage"), result.matrix);
    return result;
}

}  // namespace smtptls::model_json

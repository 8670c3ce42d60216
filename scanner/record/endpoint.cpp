#include "record/endpoint.hpp"

#include "record/offer.hpp"
#include "record/parts.hpp"

#include <map>
#include <tuple>

namespace smtptls::record {
namespace {

struct EncodeValue {
    Json operator()(bool value) const { return value; }
    Json operator()(std::int64_t value) const { return value; }
    Json operator()(const base::UntrustedText& value) const { return value.escaped(); }
    Json operator()(const std::vector<base::UntrustedText>& values) const
    {
        Json out = Json::array();
        for (const base::UntrustedText& value : values) {
            out.push_back(value.escaped());
        }
        return out;
    }
};

// Cells that differ only in their suite are one entry: a version has some 400 cells, and most of them
// are rejected by the same two answers.
Json encode_matrix(const model::Matrix& matrix)
{
    using Key = std::tuple<tls::ProtocolVersion, model::CellState, std::optional<model::Grade>, std::string,
                           std::vector<model::QuestionId>>;
    std::map<Key, std::size_t> place;
    Json out = Json::array();
    for (const model::Cell& cell : matrix.cells) {
        const Key key{cell.version, cell.state, cell.grade, cell.note, cell.evidence};
        const auto [at, fresh] = place.emplace(key, out.size());
        if (fresh) {
            Json entry = {{"version", tls::format(cell.version)}, {"state", model::format(cell.state)}};
            if (cell.grade) {
                entry["grade"] = model::format(*cell.grade);
            }
            if (!cell.note.empty()) {
                entry["note"] = cell.note;
            }
            entry["evidence"] = cell.evidence;
            entry["suites"] = Json::array();
            out.push_back(std::move(entry));
        }
        out[at->second]["suites"].push_back(tls::format(cell.suite));
    }
    return out;
}

Json encode_observation(const model::Observation& observation)
{
    Json out = {{"id", observation.id}};
    if (!observation.subject.empty()) {
        out["subject"] = observation.subject;
    }
    out["value"] = std::visit(EncodeValue(), observation.value);
    out["evidence"] = observation.evidence;
    return out;
}

Json encode_exchange(const model::Exchange& exchange)
{
    return {{"id", exchange.id},
            {"purpose", exchange.purpose},
            {"question", exchange.handshake ? "handshake" : "hello"},
            {"version", tls::format(exchange.version)},
            {"offered", encode_offer(exchange.offered)},
            {"outcome", exchange.outcome},
            {"started_ms", exchange.started_ms},
            {"duration_ms", exchange.duration_ms}};
}

Json encode_coverage(const model::Matrix& matrix)
{
    return {{"asked", matrix.cells.size()},
            {"accepted", matrix.count(model::CellState::accepted)},
            {"rejected", matrix.count(model::CellState::rejected)},
            {"inconclusive", matrix.count(model::CellState::inconclusive)},
            {"not_tested", matrix.count(model::CellState::not_tested)}};
}

template <typename Range, typename Encode>
Json encode_all(const Range& range, Encode encode_one)
{
    Json out = Json::array();
    for (const auto& element : range) {
        out.push_back(encode_one(element));
    }
    return out;
}

}  // namespace

Json encode_endpoint(const model::EndpointResult& result)
{
    Json out = {{"host", result.endpoint.host},
                {"address", result.endpoint.address.format()},
                {"port", result.endpoint.port},
                {"tls", model::format(result.endpoint.mode)},
                {"status", model::format(result.status)}};
    if (result.failure) {
        out["failure"] = encode_failure(*result.failure);
    }
    if (!result.source_address.empty()) {
        out["source_address"] = result.source_address;
    }
    if (!result.asked_for.empty()) {
        out["asked_for"] = result.asked_for;
    }
    out["connections"] = result.exchanges.size();
    out["duration_ms"] = result.duration_ms;
    out["coverage"] = encode_coverage(result.matrix);
    out["matrix"] = encode_matrix(result.matrix);
    out["observations"] = encode_all(result.observations, encode_observation);
    out["exchanges"] = encode_all(result.exchanges, encode_exchange);
    return out;
}

Json encode_scanner(const model::ScanResult& scan)
{
    return {{"name", "smtptls-scan"}, {"version", scan.program_version}, {"tls_library", scan.library_version}};
}

Json encode_options(const model::ScanResult& scan)
{
    Json out = Json::object();
    for (const auto& [name, value] : scan.options) {
        out[name] = value;
    }
    return out;
}

}  // namespace smtptls::record

#include "record/endpoint.hpp"

#include "record/offer.hpp"

#include <functional>
#include <unordered_map>

namespace smtptls::record {
namespace {

struct WriteValue {
    Writer& out;

    void operator()(bool value) const { out.boolean(value); }
    void operator()(std::int64_t value) const { out.number(value); }
    void operator()(const base::UntrustedText& value) const { out.text(value.escaped()); }
    void operator()(const std::vector<base::UntrustedText>& values) const
    {
        out.begin_list();
        for (const base::UntrustedText& value : values) {
            out.text(value.escaped());
        }
        out.end_list();
    }
};

// Cells that differ only in their suite.
struct Alike {
    bool operator()(const model::Cell* one, const model::Cell* other) const
    {
        return one->version == other->version && one->state == other->state && one->grade == other->grade &&
               one->note == other->note && one->evidence == other->evidence;
    }
    std::size_t operator()(const model::Cell* cell) const
    {
        constexpr std::size_t prime = 1000003;
        std::size_t hash = static_cast<std::size_t>(cell->version) * prime + static_cast<std::size_t>(cell->state);
        for (const model::QuestionId id : cell->evidence) {
            hash = hash * prime + id;
        }
        return hash * prime + std::hash<std::string>()(cell->note);
    }
};

void write_failure(const base::Failure& failure, Writer& out)
{
    out.begin_object();
    out.key("stage"), out.text(format(failure.stage));
    out.key("reason"), out.text(format(failure.reason));
    out.key("text"), out.text(failure.text.escaped());
    out.end_object();
}

void write_suite(tls::CipherSuite suite, Writer& out)
{
    const tls::SuiteInfo* const info = tls::find(suite);
    if (info != nullptr) {
        out.text(info->name);
    } else {
        out.text(tls::format(suite));
    }
}

void write_cells(const std::vector<const model::Cell*>& cells, Writer& out)
{
    const model::Cell& first = *cells.front();
    out.begin_object();
    out.key("version"), out.text(tls::format(first.version));
    out.key("state"), out.text(model::format(first.state));
    if (first.grade) {
        out.key("grade"), out.text(model::format(*first.grade));
    }
    if (!first.note.empty()) {
        out.key("note"), out.text(first.note);
    }
    out.key("evidence"), out.numbers(first.evidence);
    out.key("suites"), out.begin_list();
    for (const model::Cell* const cell : cells) {
        write_suite(cell->suite, out);
    }
    out.end_list();
    out.end_object();
}

// Cells that are alike are one entry: a version has hundreds of cells, and most of them
// are rejected by the same two answers.
void write_matrix(const model::Matrix& matrix, Writer& out)
{
    std::unordered_map<const model::Cell*, std::size_t, Alike, Alike> place;
    std::vector<std::vector<const model::Cell*>> entries;
    for (const model::Cell& cell : matrix.cells) {
        const auto [at, fresh] = place.emplace(&cell, entries.size());
        if (fresh) {
            entries.emplace_back();
        }
        entries[at->second].push_back(&cell);
    }
    out.begin_list();
    for (const auto& entry : entries) {
        write_cells(entry, out);
    }
    out.end_list();
}

void write_observation(const model::Observation& observation, Writer& out)
{
    out.begin_object();
    out.key("id"), out.text(observation.id);
    if (!observation.subject.empty()) {
        out.key("subject"), out.text(observation.subject);
    }
    out.key("value"), std::visit(WriteValue{out}, observation.value);
    out.key("evidence"), out.numbers(observation.evidence);
    out.end_object();
}

void write_exchange(const model::Exchange& exchange, Writer& out)
{
    out.begin_object();
    out.key("id"), out.number(exchange.id);
    out.key("purpose"), out.text(exchange.purpose);
    out.key("question"), out.text(exchange.handshake ? "handshake" : "hello");
    out.key("version"), out.text(tls::format(exchange.version));
    out.key("offered"), out.text(encode_offer(exchange.offered));
    out.key("outcome"), out.text(exchange.outcome);
    out.key("started_ms"), out.number(exchange.started_ms);
    out.key("duration_ms"), out.number(exchange.duration_ms);
    out.end_object();
}

void write_coverage(const model::Matrix& matrix, Writer& out)
{
    using model::CellState;
    out.begin_object();
    out.key("asked"), out.number(static_cast<std::int64_t>(matrix.cells.size()));
    for (const CellState state :
         {CellState::accepted, CellState::rejected, CellState::inconclusive, CellState::not_tested}) {
        out.key(format(state)), out.number(static_cast<std::int64_t>(matrix.count(state)));
    }
    out.end_object();
}

template <typename Range, typename Write>
void write_all(const Range& range, Write write_one, Writer& out)
{
    out.begin_list();
    for (const auto& element : range) {
        write_one(element, out);
    }
    out.end_list();
}

}  // namespace

void write_endpoint(const model::EndpointResult& result, Writer& out)
{
    out.begin_object();
    out.key("host"), out.text(result.endpoint.host);
    out.key("address"), out.text(result.endpoint.address.format());
    out.key("port"), out.number(result.endpoint.port);
    out.key("tls"), out.text(model::format(result.endpoint.mode));
    out.key("status"), out.text(model::format(result.status));
    if (result.failure) {
        out.key("failure"), write_failure(*result.failure, out);
    }
    if (!result.source_address.empty()) {
        out.key("source_address"), out.text(result.source_address);
    }
    if (!result.asked_for.empty()) {
        out.key("asked_for"), out.texts(result.asked_for);
    }
    out.key("connections"), out.number(static_cast<std::int64_t>(result.exchanges.size()));
    out.key("duration_ms"), out.number(result.duration_ms);
    out.key("coverage"), write_coverage(result.matrix, out);
    out.key("matrix"), write_matrix(result.matrix, out);
    out.key("observations"), write_all(result.observations, write_observation, out);
    out.key("exchanges"), write_all(result.exchanges, write_exchange, out);
    out.end_object();
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

#include "model/proof_sentence.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>

namespace smtptls::model {
namespace {

constexpr std::size_t most_outcomes = 3;

// Cells of which the same is said.
using Kind = std::tuple<tls::ProtocolVersion, CellState, std::optional<Grade>, std::string_view>;

Kind kind_of(const CellView& cell)
{
    return {cell.version, cell.state, cell.grade, cell.note};
}

using Exchanges = std::vector<const Exchange*>;

std::string seconds(std::int64_t milliseconds)
{
    std::array<char, 32> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.1f", static_cast<double>(milliseconds) / 1000);
    return {text.data(), static_cast<std::size_t>(size)};
}

// "0.2 to 1.4 s after the start"
std::string when(const Exchanges& exchanges)
{
    const auto [first, last] = std::ranges::minmax(exchanges, {}, &Exchange::started_ms);
    const std::string from = seconds(first->started_ms);
    const std::string to = seconds(last->started_ms);
    return from + (from == to ? "" : " to " + to) + " s after the start";
}

// A choice is "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA".
bool is_choice(const Exchange& exchange)
{
    const std::string_view outcome = exchange.outcome;
    return outcome.starts_with("TLS ") || outcome.starts_with("SSL ");
}

// "2 connections: alert handshake_failure", most frequent first.
std::string answers(const Exchanges& exchanges)
{
    std::map<std::string, std::size_t> counts;
    for (const Exchange* const exchange : exchanges) {
        ++counts[is_choice(*exchange) ? "a suite was chosen" : exchange->outcome];
    }
    std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, std::greater(), &std::pair<std::string, std::size_t>::second);
    std::string text = std::to_string(exchanges.size()) + (exchanges.size() == 1 ? " answer: " : " answers: ");
    for (std::size_t i = 0; i < sorted.size() && i < most_outcomes; ++i) {
        text += (i == 0 ? "" : ", ") + sorted[i].first;
        text += sorted.size() > 1 ? " (" + std::to_string(sorted[i].second) + ")" : "";
    }
    return text + (sorted.size() > most_outcomes ? " and others" : "");
}

std::string accepted(Grade grade)
{
    switch (grade) {
        case Grade::handshake: return "a handshake was completed with each";
        case Grade::family: return "each was chosen, in a whole first flight, and a handshake of its family completed";
        case Grade::server_flight: return "each was chosen, in a whole first flight";
        case Grade::hello_retry: return "each was chosen, in a HelloRetryRequest";
    }
    return {};
}

std::string sentence_of(const Kind& kind, const Exchanges& exchanges)
{
    if (exchanges.empty()) {
        return {};
    }
    const auto grade = std::get<std::optional<Grade>>(kind);
    return (grade ? accepted(*grade) : answers(exchanges)) + "; " + when(exchanges);
}

}  // namespace

Matrix with_sentences(const Matrix& matrix, const std::vector<Exchange>& exchanges)
{
    std::map<Kind, std::set<QuestionId>> ids;
    for (const CellView& cell : matrix.cells()) {
        ids[kind_of(cell)].insert(cell.evidence.begin(), cell.evidence.end());
    }
    std::map<Kind, std::string> sentences;
    for (const auto& [kind, evidence] : ids) {
        Exchanges seen;
        for (const QuestionId id : evidence) {
            const auto exchange = std::ranges::lower_bound(exchanges, id, {}, &Exchange::id);
            if (exchange != exchanges.end() && exchange->id == id) {
                seen.push_back(&*exchange);
            }
        }
        sentences[kind] = sentence_of(kind, seen);
    }
    Matrix out;
    for (const CellView& cell : matrix.cells()) {
        out.add({cell.version,
                 cell.suite,
                 cell.state,
                 cell.grade,
                 std::string(cell.note),
                 {cell.evidence.begin(), cell.evidence.end()}},
                sentences.at(kind_of(cell)));
    }
    return out;
}

}  // namespace smtptls::model

#include "model/matrix.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace smtptls::model {
namespace {

// Cells side by side are mostly alike. Who is not found among so many is kept once more, which costs memory and no
// time.
constexpr std::ptrdiff_t look_back = 256;

template <typename Number>
Number narrowed(std::size_t number)
{
    if (number > std::numeric_limits<Number>::max()) {
        throw std::length_error("a matrix has more proofs than can be kept");
    }
    return static_cast<Number>(number);
}

}  // namespace

Matrix::Matrix(const std::vector<Cell>& cells)
{
    for (const Cell& cell : cells) {
        add(cell);
    }
}

void Matrix::add(tls::ProtocolVersion version, tls::CipherSuite suite, std::uint16_t kept)
{
    if (rows_.empty() || rows_.back().version != version) {
        rows_.push_back({version, {}, {}});
        rows_.back().proofs.reserve(tls::suites_of(version).size());
    }
    Row& row = rows_.back();
    const auto registered = tls::suites_of(row.version);
    const std::size_t place = row.proofs.size();
    const bool as_registered = place < registered.size() && registered[place] == suite;
    if (!row.suites.empty() || !as_registered) {
        if (row.suites.empty()) {
            row.suites.assign(registered.begin(), registered.begin() + static_cast<std::ptrdiff_t>(place));
        }
        row.suites.push_back(suite);
    }
    row.proofs.push_back(kept);
}

std::uint16_t Matrix::kind_of(const Cell& cell, std::string_view seen)
{
    const auto same = [&](const Kind& kind) {
        return kind.state == cell.state && kind.grade == cell.grade && kind.note == cell.note && kind.seen == seen;
    };
    const auto end = kinds_.rbegin() + std::min(std::ssize(kinds_), look_back);
    const auto found = std::find_if(kinds_.rbegin(), end, same);
    if (found == end) {
        kinds_.push_back({cell.state, cell.grade, cell.note, std::string(seen)});
        return narrowed<std::uint16_t>(kinds_.size() - 1);
    }
    return narrowed<std::uint16_t>(static_cast<std::size_t>(kinds_.rend() - found) - 1);
}

std::uint16_t Matrix::keep(const Cell& cell, std::string_view seen)
{
    const std::uint16_t kind = kind_of(cell, seen);
    const auto same = [&](const Proof& proof) {
        return proof.kind == kind && std::ranges::equal(evidence_of(proof), cell.evidence);
    };
    const auto end = proofs_.rbegin() + std::min(std::ssize(proofs_), look_back);
    const auto found = std::find_if(proofs_.rbegin(), end, same);
    if (found != end) {
        return narrowed<std::uint16_t>(static_cast<std::size_t>(proofs_.rend() - found) - 1);
    }
    proofs_.push_back({kind, narrowed<std::uint16_t>(cell.evidence.size()), narrowed<std::uint32_t>(evidence_.size())});
    evidence_.insert(evidence_.end(), cell.evidence.begin(), cell.evidence.end());
    return narrowed<std::uint16_t>(proofs_.size() - 1);
}

std::vector<Cell> Matrix::values() const
{
    std::vector<Cell> all;
    for (const CellView& cell : cells()) {
        all.push_back({cell.version,
                       cell.suite,
                       cell.state,
                       cell.grade,
                       std::string(cell.note),
                       {cell.evidence.begin(), cell.evidence.end()}});
    }
    return all;
}

std::size_t Matrix::size() const
{
    std::size_t size = 0;
    for (const Row& row : rows_) {
        size += row.proofs.size();
    }
    return size;
}

std::size_t Matrix::count(CellState state) const
{
    std::size_t count = 0;
    for (const Row& row : rows_) {
        count += this->count(row.version, state);
    }
    return count;
}

std::size_t Matrix::count(tls::ProtocolVersion version, CellState state) const
{
    const auto row = std::ranges::find(rows_, version, &Row::version);
    const auto is = [&](std::uint16_t proof) { return kinds_[proofs_[proof].kind].state == state; };
    return row == rows_.end() ? 0 : static_cast<std::size_t>(std::ranges::count_if(row->proofs, is));
}

std::vector<tls::ProtocolVersion> Matrix::versions() const
{
    std::vector<tls::ProtocolVersion> all;
    std::ranges::transform(rows_, std::back_inserter(all), &Row::version);
    return all;
}

bool Matrix::is_whole(tls::ProtocolVersion version) const
{
    const auto row = std::ranges::find(rows_, version, &Row::version);
    return row != rows_.end() && row->suites.empty() && row->proofs.size() == tls::suites_of(version).size();
}

std::string_view format(CellState state)
{
    switch (state) {
        case CellState::accepted: return "accepted";
        case CellState::rejected: return "rejected";
        case CellState::inconclusive: return "inconclusive";
        case CellState::not_tested: return "not_tested";
    }
    return "unknown";
}

std::string_view format(Grade grade)
{
    switch (grade) {
        case Grade::handshake: return "handshake";
        case Grade::family: return "family";
        case Grade::server_flight: return "server_flight";
        case Grade::hello_retry: return "hello_retry";
    }
    return "unknown";
}

std::string_view format(Confirm confirm)
{
    static constexpr std::array<std::string_view, all_confirms.size()> words = {"none", "version", "family", "suite"};
    return words.at(static_cast<std::size_t>(confirm));
}

}  // namespace smtptls::model

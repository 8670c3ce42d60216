#include "model/matrix.hpp"

#include <algorithm>

namespace smtptls::model {

std::size_t Matrix::count(CellState state) const
{
    const auto n = std::count_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.state == state; });
    return static_cast<std::size_t>(n);
}

std::size_t Matrix::count(tls::ProtocolVersion version, CellState state) const
{
    const auto matches = [&](const Cell& cell) { return cell.version == version && cell.state == state; };
    return static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), matches));
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

}  // namespace smtptls::model

// The matrix: one cell for each version and suite that was a question, with its state, how strong
// the proof is, and the exchanges it rests on. Silence is never a refusal.
#pragma once

#include "model/question.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model {

enum class CellState { accepted, rejected, inconclusive, not_tested };

/// How an accepted cell was proved, strongest first (docs/ARCHITECTURE.md, "Grades").
enum class Grade { handshake, family, server_flight, hello_retry };

struct Cell {
    tls::ProtocolVersion version{};
    tls::CipherSuite suite{};
    CellState state = CellState::not_tested;
    std::optional<Grade> grade;  ///< accepted cells only
    std::string note;            ///< why it is inconclusive or not tested; our words, escaped where quoted
    std::vector<QuestionId> evidence;

    bool operator==(const Cell&) const = default;
};

struct Matrix {
    std::vector<Cell> cells;  ///< by version, newest first, then in the registry's order of code points

    std::size_t count(CellState state) const;
    std::size_t count(tls::ProtocolVersion version, CellState state) const;
};

std::string_view format(CellState state);
std::string_view format(Grade grade);

}  // namespace smtptls::model

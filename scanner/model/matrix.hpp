// The matrix: one cell for each version and suite that was a question, with its state, how strong
// the proof is, and the exchanges it rests on. Silence is never a refusal.
#pragma once

#include "model/question.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model {

enum class CellState { accepted, rejected, inconclusive, not_tested };

/// How an accepted cell was proved, strongest first (docs/ARCHITECTURE.md, "Grades").
enum class Grade { handshake, family, server_flight, hello_retry };

/// How much is confirmed by completed handshakes: `version` one in each version; `family` those that show every key
/// exchange, authentication and cipher family among what is accepted; `suite` every suite that our library can speak.
enum class Confirm { none, version, family, suite };
inline constexpr std::array all_confirms = {Confirm::none, Confirm::version, Confirm::family, Confirm::suite};

/// A cell as probes conclude it.
struct Cell {
    tls::ProtocolVersion version{};
    tls::CipherSuite suite{};
    CellState state = CellState::not_tested;
    std::optional<Grade> grade;  ///< accepted cells only
    std::string note;            ///< why it is inconclusive or not tested; our words, escaped where quoted
    std::vector<QuestionId> evidence;

    bool operator==(const Cell&) const = default;
};

/// A cell as it stands in a matrix, and lives no longer than that.
struct CellView {
    tls::ProtocolVersion version{};
    tls::CipherSuite suite{};
    CellState state = CellState::not_tested;
    std::optional<Grade> grade;
    std::string_view note;
    std::string_view seen;  ///< what was seen of it and of others like it, and when; may be empty
    std::span<const QuestionId> evidence;
};

/// Many cells and few proofs: an endpoint has thousands of cells, most of them rejected by the same answers, and a scan
/// thousands of endpoints. A cell takes two bytes, and the suites of a version none if they are all of the registry's.
class Matrix {
public:
    class Cells;

    Matrix() = default;
    explicit Matrix(const std::vector<Cell>& cells);

    /// The most cells with proofs of their own, and the most exchanges a cell rests on; beyond them std::length_error.
    static constexpr std::size_t most = 65535;

    /// Behind those that are there: by version, newest first, then by suite in the registry's order of code points.
    void add(const Cell& cell, std::string_view seen = {}) { add(cell.version, cell.suite, keep(cell, seen)); }

    /// The same for many cells that differ in their suite alone: kept once, then added by the number of it.
    std::uint16_t keep(const Cell& like, std::string_view seen);
    void add(tls::ProtocolVersion version, tls::CipherSuite suite, std::uint16_t kept);

    /// All of them in that order; see CellView.
    Cells cells() const;

    /// The same as values of their own, without `seen`.
    std::vector<Cell> values() const;

    bool empty() const { return rows_.empty(); }
    std::size_t size() const;
    std::size_t count(CellState state) const;
    std::size_t count(tls::ProtocolVersion version, CellState state) const;

    /// The versions that have cells, newest first.
    std::vector<tls::ProtocolVersion> versions() const;

    /// Whether the cells of a version are those of the registry, all and no others.
    bool is_whole(tls::ProtocolVersion version) const;

private:
    friend class Cells;

    struct Row {
        tls::ProtocolVersion version{};
        std::vector<tls::CipherSuite> suites;  // empty: the first of the registry's, as many as there are proofs
        std::vector<std::uint16_t> proofs;     // places in proofs_

        const tls::CipherSuite* first_suite() const
        {
            return suites.empty() ? tls::suites_of(version).data() : suites.data();
        }
    };
    // What many proofs have in common.
    struct Kind {
        CellState state = CellState::not_tested;
        std::optional<Grade> grade;
        std::string note;
        std::string seen;

        bool operator==(const Kind&) const = default;
    };
    struct Proof {
        std::uint16_t kind = 0;
        std::uint16_t count = 0;
        std::uint32_t first = 0;  // in evidence_
    };

    std::uint16_t kind_of(const Cell& cell, std::string_view seen);
    std::span<const QuestionId> evidence_of(const Proof& proof) const
    {
        return {evidence_.data() + proof.first, proof.count};
    }

    std::vector<Row> rows_;
    std::vector<Kind> kinds_;
    std::vector<Proof> proofs_;
    std::vector<QuestionId> evidence_;
};

class Matrix::Cells {
public:
    class Iterator {
    public:
        using value_type = CellView;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::forward_iterator_tag;

        Iterator() = default;
        Iterator(const Matrix& matrix, std::size_t row) : matrix_(&matrix), row_(row) { begin_row(); }

        // Every rule of every policy looks at every cell: what a caller does not use is left out where this is
        // compiled.
        CellView operator*() const
        {
            const Row& row = matrix_->rows_[row_];
            const Proof& proof = matrix_->proofs_[row.proofs[place_]];
            const Kind& kind = matrix_->kinds_[proof.kind];
            return {row.version,
                    suites_[place_],
                    kind.state,
                    kind.grade,
                    kind.note,
                    kind.seen,
                    matrix_->evidence_of(proof)};
        }
        Iterator& operator++()
        {
            if (++place_ == matrix_->rows_[row_].proofs.size()) {
                ++row_;
                begin_row();
            }
            return *this;
        }
        Iterator operator++(int)
        {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator& other) const { return row_ == other.row_ && place_ == other.place_; }

    private:
        void begin_row()
        {
            place_ = 0;
            suites_ = row_ < matrix_->rows_.size() ? matrix_->rows_[row_].first_suite() : nullptr;
        }

        const Matrix* matrix_ = nullptr;
        const tls::CipherSuite* suites_ = nullptr;  // of the row
        std::size_t row_ = 0;
        std::size_t place_ = 0;
    };

    explicit Cells(const Matrix& matrix) : matrix_(&matrix) {}

    Iterator begin() const { return {*matrix_, 0}; }
    Iterator end() const { return {*matrix_, matrix_->rows_.size()}; }

private:
    const Matrix* matrix_;
};

inline Matrix::Cells Matrix::cells() const
{
    return Cells(*this);
}

std::string_view format(CellState state);
std::string_view format(Grade grade);
std::string_view format(Confirm confirm);  ///< "family"

}  // namespace smtptls::model

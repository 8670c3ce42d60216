// Cells drawn at random when all is decided, and asked for again, each alone: for auditors, and for our tests. What is
// rejected is offered by itself, what is accepted is completed.
#pragma once

#include "model/matrix.hpp"
#include "model/observation.hpp"
#include "probes/elimination/patience.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace smtptls::probes {

class DoubleCheck {
public:
    /// Of `cells` cells; 0: none. The same `seed` draws the same ones.
    DoubleCheck(std::uint32_t cells, std::uint32_t seed) : most_(cells), seed_(seed) {}

    bool due() const { return most_ > 0 && !drawn_; }
    /// All else is decided.
    void draw(std::vector<model::Cell> cells);

    /// The next one to ask for; it goes out with this id.
    std::optional<model::Cell> next(model::Numbering& ids, model::QuestionId& id);

    enum class Finding { same, differs, again, unanswered };
    /// Of the cell that went out with this id, which is left in `cell`.
    Finding learn(model::QuestionId id, const Reply& reply, model::Cell& cell);

    std::vector<model::Observation> observations() const;

private:
    struct Drawn {
        model::Cell cell;
        Patience patience;
    };

    std::uint32_t most_;
    std::uint32_t seed_;
    bool drawn_ = false;
    std::deque<Drawn> ready_;
    std::map<model::QuestionId, Drawn> under_way_;
    std::int64_t asked_ = 0;
    std::int64_t unanswered_ = 0;
    std::vector<model::QuestionId> differ_;
};

}  // namespace smtptls::probes

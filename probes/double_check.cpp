#include "probes/double_check.hpp"

#include <random>
#include <utility>

namespace smtptls::probes {

using model::Fact;
namespace {

using model::CellState;

bool can_be_checked(const model::Cell& cell)
{
    // An SSL 2 hello has every kind, and none can be offered alone.
    return cell.version != tls::ProtocolVersion::ssl2 && cell.state != CellState::not_tested;
}

}  // namespace

// The draw is our own, from a generator that the standard defines to the last bit: evidence draws the same elsewhere.
void DoubleCheck::draw(std::vector<model::Cell> cells)
{
    drawn_ = true;
    std::erase_if(cells, [](const model::Cell& cell) { return !can_be_checked(cell); });
    std::mt19937 random(seed_);
    for (std::size_t i = 0; i < cells.size() && ready_.size() < most_; ++i) {
        std::swap(cells[i], cells[i + random() % (cells.size() - i)]);
        ready_.push_back({std::move(cells[i]), {}});
    }
}

std::optional<model::Cell> DoubleCheck::next(model::Numbering& ids, model::QuestionId& id)
{
    if (ready_.empty()) {
        return std::nullopt;
    }
    id = ids.next();
    const Drawn& drawn = under_way_.insert_or_assign(id, std::move(ready_.front())).first->second;
    ready_.pop_front();
    return drawn.cell;
}

DoubleCheck::Finding DoubleCheck::learn(model::QuestionId id, const Reply& reply, model::Cell& cell)
{
    Drawn drawn = std::move(under_way_.extract(id).mapped());
    cell = drawn.cell;
    const bool accepted = cell.state == CellState::accepted;
    const bool chosen = reply.item == cell.suite && (accepted ? reply.has_choice() : reply.kind == ReplyKind::chosen);
    const bool no = reply.says_no() || reply.kind == ReplyKind::closed || reply.kind == ReplyKind::failed;
    if (!chosen && !no && !reply.has_choice() &&
        drawn.patience.after_alone(reply.kind, true) == Patience::Next::again) {
        ready_.push_back(std::move(drawn));
        return Finding::again;
    }
    ++asked_;
    if (!chosen && !no) {
        ++unanswered_;
        return Finding::unanswered;
    }
    const bool differs = (accepted && no) || (cell.state == CellState::rejected && chosen);
    if (differs) {
        differ_.push_back(id);
    }
    return differs ? Finding::differs : Finding::same;
}

std::vector<model::Observation> DoubleCheck::observations() const
{
    if (!drawn_) {
        return {};
    }
    return {model::observed<Fact::double_check_asked>(asked_),
            model::observed<Fact::double_check_differ>(static_cast<std::int64_t>(differ_.size()), differ_),
            model::observed<Fact::double_check_unanswered>(unanswered_)};
}

}  // namespace smtptls::probes

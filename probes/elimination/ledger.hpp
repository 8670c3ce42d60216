// What is known of each item, with its evidence. Nothing else decides a cell.
#pragma once

#include "probes/reply.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::probes {

template <typename Item>
class Ledger {
public:
    using Items = std::vector<Item>;
    using Evidence = std::vector<model::QuestionId>;

    struct Decision {
        model::CellState state = model::CellState::not_tested;
        std::optional<model::Grade> grade;
        std::string note;
        Evidence evidence;
    };

    /// `candidates`: every item to decide, in the order to offer them.
    explicit Ledger(Items candidates) : candidates_(std::move(candidates)) {}

    void accept(Item item, const ReplyOf<Item>& reply)
    {
        Decision& decision = decide(item, model::CellState::accepted, reply.evidence);
        decision.grade = reply.grade;
        if (std::ranges::find(found_, item) == found_.end()) {
            found_.push_back(item);
        }
    }

    /// What was refused is rejected by `proof`: an answer which shows that the server read the list. What is accepted
    /// stays so, here and below: another list that overlaps it may have shown it meanwhile.
    void reject(const Items& items, model::QuestionId proof)
    {
        for (const Item item : unaccepted(items)) {
            Evidence& evidence = decide(item, model::CellState::rejected, proof).evidence;
            const Evidence& before = refusals(item);
            evidence.insert(evidence.begin(), before.begin(), before.end());
        }
    }

    void leave_open(const Items& items, const std::string& note, model::QuestionId evidence)
    {
        for (const Item item : unaccepted(items)) {
            decide(item, model::CellState::inconclusive, evidence).note = note;
        }
    }

    /// `items` were refused in one list; `counts`: as far as refusals of this kind count.
    void note_refusal(const Items& items, const ReplyOf<Item>& reply, bool counts)
    {
        for (const Item item : items) {
            refusals_[item].push_back(reply.evidence);
            if (reply.kind == ReplyKind::refused) {
                by_alert_.insert(item);
            } else if (reply.kind == ReplyKind::closed && counts) {
                by_close_.insert(item);
            }
        }
    }

    const Items& candidates() const { return candidates_; }
    /// What is accepted, in the order it was found.
    const Items& found() const { return found_; }

    bool decided(Item item) const { return decisions_.contains(item); }
    bool decided_any() const { return !decisions_.empty(); }
    const Decision* decision(Item item) const
    {
        const auto found = decisions_.find(item);
        return found == decisions_.end() ? nullptr : &found->second;
    }
    Items undecided() const
    {
        return those([this](Item item) { return !decided(item); });
    }
    Items rejected() const
    {
        return those(
            [this](Item item) { return decided(item) && decision(item)->state == model::CellState::rejected; });
    }

    /// The questions in which it was refused.
    const Evidence& refusals(Item item) const
    {
        static const Evidence none;
        const auto found = refusals_.find(item);
        return found == refusals_.end() ? none : found->second;
    }
    bool refused_by_alert(Item item) const { return by_alert_.contains(item); }
    bool refused_by_close(Item item) const { return by_close_.contains(item); }

private:
    template <typename Predicate>
    Items those(Predicate belongs) const
    {
        Items out;
        std::ranges::copy_if(candidates_, std::back_inserter(out), belongs);
        return out;
    }

    Items unaccepted(Items items) const
    {
        std::erase_if(items, [this](Item item) { return std::ranges::find(found_, item) != found_.end(); });
        return items;
    }

    Decision& decide(Item item, model::CellState state, model::QuestionId evidence)
    {
        Decision& decision = decisions_[item];
        decision.state = state;
        decision.grade.reset();
        decision.note.clear();
        decision.evidence.push_back(evidence);
        return decision;
    }

    Items candidates_;
    Items found_;
    std::map<Item, Decision> decisions_;
    std::map<Item, Evidence> refusals_;
    std::set<Item> by_alert_;
    std::set<Item> by_close_;
};

}  // namespace smtptls::probes

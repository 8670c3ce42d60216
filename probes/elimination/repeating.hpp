// What was refused, asked again so often as is needed where more than one server answers: the same list until it was
// refused that many times since an item of it was last chosen.
#pragma once

#include "probes/elimination/bench.hpp"

#include <utility>
#include <vector>

namespace smtptls::probes {

template <typename Item>
class Repeating {
public:
    using Items = std::vector<Item>;

    void begin(Bench<Item>& bench, const std::vector<Items>& lists, int times)
    {
        times_ = times;
        for (const Items& list : lists) {
            if (!list.empty()) {
                bench.desk.push(bench.ask(model::Purpose::Kind::gate, "asked again", list));
            }
        }
    }

    /// True if something was chosen that was refused before.
    bool take(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        if (reply.has_choice() && std::ranges::find(ask.items, reply.item) != ask.items.end()) {
            const bool chosen = bench.settle(ask, reply) == Fate::chosen;
            if (chosen && !ask.items.empty()) {
                bench.desk.push(std::move(ask));
            }
            return chosen && reply.kind == ReplyKind::chosen;
        }
        if (reply.says_no() || reply.kind == ReplyKind::closed || reply.kind == ReplyKind::failed) {
            bench.ledger.note_refusal(ask.items, reply, false);
            if (ask.patience.count_close() < times_) {
                bench.desk.push(std::move(ask));
            }
        } else {
            bench.desk.ask_again(ask, reply.kind, bench.server.shaky);
        }
        return false;
    }

private:
    int times_ = 0;
};

}  // namespace smtptls::probes

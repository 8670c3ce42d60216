// What was refused, asked again so often as is needed where more than one server answers: each list until it was
// refused that many times since an item of it was last chosen. Each time it is asked twice, one right after the other:
// servers behind one address often answer in turn, and what is asked at regular intervals would meet the same one each
// time.
#pragma once

#include "probes/elimination/bench.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace smtptls::probes {

template <typename Item>
class Repeating {
public:
    using Items = std::vector<Item>;

    explicit Repeating(std::vector<Items> lists, int times) : lists_(std::move(lists)), times_(times) {}

    /// Nothing is ready or under way: the next two questions. False if there are none.
    bool go_on(Bench<Item>& bench)
    {
        while (!lists_.empty()) {
            Items& list = lists_.back();
            std::erase_if(list, [&](Item item) {
                return std::ranges::find(bench.ledger.found(), item) != bench.ledger.found().end();
            });
            if (!list.empty() && refusals_ < times_ && lost_ < most_lost) {
                bench.desk.push(bench.ask(model::Purpose::Kind::gate, "asked again", list));
                bench.desk.push(bench.ask(model::Purpose::Kind::gate, "asked again", list));
                return true;
            }
            lists_.pop_back();
            refusals_ = lost_ = 0;
        }
        return false;
    }

    /// True if something was chosen that was refused before.
    bool take(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        if (reply.has_choice() && std::ranges::find(ask.items, reply.item) != ask.items.end()) {
            refusals_ = 0;
            return bench.settle(ask, reply) == Fate::chosen && reply.kind == ReplyKind::chosen;
        }
        if (reply.says_no() || reply.kind == ReplyKind::closed || reply.kind == ReplyKind::failed) {
            bench.ledger.note_refusal(ask.items, reply, false);
            ++refusals_;
        } else if (!bench.desk.ask_again(ask, reply.kind, bench.server.log.shaky)) {
            ++lost_;
        }
        return false;
    }

private:
    static constexpr int most_lost = 2;

    std::vector<Items> lists_;
    int times_;
    int refusals_ = 0;
    int lost_ = 0;
};

}  // namespace smtptls::probes

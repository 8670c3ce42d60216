// What is rejected, once more in lists of which none holds all that might hide an item: for servers with an order of
// their own, which pick what they cannot serve and refuse the whole list because of it.
#pragma once

#include "probes/elimination/bench.hpp"

#include <utility>
#include <vector>

namespace smtptls::probes {

template <typename Item>
class Sieving {
public:
    using Items = std::vector<Item>;
    using Kind = model::Purpose::Kind;

    bool begun() const { return begun_; }

    void begin(Bench<Item>& bench, const std::vector<Items>& lists)
    {
        begun_ = true;
        for (const Items& whole : lists) {
            for (Items& list : Nature<Item>::split(whole, bench.shape.most)) {
                bench.desk.push(bench.ask(Kind::sieve, "", std::move(list)));
            }
        }
    }

    void take(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        if (ask.kind == Kind::alive) {
            bench.settle_alive(ask, reply);
        } else if (bench.settle(ask, reply) == Fate::chosen && !ask.items.empty()) {
            bench.desk.push_first(std::move(ask));
        }
    }

private:
    bool begun_ = false;
};

}  // namespace smtptls::probes

// The server's own order of what it accepts, in full: where the choices so far leave open which of some items comes
// next, these are offered by themselves.
#pragma once

#include "probes/elimination/bench.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace smtptls::probes {

template <typename Item>
class Ordering {
public:
    using Items = std::vector<Item>;
    using Kind = model::Purpose::Kind;

    /// Nothing is ready or under way: the next question. False if the order is known, or cannot be.
    bool go_on(Bench<Item>& bench)
    {
        if (failed_ || asked_ >= bench.ledger.found().size() || bench.preference.order() != Order::server) {
            return false;
        }
        const auto sequence = bench.preference.sequence(bench.ledger.found());
        if (!sequence || sequence->next.size() < 2) {
            return false;
        }
        Items next = sequence->next;
        next.resize(std::min(next.size(), bench.shape.most));
        for (std::size_t i = 0; i < next.size() && !bench.nature.tells_order(next); ++i) {
            std::rotate(next.begin(), next.begin() + 1, next.end());
        }
        ++asked_;
        bench.desk.push(bench.ask(Kind::order, "", std::move(next)));
        return true;
    }

    void take(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        const bool chosen =
            reply.kind == ReplyKind::chosen && std::ranges::find(ask.items, reply.item) != ask.items.end();
        failed_ = !chosen && !bench.desk.ask_again(ask, reply.kind, bench.server.log.shaky);
    }

private:
    std::size_t asked_ = 0;
    bool failed_ = false;
};

}  // namespace smtptls::probes

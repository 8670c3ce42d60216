// What was refused is offered once more, followed by an accepted item, the canary, which must be chosen: only then is
// the rest rejected, since the server is alive and has read the list. A list that makes the canary fail is taken apart,
// and each part is asked and closed by itself.
#pragma once

#include "probes/elimination/bench.hpp"

#include <string>
#include <utility>
#include <vector>

namespace smtptls::probes {

template <typename Item>
class Closing {
public:
    using Items = std::vector<Item>;
    using Kind = model::Purpose::Kind;

    /// The most questions, so that a server which breaks on every list does not cost hundreds of connections; what is
    /// open then is inconclusive.
    static constexpr int budget = 160;
    static constexpr int budget_of_closes = 400;  ///< where each refusal must come three times

    /// Something must be accepted. `broken`: lists known to make the canary fail. `ask_order`: the canary and its
    /// witness are asked even if there is nothing to close.
    void begin(Bench<Item>& bench, const std::vector<Items>& broken, bool alive, bool ask_order)
    {
        alive_ = alive;
        const Items tail = tail_now(bench);
        Items rest = bench.open();
        for (const Items& list : broken) {
            std::erase_if(rest, [&list](Item item) { return std::ranges::find(list, item) != list.end(); });
        }
        for (Items& list : bench.nature.lists(rest, bench.shape)) {
            bench.desk.push(bench.ask(Kind::canary, "the rest", std::move(list), tail));
        }
        for (const Items& list : broken) {
            take_apart(bench, list);
        }
        if (ask_order && bench.desk.idle() && tail.size() == 2) {
            bench.desk.push(bench.ask(Kind::canary, "the order", {}, tail));
        }
    }

    void take(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        ++questions_;
        if (ask.kind == Kind::alive) {
            take_alive(bench, std::move(ask), reply);
            return;
        }
        switch (bench.settle(ask, reply)) {
            case Fate::chosen:
                if (!ask.items.empty()) {
                    bench.desk.push_first(std::move(ask));
                }
                break;
            case Fate::tail:
                // The canary, or its witness: the list was read, and what stands before them was refused before or
                // passed over.
                alive_ = true;
                bench.ledger.reject(ask.items, reply.evidence);
                break;
            case Fate::refused: take_refusal(bench, std::move(ask), reply); break;
            case Fate::again:
            case Fate::open: break;
        }
    }

    /// A canary was chosen: what it closed is proved.
    bool alive() const { return alive_; }

private:
    // The witness, as long as it may show whose order decides.
    static Items tail_now(const Bench<Item>& bench)
    {
        const bool may_show_order = !bench.shape.limited() && !bench.preference.client_proven();
        return may_show_order ? bench.canary_and_witness() : Items{bench.canary()};
    }

    void take_refusal(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        if (ask.tail.empty() && ask.items.size() == 1) {
            // Offered alone and refused: nothing can hide behind it.
            bench.ledger.reject(ask.items, reply.evidence);
        } else if (ask.tail.empty()) {
            close_apart(bench, std::move(ask.detail), std::move(ask.items));
        } else if (const int most = bench.server.by_alert ? budget : budget_of_closes; questions_ >= most) {
            bench.ledger.leave_open(
                ask.items, "not closed within " + std::to_string(most) + " questions: " + reply.words, reply.evidence);
        } else {
            take_apart(bench, ask.items);
        }
    }

    // Is it the list, or the server? The canary alone tells; the list waits for it.
    void take_apart(Bench<Item>& bench, const Items& items)
    {
        if (!alive_) {
            pending_.push_back(items);
            bench.desk.push(bench.ask_alive());
            return;
        }
        bench.server.traps = bench.server.traps || bench.server.hellos.long_lists;
        for (Part<Item>& part : bench.nature.parts(items, bench.ledger.found())) {
            // In the client's order the canary needs no refusal before it: all in front of it is passed over.
            if (part.items.size() > 1 && bench.preference.client_proven()) {
                close_apart(bench, std::move(part.detail), std::move(part.items));
                continue;
            }
            Ask<Item> ask = bench.ask(Kind::removal, std::move(part.detail), std::move(part.items));
            ask.apart = true;
            bench.desk.push(std::move(ask));
        }
    }

    void close_apart(Bench<Item>& bench, std::string detail, Items items)
    {
        Ask<Item> ask = bench.ask(Kind::canary, std::move(detail), std::move(items), tail_now(bench));
        ask.apart = true;
        bench.desk.push(std::move(ask));
    }

    void take_alive(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        const auto answered = bench.settle_alive(ask, reply);
        if (!answered) {
            return;
        }
        const auto lists = std::exchange(pending_, {});
        if (*answered) {
            alive_ = true;
            for (const Items& list : lists) {
                take_apart(bench, list);
            }
        }
    }

    bool alive_ = false;
    int questions_ = 0;
    std::vector<Items> pending_;
};

}  // namespace smtptls::probes

// Offer, take away what is chosen, ask again. Behind the list stands what was accepted first: in the server's own order
// it is chosen in its turn, and the list goes on alone until it is refused; in the client's order everything before it
// is chosen first, which is seen at once. From then on a pair ends each list and closes it (preference.hpp), and there
// may be lanes.
#pragma once

#include "probes/elimination/bench.hpp"
#include "probes/elimination/lanes.hpp"

#include <utility>
#include <vector>

namespace smtptls::probes {

template <typename Item>
class Removal {
public:
    using Items = std::vector<Item>;
    using Kind = model::Purpose::Kind;

    /// `lanes` outlives the phase. `limited`: few of the items will be accepted, and the list is to be asked with a
    /// pair from the start, which needs two accepted ones first.
    explicit Removal(Lanes<Item>& lanes, bool limited = false) : lanes_(&lanes), limited_(limited) {}

    /// `others`, of a limited removal: of these one is wanted.
    void begin(Bench<Item>& bench, Items open, Items others = {})
    {
        if (others.empty()) {
            start(bench, open);
            return;
        }
        waiting_ = std::move(open);
        Ask<Item> another = bench.ask(Kind::removal, "another", std::move(others));
        another.once = true;
        bench.desk.push(std::move(another));
    }

    void take(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        if (ask.kind == Kind::alive) {
            bench.settle_alive(ask, reply);
            return;
        }
        switch (bench.settle(ask, reply)) {
            case Fate::chosen: follow(bench, std::move(ask)); break;
            case Fate::tail: take_tail(bench, std::move(ask), reply); break;
            case Fate::refused: take_refusal(bench, std::move(ask)); break;
            case Fate::again:
            case Fate::open: break;
        }
    }

    /// Nothing is ready or under way: what is left to ask. False if there is nothing.
    bool go_on(Bench<Item>& bench)
    {
        if (!waiting_.empty()) {
            start(bench, std::exchange(waiting_, {}));
        }
        if (bench.desk.idle()) {
            ask_in_doubt(bench);
        }
        if (bench.desk.idle() && limited_) {
            // What was dropped while something else seemed to show as much.
            Items dropped = bench.open();
            std::erase_if(dropped, [&](Item item) { return !bench.ledger.refusals(item).empty(); });
            start(bench, dropped);
        }
        return !bench.desk.idle();
    }

    /// Lists that were refused though an accepted item stood behind them.
    const std::vector<Items>& broken() const { return broken_; }
    /// A list was closed by its canary.
    bool closed_any() const { return closed_any_; }

private:
    struct Refused {
        Ask<Item> ask;
        int answer = 0;  // its number in the server's log
    };

    void start(Bench<Item>& bench, const Items& open)
    {
        const Items tail = tail_now(bench);
        for (Items& list : bench.nature.lists(open, bench.shape)) {
            lanes_->begun();
            bench.desk.push(bench.ask(Kind::removal, "", std::move(list), tail));
        }
    }

    // What stands behind a list.
    Items tail_now(const Bench<Item>& bench) const
    {
        if (bench.shape.limited() || bench.ledger.found().empty()) {
            return {};
        }
        if (limited_ || bench.preference.pair()) {
            const Items pair = bench.canary_and_witness();
            return pair.size() == 2 && !server_decides_ ? pair : Items();
        }
        return server_decides_ ? Items() : Items{bench.ledger.found().front()};
    }

    void follow(Bench<Item>& bench, Ask<Item> ask)
    {
        const Items tail = tail_now(bench);
        for (Ask<Item>& ready : bench.desk.ready()) {
            ready.tail = Lanes<Item>::is_lane(bench, ready) ? tail : ready.tail;
        }
        ask.tail = Lanes<Item>::is_lane(bench, ask) ? tail : ask.tail;
        lanes_->go_on(bench, std::move(ask));
    }

    void take_tail(Bench<Item>& bench, Ask<Item> ask, const ReplyOf<Item>& reply)
    {
        if (ask.tail.size() == 2 && reply.item == ask.tail.front()) {
            bench.ledger.reject(ask.items, reply.evidence);
            closed_any_ = true;
            lanes_->ended();
            return;
        }
        if (ask.tail.size() == 2) {
            bench.preference.disbelieve();
        }
        server_decides_ = !bench.preference.pair();
        follow(bench, std::move(ask));
    }

    void take_refusal(Bench<Item>& bench, Ask<Item> ask)
    {
        if (!ask.tail.empty()) {
            broken_.push_back(std::move(ask.items));
        } else if (!ask.once) {
            refused_.push_back({std::move(ask), bench.server.log.now()});
            lanes_->ended();
        }
    }

    // A refusal amid trouble may have been part of it. In a server's own order the canary would not tell.
    void ask_in_doubt(Bench<Item>& bench)
    {
        for (Refused& refused : std::exchange(refused_, {})) {
            Ask<Item>& ask = refused.ask;
            std::erase_if(ask.items, [&](Item item) { return bench.ledger.decided(item); });
            // Closed before it was known that connections break off for no reason, or that this server says no by
            // alert.
            const int closes = ask.patience.closes();
            const bool early =
                closes >= fewest_closes && (bench.server.by_alert || closes < bench.server.enough_closes());
            if (ask.in_doubt || ask.items.empty() || !(early || bench.server.log.doubtful(refused.answer))) {
                continue;
            }
            ask.in_doubt = true;
            ask.patience.renew();
            bench.desk.push(std::move(ask));
        }
    }

    static constexpr int fewest_closes = 3;  // that count as a refusal

    Lanes<Item>* lanes_;
    bool limited_;
    bool server_decides_ = false;  // as far as is seen
    Items waiting_;
    std::vector<Refused> refused_;
    std::vector<Items> broken_;
    bool closed_any_ = false;
};

}  // namespace smtptls::probes

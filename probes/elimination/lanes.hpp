// Lists of one elimination removed side by side, where the client's order decides: pure performance. Each lane costs
// one connection, in which its canary is chosen; a lane of which little is expected joins another one. Switched off
// there is one list, and the result is the same.
#pragma once

#include "probes/elimination/bench.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::probes {

template <typename Item>
class Lanes {
public:
    using Items = std::vector<Item>;

    explicit Lanes(bool on = true) : on_(on) {}

    /// A list that begins; those that are left end by ended().
    void begun() { ++open_; }
    void ended()
    {
        open_ -= open_ > 1 ? 1 : 0;
        any_ended_ = true;
    }

    /// Lanes beside the first, in all.
    int extra() const { return extra_; }

    /// There is room for `room` questions beside those that are ready: divides the first ready list of which enough is
    /// expected to be worth another connection.
    void spread(Bench<Item>& bench, std::size_t room)
    {
        auto& ready = bench.desk.ready();
        for (std::size_t i = 0; on_ && room > 0 && i < ready.size(); ++i) {
            const bool may_divide = is_lane(bench, ready[i]) && ready[i].tail.size() == 2;
            const std::size_t parts = may_divide ? std::min(room + 1, worth(bench, ready[i])) : 1;
            if (parts > 1) {
                Ask<Item> whole = std::move(ready[i]);
                ready.erase(ready.begin() + static_cast<std::ptrdiff_t>(i));
                divide(bench, std::move(whole), parts);
                return;
            }
        }
    }

    /// A list goes on: at once, joined with another, or resting until another comes back. In the server's own order,
    /// where nothing stands behind the lists, they become one.
    void go_on(Bench<Item>& bench, Ask<Item> ask)
    {
        if (ask.items.empty()) {
            return;
        }
        if (!is_lane(bench, ask)) {
            bench.desk.push_first(std::move(ask));
            return;
        }
        for (Ask<Item>& lane : std::exchange(resting_, {})) {
            join(bench, lane, ask);
        }
        const auto ours = [&](const Ask<Item>& lane) { return !lane.patience.troubled() && is_lane(bench, lane); };
        const bool joins = ask.tail.empty() || bench.nature.expected(ask.items, false) < least_to_go_on;
        const auto waits = std::ranges::find_if(bench.desk.ready(), ours);
        if (joins && waits != bench.desk.ready().end()) {
            join(bench, ask, *waits);
        } else if (joins &&
                   std::ranges::any_of(bench.desk.under_way(), [&](const auto& one) { return ours(one.second.ask); })) {
            resting_.push_back(std::move(ask));
        } else {
            bench.desk.push_first(std::move(ask));
        }
    }

    /// The lanes that the resting ones waited for may have ended.
    void wake(Bench<Item>& bench)
    {
        for (Ask<Item>& lane : std::exchange(resting_, {})) {
            go_on(bench, std::move(lane));
        }
    }

    /// There is room: what rests is asked in one list.
    void ask_resting(Bench<Item>& bench)
    {
        if (resting_.empty() || resting_.front().tail.empty()) {
            return;
        }
        Ask<Item> first = std::move(resting_.front());
        resting_.erase(resting_.begin());
        for (Ask<Item>& lane : std::exchange(resting_, {})) {
            join(bench, lane, first);
        }
        bench.desk.push(std::move(first));
    }

    /// Choices to come from the longest list that is ready, and from the longest under way.
    double expected_ready(const Bench<Item>& bench) const { return longest(bench, bench.desk.ready()); }
    double expected_under_way(const Bench<Item>& bench) const
    {
        std::vector<Ask<Item>> asks;
        for (const auto& [id, asked] : bench.desk.under_way()) {
            asks.push_back(asked.ask);
        }
        return longest(bench, asks);
    }

    /// A list of the removal that may be divided and joined.
    static bool is_lane(const Bench<Item>& bench, const Ask<Item>& ask)
    {
        return ask.kind == model::Purpose::Kind::removal && !ask.apart && !ask.in_doubt && !ask.once &&
               !bench.shape.limited();
    }

private:
    static constexpr double least_in_lane = 1.0;   // choices that make a lane worth its last connection
    static constexpr double least_to_go_on = 3.0;  // below, a lane is not worth one of its own
    static constexpr std::size_t first_lanes = 3;
    static constexpr std::size_t lanes_per_found = 2;

    double expected(const Bench<Item>& bench, const Ask<Item>& ask) const
    {
        return bench.nature.expected(ask.items, any_ended_);
    }

    template <typename Asks>
    double longest(const Bench<Item>& bench, const Asks& asks) const
    {
        double most = 0;
        for (const Ask<Item>& ask : asks) {
            const bool list = ask.kind == model::Purpose::Kind::removal && !ask.apart;
            most = std::max(most, list ? expected(bench, ask) : 0);
        }
        return most;
    }

    // Into how many lanes a list may be divided.
    std::size_t worth(const Bench<Item>& bench, const Ask<Item>& ask) const
    {
        const auto by_expectation = static_cast<std::size_t>(expected(bench, ask) / least_in_lane);
        const std::size_t most = first_lanes + bench.ledger.found().size() * lanes_per_found;
        const std::size_t more = most > open_ ? most - open_ : 0;
        return std::max<std::size_t>(1, std::min(by_expectation, 1 + more));
    }

    void divide(Bench<Item>& bench, Ask<Item> ask, std::size_t parts)
    {
        const auto lists = Nature<Item>::split(ask.items, (ask.items.size() + parts - 1) / parts);
        for (std::size_t i = 0; i < lists.size(); ++i) {
            Ask<Item> part = ask;
            part.items = lists[i];
            if (i > 0) {
                ++extra_;
                ++open_;
                part.detail = "lane " + std::to_string(extra_ + 1);
            }
            bench.desk.push(std::move(part));
        }
    }

    void join(const Bench<Item>& bench, const Ask<Item>& ask, Ask<Item>& other)
    {
        other.items.insert(other.items.end(), ask.items.begin(), ask.items.end());
        std::stable_partition(other.items.begin(), other.items.end(),
                              [&](Item item) { return bench.nature.good_canary(item); });
        open_ -= open_ > 1 ? 1 : 0;
    }

    bool on_;
    std::vector<Ask<Item>> resting_;  // until they can join another
    std::size_t open_ = 0;            // of which no end was seen
    bool any_ended_ = false;
    int extra_ = 0;
};

}  // namespace smtptls::probes

// Whose order of preference decides, learnt from what was chosen out of what; and the server's order, if it is its own.
#pragma once

#include "probes/reply.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace smtptls::probes {

enum class Order { unknown, client, server };

template <typename Item>
class Preference {
public:
    using Items = std::vector<Item>;

    /// Two accepted items. Once `witness` was chosen though `canary` was offered behind it. If the client's order
    /// decides, `canary` is chosen where `witness` comes behind it; if the server's, `witness` is.
    struct Pair {
        Item canary{};
        Item witness{};
    };

    /// `chosen` came of `offered`, in this order. `tells`: false where the server may have followed neither order, such
    /// as one that moves up what the client's list begins with.
    void saw(Items offered, Item chosen, bool tells)
    {
        for (const Pick& pick : picks_) {
            compare(pick, offered, chosen);
        }
        picks_.push_back({std::move(offered), chosen, tells});
    }

    /// The last choice showed a pair: it looks as if the client's order decides.
    const std::optional<Pair>& pair() const { return pair_; }

    /// It does not after all.
    void disbelieve()
    {
        pair_.reset();
        disbelieved_ = true;
    }

    /// A canary was chosen with its witness next behind it: the server read that far and passed over what comes before.
    bool client_proven() const { return proven_ && !server_; }

    Order order() const { return server_ ? Order::server : proven_ ? Order::client : Order::unknown; }

    /// What was once chosen though `canary` was offered behind it; nothing if the server's own order was seen, or
    /// nothing was.
    std::optional<Item> witness_for(Item canary) const
    {
        for (const Pick& pick : picks_) {
            if (!server_ && pick.tells && pick.chosen != canary && stands_behind(pick.offered, pick.chosen, canary)) {
                return pick.chosen;
            }
        }
        return std::nullopt;
    }

    /// `items` in the order of the server, as far as the choices tell; and those of which one comes next, if they do
    /// not. Nothing if the choices contradict each other.
    struct Sequence {
        Items known;
        Items next;
    };
    std::optional<Sequence> sequence(Items items) const
    {
        const std::set<std::pair<Item, Item>> ahead = relations(items);
        Sequence out;
        while (!items.empty()) {
            Items first;
            for (const Item item : items) {
                const auto is_ahead = [&](Item other) { return ahead.contains({other, item}); };
                if (std::ranges::none_of(items, is_ahead)) {
                    first.push_back(item);
                }
            }
            if (first.empty()) {
                return std::nullopt;
            }
            if (first.size() > 1) {
                out.next = std::move(first);
                return out;
            }
            out.known.push_back(first.front());
            std::erase(items, first.front());
        }
        return out;
    }

private:
    struct Pick {
        Items offered;
        Item chosen{};
        bool tells = true;
    };

    static bool stands_behind(const Items& offered, Item first, Item second)
    {
        const auto place = std::ranges::find(offered, first);
        return place != offered.end() && std::find(place, offered.end(), second) != offered.end();
    }

    void compare(const Pick& pick, const Items& offered, Item chosen)
    {
        if (pick.chosen == chosen) {
            return;
        }
        server_ =
            server_ || stands_behind(pick.offered, chosen, pick.chosen) || stands_behind(offered, pick.chosen, chosen);
        if (disbelieved_ || !pick.tells || !stands_behind(pick.offered, pick.chosen, chosen)) {
            return;
        }
        const auto place = std::ranges::find(offered, chosen);
        const auto witness = std::find(place, offered.end(), pick.chosen);
        if (witness == offered.end()) {
            return;
        }
        pair_ = pair_ ? pair_ : Pair{chosen, pick.chosen};
        proven_ = proven_ || witness == place + 1;
    }

    // Of each choice that tells: the chosen item is ahead of all others in its list.
    std::set<std::pair<Item, Item>> relations(const Items& items) const
    {
        const std::set<Item> members(items.begin(), items.end());
        std::set<std::pair<Item, Item>> ahead;
        for (const Pick& pick : picks_) {
            for (const Item other : pick.offered) {
                if (pick.tells && other != pick.chosen && members.contains(other)) {
                    ahead.emplace(pick.chosen, other);
                }
            }
        }
        return ahead;
    }

    std::vector<Pick> picks_;
    std::optional<Pair> pair_;
    bool proven_ = false;
    bool disbelieved_ = false;
    bool server_ = false;
};

}  // namespace smtptls::probes

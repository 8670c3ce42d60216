// Whose order of preference decides, learnt from what was chosen out of what; and the server's order, if it is its own.
#pragma once

#include "probes/reply.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <optional>
#include <unordered_map>
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
    std::optional<Sequence> sequence(const Items& items) const
    {
        const Relations ahead(items, picks_);
        std::vector<std::size_t> rest(items.size());
        std::iota(rest.begin(), rest.end(), std::size_t{0});
        Sequence out;
        while (!rest.empty()) {
            std::vector<std::size_t> first;
            std::ranges::copy_if(rest, std::back_inserter(first), [&](std::size_t one) {
                return std::ranges::none_of(rest, [&](std::size_t other) { return ahead.has(other, one); });
            });
            if (first.empty()) {
                return std::nullopt;
            }
            if (first.size() > 1) {
                std::ranges::transform(first, std::back_inserter(out.next), [&](std::size_t i) { return items[i]; });
                return out;
            }
            out.known.push_back(items[first.front()]);
            std::erase(rest, first.front());
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

    // Of each choice that tells: the chosen item is ahead of all others in its list. By their places in `items`.
    class Relations {
    public:
        Relations(const Items& items, const std::vector<Pick>& picks) : size_(items.size()), ahead_(size_ * size_)
        {
            std::unordered_map<Item, std::size_t> places;
            for (std::size_t i = 0; i < size_; ++i) {
                places.emplace(items[i], i);
            }
            const auto place_of = [&](Item item) {
                const auto found = places.find(item);
                return found != places.end() ? found->second : size_;
            };
            for (const Pick& pick : picks) {
                const std::size_t chosen = pick.tells ? place_of(pick.chosen) : size_;
                for (std::size_t i = 0; chosen != size_ && i < pick.offered.size(); ++i) {
                    const std::size_t other = place_of(pick.offered[i]);
                    if (other != size_ && other != chosen) {
                        ahead_[chosen * size_ + other] = true;
                    }
                }
            }
        }

        bool has(std::size_t first, std::size_t second) const { return ahead_[first * size_ + second]; }

    private:
        std::size_t size_;
        std::vector<bool> ahead_;
    };

    std::vector<Pick> picks_;
    std::optional<Pair> pair_;
    bool proven_ = false;
    bool disbelieved_ = false;
    bool server_ = false;
};

}  // namespace smtptls::probes

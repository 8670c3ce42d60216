// What the phases of one elimination share: ledger, desk, preference, the server's profile, and what is particular to
// the items. And the one place that says what becomes of a list when its answer has come.
#pragma once

#include "probes/elimination/desk.hpp"
#include "probes/elimination/ledger.hpp"
#include "probes/elimination/preference.hpp"
#include "probes/server_profile.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::probes {

/// The hello that a server needs: its extensions, and how many items it may hold.
struct Shape {
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
    std::size_t most = SIZE_MAX;

    bool limited() const { return most != SIZE_MAX; }
};

/// A part of a list, and what it has in common.
template <typename Item>
struct Part {
    std::string detail;
    std::vector<Item> items;
};

/// What is particular to the items of an elimination, such as suites. As it stands, to items without any properties.
template <typename Item>
class Nature {
public:
    using Items = std::vector<Item>;

    Nature() = default;
    Nature(const Nature&) = delete;
    Nature& operator=(const Nature&) = delete;
    virtual ~Nature() = default;

    /// Whether it is of use to ask about it.
    virtual bool worth(Item) const { return true; }
    virtual void note_accepted(Item) {}
    /// Whether it can be trusted to be answered behind any list.
    virtual bool good_canary(Item) const { return true; }
    /// Whether a server with any order of preference shows it by what it chooses out of `offered`.
    virtual bool tells_order(const Items&) const { return true; }
    /// How many of `items` the server will likely accept. `after_refusal`: a list of the like of these was refused.
    virtual double expected(const Items& items, bool after_refusal) const
    {
        return after_refusal ? 0 : static_cast<double>(items.size()) / 2;
    }
    /// `items` in lists that fit into the shape, with room for the canary.
    virtual std::vector<Items> lists(const Items& items, const Shape& shape) const
    {
        return items.empty() ? std::vector<Items>() : split(items, shape.limited() ? shape.most - 1 : items.size());
    }
    /// A list in which something breaks, taken apart: into two or more parts if it has two or more items.
    virtual std::vector<Part<Item>> parts(const Items& items, const Items&) const
    {
        constexpr std::size_t few = 4;
        std::vector<Part<Item>> parts;
        for (Items& half : split(items, items.size() <= few ? 1 : (items.size() + 1) / 2)) {
            parts.push_back({"apart", std::move(half)});
        }
        return parts;
    }

    /// Lists of at most `most` items each, of about the same chances.
    static std::vector<Items> split(const Items& items, std::size_t most)
    {
        const std::size_t count = items.size() <= most ? 1 : (items.size() + most - 1) / most;
        std::vector<Items> lists(items.empty() ? 0 : count);
        for (std::size_t i = 0; i < items.size(); ++i) {
            lists[i % count].push_back(items[i]);
        }
        return lists;
    }
};

/// What became of a list.
enum class Fate {
    again,    ///< it is asked again
    chosen,   ///< an item of it was, and is gone from it
    tail,     ///< an accepted one behind it was
    refused,  ///< by alert, by a lower version, or by closes enough
    open,     ///< nothing came of it often enough: its items are left open
};

template <typename Item>
struct Bench {
    using Items = std::vector<Item>;
    using Kind = model::Purpose::Kind;

    Bench(Items candidates, ServerProfile& profile, Nature<Item>& particular)
        : ledger(std::move(candidates)), server(profile), nature(particular)
    {
    }

    Ledger<Item> ledger;
    Desk<Item> desk;
    Preference<Item> preference;
    Shape shape;
    ServerProfile& server;
    Nature<Item>& nature;
    int lost_choices = 0;

    /// What is of use to ask about and not decided. Until something is accepted everything may be what shows that the
    /// server is there.
    Items open() const { return worth(ledger.undecided()); }
    Items worth(Items items) const
    {
        if (!ledger.found().empty()) {
            std::erase_if(items, [this](Item item) { return !nature.worth(item); });
        }
        return items;
    }

    Ask<Item> ask(Kind kind, std::string detail, Items items, Items tail = {}) const
    {
        return {.kind = kind,
                .detail = std::move(detail),
                .items = std::move(items),
                .tail = std::move(tail),
                .extensions = shape.extensions};
    }
    /// Is the server there at all? It is asked for what it accepted last.
    Ask<Item> ask_alive() const { return ask(Kind::alive, "", {}, {canary()}); }

    /// The last of the accepted ones that is a good canary. Something must be accepted.
    Item canary() const
    {
        const Items& found = ledger.found();
        const auto good =
            std::find_if(found.rbegin(), found.rend(), [this](Item item) { return nature.good_canary(item); });
        return good == found.rend() ? found.back() : *good;
    }
    /// The canary, and its witness behind it if one is known: the pair that shows whose order decides.
    Items canary_and_witness() const
    {
        if (const auto& pair = preference.pair()) {
            return {pair->canary, pair->witness};
        }
        const auto witness = preference.witness_for(canary());
        return witness ? Items{canary(), *witness} : Items{canary()};
    }

    void accept(Item item, const ReplyOf<Item>& reply)
    {
        // Refused in one list, though all of it was read, and chosen from another: something was in its way.
        server.traps = server.traps || (ledger.refused_by_alert(item) && server.hellos.long_lists);
        ledger.accept(item, reply);
        nature.note_accepted(item);
    }

    Fate settle(Ask<Item>& ask, const ReplyOf<Item>& reply)
    {
        if (reply.has_choice() && std::ranges::find(ask.items, reply.item) != ask.items.end()) {
            return take_choice(ask, reply);
        }
        if (reply.kind == ReplyKind::chosen && std::ranges::find(ask.tail, reply.item) != ask.tail.end()) {
            return Fate::tail;
        }
        if (reply.says_no() || (reply.kind == ReplyKind::objected && !ask.tail.empty())) {
            ledger.note_refusal(ask.items, reply, true);
            return Fate::refused;
        }
        // To a list that ends with what was accepted, a close is no refusal but trouble, though as telling as one.
        if (reply.kind == ReplyKind::closed && (!server.by_alert || !ask.tail.empty())) {
            return take_close(ask, reply);
        }
        if (reply.kind == ReplyKind::failed) {
            return take_failure(ask, reply);
        }
        if (desk.ask_again(ask, reply.kind, server.log.shaky, reply.kind == ReplyKind::silent)) {
            return Fate::again;
        }
        if (!ask.once) {
            ledger.leave_open(ask.items, reply.words, reply.evidence);
        }
        return Fate::open;
    }

    /// Whether the server is alive, by an answer to ask_alive(); nothing while it is asked again. If it is not, all is
    /// open.
    std::optional<bool> settle_alive(Ask<Item>& ask, const ReplyOf<Item>& reply)
    {
        if (reply.kind == ReplyKind::chosen && std::ranges::find(ask.tail, reply.item) != ask.tail.end()) {
            return true;
        }
        if (ask.patience.after_alone(reply.kind, true) == Patience::Next::again) {
            desk.push_first(std::move(ask));
            return std::nullopt;
        }
        desk.clear_ready();
        ledger.leave_open(open(), "the server no longer answers what it accepted before: " + reply.words,
                          reply.evidence);
        return false;
    }

private:
    static constexpr int most_lost_choices = 32;  // in a version that has accepted nothing: a liar
    static constexpr int fewest_closes = 3;       // that count as a refusal, where connections break off now and then

    Fate take_choice(Ask<Item>& ask, const ReplyOf<Item>& reply)
    {
        if (reply.kind == ReplyKind::chosen_broken && ask.patience.after_loss(server.log.shaky)) {
            desk.push_first(std::move(ask));
            return Fate::again;
        }
        if (reply.kind == ReplyKind::chosen) {
            accept(reply.item, reply);
        } else {
            ledger.leave_open({reply.item}, reply.words, reply.evidence);
            ++lost_choices;
        }
        std::erase(ask.items, reply.item);
        if (ask.once) {
            ask.items.clear();
        }
        ask.patience.renew();
        if (lost_choices >= most_lost_choices && ledger.found().empty()) {
            ledger.leave_open(ask.items, "everything chosen so far failed: " + reply.words, reply.evidence);
            ask.items.clear();
        }
        return Fate::chosen;
    }

    // What its library fails with three times it will not serve, as far as this list goes.
    Fate take_failure(Ask<Item>& ask, const ReplyOf<Item>& reply)
    {
        ledger.note_refusal(ask.items, reply, false);
        if (ask.kind == Kind::sieve || ask.patience.count_close() >= fewest_closes) {
            return Fate::refused;
        }
        desk.push_first(std::move(ask));
        return Fate::again;
    }

    // A close is a refusal only if the same list is closed three times (six where connections break off now and then),
    // the server is alive between, and it never refuses by alert. What the sieve asks again has been closed so before.
    Fate take_close(Ask<Item>& ask, const ReplyOf<Item>& reply)
    {
        const int in_sieve = server.log.shaky ? fewest_closes : 1;
        const bool enough = ask.patience.count_close() >= (ask.kind == Kind::sieve ? in_sieve : server.enough_closes());
        ledger.note_refusal(ask.items, reply, enough && ask.tail.empty());
        if (enough) {
            return Fate::refused;
        }
        const bool look_on = ask.tail.empty() && !ledger.found().empty();
        desk.push_first(std::move(ask));
        if (look_on) {
            desk.push_first(ask_alive());
        }
        return Fate::again;
    }
};

}  // namespace smtptls::probes

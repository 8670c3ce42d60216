// What is asked: questions that are ready, and those under way until their answer comes.
#pragma once

#include "probes/elimination/patience.hpp"
#include "tls/hello_shape.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::probes {

/// One question, as often as it is asked.
template <typename Item>
struct Ask {
    using Items = std::vector<Item>;

    model::Purpose::Kind kind = model::Purpose::Kind::gate;
    std::string detail = {};
    Items items = {};  ///< what it is about
    Items tail = {};   ///< accepted ones, offered behind them
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
    Patience patience = {};
    bool apart = false;         ///< a part of a list in which something breaks: closed by itself
    bool in_doubt = false;      ///< asked again because its refusal came amid trouble
    bool once = false;          ///< only to see which of these is chosen: done with after one answer
    bool by_hello = false;      ///< as a handshake it came to nothing
    bool variety = false;       ///< differs from what was refused in all that a server may trip over
    bool without_name = false;  ///< no server_name, whatever the target is called
};

/// A question under way.
template <typename Item>
struct Asked {
    Ask<Item> ask;
    std::vector<Item> offered;  ///< all of it, in order
    bool narrowed = false;      ///< asked as a handshake, with a part of it: only a choice counts
};

template <typename Item>
class Desk {
public:
    using Items = std::vector<Item>;

    void push(Ask<Item> ask) { ready_.push_back(std::move(ask)); }
    void push_first(Ask<Item> ask) { ready_.push_front(std::move(ask)); }
    void clear_ready() { ready_.clear(); }

    std::deque<Ask<Item>>& ready() { return ready_; }
    const std::deque<Ask<Item>>& ready() const { return ready_; }
    const std::map<model::QuestionId, Asked<Item>>& under_way() const { return under_way_; }
    bool idle() const { return ready_.empty() && under_way_.empty(); }

    std::optional<Ask<Item>> take_ready()
    {
        if (ready_.empty()) {
            return std::nullopt;
        }
        Ask<Item> ask = std::move(ready_.front());
        ready_.pop_front();
        return ask;
    }

    /// It goes out with this id, its items before its tail.
    const Asked<Item>& give_out(Ask<Item> ask, model::QuestionId id)
    {
        Items offered = ask.items;
        offered.insert(offered.end(), ask.tail.begin(), ask.tail.end());
        return under_way_.insert_or_assign(id, Asked<Item>{std::move(ask), std::move(offered), false}).first->second;
    }

    /// What goes out with this id is a handshake with `items`, a part of it.
    void narrow(model::QuestionId id, Items items)
    {
        Asked<Item>& asked = under_way_.at(id);
        asked.offered = std::move(items);
        asked.narrowed = true;
    }

    /// Its answer has come. Nothing if it is not under way.
    std::optional<Asked<Item>> take(model::QuestionId id)
    {
        auto found = under_way_.extract(id);
        return found ? std::optional(std::move(found.mapped())) : std::nullopt;
    }

    /// A connection that came to nothing: the question is asked again, now or later. `costly`: not before those that
    /// are ready. False if it was asked often enough.
    bool ask_again(Ask<Item>& ask, ReplyKind kind, bool shaky, bool costly = false)
    {
        switch (ask.patience.after(kind, shaky)) {
            case Patience::Next::again: costly ? push(std::move(ask)) : push_first(std::move(ask)); return true;
            case Patience::Next::later: push(std::move(ask)); return true;
            case Patience::Next::give_up: break;
        }
        return false;
    }

private:
    std::deque<Ask<Item>> ready_;
    std::map<model::QuestionId, Asked<Item>> under_way_;
};

}  // namespace smtptls::probes

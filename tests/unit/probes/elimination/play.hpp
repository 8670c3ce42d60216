// Drives one phase of an elimination against a server that is a function of what is offered. The items are letters, or
// anything else; knows nothing of versions, hellos and plans.
#pragma once

#include "probes/elimination/bench.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtptls::probes::play {

enum class Letter : unsigned char {};

using Letters = std::vector<Letter>;

inline Letters letters(std::string_view text)
{
    Letters out;
    for (const char letter : text) {
        out.push_back(static_cast<Letter>(letter));
    }
    return out;
}

inline Letter letter(char c)
{
    return static_cast<Letter>(c);
}

inline std::string text(const Letters& letters)
{
    std::string out;
    for (const Letter one : letters) {
        out.push_back(static_cast<char>(one));
    }
    return out;
}

/// "abc|d": items and tail.
inline std::string text(const Ask<Letter>& ask)
{
    return text(ask.items) + "|" + text(ask.tail);
}

inline std::vector<std::string> texts(const std::vector<Letters>& lists)
{
    std::vector<std::string> out;
    for (const Letters& list : lists) {
        out.push_back(text(list));
    }
    return out;
}

template <typename Item>
ReplyOf<Item> choice_of(Item item)
{
    ReplyOf<Item> reply;
    reply.kind = ReplyKind::chosen;
    reply.item = item;
    reply.words = "chosen";
    return reply;
}

template <typename Item>
ReplyOf<Item> without_choice(ReplyKind kind)
{
    ReplyOf<Item> reply;
    reply.kind = kind;
    reply.words = "nothing chosen";
    return reply;
}

inline ReplyOf<Letter> chosen(char c)
{
    return choice_of(letter(c));
}

inline ReplyOf<Letter> reply(ReplyKind kind)
{
    return without_choice<Letter>(kind);
}

template <typename Item>
using ServerOf = std::function<ReplyOf<Item>(const std::vector<Item>& offered)>;
using Server = ServerOf<Letter>;

/// Chooses the first of the client's list that it accepts.
inline Server in_clients_order(std::string_view accepts, ReplyKind refusal = ReplyKind::refused)
{
    return [accepts = letters(accepts), refusal](const Letters& offered) {
        const auto found = std::ranges::find_first_of(offered, accepts);
        return found == offered.end() ? reply(refusal) : choice_of(*found);
    };
}

/// Chooses what it likes best. `traps`: what it chooses so and refuses then.
inline Server in_its_order(std::string_view likes, std::string_view traps = "", ReplyKind refusal = ReplyKind::refused)
{
    return [likes = letters(likes), traps = letters(traps), refusal](const Letters& offered) {
        const auto best = std::ranges::find_first_of(likes, offered);
        const bool none = best == likes.end() || std::ranges::find(traps, *best) != traps.end();
        return none ? reply(refusal) : choice_of(*best);
    };
}

/// Says these one after the other, the last again and again.
inline Server says(std::vector<ReplyOf<Letter>> answers)
{
    return [answers = std::move(answers), next = std::size_t{0}](const Letters&) mutable {
        return answers[std::min(next++, answers.size() - 1)];
    };
}

/// A bench, its server's profile, and what was asked so far.
template <typename Item>
class PlayOf {
    Nature<Item> own_;  // the bench refers to it

public:
    explicit PlayOf(std::vector<Item> candidates) : bench(std::move(candidates), profile, own_) {}
    PlayOf(std::vector<Item> candidates, Nature<Item>& nature) : bench(std::move(candidates), profile, nature) {}

    /// `item` was chosen out of `offered` before the phase.
    void found_before(Item item, std::vector<Item> offered)
    {
        bench.preference.saw(std::move(offered), item, true);
        ReplyOf<Item> seen = choice_of(item);
        seen.evidence = ++last_;
        bench.accept(item, seen);
    }

    /// Asks what is ready first, and lets the phase take the answer. False if nothing is ready.
    template <typename Phase>
    bool step(Phase& phase, const ServerOf<Item>& server)
    {
        auto ask = bench.desk.take_ready();
        if (!ask) {
            return false;
        }
        const model::QuestionId id = ++last_;
        asked.push_back(*ask);
        const std::vector<Item> offered = bench.desk.give_out(std::move(*ask), id).offered;
        ReplyOf<Item> answer = server(offered);
        answer.evidence = id;
        note(offered, answer);
        phase.take(bench, std::move(bench.desk.take(id)->ask), answer);
        return true;
    }

    /// Until nothing is ready.
    template <typename Phase>
    void run(Phase& phase, const ServerOf<Item>& server)
    {
        while (asked.size() < most && step(phase, server)) {
        }
    }

    /// Until the phase has nothing more to ask.
    template <typename Phase>
    void finish(Phase& phase, const ServerOf<Item>& server)
    {
        do {
            run(phase, server);
        } while (asked.size() < most && phase.go_on(bench));
    }

    ServerProfile profile;
    Bench<Item> bench;
    std::vector<Ask<Item>> asked;

private:
    static constexpr std::size_t most = 2000;

    // As VersionPlan::note and ServerProfile::learn.
    void note(const std::vector<Item>& offered, const ReplyOf<Item>& answer)
    {
        if (answer.kind == ReplyKind::chosen) {
            profile.log.note_good();
            bench.preference.saw(offered, answer.item, bench.nature.tells_order(offered));
        } else if (answer.says_no()) {
            profile.log.note_refusal();
        } else if (answer.kind != ReplyKind::closed) {
            profile.log.note_trouble();
        }
        profile.by_alert = profile.by_alert || answer.kind == ReplyKind::refused;
    }

    model::QuestionId last_ = 0;
};

/// The same with letters.
class Play : public PlayOf<Letter> {
public:
    explicit Play(std::string_view candidates) : PlayOf(letters(candidates)) {}
    Play(std::string_view candidates, Nature<Letter>& nature) : PlayOf(letters(candidates), nature) {}

    std::vector<std::string> offers() const
    {
        std::vector<std::string> out;
        for (const Ask<Letter>& ask : asked) {
            out.push_back(text(ask));
        }
        return out;
    }
    std::string found() const { return text(bench.ledger.found()); }
    std::string rejected() const { return text(bench.ledger.rejected()); }
    std::string undecided() const { return text(bench.ledger.undecided()); }
    std::string left_open() const
    {
        Letters open;
        for (const Letter one : bench.ledger.candidates()) {
            const auto* const decision = bench.ledger.decision(one);
            if (decision != nullptr && decision->state == model::CellState::inconclusive) {
                open.push_back(one);
            }
        }
        return text(open);
    }
};

using Offers = std::vector<std::string>;

}  // namespace smtptls::probes::play

#include "probes/confirm_plan.hpp"

#include "probes/suite_sets.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace smtptls::probes {
namespace {

using model::CellState;
using model::Grade;
using tls::CipherSuite;

template <typename Properties>
std::ptrdiff_t count_new(const Properties& properties, const std::set<std::string>& known)
{
    return std::ranges::count_if(properties, [&known](const std::string& one) { return !known.contains(one); });
}

}  // namespace

ConfirmPlan::ConfirmPlan(tls::ProtocolVersion version, Suites speakable, Confirm confirm)
    : version_(version), speakable_(std::move(speakable)), confirm_(confirm)
{
}

// What is certain to be in the cover is asked at once.
void ConfirmPlan::extend(const Suites& accepted, const Suites& undecided, bool alone)
{
    const auto is_speakable = [this](CipherSuite suite) { return contains(speakable_, suite); };
    Suites open = those(accepted, is_speakable);
    Suites possible = those(undecided, is_speakable);
    if (open.size() == open_.size() && possible.size() == undecided_) {
        return;
    }
    open_ = std::move(open);
    undecided_ = possible.size();
    std::ranges::copy(open_, std::back_inserter(possible));
    std::ranges::sort(possible, std::greater());
    cover_ = those(cover(possible, alone), [this](CipherSuite suite) { return contains(open_, suite); });
    ask_unasked();
}

bool ConfirmPlan::is_asked(CipherSuite suite) const
{
    const auto same = [suite](const auto& entry) { return entry.second == suite; };
    return results_.contains(suite) || std::ranges::find(ready_, suite) != ready_.end() ||
           std::ranges::any_of(under_way_, same);
}

bool ConfirmPlan::is_confirmed(CipherSuite suite) const
{
    const auto found = results_.find(suite);
    return found != results_.end() && found->second.kind == Result::Kind::confirmed;
}

std::vector<ConfirmPlan::Property> ConfirmPlan::properties_of(CipherSuite suite, Rank rank)
{
    const tls::SuiteInfo& info = info_of(suite);
    const Property family = "family " + std::string(tls::format(info.family));
    const Property exchange = "kx " + std::string(tls::format(info.key_exchange));
    const Property authentication = "auth " + std::string(tls::format(info.authentication));
    switch (rank) {
        case Rank::family: return {family};
        case Rank::others: return {exchange, authentication};
        case Rank::all: break;
    }
    return {family, exchange, authentication};
}

// A HelloRetryRequest proves less than a flight: in TLS 1.3 every suite is completed.
bool ConfirmPlan::asks_all() const
{
    return confirm_ == Confirm::suite || (confirm_ == Confirm::family && version_ == tls::ProtocolVersion::tls1_3);
}

std::vector<CipherSuite> ConfirmPlan::wanted_of(const Suites& suites, const Suites& others, const Likely& likely) const
{
    Suites unasked =
        those(suites, [this](CipherSuite suite) { return contains(speakable_, suite) && !is_asked(suite); });
    std::ranges::sort(unasked, std::greater());
    if (confirm_ == Confirm::none || confirm_ == Confirm::version) {
        return {};
    }
    if (asks_all()) {
        // Not ChaCha20 first, which some servers then prefer.
        std::ranges::reverse(unasked);
        return those(unasked, likely);
    }
    const std::set<Property> asked = asked_properties();
    for (const Rank rank : {Rank::family, Rank::others}) {
        for (const CipherSuite suite : those(unasked, likely)) {
            for (const Property& property : properties_of(suite, rank)) {
                const auto shows = [&](CipherSuite other) {
                    const auto shown = properties_of(other, rank);
                    return std::ranges::find(shown, property) != shown.end();
                };
                // The one that the cover needs may be elsewhere.
                const auto is_better = [&](CipherSuite other) {
                    return suite < other && likely(other) && contains(speakable_, other) && shows(other);
                };
                if (!asked.contains(property) && std::ranges::none_of(others, is_better)) {
                    return those(unasked, shows);
                }
            }
        }
    }
    return {};
}

std::set<ConfirmPlan::Property> ConfirmPlan::asked_properties() const
{
    std::set<Property> properties;
    const auto add = [&properties](CipherSuite suite) {
        std::ranges::move(properties_of(suite), std::inserter(properties, properties.end()));
    };
    std::ranges::for_each(ready_, add);
    std::ranges::for_each(under_way_, [&add](const auto& entry) { add(entry.second); });
    std::ranges::for_each(results_, [&add](const auto& entry) { add(entry.first); });
    for (const auto& [id, aims] : aimed_) {
        properties.insert(aims.begin(), aims.end());
    }
    return properties;
}

// Of each family the suite with the highest code; and of each key exchange and authentication that these do not show.
// Alone: each time the suite that shows most that is new. Of `suites`, from the highest code down.
std::vector<CipherSuite> ConfirmPlan::cover(const Suites& suites, bool alone) const
{
    if (asks_all()) {
        return suites;
    }
    if (confirm_ != Confirm::family) {
        return confirm_ == Confirm::none || suites.empty() ? Suites() : Suites{suites.front()};
    }
    Suites chosen;
    std::set<Property> covered;
    const auto choose = [&](CipherSuite suite) {
        chosen.push_back(suite);
        std::ranges::move(properties_of(suite), std::inserter(covered, covered.end()));
    };
    if (alone) {
        const auto news = [&](CipherSuite suite) { return count_new(properties_of(suite), covered); };
        auto best = std::ranges::max_element(suites, {}, news);
        for (; best != suites.end() && news(*best) > 0; best = std::ranges::max_element(suites, {}, news)) {
            choose(*best);
        }
        return chosen;
    }
    for (const Rank rank : {Rank::family, Rank::others}) {
        for (const CipherSuite suite : suites) {
            if (count_new(properties_of(suite, rank), covered) > 0) {
                choose(suite);
            }
        }
    }
    return chosen;
}

// What the cover has shown.
std::set<ConfirmPlan::Property> ConfirmPlan::shown() const
{
    std::set<Property> properties;
    for (const CipherSuite suite : cover_) {
        if (is_confirmed(suite)) {
            std::ranges::move(properties_of(suite), std::inserter(properties, properties.end()));
        }
    }
    return properties;
}

// What a lowered suite was to show and nothing else of the cover has shown is in doubt: those that share it.
std::vector<CipherSuite> ConfirmPlan::siblings() const
{
    const std::set<Property> known = shown();
    std::set<Property> doubtful;
    for (const CipherSuite suite : lowered()) {
        std::ranges::copy_if(properties_of(suite), std::inserter(doubtful, doubtful.end()),
                             [&known](const Property& property) { return !known.contains(property); });
    }
    return those(open_, [&doubtful](CipherSuite suite) {
        return std::ranges::any_of(properties_of(suite), [&](const Property& one) { return doubtful.contains(one); });
    });
}

void ConfirmPlan::ask_unasked()
{
    const auto ask = [this](CipherSuite suite) {
        if (!is_asked(suite)) {
            ready_.push_back(suite);
        }
    };
    std::ranges::for_each(cover_, ask);
    if (done()) {
        std::ranges::for_each(siblings(), ask);
    }
}

void ConfirmPlan::aim(model::QuestionId id, const Suites& suites)
{
    // What all of them show.
    std::set<Property>& aims = aimed_[id];
    std::ranges::move(properties_of(suites.front()), std::inserter(aims, aims.end()));
    for (const CipherSuite suite : suites) {
        const auto shown = properties_of(suite);
        std::erase_if(aims, [&](const Property& aim) { return std::ranges::find(shown, aim) == shown.end(); });
    }
}

ConfirmPlan::Result ConfirmPlan::result_of(const Reply& reply)
{
    const auto kind = [&reply] {
        switch (reply.kind) {
            case ReplyKind::chosen:
                return reply.grade == Grade::handshake ? Result::Kind::confirmed : Result::Kind::flight;
            case ReplyKind::chosen_lost:
            case ReplyKind::chosen_broken: return Result::Kind::lowered;
            case ReplyKind::left_out: return Result::Kind::left_out;
            default: return Result::Kind::unconfirmed;
        }
    };
    return {kind(), reply.words, reply.evidence};
}

bool ConfirmPlan::learn_aimed(model::QuestionId id, const Reply& reply)
{
    aimed_.erase(id);
    // A whole flight that our library or the server did not let us answer is not asked for again.
    const Result result = result_of(reply);
    if (result.kind == Result::Kind::confirmed || result.kind == Result::Kind::flight) {
        results_[reply.item] = result;
    }
    return result.kind == Result::Kind::confirmed;
}

std::optional<CipherSuite> ConfirmPlan::next(model::Numbering& ids, model::QuestionId& id)
{
    if (ready_.empty()) {
        return std::nullopt;
    }
    const CipherSuite suite = ready_.front();
    ready_.pop_front();
    id = ids.next();
    under_way_[id] = suite;
    return suite;
}

void ConfirmPlan::learn(model::QuestionId id, const Reply& reply)
{
    const auto found = under_way_.extract(id);
    if (!found) {
        return;
    }
    const CipherSuite suite = found.mapped();
    if (reply.says_no() && !results_.contains(suite)) {
        // A hello was answered: perhaps by another server than this handshake.
        results_[suite] = {Result::Kind::unconfirmed, reply.words, reply.evidence};
        ready_.push_back(suite);
        return;
    }
    Patience& patience = patience_[suite];
    bool again = false;
    switch (reply.kind) {
        case ReplyKind::chosen_broken: again = patience.after_loss(shaky_); break;
        case ReplyKind::broken:
        case ReplyKind::silent:
        case ReplyKind::closed:
        case ReplyKind::failed:
        case ReplyKind::unreached:
        case ReplyKind::throttled: again = patience.after_alone(reply.kind, shaky_) == Patience::Next::again; break;
        default: break;
    }
    if (again) {
        ready_.push_back(suite);
        return;
    }
    results_[suite] = result_of(reply);
    ask_unasked();
}

std::optional<model::QuestionId> ConfirmPlan::refused_in(CipherSuite suite) const
{
    const auto found = results_.find(suite);
    const bool refused = found != results_.end() && found->second.kind == Result::Kind::unconfirmed;
    return refused ? std::optional(found->second.evidence) : std::nullopt;
}

std::vector<CipherSuite> ConfirmPlan::lowered() const
{
    Suites suites;
    for (const auto& [suite, result] : results_) {
        if (result.kind == Result::Kind::lowered) {
            suites.push_back(suite);
        }
    }
    return suites;
}

// A HelloRetryRequest is soon said: who says it to everything, and completes nothing, has chosen nothing.
bool ConfirmPlan::nothing_came_of_it() const
{
    return !results_.empty() && std::ranges::none_of(results_, [](const auto& entry) {
        return entry.second.kind == Result::Kind::confirmed || entry.second.kind == Result::Kind::flight;
    });
}

void ConfirmPlan::apply(model::Cell& cell) const
{
    if (cell.state != CellState::accepted) {
        return;
    }
    const auto found = results_.find(cell.suite);
    const Result* const result = found == results_.end() ? nullptr : &found->second;
    const bool shows = result != nullptr && result->kind != Result::Kind::left_out;
    if (shows && std::ranges::find(cell.evidence, result->evidence) == cell.evidence.end()) {
        cell.evidence.push_back(result->evidence);
    }
    const auto leave_open = [&cell](std::string note) {
        cell.state = CellState::inconclusive;
        cell.grade.reset();
        cell.note = std::move(note);
    };
    if (result != nullptr && result->kind == Result::Kind::lowered) {
        leave_open("chosen, and then the handshake failed: " + result->words);
    } else if (cell.grade == Grade::hello_retry && nothing_came_of_it()) {
        leave_open("chosen by a HelloRetryRequest, and no handshake of this version could be completed" +
                   (result != nullptr ? ": " + result->words : ""));
    } else {
        apply_proof(cell, result);
    }
}

void ConfirmPlan::apply_proof(model::Cell& cell, const Result* result) const
{
    const bool family = count_new(properties_of(cell.suite), shown()) == 0;
    if (result == nullptr) {
        cell.grade = family && cell.grade != Grade::handshake ? Grade::family : cell.grade;
        return;
    }
    if (result->kind == Result::Kind::confirmed) {
        // Which suites beside the cover are completed in passing is a matter of chance.
        const bool by_chance = family && !contains(cover_, cell.suite) && !contains(siblings(), cell.suite);
        cell.grade = by_chance ? Grade::family : Grade::handshake;
        cell.note.clear();
        return;
    }
    const bool flight = result->kind == Result::Kind::flight && cell.grade == Grade::hello_retry;
    cell.grade = flight ? Grade::server_flight : cell.grade;
    cell.note = "not confirmed: " + result->words;
}

}  // namespace smtptls::probes

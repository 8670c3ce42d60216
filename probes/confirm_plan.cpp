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

bool ConfirmPlan::learn_aimed(model::QuestionId id, const Reply& reply)
{
    aimed_.erase(id);
    const bool completed = reply.kind == ReplyKind::chosen && reply.grade == Grade::handshake;
    if (completed) {
        results_[reply.item] = {Result::Kind::confirmed, reply.words, reply.evidence};
    }
    return completed;
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
    const bool lost = reply.kind == ReplyKind::chosen_lost || reply.kind == ReplyKind::chosen_broken;
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
    const bool completed = reply.kind == ReplyKind::chosen && reply.grade == Grade::handshake;
    const auto kind = completed ? Result::Kind::confirmed : lost ? Result::Kind::lowered : Result::Kind::unconfirmed;
    results_[suite] = {kind, reply.words, reply.evidence};
    ask_unasked();
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

void ConfirmPlan::apply(model::Cell& cell) const
{
    if (cell.state != CellState::accepted) {
        return;
    }
    const std::set<Property> known = shown();
    const bool family = count_new(properties_of(cell.suite), known) == 0;
    const auto found = results_.find(cell.suite);
    if (found != results_.end()) {
        const Result& result = found->second;
        if (std::ranges::find(cell.evidence, result.evidence) == cell.evidence.end()) {
            cell.evidence.push_back(result.evidence);
        }
        if (result.kind == Result::Kind::confirmed) {
            // Which suites beside the cover are completed in passing is a matter of chance.
            const bool by_chance = family && !contains(cover_, cell.suite) && !contains(siblings(), cell.suite);
            cell.grade = by_chance ? Grade::family : Grade::handshake;
            cell.note.clear();
        } else if (result.kind == Result::Kind::lowered) {
            cell.state = CellState::inconclusive;
            cell.grade.reset();
            cell.note = "chosen, and then the handshake failed: " + result.words;
        } else {
            cell.note = "not confirmed: " + result.words;
        }
        return;
    }
    // A HelloRetryRequest is soon said: who says it to everything, and completes nothing, has chosen nothing.
    if (cell.grade == Grade::hello_retry && known.empty() && !lowered().empty()) {
        cell.state = CellState::inconclusive;
        cell.grade.reset();
        cell.note = "chosen by a HelloRetryRequest, and no handshake of this version could be completed";
        return;
    }
    if (family && cell.grade != Grade::handshake) {
        cell.grade = Grade::family;
    }
}

}  // namespace smtptls::probes

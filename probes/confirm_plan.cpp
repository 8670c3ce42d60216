#include "probes/confirm_plan.hpp"

#include "probes/offer.hpp"
#include "probes/suite_sets.hpp"

#include <algorithm>
#include <iterator>

namespace smtptls::probes {
namespace {

using model::CellState;
using model::Grade;
using tls::CipherSuite;
using ReplyKind = Reply::Kind;

constexpr int most_tries = 3;
constexpr int most_losses = 3;  // handshakes lost behind the choice, before the cell is lowered

}  // namespace

ConfirmPlan::ConfirmPlan(tls::ProtocolVersion version, Suites speakable, Confirm confirm)
    : version_(version), speakable_(std::move(speakable)), confirm_(confirm)
{
}

void ConfirmPlan::extend(const Suites& accepted)
{
    const std::size_t before = open_.size();
    open_ = those(accepted, [this](CipherSuite suite) { return contains(speakable_, suite); });
    if (open_.size() > before) {
        choose();
        if (done()) {
            ask_siblings();
        }
    }
}

bool ConfirmPlan::is_asked(CipherSuite suite) const
{
    const auto same = [suite](const auto& entry) { return entry.second == suite; };
    return results_.contains(suite) || std::find(ready_.begin(), ready_.end(), suite) != ready_.end() ||
           std::any_of(under_way_.begin(), under_way_.end(), same);
}

std::vector<ConfirmPlan::Property> ConfirmPlan::properties_of(CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    return {"kx " + std::string(tls::format(info.key_exchange)),
            "auth " + std::string(tls::format(info.authentication)), "family " + std::string(tls::format(info.family))};
}

// A HelloRetryRequest proves less than a flight: in TLS 1.3 every suite is completed.
bool ConfirmPlan::asks_all() const
{
    return confirm_ == Confirm::suite || (confirm_ == Confirm::family && version_ == tls::ProtocolVersion::tls1_3);
}

Suites ConfirmPlan::most_telling(const Suites& suites) const
{
    const std::set<Property> asked = asked_properties();
    const auto news_of = [&](CipherSuite suite) -> std::ptrdiff_t {
        if (confirm_ == Confirm::none || !contains(speakable_, suite) || is_asked(suite)) {
            return 0;
        }
        if (asks_all() || confirm_ == Confirm::version) {
            return asks_all() || asked.empty() ? 1 : 0;
        }
        const auto properties = properties_of(suite);
        return std::count_if(properties.begin(), properties.end(),
                             [&asked](const Property& property) { return !asked.contains(property); });
    };
    std::ptrdiff_t most = 1;
    for (const CipherSuite suite : suites) {
        most = std::max(most, news_of(suite));
    }
    return those(suites, [&](CipherSuite suite) { return news_of(suite) == most; });
}

std::set<ConfirmPlan::Property> ConfirmPlan::asked_properties() const
{
    std::set<Property> properties;
    const auto add = [&properties](CipherSuite suite) {
        std::ranges::move(properties_of(suite), std::inserter(properties, properties.end()));
    };
    std::ranges::for_each(ready_, add);
    for (const auto& [key, suite] : under_way_) {
        add(suite);
    }
    for (const auto& [suite, result] : results_) {
        add(suite);
    }
    return properties;
}

void ConfirmPlan::learn_completed(const Reply& reply)
{
    confirm(reply.suite, reply);
}

void ConfirmPlan::confirm(CipherSuite suite, const Reply& reply)
{
    results_[suite] = {Result::Kind::confirmed, reply.words, reply.evidence};
    for (Property& property : properties_of(suite)) {
        confirmed_.insert(std::move(property));
    }
}

void ConfirmPlan::choose()
{
    if (asks_all()) {
        const Suites unasked = those(open_, [this](CipherSuite suite) { return !is_asked(suite); });
        ready_.insert(ready_.end(), unasked.begin(), unasked.end());
    } else if (confirm_ == Confirm::family) {
        choose_cover();
    } else if (confirm_ == Confirm::version &&
               std::none_of(open_.begin(), open_.end(), [this](CipherSuite suite) { return is_asked(suite); })) {
        ready_.push_back(open_.front());
    }
}

// Greedy: each time the suite that shows most that is new.
void ConfirmPlan::choose_cover()
{
    const std::set<Property> asked = asked_properties();
    std::set<Property> wanted;
    for (const CipherSuite suite : open_) {
        for (Property& property : properties_of(suite)) {
            if (!asked.contains(property)) {
                wanted.insert(std::move(property));
            }
        }
    }
    while (!wanted.empty()) {
        const auto news = [&](CipherSuite suite) {
            const auto properties = properties_of(suite);
            return std::count_if(properties.begin(), properties.end(),
                                 [&](const Property& p) { return wanted.contains(p); });
        };
        const auto best = std::max_element(open_.begin(), open_.end(),
                                           [&](CipherSuite a, CipherSuite b) { return news(a) < news(b); });
        ready_.push_back(*best);
        for (const Property& property : properties_of(*best)) {
            wanted.erase(property);
        }
    }
}

std::optional<ConfirmPlan::Question> ConfirmPlan::next()
{
    if (ready_.empty()) {
        return std::nullopt;
    }
    const Question question{next_key_++, ready_.front()};
    ready_.pop_front();
    under_way_[question.key] = question.suite;
    return question;
}

void ConfirmPlan::learn(std::uint32_t key, const Reply& reply)
{
    const auto found = under_way_.find(key);
    if (found == under_way_.end()) {
        return;
    }
    const CipherSuite suite = found->second;
    under_way_.erase(found);
    Result result{Result::Kind::unconfirmed, reply.words, reply.evidence};
    const bool completed = reply.kind == ReplyKind::chosen && reply.grade == Grade::handshake;
    const bool lost = reply.kind == ReplyKind::chosen_lost || reply.kind == ReplyKind::chosen_broken;
    const bool repeat =
        reply.kind == ReplyKind::chosen_broken || reply.kind == ReplyKind::broken || reply.kind == ReplyKind::closed;
    if (completed) {
        confirm(suite, reply);
        result = results_[suite];
    } else if (reply.kind == ReplyKind::throttled && ++throttles_[suite] < Task::most_throttles) {
        ready_.push_back(suite);
        return;
    } else if (repeat && ++tries_[suite] < (shaky_ ? Task::most_if_shaky : lost ? most_losses : most_tries)) {
        ready_.push_back(suite);
        return;
    } else if (lost) {
        result.kind = Result::Kind::lowered;
    }
    results_[suite] = std::move(result);
    if (done()) {
        ask_siblings();
    }
}

// What a lowered suite was to show and nothing else has shown is in doubt: the suites that share it
// are asked one by one.
void ConfirmPlan::ask_siblings()
{
    std::set<Property> doubtful;
    for (const auto& [suite, result] : results_) {
        if (result.kind != Result::Kind::lowered) {
            continue;
        }
        for (Property& property : properties_of(suite)) {
            if (!confirmed_.contains(property)) {
                doubtful.insert(std::move(property));
            }
        }
    }
    for (const CipherSuite suite : open_) {
        const auto properties = properties_of(suite);
        const bool shares = std::any_of(properties.begin(), properties.end(),
                                        [&](const Property& property) { return doubtful.contains(property); });
        if (shares && !results_.contains(suite)) {
            ready_.push_back(suite);
        }
    }
}

Suites ConfirmPlan::lowered() const
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
    const auto found = results_.find(cell.suite);
    if (found != results_.end()) {
        const Result& result = found->second;
        if (std::find(cell.evidence.begin(), cell.evidence.end(), result.evidence) == cell.evidence.end()) {
            cell.evidence.push_back(result.evidence);
        }
        if (result.kind == Result::Kind::confirmed) {
            cell.grade = Grade::handshake;
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
    if (cell.grade == Grade::hello_retry && confirmed_.empty() && !lowered().empty()) {
        cell.state = CellState::inconclusive;
        cell.grade.reset();
        cell.note = "chosen by a HelloRetryRequest, and no handshake of this version could be completed";
        return;
    }
    const auto properties = properties_of(cell.suite);
    const bool shown = std::all_of(properties.begin(), properties.end(),
                                   [this](const Property& property) { return confirmed_.contains(property); });
    if (shown && cell.grade != Grade::handshake) {
        cell.grade = Grade::family;
    }
}

}  // namespace smtptls::probes

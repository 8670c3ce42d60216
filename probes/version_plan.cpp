#include "probes/version_plan.hpp"

#include "probes/lanes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::CipherSuite;
using tls::CredentialClass;
using tls::ExtensionSet;
using tls::ProtocolVersion;
using ReplyKind = Reply::Kind;

constexpr int most_closes = 3;          // after which a close counts as a refusal, if it can
constexpr int most_lost_choices = 32;   // in a version that has accepted nothing: a liar
constexpr std::size_t long_list = 128;  // some servers read no more of it

bool has_certificate_class(CipherSuite suite)
{
    return info_of(suite).credentials == CredentialClass::certificate;
}

}  // namespace

VersionPlan::VersionPlan(ProtocolVersion version, Suites candidates, Manner& manner, bool one_lane)
    : version_(version),
      candidates_(std::move(candidates)),
      manner_(&manner),
      one_lane_(one_lane),
      gate_(version, candidates_, manner)
{
    advance();
}

// The gates one after the other: each is only asked if the one before was refused.
bool VersionPlan::may_ask() const
{
    return under_way_.empty() || (phase_ != Phase::gate && !one_lane_);
}

bool VersionPlan::waiting() const
{
    const bool at_the_gate = phase_ == Phase::gate && gate_.waiting();
    const bool before_the_sieve = phase_ == Phase::sieving && !sieve_begun_;
    return (at_the_gate || before_the_sieve) && ready_.empty() && under_way_.empty();
}

std::optional<Offer> VersionPlan::next()
{
    advance();
    if (ready_.empty() || !may_ask()) {
        return std::nullopt;
    }
    Task task = std::move(ready_.front());
    ready_.pop_front();
    if (task.kind == Kind::sieve) {
        // The lists overlap: another one may have found it meanwhile.
        task.suites = those(task.suites, [this](CipherSuite suite) { return !contains(found_, suite); });
        if (task.suites.empty()) {
            return next();
        }
    }
    static constexpr std::array names = {"gate", "removal", "canary", "alive", "sieve"};
    Offer offer{next_key_++, names.at(static_cast<std::size_t>(task.kind)), in_direction(task), task.extensions};
    offer.purpose += " " + tls::format(version_) + (task.label.empty() ? "" : ", " + task.label);
    if (task.kind == Kind::canary || task.kind == Kind::alive) {
        offer.suites.push_back(*canary_);
        if (witness_) {
            offer.suites.push_back(*witness_);
        }
    }
    closing_questions_ += phase_ == Phase::closing ? 1 : 0;
    offered_[offer.key] = offer.suites;
    under_way_.emplace(offer.key, std::move(task));
    return offer;
}

// Forwards and backwards in turn: a server that follows the client's order shows it without a question
// of its own. Certificate suites come first: among the others are those that break the handshake.
Suites VersionPlan::in_direction(const Task& task)
{
    Suites suites = task.suites;
    if (task.kind == Kind::removal && removals_++ % 2 == 0) {
        std::reverse(suites.begin(), suites.end());
    }
    std::stable_partition(suites.begin(), suites.end(), has_certificate_class);
    return suites;
}

void VersionPlan::note_choice(const Suites& offered, const Reply& reply)
{
    const auto place = std::find(offered.begin(), offered.end(), reply.suite);
    if (reply.kind != ReplyKind::chosen || place == offered.end()) {
        return;
    }
    picks_.push_back({offered, reply.suite});
    client_proven_ = client_proven_ || (witness_ && reply.suite == *canary_ && offered.back() == *witness_);
    const bool far_down = static_cast<std::size_t>(place - offered.begin()) >= long_list;
    manner_->reads_long_lists = manner_->reads_long_lists || far_down;
}

void VersionPlan::note_manner(const Task& task, const Reply& reply, bool was_offered)
{
    const bool said_no = reply.kind == ReplyKind::refused || reply.kind == ReplyKind::absent;
    manner_->by_alert = manner_->by_alert || said_no;
    const bool chosen = reply.kind == ReplyKind::chosen && was_offered;
    manner_->shaky = manner_->shaky || (task.troubled() && (chosen || said_no));
    if (chosen) {
        manner_->note_good();
    } else if (said_no || reply.kind == ReplyKind::lower || reply.kind == ReplyKind::chosen_lost) {
        manner_->note_refusal();
    } else if (reply.kind != ReplyKind::closed || manner_->by_alert) {
        manner_->note_trouble();
    }
}

void VersionPlan::learn(std::uint32_t key, const Reply& reply)
{
    const auto found = under_way_.find(key);
    if (found == under_way_.end()) {
        return;
    }
    Task task = std::move(found->second);
    under_way_.erase(found);
    const Suites offered = std::move(offered_[key]);
    offered_.erase(key);
    note_manner(task, reply, contains(offered, reply.suite));
    note_choice(offered, reply);
    if (reply.kind == ReplyKind::refused && task.kind != Kind::canary) {
        refused_by_alert_.insert(task.suites.begin(), task.suites.end());
    }
    switch (task.kind) {
        case Kind::gate: take_gate(std::move(task), reply); break;
        case Kind::removal:
        case Kind::sieve: take_removal(std::move(task), reply); break;
        case Kind::canary: take_canary(std::move(task), reply); break;
        case Kind::alive: take_alive(std::move(task), reply); break;
    }
    advance();
}

void VersionPlan::learn_elsewhere(const Reply& reply, ExtensionSet shape)
{
    if (!contains(candidates_, reply.suite) || decisions_.contains(reply.suite)) {
        return;
    }
    Reply chosen = reply;
    chosen.kind = ReplyKind::chosen;
    decide(reply.suite, CellState::accepted, chosen);
    if (phase_ == Phase::gate && under_way_.empty()) {
        gate_.opened_elsewhere(shape);
        begin_removal();
        advance();
    }
}

void VersionPlan::learn_absent(model::QuestionId evidence)
{
    if (phase_ != Phase::gate || !under_way_.empty() || accepted_any()) {
        return;
    }
    gate_.set_absent(evidence);
    ready_.clear();
    phase_ = Phase::done;
}

void VersionPlan::decide(CipherSuite suite, CellState state, const Reply& reply)
{
    Decision& decision = decisions_[suite];
    decision.state = state;
    decision.evidence.push_back(reply.evidence);
    decision.note = state == CellState::inconclusive ? reply.words : "";
    if (state != CellState::accepted) {
        return;
    }
    decision.grade = reply.grade;
    found_.push_back(suite);
    manner_->accepted(suite);
    // While closing it stays what the questions under way were asked with. An anonymous canary may be
    // the very thing that breaks lists.
    const bool better = !canary_ || has_certificate_class(suite) || !has_certificate_class(*canary_);
    if (phase_ < Phase::closing && better) {
        canary_ = suite;
    }
}

// A choice is a choice whatever the question was. False if the server chose what was not offered.
bool VersionPlan::take_choice(Task& task, const Reply& reply)
{
    if (!contains(task.suites, reply.suite)) {
        return false;
    }
    const bool accepted = reply.kind == ReplyKind::chosen;
    // Refused in one list, though all of it was read, and chosen from another: something was in its way.
    const bool was_hidden = refused_by_alert_.contains(reply.suite) && manner_->reads_long_lists;
    manner_->traps = manner_->traps || (accepted && was_hidden);
    decide(reply.suite, accepted ? CellState::accepted : CellState::inconclusive, reply);
    task.suites = without(std::move(task.suites), reply.suite);
    task.failures = 0;
    task.closes = 0;
    task.lost = 0;
    lost_choices_ += accepted ? 0 : 1;
    if (lost_choices_ >= most_lost_choices && found_.empty()) {
        leave_open(task.suites, "everything chosen so far failed: ", reply);
        task.suites.clear();
    }
    return true;
}

void VersionPlan::take_gate(Task task, const Reply& reply)
{
    const bool offered = contains(task.suites, reply.suite);
    if (reply.has_choice() && offered) {
        if (!task.lost_for_good(reply, manner_->shaky)) {
            gate_.ask_again(std::move(task));
            return;
        }
        gate_.opened(task);
        take_choice(task, reply);
        begin_removal();
        return;
    }
    if (reply.kind == ReplyKind::refused) {
        for (const CipherSuite suite : task.suites) {
            refusals_[suite].push_back(reply.evidence);
        }
    }
    gate_.learn(std::move(task), reply);
}

void VersionPlan::begin_removal()
{
    phase_ = Phase::removal;
    ready_.clear();
    // What an alert refused at the gate in this shape was the list itself: it is not asked again.
    const Suites open = those(undecided(), [this](CipherSuite s) { return !gate_.refused(s); });
    if (version_ == ProtocolVersion::tls1_3) {
        push_lanes("", open);
        return;
    }
    later_.push_back(those(open, [](CipherSuite s) { return !has_certificate_class(s); }));
    push_lanes("", those(open, has_certificate_class));
    if (manner_->clients_order && !ready_.empty()) {
        join_others(ready_.front());
    }
}

// In the client's order every suite is passed over one by one: one list will do.
void VersionPlan::join_others(Task& task)
{
    if (later_.empty() || gate_.most_suites() != SIZE_MAX || task.kind != Kind::removal || task.own_canary) {
        return;
    }
    manner_->clients_order = true;
    task.suites.insert(task.suites.end(), later_.front().begin(), later_.front().end());
    later_.pop_front();
}

void VersionPlan::push_lanes(const std::string& label, const Suites& suites)
{
    const std::size_t most = gate_.most_suites() == SIZE_MAX ? SIZE_MAX : gate_.most_suites() - 1;  // and the canary
    const std::size_t lanes = suites.empty() ? 0 : most == SIZE_MAX ? 1 : (suites.size() + most - 1) / most;
    for (std::size_t i = 0; i < lanes; ++i) {
        Task task;
        task.kind = Kind::removal;
        task.label = label;
        task.suites = interleaved(suites, i, lanes);
        task.extensions = gate_.extensions();
        ready_.push_back(std::move(task));
        ++lanes_;
    }
}

// In the client's order every suite before the canary is passed over one by one; in a server's own order,
// or one not known, a trap in one class would hide the others: they are asked apart, once. `beside`: while
// the certificate suites are still being removed.
void VersionPlan::push_others(bool beside)
{
    const Suites others = std::move(later_.front());
    later_.pop_front();
    const bool anonymous_served = manner_->credentials.contains({CredentialClass::anonymous, tls::Authentication::any});
    const bool asked_apart = (manner_->others_asked_apart || anonymous_served) && !manner_->traps;
    if (looks_like_clients_order() || asked_apart) {
        push_lanes("other credentials", others);
        return;
    }
    const auto anonymous = [](CipherSuite s) { return info_of(s).credentials == CredentialClass::anonymous; };
    push_lanes("anonymous", those(others, anonymous));
    const bool extra = beside || manner_->others_begun;
    manner_->others_begun = true;
    extra_lanes_ += extra ? 1 : 0;
    const std::string lane = extra ? "lane " + std::to_string(extra_lanes_ + 1) + ", " : "";
    push_lanes(lane + "other credentials", those(others, [&](CipherSuite s) { return !anonymous(s); }));
}

double VersionPlan::expected(const Task& task) const
{
    const bool after_refusal = lanes_refused_.contains(info_of(task.suites.front()).credentials);
    return expected_choices(task.suites, version_, *manner_, after_refusal);
}

double VersionPlan::expected_ready() const
{
    double most = 0;
    for (const Task& task : ready_) {
        if (task.kind == Kind::removal && !task.own_canary) {
            most = std::max(most, expected(task));
        }
    }
    return most;
}

double VersionPlan::expected_under_way() const
{
    double most = 0;
    for (const auto& [key, task] : under_way_) {
        if (task.kind == Kind::removal && !task.own_canary) {
            most = std::max(most, expected(task));
        }
    }
    return most;
}

void VersionPlan::spread(std::size_t room)
{
    if (phase_ != Phase::removal || one_lane_) {
        return;
    }
    if (room > 1 && !later_.empty() && !manner_->clients_order && found_.size() > 2) {
        const std::size_t before = ready_.size();
        push_others(true);
        room -= std::min(room, ready_.size() - before);
    }
    for (std::size_t i = 0; i < ready_.size() && room > 0; ++i) {
        Task& task = ready_[i];
        if (task.kind != Kind::removal || task.own_canary) {
            continue;
        }
        const std::size_t parts = std::min(room + 1, lanes_worth(expected(task), found_.size(), lanes_));
        if (parts > 1) {
            room -= parts - 1;
            Task whole = std::move(task);
            ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(i));
            divide(std::move(whole), parts);
            return;
        }
    }
}

void VersionPlan::divide(Task task, std::size_t parts)
{
    const Suites suites = std::move(task.suites);
    for (std::size_t i = 0; i < parts; ++i) {
        Task part = task;
        part.suites = interleaved(suites, i, parts);
        if (i > 0) {
            ++extra_lanes_;
            ++lanes_;
            part.label = "lane " + std::to_string(extra_lanes_ + 1);
        }
        ready_.push_back(std::move(part));
    }
}

void VersionPlan::take_removal(Task task, const Reply& reply)
{
    switch (reply.kind) {
        case ReplyKind::chosen:
        case ReplyKind::chosen_lost:
        case ReplyKind::chosen_broken:
            if (!task.lost_for_good(reply, manner_->shaky)) {
                ready_.push_front(std::move(task));
                return;
            }
            if (take_choice(task, reply)) {
                if (!later_.empty() && looks_like_clients_order()) {
                    join_others(task);
                }
                if (!task.suites.empty()) {
                    ready_.push_front(std::move(task));
                }
                return;
            }
            break;
        case ReplyKind::refused:
        case ReplyKind::absent:
        case ReplyKind::lower: refused(task, reply); return;
        case ReplyKind::closed:
            if (!manner_->by_alert) {
                closed(std::move(task), reply);
                return;
            }
            break;
        default: break;
    }
    if (task.may_repeat(reply, manner_->shaky)) {
        ready_.push_front(std::move(task));
    } else {
        leave_open(task.suites, "", reply);
    }
}

void VersionPlan::refused(const Task& task, const Reply& reply)
{
    for (const CipherSuite suite : task.suites) {
        refusals_[suite].push_back(reply.evidence);
    }
    if (task.kind == Kind::sieve) {
        return;
    }
    refused_lists_.push_back({task, manner_->now()});
    lanes_refused_.insert(info_of(task.suites.front()).credentials);
    refused_alone_.insert(task.suites);
    if (!task.own_canary) {
        return;
    }
    if (task.suites.size() == 1) {
        // Offered alone and refused: nothing can hide behind it.
        decide(task.suites.front(), CellState::rejected, reply);
        return;
    }
    Task canary = task;
    canary.kind = Kind::canary;
    canary.failures = canary.throttles = canary.closes = 0;
    ready_.push_back(std::move(canary));
}

// A refusal amid trouble may have been part of it. In a server's own order the canary would not tell.
void VersionPlan::ask_again_in_doubt()
{
    for (const auto& [list, answer] : std::exchange(refused_lists_, {})) {
        const Suites open = those(list.suites, [this](CipherSuite suite) { return !decisions_.contains(suite); });
        if (list.in_doubt || open.empty() || !manner_->doubtful(answer)) {
            continue;
        }
        Task task = list;
        task.suites = open;
        task.in_doubt = true;
        task.failures = task.throttles = task.closes = task.lost = 0;
        ready_.push_back(std::move(task));
    }
}

// A close is a refusal only if the same list is closed three times, the server is alive between, and
// it never refuses by alert.
void VersionPlan::closed(Task task, const Reply& reply)
{
    for (const CipherSuite suite : task.suites) {
        refusals_[suite].push_back(reply.evidence);
    }
    if (++task.closes >= most_closes) {
        by_close_.insert(task.suites.begin(), task.suites.end());
        refused(task, reply);
        return;
    }
    ready_.push_front(std::move(task));
    if (canary_) {
        push_alive(true);
    }
}

void VersionPlan::leave_open(const Suites& suites, const std::string& why, const Reply& reply)
{
    for (const CipherSuite suite : suites) {
        decide(suite, CellState::inconclusive, reply);
        decisions_[suite].note = why + reply.words;
    }
}

Suites VersionPlan::undecided() const
{
    return those(candidates_, [this](CipherSuite suite) { return !decisions_.contains(suite); });
}

void VersionPlan::advance()
{
    if (!ready_.empty() || !under_way_.empty() || phase_ == Phase::done) {
        return;
    }
    if (phase_ == Phase::gate) {
        if (auto task = gate_.next()) {
            ready_.push_back(std::move(*task));
        } else if (gate_.asked_all()) {
            phase_ = Phase::done;
        }
        return;
    }
    if (phase_ == Phase::removal && !later_.empty()) {
        push_others(false);
    }
    if (ready_.empty() && phase_ == Phase::removal) {
        ask_again_in_doubt();
    }
    if (ready_.empty() && phase_ == Phase::removal) {
        begin_closing();
    }
    if (ready_.empty() && phase_ == Phase::closing) {
        manner_->others_asked_apart = manner_->others_asked_apart || version_ != ProtocolVersion::tls1_3;
        phase_ = client_proven_ || !canary_alive_ ? Phase::done : Phase::sieving;
    }
    if (phase_ == Phase::sieving && !sieve_begun_ && manner_->settled) {
        begin_sieving();
    }
    if (ready_.empty() && phase_ == Phase::sieving && sieve_begun_) {
        phase_ = Phase::done;
    }
}

}  // namespace smtptls::probes

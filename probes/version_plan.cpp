#include "probes/version_plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::CipherSuite;
using tls::ExtensionSet;
using tls::ProtocolVersion;
using ReplyKind = Reply::Kind;

constexpr int most_lost_choices = 32;   // in a version that has accepted nothing: a liar
constexpr std::size_t long_list = 128;  // some servers read no more of it

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
    }
    if (task.kind != Kind::gate && task.kind != Kind::alive) {
        if (!task.once) {
            task.suites = worth(task.suites);
        }
        const bool asks_order = task.kind == Kind::canary && witness_;
        if (task.suites.empty() && !asks_order) {
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
    // In TLS 1.3 little is left out of it, and the server's order is seen all the same.
    const bool order_may_be_lost = extra_lanes_ > 0 || manner_->clients_order || version_ == ProtocolVersion::tls1_3;
    offer.any = task.once;
    offer.may_be_handshake = ((is_lane(task) && order_may_be_lost) || task.once) && !task.by_hello && !task.troubled();
    closing_questions_ += phase_ == Phase::closing ? 1 : 0;
    offered_[offer.key] = offer.suites;
    under_way_.emplace(offer.key, std::move(task));
    return offer;
}

void VersionPlan::narrow(std::uint32_t key, Suites suites)
{
    Task& task = under_way_.at(key);
    task.narrowed = true;
    const Suites left_out = those(task.suites, [&](CipherSuite suite) { return !contains(suites, suite); });
    left_out_.insert(left_out_.end(), left_out.begin(), left_out.end());
    offered_[key] = std::move(suites);
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
    manner_->client_proven = manner_->client_proven || client_proven_;
    manner_->servers_order = manner_->servers_order || order() == SuiteOrder::server;
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
    const bool chosen = reply.kind == ReplyKind::chosen && contains(offered, reply.suite);
    if (std::exchange(task.narrowed, false) && !chosen) {
        task.by_hello = true;
        ready_.push_front(std::move(task));
        return;
    }
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
        opening_.reset();
        gate_.opened_elsewhere(shape);
        begin_removal();
        advance();
    }
}

void VersionPlan::learn_absent(model::QuestionId evidence)
{
    if (phase_ != Phase::gate || accepted_any()) {
        return;
    }
    if (!under_way_.empty()) {
        // What was asked beside the other version is waited for: a choice weighs more.
        absent_ = evidence;
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
        decision.grade.reset();
        return;
    }
    decision.grade = reply.grade;
    found_.push_back(suite);
    manner_->accepted(version_, suite);
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
    task.suites = task.once ? Suites() : without(std::move(task.suites), reply.suite);
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

// Hellos with fewer extensions are for servers that hang up on ours. Where the network did, what needs an extension
// would be called rejected: the usual hello is asked once more.
bool VersionPlan::ask_usual_shape(const Task& opening)
{
    if (opening.extensions == ExtensionSet::full || !gate_.any_closed()) {
        return false;
    }
    Task usual;
    usual.kind = Kind::gate;
    usual.label = "the usual hello once more";
    usual.suites = those(
        candidates_, [this](CipherSuite suite) { return has_certificate_class(suite) && !decisions_.contains(suite); });
    opening_ = opening;
    gate_.ask_again(std::move(usual));
    return true;
}

void VersionPlan::take_usual_shape(Task task, const Reply& reply)
{
    constexpr int most_closes = 2;
    const bool closed = reply.kind == ReplyKind::closed;
    const bool nothing = reply.kind == ReplyKind::broken || reply.kind == ReplyKind::throttled;
    if ((closed && ++task.closes < most_closes) || (nothing && task.may_repeat(reply, manner_->shaky))) {
        gate_.ask_again(std::move(task));
        return;
    }
    gate_.opened(closed || nothing ? *opening_ : task);
    opening_.reset();
    if (reply.kind == ReplyKind::chosen) {
        take_choice(task, reply);
    }
    begin_removal();
}

void VersionPlan::take_gate(Task task, const Reply& reply)
{
    if (opening_) {
        take_usual_shape(std::move(task), reply);
        return;
    }
    const bool offered = contains(task.suites, reply.suite);
    if (reply.has_choice() && offered) {
        if (!task.lost_for_good(reply, manner_->shaky)) {
            gate_.ask_again(std::move(task));
            return;
        }
        gate_.opened(task);
        const Task opening = task;
        take_choice(task, reply);
        if (!ask_usual_shape(opening)) {
            begin_removal();
        }
        return;
    }
    if (reply.kind == ReplyKind::refused) {
        for (const CipherSuite suite : task.suites) {
            refusals_[suite].push_back(reply.evidence);
        }
    }
    gate_.learn(std::move(task), reply);
    if (absent_ && (reply.kind == ReplyKind::refused || reply.kind == ReplyKind::closed)) {
        learn_absent(*absent_);
    }
}

void VersionPlan::leave_open(const Suites& suites, const std::string& why, const Reply& reply)
{
    for (const CipherSuite suite : suites) {
        decide(suite, CellState::inconclusive, reply);
        decisions_[suite].note = why + reply.words;
    }
}

// Until something is accepted everything may be what shows that the version is there.
Suites VersionPlan::worth(const Suites& suites) const
{
    return !accepted_any()
               ? suites
               : those(suites, [this](CipherSuite suite) { return manner_->interest.worth(version_, suite); });
}

Suites VersionPlan::undecided() const
{
    return worth(those(candidates_, [this](CipherSuite suite) { return !decisions_.contains(suite); }));
}

void VersionPlan::advance()
{
    wake_resting();
    if (!ready_.empty() || !under_way_.empty() || done()) {
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
    if (ready_.empty() && phase_ == Phase::removal && !push_dropped()) {
        begin_closing();
    }
    if (ready_.empty() && phase_ == Phase::closing) {
        manner_->others_asked_apart = manner_->others_asked_apart || version_ != ProtocolVersion::tls1_3;
        phase_ = client_proven_ || !canary_alive_ ? Phase::done : Phase::sieving;
    }
    if ((phase_ == Phase::sieving && !sieve_begun_ && manner_->settled) || owes_joint_sieve()) {
        phase_ = Phase::sieving;
        begin_sieving();
    }
    if (ready_.empty() && phase_ == Phase::sieving && sieve_begun_) {
        phase_ = Phase::done;
    }
    if (phase_ == Phase::done) {
        reconsider();
    }
}

}  // namespace smtptls::probes

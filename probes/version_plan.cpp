#include "probes/version_plan.hpp"

#include "probes/suite_sets.hpp"

#include <algorithm>
#include <array>

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::CipherSuite;
using tls::CredentialClass;
using tls::ExtensionSet;
using tls::ProtocolVersion;
using ReplyKind = Reply::Kind;

constexpr int most_failures = 3;           // connections that came to nothing, for one question
constexpr int most_throttles = 6;          // the engine waits longer each time
constexpr int most_closes = 3;             // after which a close counts as a refusal, if it can
constexpr int most_lost_choices = 32;      // in a version that has accepted nothing: a liar
constexpr std::size_t short_list = 30;     // what servers read that choke on long hellos
constexpr std::size_t part_of_list = 60; // some read only the first 64
constexpr std::size_t shortest_split = 6;  // promising suites that make another lane worth its refusal

bool has_certificate_class(CipherSuite suite)
{
    return info_of(suite).credentials == CredentialClass::certificate;
}

// What nearly every server has at least one of.
bool is_common(CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    const bool aes =
        info.cipher == tls::Cipher::aes && info.mode != tls::CipherMode::ccm && info.mode != tls::CipherMode::ccm_8;
    const bool common = aes || info.cipher == tls::Cipher::chacha20 || info.cipher == tls::Cipher::triple_des;
    return has_certificate_class(suite) && common && !info.export_grade &&
           info.authentication != tls::Authentication::dss;
}

}  // namespace

VersionPlan::VersionPlan(ProtocolVersion version, Suites candidates, Manner& manner, bool one_lane)
    : version_(version), candidates_(std::move(candidates)), manner_(&manner), one_lane_(one_lane)
{
    begin_gates();
    advance();
}

void VersionPlan::push_gate(std::string label, Suites suites, ExtensionSet extensions)
{
    if (!suites.empty()) {
        Task task;
        task.label = std::move(label);
        task.suites = std::move(suites);
        task.extensions = extensions;
        ready_.push_back(std::move(task));
    }
}

void VersionPlan::begin_gates()
{
    Suites common = those(candidates_, is_common);
    common.resize(std::min(common.size(), short_list));
    // Backwards: what breaks at the head of the client's list must not hide the version twice.
    std::reverse(common.begin(), common.end());
    if (version_ == ProtocolVersion::tls1_3) {
        // Its suites say nothing of credentials, and its hello cannot do without extensions.
        push_gate("every suite", candidates_, ExtensionSet::full);
        push_gate("common suites, few extensions", common, ExtensionSet::few);
        return;
    }
    push_gate("every certificate suite", those(candidates_, has_certificate_class), ExtensionSet::full);
    push_gate("common suites, few extensions", common, ExtensionSet::few);
    push_gate("common suites, no extensions", common, ExtensionSet::none);
    push_gate("other credentials", those(candidates_, [](CipherSuite s) { return !has_certificate_class(s); }),
              ExtensionSet::full);
}

std::optional<Offer> VersionPlan::next()
{
    // The gates one after the other: each is only asked if the one before was refused.
    const bool alone = phase_ == Phase::gate || one_lane_;
    if (ready_.empty() || (alone && !under_way_.empty())) {
        return std::nullopt;
    }
    Task task = std::move(ready_.front());
    ready_.pop_front();
    static constexpr std::array names = {"gate", "removal", "canary", "alive"};
    Offer offer{next_key_++, names[static_cast<std::size_t>(task.kind)], in_direction(task), task.extensions};
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
// of its own.
Suites VersionPlan::in_direction(const Task& task)
{
    Suites suites = task.suites;
    if (task.kind == Kind::removal && removals_++ % 2 == 0) {
        std::reverse(suites.begin(), suites.end());
    }
    return suites;
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
    const bool said_no = reply.kind == ReplyKind::refused || reply.kind == ReplyKind::absent;
    manner_->by_alert = manner_->by_alert || said_no;
    if (reply.kind == ReplyKind::chosen && contains(offered, reply.suite)) {
        picks_.push_back({offered, reply.suite});
        client_proven_ = client_proven_ || (witness_ && reply.suite == *canary_ && offered.back() == *witness_);
    }
    switch (task.kind) {
        case Kind::gate: take_gate(std::move(task), reply); break;
        case Kind::removal: take_removal(std::move(task), reply); break;
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
        extensions_ = shape;
        most_suites_ = shape == ExtensionSet::full ? most_suites_ : short_list;
        begin_removal();
        advance();
    }
}

void VersionPlan::learn_absent(model::QuestionId evidence)
{
    if (phase_ != Phase::gate || !under_way_.empty() || accepted_any()) {
        return;
    }
    version_absent_ = true;
    gate_evidence_.push_back(evidence);
    ready_.clear();
    phase_ = Phase::done;
}

// True if the question is to be asked once more.
bool VersionPlan::retry(Task task, const Reply& reply)
{
    const bool throttled = reply.kind == ReplyKind::throttled;
    int& count = throttled ? task.throttles : task.failures;
    if (++count >= (throttled ? most_throttles : most_failures)) {
        return false;
    }
    ready_.push_front(std::move(task));
    return true;
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
    // While closing it stays what the questions under way were asked with. An anonymous canary may be
    // the very thing that breaks lists.
    const bool better = !canary_ || has_certificate_class(suite) || !has_certificate_class(*canary_);
    if (phase_ != Phase::closing && better) {
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
    decide(reply.suite, accepted ? CellState::accepted : CellState::inconclusive, reply);
    task.suites = without(std::move(task.suites), reply.suite);
    task.failures = 0;
    task.closes = 0;
    task.lost.reset();
    lost_choices_ += accepted ? 0 : 1;
    if (lost_choices_ >= most_lost_choices && found_.empty()) {
        leave_open(task.suites, "everything chosen so far failed: ", reply);
        task.suites.clear();
    }
    return true;
}

// A connection that breaks behind a choice is asked for once more: perhaps it was the network.
bool VersionPlan::lost_for_good(Task& task, const Reply& reply)
{
    if (reply.kind != ReplyKind::chosen_broken || task.lost == reply.suite) {
        return true;
    }
    task.lost = reply.suite;
    return false;
}

void VersionPlan::take_gate(Task task, const Reply& reply)
{
    switch (reply.kind) {
        case ReplyKind::chosen:
        case ReplyKind::chosen_lost:
        case ReplyKind::chosen_broken:
            if (!lost_for_good(task, reply)) {
                ready_.push_front(std::move(task));
            } else if (const ExtensionSet shape = task.extensions; take_choice(task, reply)) {
                extensions_ = shape;
                most_suites_ = shape != ExtensionSet::full ? short_list : in_parts_ ? part_of_list : most_suites_;
                if (in_parts_) {
                    gate_refused_.clear();
                }
                begin_removal();
            } else {
                gate_failed(std::move(task), reply);
            }
            return;
        case ReplyKind::absent:
        case ReplyKind::lower:
            version_absent_ = true;
            absent_below_ = reply.kind == ReplyKind::absent;
            gate_evidence_.push_back(reply.evidence);
            ready_.clear();
            return;
        case ReplyKind::refused: gate_refused(task, reply); return;
        default: gate_failed(std::move(task), reply); return;
    }
}

// An alert 40 is no proof that the whole list was read, nor that no suite in it breaks the answer: once
// more from the other end, in lists that nearly every server reads.
void VersionPlan::push_gates_in_parts()
{
    if (in_parts_ || version_ == ProtocolVersion::tls1_3) {
        return;
    }
    in_parts_ = true;
    Suites suites = those(candidates_, has_certificate_class);
    std::reverse(suites.begin(), suites.end());
    const std::size_t parts = (suites.size() + part_of_list - 1) / part_of_list;
    for (std::size_t i = 0; i < parts; ++i) {
        push_gate("certificate suites, backwards, part " + std::to_string(i + 1), interleaved(suites, i, parts),
                  ExtensionSet::full);
    }
}

// The other shapes are for servers that choke on the first; after a clear no the one without extensions
// is not needed.
void VersionPlan::gate_refused(const Task& task, const Reply& reply)
{
    gate_evidence_.push_back(reply.evidence);
    gate_refused_.insert(task.suites.begin(), task.suites.end());
    for (const CipherSuite suite : task.suites) {
        refusals_[suite].push_back(reply.evidence);
    }
    std::erase_if(ready_, [](const Task& other) { return other.extensions == ExtensionSet::none; });
    if (!ready_.empty()) {
        return;
    }
    if (task.extensions == ExtensionSet::full) {
        push_gates_in_parts();
        return;
    }
    // A short list was refused where the long one failed: the others in short lists of that shape.
    const Suites rest = those(undecided(), [this](CipherSuite s) { return !gate_refused_.contains(s); });
    const std::size_t lists = (rest.size() + short_list - 1) / short_list;
    for (std::size_t i = 0; i < lists; ++i) {
        push_gate("the others, " + std::to_string(short_list) + " at a time", interleaved(rest, i, lists),
                  task.extensions);
    }
}

void VersionPlan::gate_failed(Task task, const Reply& reply)
{
    gate_evidence_.push_back(reply.evidence);
    if (reply.kind == ReplyKind::closed) {
        ++gate_closes_;
        // The shapes differ, and all of them being closed is what counts.
        if (gate_closes_ < most_closes && ready_.empty()) {
            ready_.push_back(std::move(task));
        }
        return;
    }
    if (reply.kind == ReplyKind::objected || !retry(std::move(task), reply)) {
        gate_trouble_ = reply.words;
    }
}

void VersionPlan::begin_removal()
{
    phase_ = Phase::removal;
    ready_.clear();
    // What an alert refused at the gate in this shape was the list itself: it is not asked again.
    const Suites open = those(
        undecided(), [this](CipherSuite s) { return extensions_ != ExtensionSet::full || !gate_refused_.contains(s); });
    if (version_ == ProtocolVersion::tls1_3) {
        push_lanes("", open, false);
        return;
    }
    push_lanes("", those(open, has_certificate_class), false);
    later_.push_back(those(open, [](CipherSuite s) { return !has_certificate_class(s); }));
}

void VersionPlan::push_lanes(const std::string& label, const Suites& suites, bool own_canary)
{
    const std::size_t most = most_suites_ == SIZE_MAX ? SIZE_MAX : most_suites_ - 1;  // room for the canary
    const std::size_t lanes = suites.empty() ? 0 : most == SIZE_MAX ? 1 : (suites.size() + most - 1) / most;
    for (std::size_t i = 0; i < lanes; ++i) {
        Task task;
        task.kind = Kind::removal;
        task.label = label;
        task.suites = interleaved(suites, i, lanes);
        task.extensions = extensions_;
        task.own_canary = own_canary;
        ready_.push_back(std::move(task));
    }
}

void VersionPlan::take_removal(Task task, const Reply& reply)
{
    switch (reply.kind) {
        case ReplyKind::chosen:
        case ReplyKind::chosen_lost:
        case ReplyKind::chosen_broken:
            if (!lost_for_good(task, reply)) {
                ready_.push_front(std::move(task));
                return;
            }
            if (take_choice(task, reply)) {
                go_on_removing(std::move(task));
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
    if (!retry(task, reply)) {
        leave_open(task.suites, "", reply);
    }
}

void VersionPlan::go_on_removing(Task task)
{
    if (task.suites.empty()) {
        return;
    }
    const bool split = want_split_ && !one_lane_ && !task.own_canary && promising(task.suites) >= shortest_split;
    want_split_ = false;
    if (!split) {
        ready_.push_front(std::move(task));
        return;
    }
    Task second = task;
    second.suites = interleaved(task.suites, 1, 2);
    task.suites = interleaved(task.suites, 0, 2);
    ++extra_lanes_;
    second.label = "lane " + std::to_string(extra_lanes_ + 1);
    ready_.push_front(std::move(second));
    ready_.push_front(std::move(task));
}

// Suites like those found so far: their cipher and MAC, and their key exchange and authentication.
std::size_t VersionPlan::promising(const Suites& suites) const
{
    const auto like_a_found_one = [this](CipherSuite suite) {
        const tls::SuiteInfo& info = info_of(suite);
        bool keys = false;
        for (const CipherSuite found : found_) {
            const tls::SuiteInfo& other = info_of(found);
            keys = keys || (info.key_exchange == other.key_exchange && info.authentication == other.authentication);
        }
        return keys && looks_spoken(suite);
    };
    return those(suites, like_a_found_one).size();
}

void VersionPlan::refused(const Task& task, const Reply& reply)
{
    for (const CipherSuite suite : task.suites) {
        refusals_[suite].push_back(reply.evidence);
    }
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
        Task alive;
        alive.kind = Kind::alive;
        alive.extensions = extensions_;
        ready_.push_front(std::move(alive));
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
    if (phase_ == Phase::removal && !later_.empty()) {
        const Suites others = std::move(later_.front());
        later_.pop_front();
        // In the client's order every suite before the canary is passed over one by one; in a server's
        // own order, or one not known, a trap in one class would hide the others.
        if (!looks_like_clients_order()) {
            const auto anonymous = [](CipherSuite s) { return info_of(s).credentials == CredentialClass::anonymous; };
            push_lanes("anonymous", those(others, anonymous), false);
            push_lanes("other credentials", those(others, [&](CipherSuite s) { return !anonymous(s); }), false);
        } else {
            push_lanes("other credentials", others, false);
        }
    }
    if (ready_.empty() && phase_ == Phase::removal) {
        begin_closing();
    }
    if (ready_.empty()) {
        phase_ = Phase::done;
    }
}

}  // namespace smtptls::probes

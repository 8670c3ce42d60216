#include "probes/version_plan.hpp"

#include <algorithm>
#include <array>

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::AlertDescription;
using tls::CipherSuite;
using tls::CredentialClass;

constexpr int most_failures = 3;   // connections that came to nothing, for one question
constexpr int most_throttles = 6;  // the engine waits longer each time
constexpr std::size_t short_list = 30;
constexpr std::size_t longest_part = 60;

CredentialClass credentials_of(CipherSuite suite)
{
    const tls::SuiteInfo* const info = tls::find(suite);
    return info != nullptr ? info->credentials : CredentialClass::other;
}

std::string family_of(CipherSuite suite)
{
    const tls::SuiteInfo* const info = tls::find(suite);
    return info != nullptr ? std::string(tls::format(info->family)) : "unknown";
}

std::vector<CipherSuite> without(std::vector<CipherSuite> suites, CipherSuite suite)
{
    std::erase(suites, suite);
    return suites;
}

bool contains(const std::vector<CipherSuite>& suites, CipherSuite suite)
{
    return std::find(suites.begin(), suites.end(), suite) != suites.end();
}

// What nearly every server has at least one of: AES with RSA or ECDSA certificates.
bool is_common(CipherSuite suite)
{
    const tls::SuiteInfo* const info = tls::find(suite);
    if (info == nullptr || info->credentials != CredentialClass::certificate) {
        return false;
    }
    const bool aes =
        info->cipher == tls::Cipher::aes && info->mode != tls::CipherMode::ccm && info->mode != tls::CipherMode::ccm_8;
    return aes || info->cipher == tls::Cipher::chacha20 || info->cipher == tls::Cipher::triple_des;
}

bool means_no(AlertDescription description)
{
    return description == AlertDescription::handshake_failure || description == AlertDescription::illegal_parameter ||
           description == AlertDescription::insufficient_security;
}

struct ToReply {
    tls::ProtocolVersion version;

    Reply operator()(const model::Completed& completed) const
    {
        return {Reply::Kind::chosen, completed.choice.suite, model::Grade::handshake, {}, 0};
    }
    Reply operator()(const model::AlertReceived& alert) const
    {
        if (alert.choice) {
            return {Reply::Kind::chosen_lost, alert.choice->suite, {}, {}, 0};
        }
        if (alert.description == AlertDescription::protocol_version) {
            return {Reply::Kind::absent, {}, {}, {}, 0};
        }
        return {means_no(alert.description) ? Reply::Kind::refused : Reply::Kind::broken, {}, {}, {}, 0};
    }
    Reply operator()(const model::OtherVersion&) const { return {Reply::Kind::absent, {}, {}, {}, 0}; }
    Reply operator()(const model::Broken& broken) const
    {
        if (broken.failure.reason == base::Reason::throttled) {
            return {Reply::Kind::throttled, {}, {}, {}, 0};
        }
        // Only when it is our own library that cannot go on does a whole flight stand for acceptance.
        if (broken.choice && broken.failure.reason == base::Reason::local_error) {
            const bool whole = broken.choice->flight_complete;
            const Reply::Kind kind = whole ? Reply::Kind::chosen : Reply::Kind::chosen_lost;
            return {kind, broken.choice->suite, model::Grade::server_flight, {}, 0};
        }
        return {Reply::Kind::broken, broken.choice ? broken.choice->suite : CipherSuite{}, {}, {}, 0};
    }
};

}  // namespace

Reply reply_of(const model::Answer& answer, tls::ProtocolVersion version)
{
    Reply reply = std::visit(ToReply{version}, answer.outcome);
    reply.words = model::describe(answer.outcome);
    reply.evidence = answer.question.id;
    return reply;
}

VersionPlan::VersionPlan(tls::ProtocolVersion version, std::vector<CipherSuite> candidates)
    : version_(version), candidates_(std::move(candidates))
{
    begin_gates();
    advance();
}

void VersionPlan::begin_gates()
{
    const auto gate = [this](std::string label, std::vector<CipherSuite> suites) {
        if (!suites.empty()) {
            push({Kind::gate, std::move(label), std::move(suites), 0, 0});
        }
    };
    const auto those = [this](auto belongs) {
        std::vector<CipherSuite> suites;
        std::copy_if(candidates_.begin(), candidates_.end(), std::back_inserter(suites), belongs);
        return suites;
    };
    const std::vector<CipherSuite> all =
        those([](CipherSuite s) { return credentials_of(s) == CredentialClass::certificate; });
    gate("every certificate suite", all);
    std::vector<CipherSuite> common = those(is_common);
    common.resize(std::min(common.size(), short_list));
    gate("common suites", std::move(common));
    // Some servers read only the first 64, and one suite that breaks the answer can stand before all
    // the others: so in parts that are short enough, and from the other end.
    const std::size_t parts = std::max<std::size_t>(2, (all.size() + longest_part - 1) / longest_part);
    for (std::size_t part = 0; part < parts && all.size() > 1; ++part) {
        std::vector<CipherSuite> suites;
        for (std::size_t i = part; i < all.size(); i += parts) {
            suites.insert(suites.begin(), all[i]);
        }
        gate("certificate suites, part " + std::to_string(part + 1), std::move(suites));
    }
    gate("anonymous suites", those([](CipherSuite s) { return credentials_of(s) == CredentialClass::anonymous; }));
    gate("other suites", those([](CipherSuite s) {
             return credentials_of(s) != CredentialClass::anonymous &&
                    credentials_of(s) != CredentialClass::certificate;
         }));
}

std::optional<Offer> VersionPlan::next()
{
    // The gates one after the other: each is only asked if the one before was refused.
    if (ready_.empty() || (phase_ == Phase::gate && !under_way_.empty())) {
        return std::nullopt;
    }
    Task task = std::move(ready_.front());
    ready_.pop_front();
    begun_ = true;
    static constexpr std::array names = {"gate", "removal", "canary", "canary alone"};
    Offer offer{next_key_++, names[static_cast<std::size_t>(task.kind)], task.suites};
    offer.purpose += " " + tls::format(version_) + (task.label.empty() ? "" : " " + task.label);
    if (task.kind == Kind::canary || task.kind == Kind::alive) {
        offer.suites.push_back(*canary_);
        ++closing_questions_;
    }
    under_way_.emplace(offer.key, std::move(task));
    return offer;
}

void VersionPlan::learn(std::uint32_t key, const Reply& reply)
{
    const auto found = under_way_.find(key);
    if (found == under_way_.end()) {
        return;
    }
    Task task = std::move(found->second);
    under_way_.erase(found);
    switch (task.kind) {
        case Kind::gate: take_gate(std::move(task), reply); break;
        case Kind::removal: take_removal(std::move(task), reply); break;
        case Kind::canary: take_canary(std::move(task), reply); break;
        case Kind::alive: take_alive(std::move(task), reply); break;
    }
    advance();
}

// True if the question is to be asked once more.
bool VersionPlan::retry(Task task, const Reply& reply)
{
    const bool throttled = reply.kind == Reply::Kind::throttled;
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
    if (state == CellState::accepted) {
        decision.grade = reply.grade;
        decision.note = reply.grade == model::Grade::handshake ? "" : reply.words;
        // While closing it stays what the questions under way were asked with.
        if (phase_ != Phase::closing && (!canary_ || reply.grade == model::Grade::handshake)) {
            canary_ = suite;
        }
    } else if (state == CellState::inconclusive) {
        decision.note = reply.words;
    }
}

// A choice is a choice whatever the question was. False if the server chose what was not offered.
bool VersionPlan::take_choice(Task& task, const Reply& reply)
{
    if (!contains(task.suites, reply.suite)) {
        return false;
    }
    decide(reply.suite, reply.kind == Reply::Kind::chosen ? CellState::accepted : CellState::inconclusive, reply);
    task.suites = without(std::move(task.suites), reply.suite);
    return true;
}

void VersionPlan::take_gate(Task task, const Reply& reply)
{
    switch (reply.kind) {
        case Reply::Kind::chosen:
        case Reply::Kind::chosen_lost:
            if (take_choice(task, reply)) {
                begin_removal();
            } else if (!retry(std::move(task), reply)) {
                gate_trouble_ = "an unoffered suite: " + reply.words;
            }
            return;
        case Reply::Kind::absent:
            version_absent_ = true;
            gate_refusals_.push_back(reply.evidence);
            ready_.clear();
            return;
        case Reply::Kind::refused: gate_refusals_.push_back(reply.evidence); return;
        case Reply::Kind::broken:
        case Reply::Kind::throttled:
            if (retry(task, reply)) {
                return;
            }
            if (take_choice(task, reply)) {
                begin_removal();
            } else {
                gate_trouble_ = reply.words;
                gate_refusals_.push_back(reply.evidence);
            }
            return;
    }
}

void VersionPlan::begin_removal()
{
    phase_ = Phase::removal;
    ready_.clear();
    std::map<std::pair<CredentialClass, std::string>, std::size_t> chunk_of;
    for (const CipherSuite suite : candidates_) {
        if (decisions_.contains(suite)) {
            continue;
        }
        const CredentialClass credentials = credentials_of(suite);
        const auto [at, fresh] = chunk_of.emplace(std::pair(credentials, family_of(suite)), ready_.size());
        if (fresh) {
            const bool certificate = credentials == CredentialClass::certificate;
            const std::string label = certificate ? "" : std::string(tls::format(credentials)) + " ";
            push({Kind::removal, label + family_of(suite), {}, 0, 0});
        }
        ready_[at->second].suites.push_back(suite);
    }
}

void VersionPlan::take_removal(Task task, const Reply& reply)
{
    switch (reply.kind) {
        case Reply::Kind::chosen:
        case Reply::Kind::chosen_lost:
            if (!take_choice(task, reply)) {
                break;
            }
            task.failures = 0;
            if (!task.suites.empty()) {
                ready_.push_front(std::move(task));
            }
            return;
        case Reply::Kind::refused:
        case Reply::Kind::absent:
            for (const CipherSuite suite : task.suites) {
                refusals_[suite].push_back(reply.evidence);
            }
            return;
        case Reply::Kind::broken:
        case Reply::Kind::throttled: break;
    }
    if (retry(task, reply)) {
        return;
    }
    // Chosen, and broken off each time: that one is open, and the others can still be asked.
    if (reply.kind == Reply::Kind::broken && take_choice(task, reply)) {
        task.failures = 0;
        if (!task.suites.empty()) {
            ready_.push_front(std::move(task));
        }
        return;
    }
    leave_open(task, "", reply);
}

void VersionPlan::leave_open(const Task& task, const std::string& why, const Reply& reply)
{
    for (const CipherSuite suite : task.suites) {
        decide(suite, CellState::inconclusive, reply);
        decisions_[suite].note = why + reply.words;
    }
}

std::vector<CipherSuite> VersionPlan::undecided() const
{
    std::vector<CipherSuite> rest;
    std::copy_if(candidates_.begin(), candidates_.end(), std::back_inserter(rest),
                 [this](CipherSuite suite) { return !decisions_.contains(suite); });
    return rest;
}

void VersionPlan::begin_closing()
{
    phase_ = Phase::closing;
    std::vector<CipherSuite> rest = undecided();
    if (!rest.empty() && canary_) {
        push({Kind::canary, "the rest", std::move(rest), 0, 0});
    }
}

void VersionPlan::take_canary(Task task, const Reply& reply)
{
    const bool chosen = reply.kind == Reply::Kind::chosen;
    if (chosen && reply.suite == *canary_) {
        for (const CipherSuite suite : task.suites) {
            decide(suite, CellState::rejected, reply);
            decisions_[suite].evidence.insert(decisions_[suite].evidence.begin(), refusals_[suite].begin(),
                                              refusals_[suite].end());
        }
        return;
    }
    const bool unanswered = reply.kind == Reply::Kind::broken || reply.kind == Reply::Kind::throttled;
    if (unanswered && retry(task, reply)) {
        return;
    }
    const bool lost = reply.kind == Reply::Kind::chosen_lost || reply.kind == Reply::Kind::broken;
    if ((chosen || lost) && take_choice(task, reply)) {
        task.failures = 0;
        if (!task.suites.empty()) {
            push(std::move(task));
        }
        return;
    }
    if (closing_questions_ >= closing_budget) {
        leave_open(task, "not closed within " + std::to_string(closing_budget) + " questions: ", reply);
        return;
    }
    for (const CipherSuite suite : task.suites) {
        refusals_[suite].push_back(reply.evidence);
    }
    if (canary_alive_) {
        split(task);
        return;
    }
    // Is it the list, or the server? The canary alone tells; what is undecided waits for it.
    push({Kind::alive, "", {}, 0, 0});
}

void VersionPlan::take_alive(Task task, const Reply& reply)
{
    if (reply.kind == Reply::Kind::chosen && reply.suite == *canary_) {
        canary_alive_ = true;
        task.suites = undecided();
        split(task);
        return;
    }
    if (!retry(task, reply)) {
        task.suites = undecided();
        leave_open(task, "the server no longer answers what it accepted before: ", reply);
    }
}

void VersionPlan::split(const Task& task)
{
    if (task.suites.size() <= 1) {
        for (const CipherSuite suite : task.suites) {
            decisions_[suite] = {CellState::inconclusive, std::nullopt,
                                 "offered before an accepted suite it makes the server break off", refusals_[suite]};
        }
        return;
    }
    const auto middle = task.suites.begin() + static_cast<std::ptrdiff_t>(task.suites.size() / 2);
    push({Kind::canary, "half of the rest", {task.suites.begin(), middle}, 0, 0});
    push({Kind::canary, "half of the rest", {middle, task.suites.end()}, 0, 0});
}

void VersionPlan::advance()
{
    if (!ready_.empty() || !under_way_.empty()) {
        return;
    }
    if (phase_ == Phase::removal) {
        begin_closing();
    }
    if (ready_.empty()) {
        phase_ = Phase::done;
    }
}

bool VersionPlan::accepted_any() const
{
    return std::any_of(decisions_.begin(), decisions_.end(),
                       [](const auto& entry) { return entry.second.state == CellState::accepted; });
}

model::Cell VersionPlan::cell_of(CipherSuite suite, bool other_version_accepted) const
{
    model::Cell cell{version_, suite, CellState::not_tested, std::nullopt, "", {}};
    const auto decided = decisions_.find(suite);
    if (decided != decisions_.end()) {
        const Decision& decision = decided->second;
        return {version_, suite, decision.state, decision.grade, decision.note, decision.evidence};
    }
    if (phase_ != Phase::done) {
        cell.note = "the scan ended before this was decided";
        return cell;
    }
    const auto refused = refusals_.find(suite);
    cell.evidence = refused != refusals_.end() ? refused->second : gate_refusals_;
    const bool whole_version_refused = gate_trouble_.empty() && decisions_.empty();
    if (version_absent_ || (whole_version_refused && other_version_accepted)) {
        cell.state = CellState::rejected;
        return cell;
    }
    cell.state = CellState::inconclusive;
    cell.note = !gate_trouble_.empty() ? gate_trouble_
                : decisions_.empty()
                    ? "refused, but no other version was accepted to show that the server answers at all"
                    : "refused, but nothing was accepted in this version to show that the list was read";
    return cell;
}

std::vector<model::Cell> VersionPlan::cells(bool other_version_accepted) const
{
    std::vector<model::Cell> cells;
    for (const CipherSuite suite : candidates_) {
        cells.push_back(cell_of(suite, other_version_accepted));
    }
    std::sort(cells.begin(), cells.end(), [](const model::Cell& a, const model::Cell& b) { return a.suite < b.suite; });
    return cells;
}

}  // namespace smtptls::probes

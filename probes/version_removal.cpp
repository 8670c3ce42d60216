// The middle of VersionPlan: removal, in lanes where there is room.
#include "probes/lanes.hpp"
#include "probes/version_plan.hpp"

#include <algorithm>
#include <utility>

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::CipherSuite;
using tls::CredentialClass;
using tls::ProtocolVersion;
using ReplyKind = Reply::Kind;

constexpr int fewest_closes = 3;  // that count as a refusal

}  // namespace

void VersionPlan::begin_removal()
{
    phase_ = Phase::removal;
    ready_.clear();
    // What an alert refused at the gate in this shape was the list itself: it is not asked again.
    const Suites open = those(undecided(), [this](CipherSuite s) { return !gate_.refused(s); });
    if (manner_->interest.limited()) {
        begin_focused(open);
        return;
    }
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

// In a limited scan few suites are accepted, so one list of all credentials is asked on the belief that the client's
// order decides. Another choice from what was offered with the first one is the witness for it, behind the canary.
void VersionPlan::begin_focused(const Suites& open)
{
    others_joined_ = true;
    // Where nothing is to be closed the order is still of use to the gates of other versions, once.
    const bool for_others = version_ != ProtocolVersion::tls1_3 && !std::exchange(manner_->order_asked, true);
    if ((for_others || !open.empty()) && !manner_->client_proven) {
        Task another;
        another.kind = Kind::removal;
        another.label = "another";
        another.suites = those(candidates_, [this](CipherSuite suite) {
            return has_certificate_class(suite) && !decisions_.contains(suite) && !gate_.refused(suite) &&
                   !manner_->interest.worth(version_, suite);
        });
        another.extensions = gate_.extensions();
        another.once = true;
        if (!another.suites.empty()) {
            ready_.push_back(std::move(another));
        }
    }
    push_lanes("", open);
}

// What was dropped while something else seemed to show as much.
bool VersionPlan::push_dropped()
{
    if (!manner_->interest.limited()) {
        return false;
    }
    push_lanes("", those(undecided(),
                         [this](CipherSuite suite) { return !gate_.refused(suite) && !refusals_.contains(suite); }));
    return !ready_.empty();
}

void VersionPlan::reconsider()
{
    const bool open = manner_->interest.limited() && accepted_any() && !undecided().empty();
    if (phase_ > Phase::removal && open && ready_.empty() && under_way_.empty()) {
        phase_ = Phase::removal;
        sieve_begun_ = false;
        advance();
    }
}

// In the client's order every suite is passed over one by one: one list will do.
void VersionPlan::join_others(Task& task)
{
    if (later_.empty() || gate_.most_suites() != SIZE_MAX || task.kind != Kind::removal || task.own_canary) {
        return;
    }
    manner_->clients_order = others_joined_ = true;
    task.suites.insert(task.suites.end(), later_.front().begin(), later_.front().end());
    later_.pop_front();
}

// As long as the server reads them, with room for the canary. Where only a hello without extensions opened the version
// it may be suites with a first byte above 0 that the server chokes on: they are not mixed with the others.
std::vector<Suites> VersionPlan::lists_of(const Suites& suites) const
{
    if (suites.empty()) {
        return {};
    }
    if (gate_.most_suites() == SIZE_MAX) {
        return {suites};
    }
    std::vector<Suites> lists;
    const auto split = [&](const Suites& part) {
        const std::size_t most = gate_.most_suites() - 1;
        const std::size_t count = (part.size() + most - 1) / most;
        for (std::size_t i = 0; i < count; ++i) {
            lists.push_back(interleaved(part, i, count));
        }
    };
    if (gate_.extensions() != tls::ExtensionSet::none) {
        split(suites);
        return lists;
    }
    split(those(suites, [](CipherSuite s) { return !is_high(s); }));
    split(those(suites, is_high));
    return lists;
}

void VersionPlan::push_lanes(const std::string& label, const Suites& suites)
{
    for (Suites& list : lists_of(suites)) {
        Task task;
        task.kind = Kind::removal;
        task.label = label;
        task.suites = std::move(list);
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
    others_joined_ = looks_like_clients_order();
    if (others_joined_ || asked_apart) {
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
    if (phase_ != Phase::removal || one_lane_ || manner_->interest.limited()) {
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

bool VersionPlan::is_lane(const Task& task) const
{
    return task.kind == Kind::removal && !task.own_canary && !task.in_doubt && !task.once &&
           gate_.most_suites() == SIZE_MAX;
}

// Lists that were one, or could have been: what a trap in one would hide is hidden in both.
bool VersionPlan::may_join(const Task& task, const Task& other) const
{
    const auto classes = [](const Task& of) {
        std::set<CredentialClass> all;
        for (const CipherSuite suite : of.suites) {
            all.insert(info_of(suite).credentials);
        }
        return all;
    };
    return is_lane(task) && is_lane(other) && (others_joined_ || classes(task) == classes(other));
}

void VersionPlan::join(const Task& task, Task& other)
{
    other.suites.insert(other.suites.end(), task.suites.begin(), task.suites.end());
    lanes_ -= lanes_ > 1 ? 1 : 0;
}

// A lane of which little is expected joins one that goes on, or waits for one to come back.
void VersionPlan::go_on(Task task)
{
    if (task.suites.empty()) {
        return;
    }
    const auto joins_us =
        std::partition(resting_.begin(), resting_.end(), [&](const Task& lane) { return !may_join(lane, task); });
    std::for_each(joins_us, resting_.end(), [&](const Task& lane) { join(lane, task); });
    resting_.erase(joins_us, resting_.end());
    const auto ours = [&](const Task& lane) { return !lane.troubled() && may_join(task, lane); };
    if (is_lane(task) && !goes_on(expected_choices(task.suites, version_, *manner_, false))) {
        const auto waits = std::find_if(ready_.begin(), ready_.end(), ours);
        if (waits != ready_.end()) {
            join(task, *waits);
            return;
        }
        if (std::any_of(under_way_.begin(), under_way_.end(), [&](const auto& asked) { return ours(asked.second); })) {
            resting_.push_back(std::move(task));
            return;
        }
    }
    ready_.push_front(std::move(task));
}

// There is room: what rests is asked in one list.
void VersionPlan::ask_resting()
{
    if (resting_.empty()) {
        return;
    }
    Task task = std::move(resting_.back());
    resting_.pop_back();
    for (const Task& lane : std::exchange(resting_, {})) {
        if (may_join(lane, task)) {
            join(lane, task);
        } else {
            resting_.push_back(lane);
        }
    }
    ready_.push_back(std::move(task));
}

// The lanes that they waited for may have ended.
void VersionPlan::wake_resting()
{
    for (Task& lane : std::exchange(resting_, {})) {
        go_on(std::move(lane));
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
                go_on(std::move(task));
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
    } else if (reply.kind != ReplyKind::throttled && task.may_be_put_off()) {
        ready_.push_back(std::move(task));
    } else if (!task.once) {
        leave_open(task.suites, "", reply);
    }
}

void VersionPlan::refused(const Task& task, const Reply& reply)
{
    for (const CipherSuite suite : task.suites) {
        refusals_[suite].push_back(reply.evidence);
    }
    if (task.kind == Kind::sieve || task.once) {
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
        // Closed before it was known that connections break off for no reason, or that this server says no by alert.
        const bool early =
            list.closes >= fewest_closes && (manner_->by_alert || list.closes < manner_->enough_closes());
        if (list.in_doubt || open.empty() || !(early || manner_->doubtful(answer))) {
            continue;
        }
        Task task = list;
        task.suites = open;
        task.in_doubt = true;
        task.failures = task.throttles = task.closes = task.lost = 0;
        ready_.push_back(std::move(task));
    }
}

// A close is a refusal only if the same list is closed three times (six where connections break off now and then),
// the server is alive between, and it never refuses by alert.
void VersionPlan::closed(Task task, const Reply& reply)
{
    for (const CipherSuite suite : task.suites) {
        refusals_[suite].push_back(reply.evidence);
    }
    // What the sieve asks again has been closed three times and answered for by the canary before.
    const int enough_in_sieve = manner_->shaky ? fewest_closes : 1;
    if (++task.closes >= (task.kind == Kind::sieve ? enough_in_sieve : manner_->enough_closes())) {
        by_close_.insert(task.suites.begin(), task.suites.end());
        refused(task, reply);
        return;
    }
    ready_.push_front(std::move(task));
    if (canary_) {
        push_alive(true);
    }
}

}  // namespace smtptls::probes

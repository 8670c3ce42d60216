// The second half of VersionPlan: closing a version, and what its cells are in the end.
#include "probes/sieve.hpp"
#include "probes/version_plan.hpp"

#include <algorithm>
#include <utility>

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::CipherSuite;
using tls::CredentialClass;
using ReplyKind = Reply::Kind;

constexpr std::size_t most_singles = 48;  // a list so long is asked suite by suite when it is full of traps

// What a server picks and has no credentials for hides the others: anonymous suites, as far as is known.
int trap_group(CipherSuite suite)
{
    switch (info_of(suite).credentials) {
        case CredentialClass::certificate: return 0;
        case CredentialClass::anonymous: return 1;
        default: return 2;
    }
}

}  // namespace

void VersionPlan::begin_closing()
{
    phase_ = Phase::closing;
    const Suites rest = undecided();
    if (!canary_) {
        return;
    }
    if (rest.empty()) {
        ask_order();
        return;
    }
    for (Suites& list : lists_of(rest)) {
        Task task;
        task.kind = Kind::canary;
        task.label = "the rest";
        task.suites = std::move(list);
        task.extensions = gate_.extensions();
        ready_.push_back(std::move(task));
    }
    choose_witness();
}

// In a limited scan: the canary and its witness, and nothing before them.
void VersionPlan::ask_order()
{
    if (!manner_->interest.limited() || manner_->client_proven) {
        return;
    }
    choose_witness();
    if (witness_) {
        Task task;
        task.kind = Kind::canary;
        task.label = "the order";
        task.extensions = gate_.extensions();
        ready_.push_back(std::move(task));
    }
}

// Any series of removals fits some order of the server's own. A suite that was once chosen over the
// canary, offered behind it, tells: in the client's order the canary is chosen, in the server's the
// witness. Not what was chosen from a list that began with ChaCha20, which some servers then move up.
void VersionPlan::choose_witness()
{
    witness_.reset();
    const int enough = manner_->servers_order ? 3 : 1;
    if (client_proven_ || gate_.most_suites() != SIZE_MAX || !fits_clients_order(enough)) {
        return;
    }
    for (const Pick& pick : picks_) {
        const bool moved_up = info_of(pick.offered.front()).family == tls::CipherFamily::chacha20;
        if (pick.suite != *canary_ && contains(pick.offered, *canary_) && !moved_up) {
            witness_ = pick.suite;
            return;
        }
    }
}

// The order is the server's own after all, and what was asked on the belief that it is not is asked again.
void VersionPlan::reopen()
{
    witness_.reset();
    phase_ = Phase::removal;
    if (std::exchange(others_joined_, false) && !manner_->interest.limited()) {
        later_.push_back(
            those(undecided(), [](CipherSuite s) { return info_of(s).credentials != CredentialClass::certificate; }));
    }
}

void VersionPlan::take_canary(Task task, const Reply& reply)
{
    if (reply.kind == ReplyKind::chosen && reply.suite == *canary_) {
        canary_alive_ = true;
        for (const CipherSuite suite : task.suites) {
            decide(suite, CellState::rejected, reply);
            std::vector<model::QuestionId>& evidence = decisions_[suite].evidence;
            evidence.insert(evidence.begin(), refusals_[suite].begin(), refusals_[suite].end());
        }
        return;
    }
    if (reply.kind == ReplyKind::chosen && reply.suite == witness_ && !task.own_canary) {
        reopen();
        return;
    }
    if (reply.has_choice() && contains(task.suites, reply.suite)) {
        if (task.lost_for_good(reply, manner_->shaky)) {
            take_choice(task, reply);
        }
        if (!task.suites.empty()) {
            ready_.push_front(std::move(task));
        }
        return;
    }
    const bool answered = reply.kind == ReplyKind::refused || reply.kind == ReplyKind::absent ||
                          reply.kind == ReplyKind::lower || reply.kind == ReplyKind::objected;
    if (!answered && task.may_repeat(reply, manner_->shaky)) {
        ready_.push_front(std::move(task));
    } else if (answered || reply.kind == ReplyKind::closed) {
        // A close may be the network's, unless it comes again and again.
        canary_failed(task, reply);
    } else if (reply.kind != ReplyKind::throttled && task.may_be_put_off()) {
        ready_.push_back(std::move(task));
    } else {
        leave_open(task.suites, "", reply);
    }
}

void VersionPlan::canary_failed(const Task& task, const Reply& reply)
{
    for (const CipherSuite suite : task.suites) {
        refusals_[suite].push_back(reply.evidence);
    }
    if (closing_questions_ >= closing_budget) {
        leave_open(task.suites, "not closed within " + std::to_string(closing_budget) + " questions: ", reply);
        return;
    }
    if (canary_alive_) {
        witness_.reset();
        subdivide(task.suites);
        return;
    }
    // Is it the list, or the server? The canary alone tells; the list waits for it.
    pending_.push_back(task.suites);
    push_alive(false);
}

void VersionPlan::push_alive(bool first)
{
    Task alive;
    alive.kind = Kind::alive;
    alive.extensions = gate_.extensions();
    if (first) {
        ready_.push_front(std::move(alive));
    } else {
        ready_.push_back(std::move(alive));
    }
}

void VersionPlan::take_alive(Task task, const Reply& reply)
{
    // The canary, or the witness it was asked with, which may have been dropped meanwhile.
    if (reply.kind == ReplyKind::chosen && contains(found_, reply.suite)) {
        canary_alive_ = true;
        witness_.reset();
        const auto lists = std::move(pending_);
        pending_.clear();
        for (const Suites& list : lists) {
            subdivide(list);
        }
        return;
    }
    // Without it all is open.
    if (task.may_repeat(reply, true)) {
        ready_.push_front(std::move(task));
        return;
    }
    ready_.clear();
    pending_.clear();
    leave_open(undecided(), "the server no longer answers what it accepted before: ", reply);
}

// The same cipher, mode and MAC were accepted with another key exchange.
bool VersionPlan::looks_spoken(CipherSuite suite) const
{
    const tls::SuiteInfo& info = info_of(suite);
    return std::any_of(found_.begin(), found_.end(), [&](CipherSuite found) {
        const tls::SuiteInfo& other = info_of(found);
        return info.cipher == other.cipher && info.mode == other.mode && info.mac == other.mac;
    });
}

// Parts of a list that made the canary fail, each of which is closed by itself. By credentials first:
// what breaks lists is a suite that the server picks and has no credentials for. Then what the server
// speaks with other key exchanges suite by suite, since those are likely traps and hide each other;
// offered alone and refused, a suite is rejected. The others in halves.
void VersionPlan::subdivide(const Suites& suites)
{
    manner_->traps = manner_->traps || manner_->reads_long_lists;
    std::map<int, Suites> groups;
    for (const CipherSuite suite : suites) {
        groups[trap_group(suite)].push_back(suite);
    }
    if (groups.size() > 1 && version_ != tls::ProtocolVersion::tls1_3) {
        for (const auto& [group, members] : groups) {
            close_apart("by credentials", members);
        }
        return;
    }
    const Suites likely = those(suites, [this](CipherSuite s) { return looks_spoken(s); });
    const Suites unlikely = those(suites, [this](CipherSuite s) { return !looks_spoken(s); });
    const bool apart = !likely.empty() && !unlikely.empty();
    if (apart) {
        close_apart("unlikely ones", unlikely);
    }
    const Suites& rest = apart || unlikely.empty() ? likely : unlikely;
    const bool one_by_one = rest.size() <= 4 || (&rest == &likely && rest.size() <= most_singles);
    const std::size_t parts = one_by_one ? rest.size() : 2;
    for (std::size_t i = 0; i < parts; ++i) {
        close_apart(one_by_one ? "one by one" : "half", interleaved(rest, i, parts));
    }
}

void VersionPlan::close_apart(const std::string& label, const Suites& suites)
{
    Task task;
    task.label = label;
    task.suites = suites;
    task.extensions = gate_.extensions();
    task.own_canary = true;
    // In the client's order the canary needs no refusal before it: all in front of it was passed over.
    const bool canary_tells = refused_alone_.contains(suites) || client_proven_;
    task.kind = suites.size() > 1 && canary_tells ? Kind::canary : Kind::removal;
    ready_.push_back(std::move(task));
}

// Where the server's own order decides, the refusal and the canary leave one thing open: a trap that ranks
// below the canary hides what ranks below it. A version that is too small to tell goes by the others. Once more where
// a trap was first seen when this had been asked, also in another version: in the lists that were not.
void VersionPlan::begin_sieving()
{
    if (!std::exchange(sieve_begun_, true)) {
        sieved_.clear();
    }
    sieved_jointly_ = manner_->traps;
    if (manner_->client_proven && !manner_->traps && order() != SuiteOrder::server) {
        return;
    }
    const Suites rejected = those(candidates_, [this](CipherSuite suite) {
        const auto found = decisions_.find(suite);
        return found != decisions_.end() && found->second.state == CellState::rejected;
    });
    const std::size_t most = gate_.most_suites();
    for (const Suites& list : sieve(rejected, manner_->credentials, sieved_jointly_)) {
        if (!sieved_.insert(list).second) {
            continue;
        }
        const std::size_t lists = (list.size() - 1) / most + 1;
        for (std::size_t i = 0; i < lists; ++i) {
            Task task;
            task.kind = Kind::sieve;
            task.suites = interleaved(list, i, lists);
            task.extensions = gate_.extensions();
            ready_.push_back(std::move(task));
        }
    }
}

// With the client's order each pick is the first accepted suite of its offer; the offers run forwards
// and backwards in turn, so that few orders of a server's own look like it.
bool VersionPlan::fits_clients_order(int enough) const
{
    int telling = 0;
    for (const Pick& pick : picks_) {
        const Suites members = those(pick.offered, [this](CipherSuite suite) { return contains(found_, suite); });
        if (!members.empty() && members.front() != pick.suite) {
            return false;
        }
        telling += members.size() > 1 ? 1 : 0;
    }
    return telling >= enough;
}

bool VersionPlan::order_complete() const
{
    return extra_lanes_ == 0 && std::none_of(left_out_.begin(), left_out_.end(),
                                             [this](CipherSuite suite) { return contains(found_, suite); });
}

SuiteOrder VersionPlan::order() const
{
    if (looks_like_clients_order()) {
        return client_proven_ ? SuiteOrder::client : SuiteOrder::unknown;
    }
    for (const Pick& pick : picks_) {
        const auto first = std::find_if(pick.offered.begin(), pick.offered.end(),
                                        [this](CipherSuite suite) { return contains(found_, suite); });
        if (first != pick.offered.end() && *first != pick.suite) {
            return SuiteOrder::server;
        }
    }
    return SuiteOrder::unknown;
}

model::Cell VersionPlan::cell_of(CipherSuite suite, bool other_version_accepted) const
{
    model::Cell cell{version_, suite, CellState::not_tested, std::nullopt, "", {}};
    const auto decided = decisions_.find(suite);
    if (decided != decisions_.end()) {
        const Decision& decision = decided->second;
        cell = {version_, suite, decision.state, decision.grade, decision.note, decision.evidence};
        if (cell.state == CellState::rejected && by_close_.contains(suite) && manner_->by_alert) {
            cell.state = CellState::inconclusive;
            cell.note = "the connection was closed, and this server refuses by alert";
        }
        return cell;
    }
    const bool limited = manner_->interest.limited();
    if (limited && accepted_any() && !manner_->interest.worth(version_, suite)) {
        cell.note = "not asked";
        return cell;
    }
    if (phase_ != Phase::done) {
        cell.state = limited ? CellState::inconclusive : CellState::not_tested;
        cell.note = "the scan ended before this was decided";
        return cell;
    }
    const auto refused = refusals_.find(suite);
    cell.evidence = refused != refusals_.end() ? refused->second : gate_.evidence();
    if (gate_.absent()) {
        cell.state = CellState::rejected;
        cell.evidence = gate_.evidence();
        return cell;
    }
    return whole_version_cell(std::move(cell), other_version_accepted);
}

// Nothing was accepted in this version. Alert by alert for every suite, or closed each time by a server
// that never refuses otherwise, and alive in another version: absent. Anything else is open.
model::Cell VersionPlan::whole_version_cell(model::Cell cell, bool other_version_accepted) const
{
    const bool hung_up = gate_.all_closed() && manner_->alive;
    const bool refused = decisions_.empty() && (gate_.all_refused(cell.suite) || hung_up);
    cell.state = refused && other_version_accepted ? CellState::rejected : CellState::inconclusive;
    if (cell.state == CellState::rejected) {
        return cell;
    }
    if (!gate_.trouble().empty()) {
        cell.note = gate_.trouble();
    } else if (gate_.any_closed()) {
        cell.note = "the connection was closed, which is not a refusal";
    } else if (!decisions_.empty()) {
        cell.note = "refused, but nothing was accepted in this version to show that the list was read";
    } else {
        cell.note = "refused, but no other version was accepted to show that the server answers at all";
    }
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

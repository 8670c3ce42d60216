#include "probes/version_plan.hpp"

#include "probes/sieve.hpp"

#include <algorithm>
#include <utility>

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::CipherSuite;
using tls::ExtensionSet;
using tls::ProtocolVersion;
using AskKind = model::Purpose::Kind;

constexpr std::size_t long_list = 128;  // some servers read no more of it

}  // namespace

VersionPlan::VersionPlan(ProtocolVersion version, Suites candidates, const Shared& shared)
    : version_(version),
      shared_(shared),
      nature_(version, shared.server, shared.interest),
      bench_(std::move(candidates), shared.server, nature_),
      lanes_(shared.lanes),
      phase_(std::in_place_type<Gate>, version, bench_.ledger.candidates(), absence_)
{
    advance();
}

bool VersionPlan::gate_decided() const
{
    return !std::holds_alternative<Gate>(phase_) || waiting();
}

bool VersionPlan::removed() const
{
    return gate_decided() && !waiting() && !std::holds_alternative<Removal<CipherSuite>>(phase_);
}

bool VersionPlan::waiting() const
{
    const auto* const gate = std::get_if<Gate>(&phase_);
    const auto* const sieving = std::get_if<Sieving<CipherSuite>>(&phase_);
    const bool waits = (gate != nullptr && gate->waiting()) || (sieving != nullptr && !sieving->begun());
    return waits && bench_.desk.idle();
}

// The gate's questions one after the other: each is only asked if the one before was refused.
bool VersionPlan::may_ask() const
{
    return bench_.desk.under_way().empty() || !std::holds_alternative<Gate>(phase_);
}

// What is still of use of a question. False if nothing is.
bool VersionPlan::refresh(SuiteAsk& ask) const
{
    if (ask.kind == AskKind::sieve) {
        // The lists overlap: another one may have found it meanwhile.
        std::erase_if(ask.items, [this](CipherSuite suite) { return contains(accepted(), suite); });
    }
    if (ask.kind == AskKind::gate || ask.kind == AskKind::alive || ask.kind == AskKind::order) {
        return true;
    }
    if (!ask.once) {
        ask.items = bench_.worth(std::move(ask.items));
    }
    return !ask.items.empty() || (ask.kind == AskKind::canary && ask.tail.size() > 1);
}

std::optional<Offer> VersionPlan::next(model::Numbering& ids)
{
    advance();
    while (may_ask()) {
        std::optional<SuiteAsk> ask = bench_.desk.take_ready();
        if (!ask) {
            break;
        }
        if (!refresh(*ask)) {
            advance();
            continue;
        }
        begun_ = true;
        Offer offer{ids.next(), {ask->kind, version_, ask->detail}, {}, ask->extensions};
        offer.any = ask->once;
        offer.without_name = ask->without_name;
        // In TLS 1.3 little is left out of it, and the server's order is seen all the same.
        const bool order_is_safe =
            Lanes<CipherSuite>::is_lane(bench_, *ask) &&
            (ask->tail.size() == 2 || (version_ == ProtocolVersion::tls1_3 && ask->tail.empty()));
        offer.may_be_handshake = (order_is_safe || ask->once) && !ask->by_hello && !ask->patience.troubled();
        offer.suites = bench_.desk.give_out(std::move(*ask), offer.id).offered;
        return offer;
    }
    return std::nullopt;
}

// What an answer shows besides what it was asked for.
void VersionPlan::note(const Asked<CipherSuite>& asked, const Reply& reply)
{
    ServerProfile& server = shared_.server;
    const bool chosen = reply.kind == ReplyKind::chosen && contains(asked.offered, reply.item);
    const bool said_no = reply.kind == ReplyKind::refused || reply.kind == ReplyKind::absent;
    const auto is_accepted = [this](CipherSuite suite) { return contains(accepted(), suite); };
    const bool all_accepted = !asked.narrowed && std::ranges::all_of(asked.offered, is_accepted);
    if (!std::holds_alternative<Gate>(phase_) &&
        (reply.kind == ReplyKind::absent || (reply.says_no() && all_accepted))) {
        contradicted_by(reply.evidence);
    }
    server.log.shaky = server.log.shaky || (asked.ask.patience.troubled() && (chosen || said_no));
    if (chosen) {
        server.log.note_good();
        const auto place = std::ranges::find(asked.offered, reply.item) - asked.offered.begin();
        server.hellos.long_lists = server.hellos.long_lists || static_cast<std::size_t>(place) >= long_list;
        bench_.preference.saw(asked.offered, reply.item, nature_.tells_order(asked.offered));
        server.client_proven = server.client_proven || bench_.preference.client_proven();
    } else if (reply.says_no() || reply.kind == ReplyKind::chosen_lost || reply.kind == ReplyKind::failed) {
        server.log.note_refusal();
    } else if (reply.kind != ReplyKind::closed || server.by_alert) {
        server.log.note_trouble();
    }
}

void VersionPlan::learn(model::QuestionId id, const Reply& reply)
{
    std::optional<Asked<CipherSuite>> asked = bench_.desk.take(id);
    if (!asked) {
        return;
    }
    note(*asked, reply);
    const bool chosen = reply.kind == ReplyKind::chosen && contains(asked->offered, reply.item);
    if (asked->narrowed && !chosen) {
        asked->ask.by_hello = true;
        bench_.desk.push_first(std::move(asked->ask));
        return;
    }
    take(std::move(asked->ask), reply);
    advance();
}

void VersionPlan::take(SuiteAsk ask, const Reply& reply)
{
    if (ask.kind == AskKind::alive && !std::holds_alternative<Closing<CipherSuite>>(phase_)) {
        if (!ask.once) {
            bench_.settle_alive(ask, reply);
        }
        return;
    }
    if (auto* const gate = std::get_if<Gate>(&phase_)) {
        if (gate->take(bench_, std::move(ask), reply)) {
            begin_removal();
        } else if (absent_ && (reply.kind == ReplyKind::refused || reply.kind == ReplyKind::closed)) {
            learn_absent(*std::exchange(absent_, std::nullopt));
        }
    } else if (auto* const removal = std::get_if<Removal<CipherSuite>>(&phase_)) {
        removal->take(bench_, std::move(ask), reply);
    } else if (auto* const closing = std::get_if<Closing<CipherSuite>>(&phase_)) {
        closing->take(bench_, std::move(ask), reply);
    } else if (auto* const sieving = std::get_if<Sieving<CipherSuite>>(&phase_)) {
        sieving->take(bench_, std::move(ask), reply);
    } else if (auto* const ordering = std::get_if<Ordering<CipherSuite>>(&phase_)) {
        ordering->take(bench_, std::move(ask), reply);
    } else if (auto* const repeating = std::get_if<Repeating<CipherSuite>>(&phase_)) {
        const model::QuestionId no = refusal_of(reply.item);
        if (repeating->take(bench_, std::move(ask), reply)) {
            shared_.server.members.contradict(version_, reply.evidence, no);
        }
    }
}

// The last question in which it was refused.
model::QuestionId VersionPlan::refusal_of(CipherSuite suite) const
{
    const auto& refusals = bench_.ledger.refusals(suite);
    const auto* const decision = bench_.ledger.decision(suite);
    if (!refusals.empty()) {
        return refusals.back();
    }
    if (decision != nullptr) {
        return decision->evidence.back();
    }
    return absence_.evidence.empty() ? 0 : absence_.evidence.back();
}

void VersionPlan::accept_after_all(const Reply& reply)
{
    shared_.server.members.contradict(version_, reply.evidence, refusal_of(reply.item));
    bench_.accept(reply.item, reply);
}

void VersionPlan::ask_alone(CipherSuite suite, std::string why)
{
    SuiteAsk ask = bench_.ask(AskKind::alive, std::move(why), {}, {suite});
    ask.once = true;
    bench_.desk.push(std::move(ask));
}

void VersionPlan::contradicted_by(model::QuestionId no)
{
    if (accepted_any()) {
        shared_.server.members.contradict(version_, bench_.ledger.decision(accepted().front())->evidence.front(), no);
    }
}

void VersionPlan::learn_elsewhere(const Reply& reply, const Suites& offered, ExtensionSet extensions)
{
    if (!contains(bench_.ledger.candidates(), reply.item) || bench_.ledger.decided(reply.item)) {
        return;
    }
    bench_.preference.saw(offered, reply.item, nature_.tells_order(offered));
    bench_.accept(reply.item, reply);
    auto* const gate = std::get_if<Gate>(&phase_);
    if (gate != nullptr && bench_.desk.under_way().empty()) {
        gate->opened_elsewhere(bench_, extensions);
        begin_removal();
        advance();
    }
}

void VersionPlan::learn_absent(model::QuestionId evidence)
{
    auto* const gate = std::get_if<Gate>(&phase_);
    if (gate == nullptr || accepted_any()) {
        return;
    }
    if (!bench_.desk.under_way().empty()) {
        // What was asked beside the other version is waited for: a choice weighs more.
        absent_ = evidence;
        return;
    }
    gate->tell_absent(evidence);
    bench_.desk.clear_ready();
}

// What an alert refused at the gate in this shape was the list itself: it is not asked again. In a limited scan few
// suites are accepted, so the lists end with a pair, for which another accepted suite is wanted first. Where nothing is
// to be closed the order is still of use to the gates of other versions, once.
void VersionPlan::begin_removal()
{
    const bool limited = shared_.interest.limited();
    const auto is_new = [this](CipherSuite suite) { return !absence_.refused.contains(suite); };
    const Suites open = those(bench_.open(), is_new);
    Suites others;
    const bool may_ask_order = limited && !shared_.server.client_proven && version_ != ProtocolVersion::tls1_3;
    if (limited && (!open.empty() || (may_ask_order && !std::exchange(shared_.coordination.order_asked, true)))) {
        others = those(bench_.ledger.undecided(), [&](CipherSuite suite) {
            return has_certificate_class(suite) && is_new(suite) && !nature_.worth(suite);
        });
    }
    bench_.desk.clear_ready();
    phase_.emplace<Removal<CipherSuite>>(lanes_, limited).begin(bench_, open, std::move(others));
}

void VersionPlan::begin_closing(const std::vector<Suites>& broken, bool alive)
{
    auto& closing = phase_.emplace<Closing<CipherSuite>>();
    if (accepted_any()) {
        closing.begin(bench_, broken, alive, shared_.interest.limited() && !shared_.server.client_proven);
    }
}

void VersionPlan::spread(std::size_t room)
{
    if (std::holds_alternative<Removal<CipherSuite>>(phase_) && !shared_.interest.limited()) {
        lanes_.spread(bench_, room);
    }
}

// From phase to phase, as long as nothing is to be asked or awaited.
void VersionPlan::advance()
{
    lanes_.wake(bench_);
    std::size_t before = std::variant_npos;
    while (bench_.desk.idle() && phase_.index() != before) {
        before = phase_.index();
        std::visit([this](auto& phase) { go_on(phase); }, phase_);
    }
    if (done()) {
        reconsider();
    }
}

void VersionPlan::reconsider()
{
    const bool open = shared_.interest.limited() && accepted_any() && !bench_.open().empty();
    const bool over = !std::holds_alternative<Gate>(phase_) && !std::holds_alternative<Removal<CipherSuite>>(phase_);
    if (open && over && bench_.desk.idle()) {
        phase_.emplace<Removal<CipherSuite>>(lanes_, true);
        advance();
    }
}

void VersionPlan::go_on(Gate& gate)
{
    if (auto ask = gate.next(bench_, shared_.coordination.settled)) {
        bench_.desk.push(std::move(*ask));
    } else if (!gate.waiting()) {
        phase_ = Done();
    }
}

void VersionPlan::go_on(Removal<CipherSuite>& removal)
{
    if (!removal.go_on(bench_)) {
        const std::vector<Suites> broken = removal.broken();
        begin_closing(broken, removal.closed_any());
    }
}

void VersionPlan::go_on(Closing<CipherSuite>& closing)
{
    if (bench_.preference.client_proven() || !closing.alive()) {
        phase_.emplace<Ordering<CipherSuite>>();
    } else {
        phase_.emplace<Sieving<CipherSuite>>();
    }
}

// Where the server's own order decides, the refusal and the canary leave one thing open: a trap that ranks
// below the canary hides what ranks below it. A version that is too small to tell goes by the others. Once more where a
// trap was first seen when this had been asked: in the lists that were not.
void VersionPlan::go_on(Sieving<CipherSuite>& sieving)
{
    if (!sieving.begun() && !shared_.coordination.settled && !owes_joint_sieve()) {
        return;
    }
    const ServerProfile& server = shared_.server;
    const bool by_others = server.client_proven && !server.traps && order() != Order::server;
    if (!sieving.begun() && !by_others) {
        sieved_jointly_ = server.traps;
        std::vector<Suites> lists = sieve(bench_.ledger.rejected(), server.served.credentials, sieved_jointly_);
        std::erase_if(lists, [this](const Suites& list) { return !sieved_.insert(list).second; });
        sieving.begin(bench_, lists);
    }
    if (bench_.desk.idle()) {
        phase_.emplace<Ordering<CipherSuite>>();
    }
}

void VersionPlan::go_on(Ordering<CipherSuite>& ordering)
{
    if (shared_.interest.limited() || !ordering.go_on(bench_)) {
        phase_ = Done();
    }
}

void VersionPlan::go_on(Repeating<CipherSuite>& repeating)
{
    if (!repeating.go_on(bench_)) {
        phase_ = Done();
    }
}

void VersionPlan::go_on(Done)
{
    if (owes_joint_sieve()) {
        phase_.emplace<Sieving<CipherSuite>>();
    } else if (owes_repeats()) {
        begin_repeating();
    }
}

// In lists that another member may read otherwise; what it cannot serve must not hide the rest.
void VersionPlan::begin_repeating()
{
    repeated_ = shared_.server.members.repeats();
    const auto is_refused = [this](CipherSuite suite) { return !contains(accepted(), suite); };
    const Suites refused = bench_.worth(those(bench_.ledger.candidates(), is_refused));
    const auto is_usual = [this](CipherSuite suite) {
        return version_ == ProtocolVersion::tls1_3 || has_certificate_class(suite);
    };
    std::vector<Suites> lists = bench_.nature.lists(those(refused, is_usual), bench_.shape);
    const Suites others = those(refused, [&](CipherSuite suite) { return !is_usual(suite); });
    std::ranges::move(bench_.nature.lists(others, bench_.shape), std::back_inserter(lists));
    phase_.emplace<Repeating<CipherSuite>>(std::move(lists), repeated_);
}

std::optional<Suites> VersionPlan::server_order() const
{
    if (order() != Order::server) {
        return std::nullopt;
    }
    auto sequence = bench_.preference.sequence(accepted());
    const bool whole = sequence && sequence->next.empty();
    return whole ? std::optional(std::move(sequence->known)) : std::nullopt;
}

model::Cell VersionPlan::cell_of(CipherSuite suite, bool other_version_accepted) const
{
    model::Cell cell{version_, suite, CellState::not_tested, std::nullopt, "", {}};
    if (const auto* const decision = bench_.ledger.decision(suite)) {
        cell = {version_, suite, decision->state, decision->grade, decision->note, decision->evidence};
        const bool rejected = cell.state == CellState::rejected;
        if (rejected && bench_.ledger.refused_by_close(suite) && shared_.server.by_alert) {
            cell.state = CellState::inconclusive;
            cell.note = "the connection was closed, and this server refuses by alert";
        }
        return cell;
    }
    const bool limited = shared_.interest.limited();
    if (limited && accepted_any() && !nature_.worth(suite)) {
        cell.note = "not asked";
        return cell;
    }
    if (!done()) {
        cell.state = limited ? CellState::inconclusive : CellState::not_tested;
        cell.note = "the scan ended before this was decided";
        return cell;
    }
    const auto& refusals = bench_.ledger.refusals(suite);
    cell.evidence = refusals.empty() || absence_.proved ? absence_.evidence : refusals;
    if (absence_.proved) {
        cell.state = CellState::rejected;
        return cell;
    }
    return whole_version_cell(std::move(cell), other_version_accepted);
}

// Nothing was accepted in this version. Alert by alert for every suite, or closed each time by a server
// that never refuses otherwise, and alive in another version: absent. Anything else is open.
model::Cell VersionPlan::whole_version_cell(model::Cell cell, bool other_version_accepted) const
{
    const bool hung_up = absence_.all_closed(shared_.server) && shared_.server.alive;
    const bool decided = bench_.ledger.decided_any();
    const bool fails = absence_.fails(cell.suite, shared_.server);
    const bool refused = !decided && (absence_.all_refused(cell.suite) || hung_up || fails);
    cell.state = refused && other_version_accepted ? CellState::rejected : CellState::inconclusive;
    if (cell.state == CellState::rejected) {
        cell.note = fails ? "its TLS library fails in this version (internal_error)" : "";
        return cell;
    }
    if (!absence_.trouble.empty()) {
        cell.note = absence_.trouble;
    } else if (absence_.failed.contains(cell.suite)) {
        cell.note = "alert internal_error, and no handshake was completed to show that it is this version's";
    } else if (absence_.closes > 0) {
        cell.note = "the connection was closed, which is not a refusal";
    } else if (decided) {
        cell.note = "refused, but nothing was accepted in this version to show that the list was read";
    } else {
        cell.note = "refused, but no other version was accepted to show that the server answers at all";
    }
    return cell;
}

// Where answers contradict each other one refusal may be one member's.
void VersionPlan::doubt(model::Cell& cell) const
{
    if (cell.state != CellState::rejected || !shared_.server.members.contradict_each_other()) {
        return;
    }
    for (const model::QuestionId refusal : bench_.ledger.refusals(cell.suite)) {
        if (std::ranges::find(cell.evidence, refusal) == cell.evidence.end()) {
            cell.evidence.push_back(refusal);
        }
    }
    const std::size_t times = cell.evidence.size();
    if (times < Members::enough_refusals) {
        cell.state = CellState::inconclusive;
        cell.note = "refused " + std::to_string(times) + (times == 1 ? " time" : " times") +
                    " only, and answers from this address contradict each other";
    }
}

std::vector<model::Cell> VersionPlan::cells(bool other_version_accepted) const
{
    std::vector<model::Cell> cells;
    for (const CipherSuite suite : bench_.ledger.candidates()) {
        cells.push_back(cell_of(suite, other_version_accepted));
        doubt(cells.back());
    }
    std::ranges::sort(cells, {}, &model::Cell::suite);
    return cells;
}

}  // namespace smtptls::probes

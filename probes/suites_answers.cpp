// What answers mean: to the plans, to each other's versions, and in the end.
#include "probes/suites.hpp"

#include "probes/suite_sets.hpp"

#include <algorithm>

namespace smtptls::probes {

using model::Fact;

using model::Answer;
using model::Cell;
using tls::CipherSuite;
using tls::ProtocolVersion;

namespace {

// Why such a suite rests on the server's flight.
void note_secret(Cell& cell)
{
    if (cell.grade == model::Grade::server_flight && info_of(cell.suite).needs_shared_secret() && cell.note.empty()) {
        cell.note =
            "nobody without the secret that this suite shares with the server (a key, a password, a ticket) "
            "can finish this handshake, so it was not confirmed";
    }
}

}  // namespace

void SuitesProbe::learn(const Answer& answer)
{
    const auto* const handshake = std::get_if<model::HandshakeQuestion>(&answer.question.asked);
    if (handshake != nullptr && handshake->is_special()) {
        return;  // asked when all is known here: that it fails is no ban
    }
    const auto asker = under_way_.extract(answer.question.id);
    if (!asker) {
        reachability_.learn_of_others(answer);
        server_.rest = reachability_.rest();
        return;
    }
    reachability_.learn(answer, server_);
    server_.rest = reachability_.rest();
    const ReplyKind kind = reply_of(answer, model::version_of(answer.question.asked)).kind;
    first_.closes += kind == ReplyKind::closed && !server_.spoke_tls ? 1 : 0;
    first_.silences += kind == ReplyKind::silent && !server_.spoke_tls ? 1 : 0;
    std::visit([&](auto of) { learn(of, answer); }, asker.mapped());
}

void SuitesProbe::learn(OfConfirm asker, const Answer& answer)
{
    Version& version = versions_[asker.version];
    const Reply reply = reply_of(answer, version.plan.version());
    asked_.inside = asked_.inside && reply.kind == ReplyKind::chosen;
    const CipherSuite suite = model::suites_of(answer.question.asked).front();
    const auto refused_before = version.confirm->refused_in(suite);
    version.confirm->learn(answer.question.id, reply);
    if (reply.kind == ReplyKind::absent) {
        version.plan.contradicted_by(answer.question.id);
    } else if (refused_before && reply.says_no()) {
        version.plan.ask_alone(suite, "refused in a handshake");
    } else if (refused_before && reply.grade == model::Grade::handshake) {
        server_.members.contradict(version.plan.version(), answer.question.id, *refused_before);
    }
    withdraw(version);
}

// What was accepted and cannot be finished shows nothing: what was not asked because of it is.
void SuitesProbe::withdraw(const Version& version)
{
    bool any = false;
    for (const CipherSuite suite : version.confirm->lowered()) {
        any = interest_.withdraw(version.plan.version(), suite) || any;
    }
    for (std::size_t i = 0; i < versions_.size() && any; ++i) {
        versions_[i].plan.reconsider();
    }
}

SuitesProbe::Version& SuitesProbe::version_of(ProtocolVersion version)
{
    return *std::ranges::find(versions_, version, [](const Version& one) { return one.plan.version(); });
}

void SuitesProbe::learn(OfCheck, const Answer& answer)
{
    const Reply reply = reply_of(answer, model::version_of(answer.question.asked));
    Cell cell;
    const auto finding = double_check_.learn(answer.question.id, reply, cell);
    VersionPlan& plan = version_of(model::version_of(answer.question.asked)).plan;
    if (cell.state != model::CellState::accepted && reply.kind == ReplyKind::chosen && reply.item == cell.suite) {
        plan.accept_after_all(reply);
    } else if (finding == DoubleCheck::Finding::differs) {
        plan.contradicted_by(answer.question.id);
    }
}

void SuitesProbe::learn(OfPlan asker, const Answer& answer)
{
    Version& version = versions_[asker.version];
    Reply reply = reply_of(answer, version.plan.version());
    // Asked again, by a hello.
    reply.kind = reply.kind == ReplyKind::left_out ? ReplyKind::broken : reply.kind;
    const bool at_the_gate = !version.plan.gate_decided();
    if (version.confirm && version.confirm->aimed(answer.question.id)) {
        const bool completed = version.confirm->learn_aimed(answer.question.id, reply);
        asked_.inside = asked_.inside && completed;
        version.by_hello = version.by_hello || !completed;
    }
    const bool unconfirmed = !version.confirm || !version.confirm->asks_any();
    server_.served.completes = server_.served.completes || (unconfirmed && reply.kind == ReplyKind::chosen &&
                                                            reply.grade == model::Grade::server_flight);
    version.plan.learn(answer.question.id, reply);
    if (at_the_gate) {
        learn_below(asker.version, reply, answer);
    }
}

// RFC 5246 appendix E.1: a server answers with the highest version it has that is not above the
// client's, and alert 70 says that there is none.
void SuitesProbe::learn_below(std::size_t version, const Reply& reply, const Answer& answer)
{
    const VersionPlan& plan = versions_[version].plan;
    const bool lower = reply.kind == ReplyKind::lower;
    const bool none_below = plan.absent_below() && plan.version() <= ProtocolVersion::tls1_2;
    for (std::size_t i = version + 1; i < versions_.size() && (lower || none_below); ++i) {
        VersionPlan& below = versions_[i].plan;
        if (lower && below.version() == reply.version) {
            const auto* const hello = std::get_if<model::HelloQuestion>(&answer.question.asked);
            if (reply.whole && hello != nullptr) {
                below.learn_elsewhere(reply, hello->suites, hello->extensions);
            }
            break;
        }
        if (plan.version() <= ProtocolVersion::tls1_2) {
            below.learn_absent(reply.evidence);
        }
    }
}

// An answer in SSL 2 shows as well that it is TLS at which the server hangs up, not us.
bool SuitesProbe::accepted_in_another(const VersionPlan& plan) const
{
    const bool in_ssl2 = ssl2_.accepted() || (ssl2_.answered() && plan.hung_up());
    return in_ssl2 || std::ranges::any_of(versions_, [&plan](const Version& other) {
               return other.plan.version() != plan.version() && other.plan.accepted_any();
           });
}

std::vector<model::Observation> SuitesProbe::observations() const
{
    std::vector<model::Observation> out = server_.members.observations();
    // Behind a STARTTLS that was agreed to it is the server itself that hangs up, and no ban; and where nobody takes a
    // connection nobody hangs up.
    const bool asked_enough = asked_.life || reachability_.given_up();
    const bool hangs_up_on_all = implicit_ && !server_.alive && reachability_.was_reached() && asked_enough;
    if (reachability_.banned() || hangs_up_on_all) {
        out.push_back(model::observed<Fact::limits_probably_banned>(reachability_.answered()));
    }
    if (ssl2_.without_certificate()) {
        out.push_back(model::observed<Fact::ssl2_without_certificate>(true));
    }
    // A few may be the network.
    if (constexpr int enough = 4; reachability_.turned_away() >= enough) {
        out.push_back(model::observed<Fact::limits_turned_away>(reachability_.turned_away()));
    }
    for (const Version& version : versions_) {
        const std::string subject = tls::format(version.plan.version());
        const Order order = version.plan.order();
        if (order != Order::unknown) {
            const char* const word = order == Order::server ? "server" : "client";
            out.push_back(model::observed<Fact::suites_order>(base::UntrustedText(word), {}, subject));
        }
        if (const auto sequence = version.plan.server_order()) {
            std::vector<base::UntrustedText> names;
            const Suites lowered = version.confirm ? version.confirm->lowered() : Suites();
            for (const CipherSuite suite : without(*sequence, lowered)) {
                names.emplace_back(tls::format(suite));
            }
            out.push_back(model::observed<Fact::suites_server_order>(std::move(names), {}, subject));
        }
        if (version.plan.fails()) {
            out.push_back(model::observed<Fact::tls_internal_error>(true, {}, subject));
        }
        if (version.plan.accepted_any() && version.plan.extensions() != tls::ExtensionSet::full) {
            out.push_back(model::observed<Fact::intolerance_long_hello>(true, {}, subject));
        }
    }
    return out;
}

std::vector<Cell> SuitesProbe::cells_of(const Version& version) const
{
    std::vector<Cell> cells = version.plan.cells(accepted_in_another(version.plan));
    for (Cell& cell : cells) {
        if (version.confirm) {
            version.confirm->apply(cell);
        }
        note_secret(cell);
    }
    return cells;
}

Conclusion SuitesProbe::conclude() const
{
    Conclusion conclusion;
    for (const Version& version : versions_) {
        std::ranges::move(cells_of(version), std::back_inserter(conclusion.cells));
    }
    if (asked_.any) {
        for (Cell& cell : ssl2_.cells(server_.spoke_tls && server_.alive)) {
            if (interest_.limited() && cell.state == model::CellState::not_tested) {
                const bool worth = interest_.worth(cell.version, cell.suite);
                cell.state = worth ? model::CellState::inconclusive : cell.state;
                cell.note = worth ? cell.note : "not asked";
            }
            if (cell.state == model::CellState::rejected && server_.members.contradict_each_other()) {
                cell.state = model::CellState::inconclusive;
                cell.note = "refused, and answers from this address contradict each other";
            }
            conclusion.cells.push_back(std::move(cell));
        }
    }
    conclusion.observations = observations();
    std::ranges::move(double_check_.observations(), std::back_inserter(conclusion.observations));
    return conclusion;
}

}  // namespace smtptls::probes

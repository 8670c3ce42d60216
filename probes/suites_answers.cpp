// What answers mean: to the plans, to each other's versions, and in the end.
#include "probes/suites.hpp"

#include "probes/suite_sets.hpp"

#include <algorithm>

namespace smtptls::probes {

using model::Answer;
using model::Cell;
using tls::CipherSuite;
using tls::ProtocolVersion;

void SuitesProbe::learn(const Answer& answer)
{
    if (answer.question.asker != "suites") {
        return;
    }
    --under_way_;
    reach_.learn(answer);
    const bool answered = model::spoke_tls(answer);
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    const bool came_to_nothing = broken != nullptr && broken->failure.reason != base::Reason::cancelled;
    manner_.alive = answered || (manner_.alive && !came_to_nothing);
    const bool ended = reply_of(answer, model::version_of(answer.question.asked)).kind == Reply::Kind::closed;
    hung_up_ = hung_up_ || (ended && !reach_.tls_spoken());
    const std::uint32_t plan = answer.question.key / keys_per_plan;
    const std::uint32_t key = answer.question.key % keys_per_plan;
    if (plan == ssl2_plan) {
        ssl2_.learn(answer);
    } else if (plan >= confirm_plans) {
        const ProtocolVersion version = model::version_of(answer.question.asked);
        const Reply reply = reply_of(answer, version);
        inside_asked_ = inside_asked_ && reply.kind == Reply::Kind::chosen;
        versions_.at(plan - confirm_plans).confirm->learn(key, reply);
        withdraw(versions_.at(plan - confirm_plans));
    } else {
        learn_version(plan, key, answer);
    }
}

// What was accepted and cannot be finished shows nothing: what was not asked because of it is.
void SuitesProbe::withdraw(const Version& version)
{
    bool any = false;
    for (const CipherSuite suite : version.confirm->lowered()) {
        any = manner_.interest.withdraw(version.plan.version(), suite) || any;
    }
    for (std::size_t i = 0; i < versions_.size() && any; ++i) {
        versions_[i].plan.reconsider();
    }
}

void SuitesProbe::learn_handshake(Version& version, const Reply& reply)
{
    version.handshake.reset();
    const bool completed = reply.kind == Reply::Kind::chosen && reply.grade == model::Grade::handshake;
    inside_asked_ = inside_asked_ && completed;
    if (completed) {
        version.confirm->learn_completed(reply);
    } else {
        version.by_hello = true;
    }
}

void SuitesProbe::learn_version(std::size_t version, std::uint32_t key, const Answer& answer)
{
    VersionPlan& plan = versions_.at(version).plan;
    const Reply reply = reply_of(answer, plan.version());
    const bool at_the_gate = !plan.gate_decided();
    if (versions_[version].handshake == key) {
        learn_handshake(versions_[version], reply);
    }
    plan.learn(key, reply);
    const bool lower = reply.kind == Reply::Kind::lower;
    // RFC 5246 appendix E.1: a server answers with the highest version it has that is not above the
    // client's, and alert 70 says that there is none.
    const bool none_below = at_the_gate && plan.absent_below() && plan.version() <= ProtocolVersion::tls1_2;
    for (std::size_t i = version + 1; i < versions_.size() && at_the_gate && (lower || none_below); ++i) {
        VersionPlan& below = versions_[i].plan;
        if (lower && below.version() == reply.version) {
            const auto* const hello = std::get_if<model::HelloQuestion>(&answer.question.asked);
            if (reply.whole) {
                below.learn_elsewhere(reply, hello != nullptr ? hello->extensions : tls::ExtensionSet::full);
            }
            break;
        }
        if (plan.version() <= ProtocolVersion::tls1_2) {
            below.learn_absent(reply.evidence);
        }
    }
}

bool SuitesProbe::accepted_in_another(ProtocolVersion version) const
{
    return std::any_of(versions_.begin(), versions_.end(), [version](const Version& other) {
        return other.plan.version() != version && other.plan.accepted_any();
    });
}

std::vector<model::Observation> SuitesProbe::observations() const
{
    std::vector<model::Observation> out;
    const bool hangs_up_on_all = life_asked_ && !manner_.alive;
    if (reach_.banned() || hangs_up_on_all) {
        out.push_back({"limits.probably_banned", "", std::int64_t{reach_.answered()}, {}});
    }
    for (const Version& version : versions_) {
        const std::string subject = tls::format(version.plan.version());
        const SuiteOrder order = version.plan.order();
        if (order != SuiteOrder::unknown) {
            const char* const word = order == SuiteOrder::server ? "server" : "client";
            out.push_back({"suites.order", subject, base::UntrustedText(word), {}});
        }
        if (order == SuiteOrder::server && version.plan.order_complete()) {
            std::vector<base::UntrustedText> names;
            for (const CipherSuite suite : version.plan.accepted()) {
                names.emplace_back(tls::format(suite));
            }
            out.push_back({"suites.server_order", subject, std::move(names), {}});
        }
        if (version.plan.accepted_any() && version.plan.extensions() != tls::ExtensionSet::full) {
            out.push_back({"intolerance.long_hello", subject, true, {}});
        }
    }
    return out;
}

Conclusion SuitesProbe::conclude() const
{
    Conclusion conclusion;
    for (const Version& version : versions_) {
        std::vector<Cell> cells = version.plan.cells(accepted_in_another(version.plan.version()));
        for (Cell& cell : cells) {
            if (version.confirm) {
                version.confirm->apply(cell);
            }
            conclusion.cells.push_back(std::move(cell));
        }
    }
    if (begun_) {
        for (Cell& cell : ssl2_.cells(reach_.tls_spoken() && manner_.alive)) {
            if (manner_.interest.limited() && cell.state == model::CellState::not_tested) {
                const bool worth = manner_.interest.worth(cell.version, cell.suite);
                cell.state = worth ? model::CellState::inconclusive : cell.state;
                cell.note = worth ? cell.note : "not asked";
            }
            conclusion.cells.push_back(std::move(cell));
        }
    }
    conclusion.observations = observations();
    return conclusion;
}

}  // namespace smtptls::probes

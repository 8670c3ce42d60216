#include "probes/reachability.hpp"

namespace smtptls::probes {
namespace {

// Failures before TLS in a row, after which the server counts as gone.
constexpr int most_lost_in_a_row = 12;
constexpr int most_told_off_in_a_row = 24;  // 421 and the like: the engine waits longer each time
constexpr int most_hang_ups_in_a_row = 30;  // on hellos, by a server that spoke TLS: three for each list, a few lists
constexpr int most_contacts = 2;

// A host that nobody answers for is not waited for twice; one that has answered may have lost a packet.
bool worth_another_try(const base::Failure& failure)
{
    const base::Reason reason = failure.reason;
    const bool stalled = reason == base::Reason::timed_out && failure.stage != base::Stage::connect;
    return stalled || reason == base::Reason::throttled || reason == base::Reason::unavailable ||
           reason == base::Reason::reset || reason == base::Reason::closed;
}

}  // namespace

void Reachability::learn_contact(const std::optional<base::Failure>& failure)
{
    ++contacts_;
    given_up_ = failure && (contacts_ >= most_contacts || !worth_another_try(*failure));
}

// A server that asks for time is given some; one that is not there any more is not asked for ever.
void Reachability::note_loss(const std::optional<base::Failure>& failure)
{
    if (!failure) {
        ++reached_;
        lost_in_a_row_ = told_off_in_a_row_ = 0;
        return;
    }
    const bool told_off = failure->reason == base::Reason::throttled || failure->reason == base::Reason::unavailable;
    ++(told_off ? told_off_in_a_row_ : lost_in_a_row_);
    const bool gone = lost_in_a_row_ >= most_lost_in_a_row || told_off_in_a_row_ >= most_told_off_in_a_row;
    banned_ = banned_ || (gone && !told_off && reached_ > 0);
    given_up_ = given_up_ || gone;
}

// On an implicit port whoever has had enough of us looks like one who refuses.
void Reachability::note_hang_up(bool answered, const model::Broken* broken, bool spoke_tls)
{
    const auto reason = broken != nullptr ? broken->failure.reason : base::Reason::cancelled;
    const bool hung_up = reason == base::Reason::closed || reason == base::Reason::reset;
    hung_up_in_a_row_ = answered ? 0 : hung_up_in_a_row_ + (hung_up ? 1 : 0);
    if (spoke_tls && hung_up_in_a_row_ >= most_hang_ups_in_a_row) {
        banned_ = given_up_ = true;
    }
}

void Reachability::learn(const model::Answer& answer, const ServerProfile& server)
{
    const auto failure = model::failure_before_tls(answer);
    if (!server.contact) {
        learn_contact(failure);
    }
    const bool answered = model::spoke_tls(answer);
    answered_ += answered ? 1 : 0;
    note_hang_up(answered, std::get_if<model::Broken>(&answer.outcome), server.spoke_tls);
    note_loss(failure);
}

}  // namespace smtptls::probes

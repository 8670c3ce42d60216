#include "probes/reach.hpp"

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

void Reach::learn_contact(const model::Answer& answer)
{
    ++contacts_;
    const auto failure = model::failure_before_tls(answer);
    contact_made_ = !failure;
    given_up_ = failure && (contacts_ >= most_contacts || !worth_another_try(*failure));
}

// A server that asks for time is given some; one that is not there any more is not asked for ever.
void Reach::note_loss(const std::optional<base::Failure>& failure)
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
void Reach::note_hang_up(bool answered, const model::Broken* broken)
{
    const auto reason = broken != nullptr ? broken->failure.reason : base::Reason::cancelled;
    const bool hung_up = reason == base::Reason::closed || reason == base::Reason::reset;
    hung_up_in_a_row_ = answered ? 0 : hung_up_in_a_row_ + (hung_up ? 1 : 0);
    if (tls_spoken_ && hung_up_in_a_row_ >= most_hang_ups_in_a_row) {
        banned_ = given_up_ = true;
    }
}

void Reach::learn(const model::Answer& answer)
{
    if (!contact_made_) {
        learn_contact(answer);
    }
    const bool answered = model::spoke_tls(answer);
    tls_spoken_ = tls_spoken_ || answered;
    answered_ += answered ? 1 : 0;
    note_hang_up(answered, std::get_if<model::Broken>(&answer.outcome));
    note_loss(model::failure_before_tls(answer));
}

}  // namespace smtptls::probes

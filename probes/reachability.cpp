#include "probes/reachability.hpp"

namespace smtptls::probes {
namespace {

using base::Reason;

// Failures before TLS in a row, after which the server is let alone or counts as gone.
constexpr int most_lost_in_a_row = 12;
constexpr int most_told_off_in_a_row = 24;  // 421 and the like: the engine waits longer each time
constexpr int most_rests = 8;               // a server that comes back for one answer each time would hold us for hours
constexpr int most_contacts = 2;
constexpr int most_contacts_without_starttls = 3;  // a cluster may have one member without it
// Hang-ups on hellos in a row, by a server that spoke TLS: three for each list, a few lists. What was accepted is asked
// for in such a row, and hung up on too.
constexpr int most_hang_ups = 30;
// By a server that never spoke TLS, whether the end overtakes the connection or its hello: each version once, TLS 1.2
// in every shape, SSL 2 three times.
constexpr int most_unanswered = 16;

bool lacks_starttls(const base::Failure& failure)
{
    return failure.reason == Reason::not_offered;
}

int most_contacts_for(const base::Failure& failure)
{
    return lacks_starttls(failure) ? most_contacts_without_starttls : most_contacts;
}

// A host that nobody answers for is not waited for twice; one that has answered may have lost a packet.
bool worth_another_try(const base::Failure& failure)
{
    const Reason reason = failure.reason;
    const bool stalled = reason == Reason::timed_out && failure.stage != base::Stage::connect;
    return stalled || reason == Reason::throttled || reason == Reason::unavailable || reason == Reason::reset ||
           reason == Reason::closed || lacks_starttls(failure);
}

// The connection itself fails, which is how a limit or a ban in front of the server shows.
bool connection_fails(const base::Failure& failure)
{
    return failure.reason == Reason::refused || failure.reason == Reason::reset || failure.reason == Reason::closed ||
           failure.reason == Reason::timed_out;
}

}  // namespace

void Reachability::learn_contact(const base::Failure* failure)
{
    ++contacts_;
    given_up_ = failure != nullptr && (contacts_ >= most_contacts_for(*failure) || !worth_another_try(*failure));
}

void Reachability::note_reached()
{
    ++reached_;
    turned_away_ += reached_ > 1 ? in_a_row_.turned_away : 0;
    in_a_row_ = {0, 0, 0, in_a_row_.hung_up};
    rest_ = Rest::none;
    given_up_ = banned_ = false;
}

// A server that asks for time is given some; one that is not there any more is not asked for ever.
void Reachability::note_loss(const model::Answer& answer, const base::Failure& failure, const ServerProfile& server)
{
    const bool told_off = failure.reason == Reason::throttled || failure.reason == Reason::unavailable;
    ++(told_off ? in_a_row_.told_off : in_a_row_.lost);
    in_a_row_.turned_away += told_off || connection_fails(failure) ? 1 : 0;
    if (in_a_row_.told_off >= most_told_off_in_a_row ||
        (in_a_row_.lost >= most_lost_in_a_row && lacks_starttls(failure))) {
        given_up_ = true;
    } else if (in_a_row_.lost >= most_lost_in_a_row) {
        rest_or_give_up(answer, connection_fails(failure), server);
    }
}

// Limits on connections are counted over ten seconds or a minute, mostly. Whoever lets us wait for a timeout each time
// has had as much time already. After a rest only the question that was asked alone tells; others were under way.
void Reachability::rest_or_give_up(const model::Answer& answer, bool fails, const ServerProfile& server)
{
    if (rest_ != Rest::none && answer.question.id != alone_) {
        return;
    }
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    const bool waited = broken != nullptr && broken->failure.reason == Reason::timed_out;
    const bool may_rest = fails && !waited && server.spoke_tls && rests_ < most_rests;
    if (may_rest && rest_ != Rest::after_a_minute) {
        rest_ = rest_ == Rest::none ? Rest::after_ten_seconds : Rest::after_a_minute;
        ++rests_;
        return;
    }
    given_up_ = true;
    banned_ = banned_ || (fails && reached_ > 0);
}

// Who refuses by hanging up does so for a long time where nothing is accepted. If what was accepted is hung up on too,
// nothing more is to be learnt; on an implicit port whoever shuts us out looks just like that.
void Reachability::note_hang_up(bool answered, const model::Broken* broken, const ServerProfile& server)
{
    const auto reason = broken != nullptr ? broken->failure.reason : Reason::cancelled;
    const bool hung_up = reason == Reason::closed || reason == Reason::reset;
    in_a_row_.hung_up = answered ? 0 : in_a_row_.hung_up + (hung_up ? 1 : 0);
    if (server.spoke_tls && in_a_row_.hung_up >= most_hang_ups) {
        given_up_ = true;
    }
}

void Reachability::learn(const model::Answer& answer, const ServerProfile& server)
{
    const auto failure = model::failure_before_tls(answer);
    if (!server.contact) {
        learn_contact(failure ? &*failure : nullptr);
    }
    if (failure) {
        note_loss(answer, *failure, server);
    } else {
        note_reached();
    }
    const bool answered = model::spoke_tls(answer);
    answered_ += answered ? 1 : 0;
    note_hang_up(answered, std::get_if<model::Broken>(&answer.outcome), server);
    given_up_ = given_up_ || (answered_ == 0 && ++unanswered_ >= most_unanswered);
}

void Reachability::learn_of_others(const model::Answer& answer)
{
    if (model::spoke_tls(answer)) {
        note_reached();
        in_a_row_.hung_up = 0;
    }
}

}  // namespace smtptls::probes

#include "probes/reply.hpp"

namespace smtptls::probes {
namespace {

using base::Reason;
using tls::AlertDescription;

Reply of_kind(ReplyKind kind)
{
    Reply reply;
    reply.kind = kind;
    return reply;
}

Reply with_choice(ReplyKind kind, const model::ServerChoice& choice)
{
    Reply reply = of_kind(kind);
    reply.item = choice.suite;
    reply.version = choice.version;
    return reply;
}

// RFC 5246 section 7.2.2 and RFC 8446 section 6.2: these speak of the offer, not of the connection.
ReplyKind kind_of(AlertDescription description)
{
    switch (description) {
        case AlertDescription::handshake_failure:
        case AlertDescription::illegal_parameter:
        case AlertDescription::insufficient_security: return ReplyKind::refused;
        case AlertDescription::protocol_version: return ReplyKind::absent;
        case AlertDescription::internal_error: return ReplyKind::failed;
        case AlertDescription::close_notify: return ReplyKind::closed;
        default: return ReplyKind::objected;
    }
}

// For want of a client certificate: the suite was accepted all the same, and not completed.
bool wants_certificate_of_ours(const model::Outcome& outcome)
{
    return model::client_certificate(outcome) == model::ClientCertificate::required;
}

// Not a word about the question, as a greeting of 554 would be: who asks is shut out, or one member of several has no
// STARTTLS.
bool failed_before_tls(const base::Failure& failure)
{
    const Reason reason = failure.reason;
    const bool ended = reason == Reason::refused || reason == Reason::reset || reason == Reason::closed;
    return failure.stage <= base::Stage::starttls && (ended || reason == Reason::not_offered);
}

struct ToReply {
    tls::ProtocolVersion asked;

    Reply operator()(const model::Completed& completed) const
    {
        Reply reply = with_choice(ReplyKind::chosen, completed.choice);
        reply.grade = wants_certificate_of_ours(completed) ? model::Grade::server_flight : model::Grade::handshake;
        return reply;
    }
    Reply operator()(const model::FlightSeen& seen) const
    {
        Reply reply = with_choice(ReplyKind::chosen, seen.choice);
        reply.grade = seen.hello_retry ? model::Grade::hello_retry : model::Grade::server_flight;
        return reply;
    }
    Reply operator()(const model::Ssl2Seen&) const { return of_kind(ReplyKind::broken); }
    Reply operator()(const model::Ssl2Refused&) const { return of_kind(ReplyKind::refused); }
    Reply operator()(const model::AlertReceived& alert) const
    {
        if (!alert.choice) {
            return of_kind(kind_of(alert.description));
        }
        return with_choice(wants_certificate_of_ours(alert) ? ReplyKind::chosen : ReplyKind::chosen_lost,
                           *alert.choice);
    }
    Reply operator()(const model::OtherVersion& other) const
    {
        Reply reply = with_choice(other.choice.version < asked ? ReplyKind::lower : ReplyKind::broken, other.choice);
        reply.whole = other.choice.flight_complete;
        return reply;
    }
    Reply operator()(const model::Broken& broken) const
    {
        const Reason reason = broken.failure.reason;
        if (reason == Reason::throttled || reason == Reason::unavailable) {
            return of_kind(ReplyKind::throttled);
        }
        if (model::is_left_out(broken)) {
            return of_kind(ReplyKind::left_out);
        }
        if (broken.choice && reason == Reason::left_out) {
            // The flight was seen as far as its key exchange, which we do not go on with.
            Reply reply = with_choice(ReplyKind::chosen, *broken.choice);
            reply.grade = model::Grade::server_flight;
            return reply;
        }
        if (broken.choice) {
            // Only when it is our own library that cannot go on does a whole flight stand for acceptance.
            const bool ours = reason == Reason::local_error && broken.choice->flight_complete;
            const bool theirs = reason == Reason::protocol_error || reason == Reason::local_error;
            return with_choice(ours     ? ReplyKind::chosen
                               : theirs ? ReplyKind::chosen_lost
                                        : ReplyKind::chosen_broken,
                               *broken.choice);
        }
        if (failed_before_tls(broken.failure)) {
            return of_kind(ReplyKind::unreached);
        }
        const bool after_hello =
            broken.failure.stage == base::Stage::hello || broken.failure.stage == base::Stage::handshake;
        const bool ended = reason == Reason::closed || reason == Reason::reset;
        const bool silent = reason == Reason::timed_out;
        return of_kind(!after_hello ? ReplyKind::broken
                       : ended      ? ReplyKind::closed
                       : silent     ? ReplyKind::silent
                                    : ReplyKind::broken);
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

}  // namespace smtptls::probes

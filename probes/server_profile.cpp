#include "probes/server_profile.hpp"

#include "probes/reply.hpp"

#include <algorithm>

namespace smtptls::probes {

void TroubleLog::note_good()
{
    last_good_ = ++now_;
    if (in_trouble_) {
        troubled_.back().second = now_;
        in_trouble_ = false;
    }
}

void TroubleLog::note_trouble()
{
    ++now_;
    if (!in_trouble_) {
        troubled_.emplace_back(last_good_, INT_MAX);
        in_trouble_ = true;
    }
}

bool TroubleLog::doubtful(int answer) const
{
    return std::ranges::any_of(troubled_, [answer](const auto& span) {
        return span.first > 0 && answer > span.first && answer < span.second;
    });
}

void Served::add(tls::CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    credentials.insert(credential_of(suite));
    keys_.set(keys_of(info));
    bulks_.set(bulk_of(info));
}

void ServerProfile::learn(const model::Answer& answer)
{
    // What other clients get is asked when all is known: that it fails says nothing of the others.
    const auto* const handshake = std::get_if<model::HandshakeQuestion>(&answer.question.asked);
    if (handshake != nullptr && handshake->is_special()) {
        return;
    }
    const bool answered = model::spoke_tls(answer);
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    const bool came_to_nothing = broken != nullptr && broken->failure.reason != base::Reason::cancelled;
    members.learn(answer);
    contact = contact || !model::failure_before_tls(answer);
    served.completes = served.completes || std::holds_alternative<model::Completed>(answer.outcome);
    spoke_tls = spoke_tls || answered;
    alive = answered || (alive && !came_to_nothing);
    inside.speaks = inside.speaks || answer.inside_tls.greeting || answer.inside_tls.ehlo;
    const auto* const completed = std::get_if<model::Completed>(&answer.outcome);
    const bool waited = completed != nullptr && completed->after && completed->after->reason == base::Reason::timed_out;
    inside.silent = (inside.silent || waited) && !inside.speaks;
    const tls::ProtocolVersion version = model::version_of(answer.question.asked);
    if (version != tls::ProtocolVersion::ssl2) {
        const ReplyKind kind = reply_of(answer, version).kind;
        by_alert = by_alert || kind == ReplyKind::refused || kind == ReplyKind::absent;
        log.hang_ups = kind == ReplyKind::closed ? log.hang_ups + 1 : answered ? 0 : log.hang_ups;
    }
}

}  // namespace smtptls::probes

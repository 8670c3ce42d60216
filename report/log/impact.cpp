#include "report/log/impact.hpp"

#include "base/text_layout.hpp"

#include <algorithm>
#include <cctype>

namespace smtptls::log {
namespace {

bool holds(const std::string& text, std::initializer_list<std::string_view> words)
{
    return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

struct Reasoning {
    PeerLoss::Then then = PeerLoss::Then::unknown;
    std::string why;
};

Reasoning inbound(const MailService& service)
{
    const std::string name = base::lower(service.name.escaped());
    if (service.clear > 0) {
        return {PeerLoss::Then::falls_back, "this service took mail in clear text in this log, so TLS is not demanded"};
    }
    if (holds(name, {"submission", "smtps", "/msa", "tlsmta", "port 465", "port 587"})) {
        return {PeerLoss::Then::fails, "its name says submission, where TLS is demanded (RFC 8314)"};
    }
    if (name == "postfix/smtpd" || holds(name, {"port 25", "postscreen", "tlsproxy", "/mta"})) {
        return {PeerLoss::Then::falls_back, "a public mail exchanger takes mail without TLS too (RFC 3207)"};
    }
    return {PeerLoss::Then::unknown, "neither its name nor this log says whether it demands TLS"};
}

Reasoning outbound(const MailService& service)
{
    if (service.mailer == Mailer::postfix) {
        return {
            PeerLoss::Then::unknown,
            "smtp_tls_security_level decides: with may the mail goes in clear text, with encrypt and above it waits"};
    }
    return {PeerLoss::Then::unknown, "where TLS is not demanded the mail goes in clear text, else it waits"};
}

OwnSide own_side(const MailLog& log, const MailService& service)
{
    if (service.split.enough > 0) {
        return OwnSide::here;
    }
    const bool elsewhere = std::ranges::any_of(log.services, [&](const MailService& other) {
        return other.direction == service.direction && other.mailer == service.mailer && other.split.enough > 0;
    });
    return elsewhere ? OwnSide::elsewhere : OwnSide::unseen;
}

// PHP 5.6.7 to 7.1 took "TLS" for "TLS 1.0" where a mailer asked for STARTTLS, whatever its OpenSSL could speak.
bool may_be_php(const MailPeer& peer)
{
    const auto old = [](const TlsUse& use) { return use.version == tls::ProtocolVersion::tls1_0; };
    return !peer.login.empty() && std::ranges::any_of(peer.uses, old);
}

// What this peer does when its TLS is gone.
PeerLoss::Then then_of(const MailPeer& peer, MailDirection direction, PeerLoss::Then service)
{
    if (peer.clear > 0) {
        return PeerLoss::Then::falls_back;
    }
    return direction == MailDirection::inbound && !peer.login.empty() ? PeerLoss::Then::fails : service;
}

DirectionImpact judge(const MailLog& log, MailDirection direction)
{
    DirectionImpact impact;
    std::vector<std::size_t> place(log.services.size(), log.services.size());
    for (std::size_t i = 0; i < log.services.size(); ++i) {
        const MailService& service = log.services[i];
        if (service.direction != direction || service.split.sessions() == 0) {
            continue;
        }
        Reasoning reasoning = direction == MailDirection::inbound ? inbound(service) : outbound(service);
        place[i] = impact.services.size();
        impact.services.push_back({i, 0, 0, 0, reasoning.then, std::move(reasoning.why), own_side(log, service)});
        impact.split.below += service.split.below;
        impact.split.enough += service.split.enough;
        impact.split.unknown += service.split.unknown;
    }
    for (std::size_t i = 0; i < log.peers.size(); ++i) {
        const MailPeer& peer = log.peers[i];
        if (place[peer.service] == log.services.size() || peer.split.sessions() == 0) {
            continue;
        }
        ServiceImpact& service = impact.services[place[peer.service]];
        ++impact.peers;
        ++service.peers;
        if (peer.split.below == 0) {
            continue;
        }
        const bool cut = peer.split.enough == 0;
        ++(cut ? impact.cut : impact.mixed);
        ++(cut ? service.cut : service.mixed);
        impact.cut_sessions += cut ? peer.split.sessions() : 0;
        impact.losses.push_back(
            {i, cut ? PeerLoss::Kind::cut : PeerLoss::Kind::mixed, then_of(peer, direction, service.then)});
        impact.php_may_be = impact.php_may_be || (direction == MailDirection::inbound && may_be_php(peer));
    }
    impact.peers += log.not_kept[direction == MailDirection::inbound ? 0 : 1].peers;
    return impact;
}

}  // namespace

void judge(MailLog& log)
{
    log.impact[0] = judge(log, MailDirection::inbound);
    log.impact[1] = judge(log, MailDirection::outbound);
}

}  // namespace smtptls::log

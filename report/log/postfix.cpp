// Postfix's lines, as tls_server.c, tls_client.c and tls_log_summary() have written them since 2.3; one for
// each handshake with smtpd_tls_loglevel (smtp_tls_loglevel) 1.
#include "report/log/event.hpp"
#include "report/log/words.hpp"

namespace smtptls::log {
namespace {

using Kind = Event::Kind;

// Behind "TLS connection ": "established from NAME[ADDRESS]: PROTOCOL with cipher SUITE (...)", "reused", "to".
// Since 3.4 a client writes "NAME[ADDRESS]:25 to SNI: ...".
void read_tls(std::string_view rest, Event& event)
{
    event.kind = Kind::malformed;
    const bool established = eat(rest, "established ");
    if (!established && !eat(rest, "reused ")) {
        return;
    }
    const bool from = eat(rest, "from ");
    if (!from && !eat(rest, "to ")) {
        return;
    }
    const std::size_t with = rest.find(" with cipher ");
    const std::size_t colon = rest.substr(0, with).rfind(": ");
    if (with == std::string_view::npos || colon == std::string_view::npos) {
        return;
    }
    event.direction = from ? MailDirection::inbound : MailDirection::outbound;
    event.protocol = rest.substr(colon + 2, with - colon - 2);
    std::string_view tail = rest.substr(with + std::string_view(" with cipher ").size());
    event.suite = cut(tail, " ");
    std::string_view peer = rest.substr(0, colon);
    event.peer = parse_peer(peer.find('[') == std::string_view::npos ? cut(peer, " ") : peer);
    if (!event.protocol.empty() && !event.suite.empty()) {
        event.kind = established ? Kind::established : Kind::reused;
    }
}

// "error:0A000102:SSL routines::unsupported protocol:file.c:1:": the reason is the fifth word.
std::string_view reason_of(std::string_view text)
{
    std::string_view rest = text;
    for (int i = 0; i < 4; ++i) {
        cut(rest, ":");
    }
    const std::string_view reason = cut(rest, ":");
    return reason.empty() ? text : reason;
}

// "client=NAME[ADDRESS], sasl_method=PLAIN, sasl_username=USER, sasl_sender=...".
void read_client(std::string_view rest, Event& event)
{
    event.kind = Kind::accepted;
    event.message = true;
    const std::size_t end = rest.find(", ");
    event.peer = parse_peer(rest.substr(0, end));
    if (end == std::string_view::npos) {
        return;
    }
    const std::string_view fields = rest.substr(end);
    if (const auto login = between(fields, ", sasl_username=", ", sasl_sender=")) {
        event.login = *login;
    }
}

// Behind a queue id or NOQUEUE. A rejected command names the HELO last: "... proto=ESMTP helo=<name>".
void read_queued(std::string_view rest, Event& event)
{
    if (eat(rest, "client=")) {
        read_client(rest, event);
        return;
    }
    const std::size_t helo = rest.rfind(" helo=<");
    if ((rest.starts_with("reject") || rest.starts_with("filter")) && helo != std::string_view::npos &&
        rest.ends_with('>')) {
        event.kind = Kind::helo;
        event.helo = rest.substr(helo + 7, rest.size() - helo - 8);
    }
}

void read_failure(std::string_view rest, Event& event)
{
    const bool from = eat(rest, "SSL_accept error from ");
    if (!from && !eat(rest, "SSL_connect error to ")) {
        return;
    }
    event.kind = Kind::failed;
    event.direction = from ? MailDirection::inbound : MailDirection::outbound;
    event.peer = parse_peer(rest);
}

void read_session(std::string_view message, Event& event)
{
    std::string_view rest = message;
    if (eat(rest, "connect from ")) {
        event.kind = Kind::connected;
        event.peer = parse_peer(rest);
        return;
    }
    if (eat(rest, "disconnect from ")) {
        event.kind = Kind::ended;
        event.peer = parse_peer(rest);
        // Since 3.0: "ehlo=2 starttls=1 mail=1"; "starttls=0/1" failed.
        const auto count = between(rest, " starttls=", " ");
        event.starttls = count && !count->starts_with('0');
        return;
    }
    if (eat(rest, "warning: TLS library problem: ")) {
        event.kind = Kind::reason;
        event.text = reason_of(rest);
    }
}

}  // namespace

Event read_postfix(std::string_view program, std::string_view message)
{
    Event event;
    event.mailer = Mailer::postfix;
    const bool client = program.ends_with("smtp") || program.ends_with("lmtp");
    event.direction = client ? MailDirection::outbound : MailDirection::inbound;
    if (message.empty()) {
        return event;
    }
    std::string_view rest = message;
    switch (message[0]) {
        case 'A': eat(rest, "Anonymous "); break;
        case 'U': eat(rest, "Untrusted "); break;
        case 'V': eat(rest, "Verified "); break;
        case 'T': eat(rest, "Trusted "); break;
        case 'S': read_failure(message, event); break;
        case 'c':
        case 'd':
        case 'w': read_session(message, event); return event;
        default: break;
    }
    if (eat(rest, "TLS connection ")) {
        read_tls(rest, event);
        return event;
    }
    // A line of a client's delivery has nothing to add.
    const std::size_t colon = client || event.kind != Kind::none ? 0 : message.substr(0, longest_queue_id).find(": ");
    if (colon != 0 && colon != std::string_view::npos) {
        read_queued(message.substr(colon + 2), event);
    }
    return event;
}

}  // namespace smtptls::log

// Sendmail's lines (the operations guide, LogLevel 9 and up). One process serves one connection, and nothing
// says when it ends.
#include "report/log/event.hpp"
#include "report/log/words.hpp"

namespace smtptls::log {
namespace {

using Kind = Event::Kind;

// "STARTTLS=server, relay=host [address], version=TLSv1.2, verify=NO, cipher=..., bits=256/256".
void read_starttls(std::string_view rest, Event& event)
{
    if (rest.starts_with("error: ") || rest.starts_with("get_")) {
        event.peer = parse_peer(field(rest, "relay=", ", "));
        event.kind = rest.find(" failed=") != std::string_view::npos ? Kind::failed : Kind::none;
        event.text = field(rest, "reason=", ", ");
        return;
    }
    if (!rest.starts_with("relay=")) {
        return;  // other notes: certificate verification, a key that was not found
    }
    event.peer = parse_peer(field(rest, "relay=", ", "));
    event.protocol = field(rest, ", version=", ", ");
    event.suite = field(rest, ", cipher=", ", ");
    event.kind = event.protocol.empty() || event.suite.empty() ? Kind::malformed : Kind::established;
}

// "from=<a@b>, size=1, ..., proto=ESMTPS, daemon=MTA, relay=host [address]". The address is the sender's own
// choice, so the fields are looked for from the end.
void read_from(std::string_view rest, Event& event)
{
    const std::size_t relay = rest.rfind(", relay=");
    if (relay == std::string_view::npos) {
        return;
    }
    event.peer = parse_peer(rest.substr(relay + 8));
    const std::size_t daemon = rest.substr(0, relay).rfind(", daemon=");
    if (daemon != std::string_view::npos) {
        event.detail = rest.substr(daemon + 9, relay - daemon - 9);
    }
    const std::size_t proto = rest.substr(0, relay).rfind(", proto=");
    if (proto != std::string_view::npos) {
        std::string_view words = rest.substr(proto + 8);
        const std::string_view protocol = cut(words, ", ");
        event.starttls = protocol == "ESMTPS" || protocol == "ESMTPSA";
    }
    // "user@localhost": handed over by a program on this machine.
    const bool network = !event.peer.address.empty();
    event.kind = network ? Kind::accepted : Kind::none;
    event.message = network;
}

}  // namespace

Event read_sendmail(std::string_view message)
{
    Event event;
    event.mailer = Mailer::sendmail;
    std::string_view rest = message;
    const std::size_t colon = message.substr(0, longest_queue_id).find(": ");
    if (colon != std::string_view::npos && message.substr(0, colon).find('=') == std::string_view::npos) {
        rest.remove_prefix(colon + 2);
    }
    if (eat(rest, "STARTTLS=server, ")) {
        read_starttls(rest, event);
    } else if (eat(rest, "STARTTLS=client, ")) {
        event.direction = MailDirection::outbound;
        read_starttls(rest, event);
    } else if (eat(rest, "AUTH=server, ")) {
        event.kind = Kind::accepted;
        event.peer = parse_peer(field(rest, "relay=", ", "));
        event.login = field(rest, ", authid=", ", ");
    } else if (eat(rest, "from=")) {
        read_from(rest, event);
    }
    return event;
}

}  // namespace smtptls::log

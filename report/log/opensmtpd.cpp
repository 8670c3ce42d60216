// OpenSMTPD's lines: "ID smtp tls ciphers=..." since 6.4, "ID smtp event=starttls ..." from 5.7 on, "smtp-in:
// Started TLS on session ID: ..." before. mta and smtp-out are outbound.
#include "report/log/event.hpp"
#include "report/log/words.hpp"

namespace smtptls::log {
namespace {

using Kind = Event::Kind;

// "TLSv1.3:TLS_AES_256_GCM_SHA384:256", or "version=TLSv1.2, cipher=..., bits=256", in quotes or not.
void read_ciphers(std::string_view text, Event& event)
{
    eat(text, "\"");
    if (eat(text, "version=")) {
        event.protocol = cut(text, ", ");
        eat(text, "cipher=");
        event.suite = cut(text, ",");
    } else {
        event.protocol = cut(text, ":");
        event.suite = cut(text, ":");
    }
    event.kind = event.protocol.empty() || event.suite.empty() ? Kind::malformed : Kind::established;
}

// "address=192.0.2.1 host=name", "address=smtp+tls://192.0.2.1:25 host=name", "address=[2001:db8::1] ...".
void read_peer(std::string_view rest, Event& event)
{
    std::string_view address = field(rest, "address=", " ");
    if (const std::size_t scheme = address.find("://"); scheme != std::string_view::npos) {
        address.remove_prefix(scheme + 3);
        address = address.substr(0, address.rfind(':'));
    }
    event.peer.address = address.starts_with('[') ? parse_peer(address).address : address;
    event.peer.name = field(rest, "host=", " ");
}

void read_words(std::string_view rest, Event& event)
{
    eat(rest, "event=");
    if (eat(rest, "connected") || eat(rest, "connecting ")) {
        event.kind = rest.find("address=") == std::string_view::npos ? Kind::none : Kind::connected;
        read_peer(rest, event);
    } else if (eat(rest, "tls ") || eat(rest, "starttls ")) {
        const std::size_t at = rest.find("ciphers=");
        if (at == std::string_view::npos) {
            event.kind = Kind::malformed;
            return;
        }
        read_ciphers(rest.substr(at + 8), event);
    } else if (eat(rest, "authentication ")) {
        // A failed login is nobody's.
        const std::size_t result = rest.rfind(" result=");
        if (result != std::string_view::npos && rest.substr(result) == " result=ok") {
            event.kind = Kind::accepted;
            event.login = field(rest.substr(0, result), "user=", " address=");
        }
    } else if (eat(rest, "message ")) {
        event.kind = Kind::accepted;
        event.message = true;
    } else if (rest.starts_with("disconnected") || rest.starts_with("closed")) {
        event.kind = Kind::ended;
    }
}

// "smtp-in: New session ID from host NAME [ADDRESS]", "Started TLS on session ID: version=...".
void read_old(std::string_view rest, Event& event)
{
    if (eat(rest, "New session ")) {
        event.session = cut(rest, " ");
        eat(rest, "from host ");
        event.kind = Kind::connected;
        event.peer = parse_peer(rest);
    } else if (eat(rest, "Started TLS on session ")) {
        event.session = cut(rest, ": ");
        read_ciphers(rest, event);
    } else if (eat(rest, "Accepted authentication for user ")) {
        event.login = cut(rest, " on session ");
        event.session = rest;
        event.kind = Kind::accepted;
    } else if (eat(rest, "Accepted message ")) {
        event.session = field(rest, "on session ", ":");
        event.kind = Kind::accepted;
        event.message = true;
    } else if (eat(rest, "Closing session ") || eat(rest, "Disconnecting session ")) {
        event.session = cut(rest, ":");
        event.kind = Kind::ended;
    } else if (eat(rest, "Connecting to ")) {
        const std::size_t at = rest.rfind(" on session ");
        event.session = at == std::string_view::npos ? "" : rest.substr(at + 12, 16);
        event.kind = Kind::connected;
        event.peer = {field(rest, "(", ")"), field(rest, "://", " ")};
        event.peer.address = event.peer.address.substr(0, event.peer.address.rfind(':'));
    }
}

}  // namespace

Event read_opensmtpd(std::string_view message)
{
    Event event;
    event.mailer = Mailer::opensmtpd;
    eat(message, "info: ");
    if (eat(message, "smtp-in: ")) {
        read_old(message, event);
        return event;
    }
    if (eat(message, "smtp-out: ")) {
        event.direction = MailDirection::outbound;
        event.service = "smtpd mta";
        read_old(message, event);
        return event;
    }
    event.session = cut(message, " ");
    if (eat(message, "smtp ")) {
        read_words(message, event);
    } else if (eat(message, "mta ")) {
        event.direction = MailDirection::outbound;
        event.service = "smtpd mta";
        read_words(message, event);
    }
    return event;
}

}  // namespace smtptls::log

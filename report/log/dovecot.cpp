// Dovecot's submission service (login_log_format_elements): one line for each login that came, and one for each
// connection that ended without. Of other services (IMAP, POP3) nothing is read.
#include "report/log/event.hpp"
#include "report/log/words.hpp"

#include <algorithm>

namespace smtptls::log {
namespace {

using Kind = Event::Kind;

// ", TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)" if the elements have %k, else ", TLS" alone.
void read_dovecot_tls(std::string_view fields, Event& event)
{
    constexpr std::string_view with = " with cipher ";
    const std::size_t at = fields.find(with);
    if (at != std::string_view::npos) {
        const std::size_t begin = fields.substr(0, at).rfind(' ') + 1;
        event.protocol = fields.substr(begin, at - begin);
        std::string_view rest = fields.substr(at + with.size());
        event.suite = cut(rest, " ");
    } else if (fields.find(", TLS,") != std::string_view::npos || fields.ends_with(", TLS")) {
        event.protocol = "TLS";
    }
}

// "user=<name>, method=PLAIN, rip=192.0.2.1, lip=..., mpid=12, TLS, session=<id>"; the name may hold anything but a
// line's end, and what comes behind it is Dovecot's.
void read_dovecot_login(std::string_view rest, Event& event)
{
    eat(rest, "user=<");
    const std::size_t end = rest.find(">, ");
    if (end == std::string_view::npos) {
        return;
    }
    event.login = rest.substr(0, end);
    const std::string_view fields = rest.substr(end + 1);
    event.peer.address = field(fields, ", rip=", ",");
    read_dovecot_tls(fields, event);
    // From this machine itself, or by way of a proxy that has its own TLS.
    const bool secured = fields.find(", secured") != std::string_view::npos;
    event.message = true;
    event.kind = event.protocol.empty() && secured ? Kind::none : Kind::whole;
}

// "Disconnected: Connection closed: SSL_accept() failed: error:0A000102:SSL routines::unsupported protocol (no auth
// attempts in 0 secs): user=<>, rip=192.0.2.1, lip=..., TLS handshaking, session=<id>".
void read_dovecot_failure(std::string_view rest, Event& event)
{
    const std::size_t user = rest.find("user=<");
    const std::size_t failed = rest.find("SSL_accept() failed: ");
    if (user == std::string_view::npos || failed == std::string_view::npos ||
        rest.find("TLS handshaking") == std::string_view::npos) {
        return;
    }
    event.kind = Kind::failed;
    event.peer.address = field(rest.substr(user), ", rip=", ",");
    std::string_view text = rest.substr(failed + std::string_view("SSL_accept() failed: ").size());
    text = text.substr(0, std::min(text.find(" ("), text.find(", session=")));
    if (text.starts_with("error:")) {
        text.remove_prefix(text.rfind(':') + 1);
    }
    event.text = text;
}

}  // namespace

Event read_dovecot(std::string_view service, std::string_view message)
{
    Event event;
    event.mailer = Mailer::dovecot;
    event.service = "submission-login";
    if (service != "submission-login" && !eat(message, "submission-login: ")) {
        return event;
    }
    eat(message, "Info: ");
    if (eat(message, "Login: ") || eat(message, "Logged in: ")) {
        read_dovecot_login(message, event);
    } else {
        read_dovecot_failure(message, event);
    }
    return event;
}

}  // namespace smtptls::log

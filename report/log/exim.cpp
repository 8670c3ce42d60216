// Exim's main log (the specification's chapter "Log files"). One line for each message that came (<=) or
// was delivered (=>), or command or message that was rejected, with X= if TLS was spoken. Fields behind S= (id,
// subject) are the sender's own and are not looked at.
#include "report/log/event.hpp"
#include "report/log/stamp.hpp"
#include "report/log/words.hpp"

#include <algorithm>

namespace smtptls::log {
namespace {

using Kind = Event::Kind;

// The next word, where quotes and parentheses hold blanks together.
std::string_view next_word(std::string_view& text)
{
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    bool quoted = false;
    int depth = 0;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted && c == '\\') {
            ++at;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == '(') {
            ++depth;
        } else if (!quoted && c == ')') {
            --depth;
        } else if (c == ' ' && !quoted && depth <= 0) {
            break;
        }
    }
    const std::size_t size = at < text.size() ? at : text.size();
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(size);
    return word;
}

// "name (helo) [address]:port", each part but the address optional; the words behind H= or "from".
void read_host(std::string_view first, std::string_view& rest, Event& event)
{
    std::string_view word = first;
    for (int parts = 0; parts < 3 && !word.empty(); ++parts) {
        if (word.starts_with('[')) {
            event.peer.address = parse_peer(word).address;
            return;
        }
        if (word.starts_with('(') && word.ends_with(')')) {
            event.helo = word.substr(1, word.size() - 2);
        } else {
            event.peer.name = word;
        }
        word = next_word(rest);
    }
}

// "TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256". "X=" with the suite alone is too old to be told.
bool read_cipher(std::string_view value, Event& event)
{
    event.protocol = cut(value, ":");
    event.suite = cut(value, ":");
    return !event.protocol.empty() && !event.suite.empty();
}

// "A=plain_login:user"; the name of the authenticator alone if it has no user.
void read_login(std::string_view value, Event& event)
{
    const std::string_view authenticator = cut(value, ":");
    event.login = value.empty() ? authenticator : value;
}

void read_fields(std::string_view rest, Event& event)
{
    while (!rest.empty()) {
        std::string_view word = next_word(rest);
        const bool inbound = event.direction == MailDirection::inbound;
        if (inbound ? word.starts_with("S=") : word.starts_with("C=")) {
            return;
        }
        if (eat(word, "H=")) {
            read_host(word, rest, event);
        } else if (eat(word, "I=")) {
            const std::size_t port = word.rfind("]:");
            event.detail = port == std::string_view::npos ? "" : word.substr(port + 2);
        } else if (eat(word, "X=")) {
            event.kind = read_cipher(word, event) ? event.kind : Kind::malformed;
        } else if (eat(word, "A=")) {
            read_login(word, event);
        } else if (eat(word, "T=") && event.direction == MailDirection::outbound) {
            event.service = word;
        }
    }
}

// "TLS error on connection from host (helo) [address] (gnutls_handshake): reason".
void read_tls_error(std::string_view rest, Event& event)
{
    if (!eat(rest, "from ")) {
        return;
    }
    const std::string_view first = next_word(rest);
    read_host(first, rest, event);
    const auto why = between(rest, "): ", "\n");
    const bool handshake =
        rest.find("handshake") != std::string_view::npos || rest.find("accept") != std::string_view::npos;
    if (handshake) {
        event.kind = Kind::failed;
        event.text = why.value_or("");
    }
}

// "address <original> R=..": the address, quoted or not, is the sender's choice and is skipped as one word.
void read_message(std::string_view rest, Event& event)
{
    next_word(rest);
    event.kind = Kind::whole;
    event.message = true;
    read_fields(rest, event);
    if (event.peer.address.empty() && event.peer.name.empty()) {
        event.kind = Kind::none;  // local: no H=
    }
}

// "H=name [address] X=... F=<sender> rejected RCPT <...>: ...". F= and what follows are the sender's; without X= there
// was neither mail nor TLS.
void read_rejected(std::string_view rest, Event& event)
{
    std::string_view fields = rest;
    const std::size_t sender = rest.find(" F=<");
    const std::size_t rejected = rest.find(" rejected ");
    if (rejected == std::string_view::npos) {
        return;
    }
    fields = rest.substr(0, std::min(sender, rejected));
    read_fields(fields, event);
    if (!event.protocol.empty() && event.kind != Kind::malformed) {
        event.kind = Kind::whole;
    }
}

}  // namespace

Event read_exim(std::string_view message)
{
    Event event;
    event.mailer = Mailer::exim;
    // By way of syslog there may be Exim's own time, and its process, too.
    if (!message.empty() && is_digit(message[0])) {
        if (const auto stamp = parse_iso(message)) {
            message.remove_prefix(stamp->size);
            eat(message, " ");
        }
    }
    if (message.size() > 1 && message[0] == '[' && is_digit(message[1])) {
        cut(message, "] ");
    }
    std::string_view rest = message;
    if (eat(rest, "TLS error on connection ")) {
        read_tls_error(rest, event);
        return event;
    }
    if (eat(rest, "no MAIL in SMTP connection from ")) {
        event.kind = Kind::whole;
        const std::string_view first = next_word(rest);
        read_host(first, rest, event);
        read_fields(rest, event);
        return event;
    }
    if (rest.starts_with("H=")) {
        read_rejected(rest, event);
        return event;
    }
    cut(rest, " ");
    if (eat(rest, "<= ")) {
        read_message(rest, event);
    } else if (eat(rest, "=> ")) {
        event.direction = MailDirection::outbound;
        read_message(rest, event);
    } else if (rest.starts_with("H=")) {
        read_rejected(rest, event);
    }
    return event;
}

}  // namespace smtptls::log

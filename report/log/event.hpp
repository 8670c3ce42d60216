// What one log line tells about a session, and the readers that find it: one for each mail server, each a
// pure function of the program's name and the message. A line's front is always matched from its first
// byte, so that nothing a peer chose (a HELO name, a subject) can pose as a line of its own.
#pragma once

#include "report/log/line.hpp"
#include "tls/protocol_version.hpp"

#include <optional>
#include <string_view>

namespace smtptls::log {

struct Peer {
    std::string_view name;
    std::string_view address;
};

/// "mail.example.com[192.0.2.1]:25", "[192.0.2.1]", "mail.example.com [IPv6:2001:db8::1] (may be forged)":
/// the name in front of the first bracket, the address in it. Without brackets all is the name.
Peer parse_peer(std::string_view text);

/// All views point into the line.
struct Event {
    enum class Kind {
        none,         ///< a line that tells nothing about TLS
        malformed,    ///< begins as a TLS line and does not go on as one
        connected,    ///< a session begins
        established,  ///< TLS is up
        reused,       ///< one more delivery over a connection whose TLS was counted
        accepted,     ///< a message came, or a login
        helo,         ///< the peer's name for itself
        failed,       ///< a handshake failed
        reason,       ///< why the last handshake of this session failed
        ended,        ///< the session is over
        whole,        ///< all there is to know in one line (Exim, Dovecot)
    };

    Kind kind = Kind::none;
    Mailer mailer{};
    MailDirection direction{};
    std::string_view session;  ///< tells sessions apart; empty: the line's origin does
    std::string_view service;  ///< empty: the line's program
    std::string_view detail;   ///< a part of the service that only the message knows: "port 465", "MSA"
    Peer peer;
    std::string_view protocol;  ///< as written; empty in a `whole`: no TLS
    std::string_view suite;
    std::string_view login;
    std::string_view helo;
    std::string_view text;  ///< reason: the library's words
    bool message = false;   ///< accepted: a message, and not only a login
    bool starttls = false;  ///< ended: the summary counts a STARTTLS that worked
};

/// Postfix 2.3 and later. `program` is "postfix/smtpd" or another name whose last part is smtpd, smtp, lmtp,
/// postscreen or tlsproxy, or the unit that the journal names instead ("postfix@-.service").
Event read_postfix(std::string_view program, std::string_view message);

/// Exim 4: message arrivals and deliveries with their X= field, rejected commands and messages that have one, and
/// "no MAIL in SMTP connection".
Event read_exim(std::string_view message);

/// Sendmail 8.10 and later: STARTTLS=server, STARTTLS=client, AUTH=server and from= lines.
Event read_sendmail(std::string_view message);

/// OpenSMTPD 5 and later.
Event read_opensmtpd(std::string_view message);

/// Dovecot's submission service (2.3 and later): logins, and handshakes that failed. `service`: the program where it
/// names the service itself ("submission-login"), else "dovecot" and the message does.
Event read_dovecot(std::string_view service, std::string_view message);

/// The reader for the line's program; nothing for programs that are no mail servers. A level in front of the message
/// ("[ID 197553 mail.info] ", "INFO: ") is skipped.
std::optional<Event> read_event(const Line& line);

/// Whether `read_event` has a reader for this program.
bool is_mail_server(std::string_view program);

/// Whether a text that no reader takes holds what a mail server writes of TLS: then it was not read, and not empty.
bool smells_of_tls(std::string_view text);

/// "TLSv1.2", "TLS1.2", "TLS-1.0", "SSL3.0". Nothing for other words, and for Sendmail's "TLSv1/SSLv3"
/// unless the suite exists in TLS 1.2 only.
std::optional<tls::ProtocolVersion> version_of(std::string_view protocol, std::string_view suite);

}  // namespace smtptls::log

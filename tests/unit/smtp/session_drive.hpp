// Drives a Session as the pump does: lets it write when it wants to, and notes what it wrote.
#pragma once

#include "smtp/session.hpp"

#include <string>
#include <vector>

namespace smtptls::smtp {

struct Drive {
    Session session;
    std::string sent = {};

    explicit Drive(Script script) : session(std::move(script)) { write(); }

    void write()
    {
        while (session.want() == base::Want::write) {
            sent += base::text_of(session.output());
            session.written();
        }
    }

    /// The server says `text` and the session answers, if it has something to say.
    Drive& hears(const std::string& text)
    {
        session.received(base::bytes_of(text));
        write();
        return *this;
    }

    bool over() const { return session.want() == base::Want::nothing; }
};

inline Script before_tls()
{
    return {true, true, false, "scanner.example.net"};
}

inline Script inside_starttls()
{
    return {false, false, true, "scanner.example.net"};
}

inline Script inside_implicit()
{
    return {true, false, true, "scanner.example.net"};
}

inline constexpr const char* greeting = "220 mail.example.com ESMTP\r\n";
inline constexpr const char* keywords = "250-mail.example.com\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n";
inline constexpr const char* go_ahead = "220 2.0.0 Ready to start TLS\r\n";

}  // namespace smtptls::smtp

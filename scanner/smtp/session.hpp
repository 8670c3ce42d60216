// The SMTP dialogue up to the point where TLS may begin, or the short one inside a tunnel, as a
// machine (base/machine.hpp). Sends EHLO, STARTTLS and QUIT and nothing else, never two commands
// at once, and nothing before the whole greeting is here. RFC 5321, RFC 3207.
#pragma once

#include "base/machine.hpp"
#include "smtp/reply.hpp"
#include "smtp/transcript.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtptls::smtp {

/// Which steps to go. STARTTLS port before TLS: greeting and starttls. Inside the tunnel of a
/// STARTTLS port: neither. Inside the tunnel of an implicit port: greeting.
struct Script {
    bool greeting = true;
    bool starttls = true;
    bool in_tunnel = false;  ///< failures of EHLO are then reported with stage inner_ehlo
    std::string ehlo_name;   ///< domain or address literal of this host
    bool ehlo = true;        ///< false: QUIT instead
    bool mute = false;       ///< says nothing: for a server that does not speak SMTP in there
    bool listens = false;    ///< a mute one: waits a moment for the first byte, which would show a late alert
};

class Session {
public:
    explicit Session(Script script);

    base::Want want() const;
    base::ByteView output() const { return base::bytes_of(output_); }
    unsigned step() const { return step_; }
    bool brief() const;  ///< what it waits for changes nothing, or little
    void written();
    void received(base::ByteView bytes);
    void peer_closed();
    void broke(base::Reason reason);

    /// True when the server answered 220 to STARTTLS: the next byte is the ClientHello.
    bool ready_for_tls() const { return state_ == State::ready_for_tls; }

    /// Why the dialogue did not get where the script wanted; what happens during QUIT is no failure.
    const std::optional<base::Failure>& failure() const { return failure_; }
    const Transcript& transcript() const { return transcript_; }

    /// The state's name, for logs and test messages.
    std::string_view describe() const;

private:
    enum class State {
        read_greeting,
        write_ehlo,
        read_ehlo,
        write_starttls,
        read_starttls,
        write_quit,
        read_quit,
        listen,
        ready_for_tls,
        ended,
    };

    void begin(State state, std::string command = {});
    void end(base::Reason reason, base::UntrustedText text);
    void fail_and_quit(base::Reason reason, base::UntrustedText text);
    void take(const Reply& reply);
    void greet();
    void take_greeting(const Reply& reply);
    void take_ehlo(const Reply& reply);
    void take_starttls(const Reply& reply);
    bool ends_on_negative(const Reply& reply);
    bool ends_on_early(const Reply& reply);
    base::Stage stage() const;

    Script script_;
    State state_ = State::read_greeting;
    unsigned step_ = 0;
    bool early_ = false;  // the server began to answer before it was asked
    std::string output_;
    ReplyReader reader_;
    Transcript transcript_;
    std::optional<base::Failure> failure_;
};

}  // namespace smtptls::smtp

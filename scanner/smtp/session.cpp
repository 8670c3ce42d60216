#include "smtp/session.hpp"

#include <algorithm>

namespace smtptls::smtp {
namespace {

using base::Reason;
using base::Stage;
using base::UntrustedText;
using base::Want;

}  // namespace

Session::Session(Script script) : script_(std::move(script))
{
    if (script_.mute) {
        begin(script_.listens ? State::listen : State::ended);
    } else if (script_.greeting) {
        begin(State::read_greeting);
    } else {
        greet();
    }
}

void Session::greet()
{
    if (script_.ehlo) {
        begin(State::write_ehlo, "EHLO " + script_.ehlo_name + "\r\n");
    } else {
        begin(State::write_quit, "QUIT\r\n");
    }
}

Want Session::want() const
{
    switch (state_) {
        case State::write_ehlo:
        case State::write_starttls:
        case State::write_quit: return Want::write;
        case State::read_greeting:
        case State::read_ehlo:
        case State::read_starttls:
        case State::listen:
        case State::read_quit: return Want::read;
        case State::ready_for_tls:
        case State::ended: return Want::nothing;
    }
    return Want::nothing;
}

bool Session::brief() const
{
    return state_ == State::listen || state_ == State::write_quit || state_ == State::read_quit;
}

void Session::begin(State state, std::string command)
{
    state_ = state;
    output_ = std::move(command);
    early_ = false;
    ++step_;
}

void Session::written()
{
    output_.clear();
    switch (state_) {
        case State::write_ehlo: state_ = State::read_ehlo; break;
        case State::write_starttls: state_ = State::read_starttls; break;
        case State::write_quit: state_ = State::read_quit; break;
        default: break;
    }
    early_ = !reader_.rest().empty();
    received({});
}

void Session::received(base::ByteView bytes)
{
    if (state_ == State::listen && !bytes.empty()) {
        state_ = State::ended;
    }
    reader_.append(bytes);
    while (want() == Want::read) {
        const auto next = reader_.next();
        if (!next) {
            return;
        }
        if (!next->has_value()) {
            const std::string words = std::string(format(next->error())) + ": ";
            const UntrustedText line = reader_.current_line();
            end(Reason::protocol_error, line.empty() ? UntrustedText(words) : UntrustedText(words + line.escaped()));
            return;
        }
        take(**next);
    }
}

void Session::take(const Reply& reply)
{
    if (ends_on_early(reply)) {
        return;
    }
    switch (state_) {
        case State::read_greeting: take_greeting(reply); break;
        case State::read_ehlo: take_ehlo(reply); break;
        case State::read_starttls: take_starttls(reply); break;
        case State::read_quit: state_ = State::ended; break;
        default: break;
    }
}

// An answer older than its question answers something else, and what follows is out of step. Only 421
// may come unasked. True when the dialogue is over.
bool Session::ends_on_early(const Reply& reply)
{
    if (!early_ || reply.code == 421) {
        return false;
    }
    end(Reason::protocol_error, UntrustedText("a reply before its command was sent: " + reply.text().escaped()));
    return true;
}

// RFC 5321 section 3.8: 421 may come in place of any reply, and the server then closes. The other
// "try later" codes leave the channel open. True when the dialogue is over.
bool Session::ends_on_negative(const Reply& reply)
{
    if (reply.code == 421) {
        end(Reason::throttled, reply.text());
        return true;
    }
    if (reply.code >= 450 && reply.code <= 452) {
        fail_and_quit(Reason::throttled, reply.text());
        return true;
    }
    return false;
}

void Session::take_greeting(const Reply& reply)
{
    transcript_.greeting = reply;
    if (ends_on_negative(reply)) {
        return;
    }
    // RFC 5321 section 3.1: a server that greets with 554 has to wait for our QUIT.
    if (reply.code != 220) {
        fail_and_quit(reply.code >= 400 ? Reason::rejected : Reason::protocol_error, reply.text());
        return;
    }
    greet();
}

void Session::take_ehlo(const Reply& reply)
{
    transcript_.ehlo = reply;
    if (ends_on_negative(reply)) {
        return;
    }
    if (reply.code != 250) {
        fail_and_quit(reply.code >= 400 ? Reason::rejected : Reason::protocol_error, reply.text());
        return;
    }
    if (!script_.starttls) {
        begin(State::write_quit, "QUIT\r\n");
        return;
    }
    const std::vector<std::string> words = transcript_.keywords();
    const bool offered = std::find(words.begin(), words.end(), "STARTTLS") != words.end();
    if (offered || transcript_.starttls_in_first_line()) {
        begin(State::write_starttls, "STARTTLS\r\n");
        return;
    }
    const bool stripped = std::any_of(words.begin(), words.end(), is_overwritten);
    fail_and_quit(stripped ? Reason::stripped : Reason::not_offered, reply.text());
    failure_->stage = Stage::starttls;
}

void Session::take_starttls(const Reply& reply)
{
    transcript_.starttls = reply;
    if (ends_on_negative(reply)) {
        return;
    }
    if (reply.code == 220) {
        transcript_.plaintext_after_starttls = UntrustedText(reader_.rest());
        state_ = State::ready_for_tls;
        return;
    }
    if (reply.code == 454) {
        fail_and_quit(Reason::unavailable, reply.text());
        return;
    }
    fail_and_quit(reply.code >= 400 ? Reason::rejected : Reason::protocol_error, reply.text());
}

void Session::end(Reason reason, UntrustedText text)
{
    // What was known before QUIT stays known: nothing that happens while leaving is a failure.
    if (state_ != State::write_quit && state_ != State::read_quit) {
        failure_ = base::Failure{stage(), reason, std::move(text)};
    }
    state_ = State::ended;
}

void Session::fail_and_quit(Reason reason, UntrustedText text)
{
    failure_ = base::Failure{stage(), reason, std::move(text)};
    begin(State::write_quit, "QUIT\r\n");
}

void Session::peer_closed()
{
    if (want() != Want::nothing) {
        end(Reason::closed, reader_.current_line());
    }
}

void Session::broke(Reason reason)
{
    if (state_ == State::listen && reason == Reason::timed_out) {
        state_ = State::ended;
    } else if (want() != Want::nothing) {
        end(reason, reader_.current_line());
    }
}

Stage Session::stage() const
{
    switch (state_) {
        case State::read_greeting: return Stage::greeting;
        case State::write_ehlo:
        case State::read_ehlo: return script_.in_tunnel ? Stage::inner_ehlo : Stage::ehlo;
        case State::listen: return Stage::inner_ehlo;
        case State::write_starttls:
        case State::read_starttls:
        case State::ready_for_tls: return Stage::starttls;
        case State::write_quit:
        case State::read_quit:
        case State::ended: return Stage::close;
    }
    return Stage::close;
}

std::string_view Session::describe() const
{
    switch (state_) {
        case State::read_greeting: return "read_greeting";
        case State::write_ehlo: return "write_ehlo";
        case State::read_ehlo: return "read_ehlo";
        case State::write_starttls: return "write_starttls";
        case State::read_starttls: return "read_starttls";
        case State::write_quit: return "write_quit";
        case State::read_quit: return "read_quit";
        case State::listen: return "listen";
        case State::ready_for_tls: return "ready_for_tls";
        case State::ended: return "ended";
    }
    return "unknown";
}

}  // namespace smtptls::smtp

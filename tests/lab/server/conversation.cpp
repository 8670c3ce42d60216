// The dialogue, as Postfix's smtpd words it. RFC 5321, RFC 3207.
#include "conversation.hpp"

#include "base/text_layout.hpp"
#include "hello_turn.hpp"

#include <algorithm>

namespace smtptls::lab {

namespace {

constexpr std::size_t longest_line = 1024;
constexpr unsigned most_commands = 200;
constexpr std::size_t flood_chunk = 8192;

class Dialogue {
public:
    explicit Dialogue(std::shared_ptr<Visit> visit)
        : visit_(std::move(visit)), link_(*visit_->link), script_(visit_->script)
    {
    }

    asio::awaitable<void> run();

private:
    asio::awaitable<bool> tls_turn();
    asio::awaitable<bool> complete_handshake();
    asio::awaitable<bool> send_garbage();
    asio::awaitable<bool> greet();
    asio::awaitable<void> serve_commands();
    asio::awaitable<bool> answer(std::string line);
    asio::awaitable<bool> answer_ehlo();
    asio::awaitable<bool> answer_starttls(bool with_parameters);
    asio::awaitable<bool> flood(std::string pattern);
    asio::awaitable<bool> say(std::string lines);
    asio::awaitable<bool> say_in_pieces(const std::vector<std::string>& pieces);
    asio::awaitable<bool> read_line(std::string& line);
    std::string ehlo_reply() const;

    std::shared_ptr<Visit> visit_;
    Link& link_;
    const Script& script_;
    std::string unread_;
    bool in_tls_ = false;
};

std::string with_bare_lf(std::string lines)
{
    std::erase(lines, '\r');
    return lines;
}

std::string endless_lines(const std::string& line)
{
    std::string lines;
    while (lines.size() < flood_chunk) {
        lines += line;
    }
    return lines;
}

asio::awaitable<void> Dialogue::run()
{
    link_.drip(script_.byte_pause, script_.tls_byte_pause);
    if (script_.opening == Opening::reset) {
        link_.reset();
        co_return;
    }
    if (script_.opening == Opening::close) {
        co_await link_.leave(Ending::closed);
        co_return;
    }
    if (script_.opening == Opening::silent) {
        co_await link_.swallow(link_.soon());
        co_return;
    }
    // g++ 12.2 drops the whole body of a coroutine with co_await under && or || in a condition.
    const bool at_once = script_.tls_at_once || (visit_->entry == Entry::implicit && !script_.plain_on_implicit);
    if (at_once) {
        const bool in_tunnel = co_await tls_turn();
        if (!in_tunnel) {
            co_return;
        }
    }
    if (co_await greet()) {
        co_await serve_commands();
    }
}

// The one place where TLS begins, whoever asked for it: another way to play the server's side (say,
// ServerHellos from a table, with no cryptography) is a TlsTurn and a case here. True when the
// dialogue goes on inside TLS.
asio::awaitable<bool> Dialogue::tls_turn()
{
    if (script_.hello_delay.count() > 0) {
        const bool begun = co_await link_.arrival(link_.soon());
        if (!begun) {
            co_return false;
        }
        const bool goes_on = co_await link_.pause(script_.hello_delay);
        if (!goes_on) {
            co_return false;
        }
    }
    switch (script_.tls_turn) {
        case TlsTurn::handshake: co_return co_await complete_handshake();
        case TlsTurn::hello_table: co_await play_hellos(visit_); co_return false;
        case TlsTurn::garbage: co_return co_await send_garbage();
        case TlsTurn::close: co_await link_.leave(Ending::closed); co_return false;
        case TlsTurn::reset: link_.reset(); co_return false;
        case TlsTurn::silent: co_await link_.swallow(link_.soon()); co_return false;
        case TlsTurn::close_on_hello: {
            const auto hello = co_await link_.read(link_.soon());
            co_await link_.leave(Ending::closed);
            co_return false;
        }
    }
    co_return false;
}

asio::awaitable<bool> Dialogue::complete_handshake()
{
    auto session = std::make_unique<TlsSession>(*visit_->context);
    const bool up = co_await link_.handshake(std::move(session), link_.soon());
    auto& transcript = visit_->transcript;
    transcript.sni = link_.tls()->sni();
    if (up) {
        transcript.handshake = "ok " + link_.tls()->description();
    } else {
        const auto reason = link_.tls()->failure();
        transcript.handshake = "failed " + (reason.empty() ? "by the client's leaving" : reason);
    }
    if (!up || script_.close_in_tunnel) {
        co_await link_.leave(Ending::closed);
        co_return false;
    }
    if (script_.mute_in_tunnel) {
        co_await link_.swallow(link_.soon());
        co_return false;
    }
    in_tls_ = true;
    co_return true;
}

asio::awaitable<bool> Dialogue::send_garbage()
{
    // After STARTTLS in answer to the hello: sooner, it would be plaintext after the 220.
    if (visit_->entry == Entry::starttls) {
        const auto hello = co_await link_.read(link_.soon());
    }
    const std::string garbage = "\xde\xad\xbe\xef no TLS here \xff\x01\x02\x03\x04\x05\x06\x07\x08\x09\r\n";
    co_await link_.write(garbage);
    co_await link_.swallow(link_.soon());
    co_return false;
}

asio::awaitable<bool> Dialogue::say(std::string lines)
{
    auto text = script_.bare_lf ? with_bare_lf(std::move(lines)) : std::move(lines);
    co_return co_await link_.write(std::move(text));
}

asio::awaitable<bool> Dialogue::say_in_pieces(const std::vector<std::string>& pieces)
{
    for (const auto& piece : pieces) {
        const bool sent = co_await say(piece);
        if (!sent) {
            co_return false;
        }
        const bool goes_on = co_await link_.pause(script_.piece_pause);
        if (!goes_on) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<bool> Dialogue::greet()
{
    if (!script_.teaser.empty()) {
        co_await say(script_.teaser);
    }
    const bool goes_on = co_await link_.pause(script_.greeting_delay);
    if (!goes_on) {
        co_return false;
    }
    visit_->transcript.early = visit_->transcript.early || link_.has_unread();
    if (script_.flood == Flood::greeting_line) {
        co_return co_await flood("220 " + script_.hostname + std::string(flood_chunk, 'x'));
    }
    const bool too_many = visit_->transcript.n > script_.serve_first;
    if (too_many) {
        co_await link_.write("421 4.7.0 " + script_.hostname + " Error: too many connections\r\n");
    } else {
        co_await say(script_.greeting);
    }
    if (too_many || script_.close_after_greeting) {
        co_await link_.leave(Ending::closed);
    }
    co_return !link_.ending();
}

asio::awaitable<void> Dialogue::serve_commands()
{
    for (unsigned count = 0; count < most_commands; ++count) {
        std::string line;
        if (!co_await read_line(line)) {
            co_return;
        }
        visit_->transcript.add_command(line);
        visit_->transcript.early = visit_->transcript.early || !unread_.empty();
        if (!co_await answer(std::move(line))) {
            co_return;
        }
    }
    co_await link_.write("421 4.7.0 " + script_.hostname + " Error: too many commands\r\n");
    co_await link_.leave(Ending::closed);
}

asio::awaitable<bool> Dialogue::read_line(std::string& line)
{
    const auto deadline = link_.soon();
    while (true) {
        const auto end = unread_.find('\n');
        if (end != std::string::npos) {
            line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            if (!line.empty() && line.back() == '\r') {
                line.pop_back();
            }
            co_return true;
        }
        if (unread_.size() > longest_line) {
            co_await link_.write("500 5.5.2 Error: line too long\r\n");
            co_await link_.leave(Ending::closed);
            co_return false;
        }
        const auto bytes = co_await link_.read(deadline);
        if (bytes.empty()) {
            co_return false;
        }
        unread_ += bytes;
    }
}

asio::awaitable<bool> Dialogue::answer(std::string line)
{
    const auto space = line.find(' ');
    const auto verb = base::upper(line.substr(0, space));
    if (verb == "EHLO") {
        co_return co_await answer_ehlo();
    }
    if (verb == "STARTTLS") {
        co_return co_await answer_starttls(space != std::string::npos);
    }
    if (verb == "QUIT") {
        co_await link_.write("221 2.0.0 Bye\r\n");
        co_await link_.leave(Ending::quit);
        co_return false;
    }
    std::string reply = "502 5.5.2 Error: command not recognized\r\n";
    if (verb == "HELO") {
        reply = script_.helo_refusal.empty() ? "250 " + script_.hostname + "\r\n" : script_.helo_refusal;
    } else if (verb == "NOOP") {
        reply = "250 2.0.0 Ok\r\n";
    } else if (verb == "MAIL" && !in_tls_) {
        reply = "530 5.7.0 Must issue a STARTTLS command first\r\n";
    }
    co_return co_await say(std::move(reply));
}

std::string Dialogue::ehlo_reply() const
{
    const bool offered = !in_tls_ && !script_.starttls_keyword.empty();
    const auto offer = offered ? "250-" + script_.starttls_keyword + "\r\n" : std::string();
    std::string reply = script_.starttls_first ? offer : "";
    reply += "250-" + script_.hostname + "\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ETRN\r\n";
    reply += script_.starttls_first ? "" : offer;
    if (!script_.ehlo_extra.empty()) {
        reply += "250-" + script_.ehlo_extra + "\r\n";
    }
    if (in_tls_) {
        reply += "250-AUTH PLAIN LOGIN\r\n";
    }
    return reply + "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 DSN\r\n";
}

asio::awaitable<bool> Dialogue::answer_ehlo()
{
    if (script_.flood == Flood::ehlo_reply) {
        auto lines = endless_lines("250-ENDLESS\r\n");
        co_return co_await flood(std::move(lines));
    }
    auto reply = script_.ehlo_refusal.empty() ? ehlo_reply() : script_.ehlo_refusal;
    co_return co_await say(std::move(reply));
}

asio::awaitable<bool> Dialogue::answer_starttls(bool with_parameters)
{
    if (in_tls_) {
        co_return co_await link_.write("554 5.5.1 Error: TLS already active\r\n");
    }
    if (with_parameters) {
        co_return co_await link_.write("501 5.5.4 Syntax: STARTTLS\r\n");
    }
    if (script_.flood == Flood::starttls_reply) {
        auto lines = endless_lines("220-endless\r\n");
        co_return co_await flood(std::move(lines));
    }
    const bool agreed = script_.starttls_reply.starts_with("220");
    std::vector<std::string> whole{script_.starttls_reply};
    const bool sent = co_await say_in_pieces(script_.starttls_pieces.empty() ? whole : script_.starttls_pieces);
    if (sent && script_.starttls_reply.starts_with("421")) {
        co_await link_.leave(Ending::closed);
    }
    if (!sent || !agreed) {
        co_return !link_.ending();
    }
    // RFC 3207 section 4: what came in the clear must not be taken for what comes inside TLS.
    unread_.clear();
    co_return co_await tls_turn();
}

asio::awaitable<bool> Dialogue::flood(std::string pattern)
{
    for (std::size_t sent = 0; sent < most_flooded; sent += pattern.size()) {
        if (!co_await link_.write(pattern)) {
            co_return false;
        }
    }
    co_await link_.leave(Ending::closed);
    co_return false;
}

}  // namespace

asio::awaitable<void> converse(std::shared_ptr<Visit> visit)
{
    Dialogue dialogue(visit);
    co_await dialogue.run();
    auto& transcript = visit->transcript;
    if (const auto* tls = visit->link->tls(); tls != nullptr) {
        transcript.alerts = tls->alerts();
    }
    transcript.ended = visit->link->ending().value_or(Ending::closed);
}

}  // namespace smtptls::lab

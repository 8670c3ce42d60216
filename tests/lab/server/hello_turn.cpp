// The table's turn on a socket. All that is decided is decided by `answer`.
#include "hello_turn.hpp"

#include "hello_reader.hpp"

#include <algorithm>

namespace smtptls::lab {

namespace {

using Event = HelloReader::Event;

std::string text_of(const base::Bytes& bytes)
{
    return std::string(base::text_of(bytes));
}

std::size_t size_of(const tls::Hello& hello)
{
    return std::visit([](const auto& any) { return tls::encode(any).size(); }, hello);
}

// As the transcript words the alerts of real sessions: "warning user canceled".
std::string words_of(const tls::Alert& alert)
{
    auto words = tls::format(alert);
    std::ranges::replace(words, '_', ' ');
    return words;
}

void note(Transcript& transcript, const tls::Hello& hello, const Reply& reply)
{
    HelloNote noted;
    noted.version = tls::format(highest_version(hello));
    noted.suites = offered_suites(hello).size();
    noted.bytes = size_of(hello);
    noted.answered = reply.version ? tls::format(*reply.version) : "";
    std::ranges::transform(reply.chosen, std::back_inserter(noted.chosen),
                           [](tls::CipherSuite suite) { return tls::format(suite); });
    noted.answer = reply.what;
    transcript.add_hello(std::move(noted));
    if (const auto* client_hello = std::get_if<tls::ClientHello>(&hello); client_hello != nullptr) {
        transcript.sni = tls::offered_server_name(*client_hello);
    }
}

class Turn {
public:
    explicit Turn(std::shared_ptr<Visit> visit) : visit_(std::move(visit)), link_(*visit_->link) {}

    asio::awaitable<void> run();

private:
    asio::awaitable<Event> next_event();
    asio::awaitable<bool> answer_hello();
    asio::awaitable<void> end();
    asio::awaitable<bool> flood();

    std::shared_ptr<Visit> visit_;
    Link& link_;
    HelloReader reader_;
    Reply reply_;
    unsigned hellos_ = 0;
};

// `more` when the connection is over.
asio::awaitable<Event> Turn::next_event()
{
    const auto deadline = link_.soon();
    while (true) {
        const auto event = reader_.next();
        if (event != Event::more) {
            co_return event;
        }
        const auto bytes = co_await link_.read(deadline);
        if (bytes.empty()) {
            co_return Event::more;
        }
        reader_.append(bytes);
    }
}

// True while the connection goes on.
asio::awaitable<bool> Turn::answer_hello()
{
    const Moment moment{visit_->transcript.n, ++hellos_};
    reply_ = answer(*visit_->table, reader_.hello(), moment);
    note(visit_->transcript, reader_.hello(), reply_);
    auto bytes = text_of(reply_.bytes);
    bool sent = co_await link_.write_records(std::move(bytes));
    if (sent && !reply_.endless.empty()) {
        sent = co_await flood();
    }
    if (sent && reply_.then == Reply::Then::end) {
        co_await end();
    }
    co_return !link_.ending();
}

// False when the client has had enough.
asio::awaitable<bool> Turn::flood()
{
    for (std::size_t sent = 0; sent < most_flooded; sent += reply_.endless.size()) {
        auto more = text_of(reply_.endless);
        const bool goes_on = co_await link_.write_records(std::move(more));
        if (!goes_on) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<void> Turn::end()
{
    switch (reply_.end) {
        case Manner::Kind::reset: link_.reset(); break;
        case Manner::Kind::silence: co_await link_.swallow(link_.soon()); break;
        default: co_await link_.leave(Ending::closed);
    }
}

asio::awaitable<void> Turn::run()
{
    while (true) {
        const auto event = co_await next_event();
        if (event == Event::more) {
            co_return;
        }
        if (event == Event::alert) {
            visit_->transcript.add_alert(words_of(reader_.alert()));
            // A fatal one is followed by the client's FIN or RST; a warning may be.
            continue;
        }
        const bool due = hellos_ == 0 || reply_.then == Reply::Then::await_hello;
        if (event == Event::hello && due) {
            const bool goes_on = co_await answer_hello();
            if (!goes_on) {
                co_return;
            }
            continue;
        }
        auto words = text_of(reply_.last_words);
        const bool sent = co_await link_.write_records(std::move(words));
        if (sent) {
            co_await end();
        }
        co_return;
    }
}

}  // namespace

asio::awaitable<void> play_hellos(std::shared_ptr<Visit> visit)
{
    Turn turn(visit);
    co_await turn.run();
}

void misbehave(Script& script, const HelloTable& table, std::uint64_t n)
{
    using Act = Misdeed::Act;
    const std::string too_many = "421 4.7.0 " + script.hostname + " Error: too many connections\r\n";
    if (const auto* misdeed = misdeed_of(table, Misdeed::Stage::greeting, n); misdeed != nullptr) {
        switch (misdeed->act) {
            case Act::close: script.opening = Opening::close; break;
            case Act::reset: script.opening = Opening::reset; break;
            case Act::silence: script.opening = Opening::silent; break;
            default:
                script.greeting = too_many;
                script.close_after_greeting = true;
                script.plain_on_implicit = true;
        }
    }
    if (const auto* misdeed = misdeed_of(table, Misdeed::Stage::starttls, n); misdeed != nullptr) {
        switch (misdeed->act) {
            case Act::close: script.tls_turn = TlsTurn::close; break;
            case Act::reset: script.tls_turn = TlsTurn::reset; break;
            case Act::silence: script.tls_turn = TlsTurn::silent; break;
            case Act::reply_421: script.starttls_reply = too_many; break;
            case Act::reply_454: script.starttls_reply = "454 4.7.0 TLS not available due to local problem\r\n"; break;
        }
    }
}

}  // namespace smtptls::lab

#include "report/log/sessions.hpp"

#include "report/log/hash.hpp"

#include <bit>

namespace smtptls::log {
namespace {

using Kind = Event::Kind;

// What is kept of each text of a session; the tally cuts again.
constexpr std::size_t text_limit = 255;

std::string_view key_of(const Line& line, const Event& event)
{
    return (event.session.empty() ? line.origin : event.session).substr(0, text_limit);
}

std::string_view service_of(const Line& line, const Event& event)
{
    return event.service.empty() ? line.program : event.service;
}

void keep(std::string& place, std::string_view text)
{
    if (!text.empty()) {
        place = text.substr(0, text_limit);
    }
}

// All that one line knows.
Entry entry_of(const Line& line, const Event& event, const std::optional<LogTime>& time)
{
    Entry entry;
    entry.mailer = event.mailer;
    entry.direction = event.direction;
    entry.service = service_of(line, event);
    entry.detail = event.detail;
    entry.name = event.peer.name;
    entry.address = event.peer.address;
    entry.login = event.login;
    entry.helo = event.helo;
    entry.protocol = event.protocol;
    entry.suite = event.suite;
    entry.reason = event.text;
    entry.messages = event.message ? 1 : 0;
    entry.failed = event.kind == Kind::failed;
    entry.reused = event.kind == Kind::reused;
    entry.time = time;
    return entry;
}

}  // namespace

Sessions::Sessions(Done done, std::size_t limit)
    : done_(std::move(done)), limit_(limit), buckets_(std::bit_ceil(2 * limit), nobody)
{
}

std::uint32_t Sessions::find(std::string_view key, std::uint64_t hash) const
{
    std::uint32_t place = buckets_[hash & (buckets_.size() - 1)];
    while (place != nobody && (places_[place].hash != hash || places_[place].key != key)) {
        place = places_[place].chain;
    }
    return place;
}

void Sessions::unlink(std::uint32_t place)
{
    Session& one = places_[place];
    std::uint32_t* link = &buckets_[one.hash & (buckets_.size() - 1)];
    while (*link != place) {
        link = &places_[*link].chain;
    }
    *link = one.chain;
    (one.older == nobody ? oldest_ : places_[one.older].newer) = one.newer;
    (one.newer == nobody ? newest_ : places_[one.newer].older) = one.older;
    one.chain = free_;
    free_ = place;
    --open_;
}

void Sessions::close(std::uint32_t place)
{
    Session& one = places_[place];
    if (!one.begun && one.protocol.empty() && !one.unlogged) {
        one.messages = 0;
    }
    if (!one.protocol.empty() || one.messages > 0 || one.failed || one.unlogged) {
        done_({one.mailer, one.direction, one.service, one.detail, one.name, one.address, one.login, one.helo,
               one.protocol, one.suite, one.reason, one.messages, one.failed, one.unlogged, false, one.time});
    }
    unlink(place);
}

Sessions::Session& Sessions::open(const Line& line, const Event& event, const std::optional<LogTime>& time)
{
    const std::string_view key = key_of(line, event);
    const std::uint64_t hashed = hash(key);
    if (const std::uint32_t old = find(key, hashed); old != nobody) {
        close(old);
    }
    if (open_ >= limit_) {
        close(oldest_);
        ++evicted_;
    }
    if (free_ == nobody) {
        free_ = static_cast<std::uint32_t>(places_.size());
        places_.emplace_back();
    }
    const std::uint32_t place = free_;
    Session& session = places_[place];
    free_ = session.chain;
    ++open_;
    std::uint32_t& bucket = buckets_[hashed & (buckets_.size() - 1)];
    session.hash = hashed;
    session.chain = bucket;
    bucket = place;
    session.older = newest_;
    session.newer = nobody;
    (newest_ == nobody ? oldest_ : places_[newest_].newer) = place;
    newest_ = place;
    begin(session, line, event);
    session.key = key;
    session.time = time;
    return session;
}

void Sessions::begin(Session& session, const Line& line, const Event& event)
{
    for (std::string* const text : {&session.detail, &session.name, &session.address, &session.login, &session.helo,
                                    &session.protocol, &session.suite, &session.reason}) {
        text->clear();
    }
    session.mailer = event.mailer;
    session.direction = event.direction;
    session.service = service_of(line, event).substr(0, text_limit);
    session.messages = 0;
    // Sendmail says in the message's line whether there was TLS.
    session.begun = event.kind == Kind::connected || event.mailer == Mailer::sendmail;
    session.failed = false;
    session.unlogged = false;
}

void Sessions::apply(Session& session, const Event& event) const
{
    if (session.address.empty() && session.name.empty()) {
        keep(session.name, event.peer.name);
        keep(session.address, event.peer.address);
    }
    keep(session.detail, event.detail);
    keep(session.login, event.login);
    keep(session.helo, event.helo);
    keep(session.protocol, event.protocol);
    keep(session.suite, event.suite);
    keep(session.reason, event.text);
    session.messages += event.message ? 1 : 0;
    session.unlogged = session.protocol.empty() && (session.unlogged || event.starttls);
    session.failed = session.failed || event.kind == Kind::failed;
}

// Sendmail never says that a session is over, and the numbers of processes come round again.
bool Sessions::is_another(const Session& session, const Event& event)
{
    return event.mailer == Mailer::sendmail && !session.address.empty() && !event.peer.address.empty() &&
           session.address != event.peer.address.substr(0, text_limit);
}

void Sessions::take(const Line& line, const Event& event, const std::optional<LogTime>& time)
{
    const std::string_view key = key_of(line, event);
    const bool one_line = event.kind == Kind::whole || event.kind == Kind::reused ||
                          (event.mailer == Mailer::exim && event.kind == Kind::failed) ||
                          (event.mailer == Mailer::sendmail && event.direction == MailDirection::outbound);
    if (one_line) {
        done_(entry_of(line, event, time));
        return;
    }
    const std::uint32_t place = find(key, hash(key));
    Session* session = place == nobody ? nullptr : &places_[place];
    switch (event.kind) {
        case Kind::connected: session = &open(line, event, time); break;
        case Kind::established:
        case Kind::failed:
            // A process that goes on to its next session without saying so.
            if (session == nullptr || !session->protocol.empty() || session->failed) {
                session = &open(line, event, time);
            }
            break;
        case Kind::accepted:
            if (session == nullptr || is_another(*session, event)) {
                session = &open(line, event, time);
            }
            break;
        default: break;
    }
    if (session == nullptr) {
        return;
    }
    apply(*session, event);
    // After its TLS the client's next line is about its next server.
    const bool client = event.mailer == Mailer::postfix && event.direction == MailDirection::outbound;
    if (event.kind == Kind::ended || (client && event.kind == Kind::established)) {
        close(find(key, session->hash));
    }
}

void Sessions::finish()
{
    while (oldest_ != nobody) {
        close(oldest_);
    }
}

}  // namespace smtptls::log

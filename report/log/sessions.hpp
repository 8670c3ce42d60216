// Puts the lines of one session together: who connected, which TLS, which login. A bounded number of
// sessions is open at a time; beyond it the one that began first is counted as far as it is known.
#pragma once

#include "report/log/event.hpp"
#include "report/log/tally.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace smtptls::log {

class Sessions {
public:
    using Done = std::function<void(const Entry&)>;

    /// `done` is called for each session that had TLS, mail or a failed handshake, when it is over.
    explicit Sessions(Done done, std::size_t limit = 20000);

    /// `time` is asked only for lines that tell something.
    void take(const Line& line, const Event& event, const std::optional<LogTime>& time);

    /// The log is over, and so are all sessions.
    void finish();

    /// How many were counted before their end, for want of room.
    std::uint64_t evicted() const { return evicted_; }

private:
    static constexpr std::uint32_t nobody = 0xffffffffU;

    // One place in `places_`. Open ones are in the chain of their bucket, and in a ring of all that are open, in
    // the order in which they began; free ones are in the chain of `free_`.
    struct Session {
        std::uint64_t hash = 0;
        std::uint32_t chain = nobody;
        std::uint32_t older = nobody;
        std::uint32_t newer = nobody;
        std::string key;
        Mailer mailer{};
        MailDirection direction{};
        std::string service;
        std::string detail;
        std::string name;
        std::string address;
        std::string login;
        std::string helo;
        std::string protocol;
        std::string suite;
        std::string reason;
        std::uint32_t messages = 0;
        bool begun = false;  // its beginning is in the log, so that no TLS line means no TLS
        bool failed = false;
        bool unlogged = false;
        std::optional<LogTime> time;
    };
    std::uint32_t find(std::string_view key, std::uint64_t hash) const;
    Session& open(const Line& line, const Event& event, const std::optional<LogTime>& time);
    static void begin(Session& session, const Line& line, const Event& event);
    void close(std::uint32_t place);
    void unlink(std::uint32_t place);
    void apply(Session& session, const Event& event) const;
    static bool is_another(const Session& session, const Event& event);

    Done done_;
    std::size_t limit_;
    std::uint64_t evicted_ = 0;
    std::deque<Session> places_;
    std::vector<std::uint32_t> buckets_;
    std::uint32_t free_ = nobody;
    std::uint32_t oldest_ = nobody;
    std::uint32_t newest_ = nobody;
    std::size_t open_ = 0;
};

}  // namespace smtptls::log

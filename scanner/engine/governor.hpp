// How many connections at a time to one address, and how soon the next one: less after every sign of
// trouble, more again slowly. Pure: it is told the time, and draws its jitter from a seed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

namespace smtptls::engine {

/// What one connection says of the server's patience.
enum class Sign {
    good,      ///< it answered
    told_off,  ///< 421, 450, 451, 452 or 454: come back later
    hung_up,   ///< closed, reset or refused without a word: perhaps the network, perhaps too much of us
    slow,      ///< it answered, but took long to greet
    none,      ///< says nothing
};

class Governor {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Span = std::chrono::milliseconds;

    /// Never more than `width` at a time (1 or more), never two starts within `pace`.
    Governor(std::size_t width, Span pace, Time now, std::uint32_t seed);

    /// Connections at a time, 1 or more.
    std::size_t width() const { return width_; }

    /// Least time between two starts now.
    Span pace() const { return pace_; }

    /// Reserves the next start: not before this time, which is `now` or later.
    Time reserve(Time now);

    /// No connection starts before this time, whatever was reserved.
    Time not_before() const { return not_before_; }

    /// A connection that was started at `started` has ended at `now`. `stated`: how long the server asked
    /// us to wait.
    void learn(Sign sign, Time started, Time now, std::optional<Span> stated = {});

    /// The server is let alone for so long, and then asked one question at a time.
    void rest(Time now, Span span);

    /// The server asked for a wait longer than we have: it should not be asked any more.
    bool has_given_up() const { return given_up_; }

    /// Signs of trouble that made it wait or shrink.
    int troubles() const { return troubles_; }

private:
    void take_good(Time now);
    void slow_down(Time now, Span wait);
    void recover();

    std::size_t most_width_;
    Span least_pace_;
    std::size_t width_;
    Span pace_;
    Span wait_;
    Time next_start_;
    Time not_before_;
    Time slowed_;  // what started before has the same cause
    Time began_;
    bool in_trouble_ = false;
    bool given_up_ = false;
    int good_ = 0;
    int good_in_a_row_ = 0;
    int hung_up_in_a_row_ = 0;
    int recover_after_;
    int troubles_ = 0;
    std::minstd_rand jitter_;
};

/// The wait that a reply's text asks for: "try again in 10 seconds", "after 5 minutes", "wait 300s". At most
/// a day; nothing if it names none.
std::optional<std::chrono::seconds> stated_wait(std::string_view text);

}  // namespace smtptls::engine

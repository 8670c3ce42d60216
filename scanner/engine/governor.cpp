#include "engine/governor.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace smtptls::engine {
namespace {

using namespace std::chrono_literals;

// RFC 5321 section 4.5.4.1 wants delays between tries.
constexpr Governor::Span shortest_wait = 1000ms;
constexpr Governor::Span longest_wait = 30000ms;
constexpr Governor::Span longest_stated_wait = 900000ms;  // a server could hold us for days
constexpr Governor::Span after_hang_up = 300ms;
constexpr Governor::Span first_pace = 25ms;
constexpr Governor::Span slowest_pace = 5000ms;
constexpr int enough_good = 20;     // answers in a row, for a little more again
constexpr int enough_hang_ups = 2;  // in a row: one may be the network
constexpr std::size_t most_words = 64;

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words(1);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool digit = std::isdigit(byte) != 0;
        const bool letter = std::isalpha(byte) != 0 && byte < 0x80;
        const bool turn =
            !words.back().empty() && (std::isdigit(static_cast<unsigned char>(words.back()[0])) != 0) != digit;
        if (!(digit || letter) || turn) {
            if (!words.back().empty()) {
                words.emplace_back();
            }
            if (words.size() > most_words) {
                break;
            }
        }
        if (digit || letter) {
            words.back() += static_cast<char>(std::tolower(byte));
        }
    }
    return words;
}

std::optional<std::chrono::seconds> unit_of(const std::string& word)
{
    static constexpr std::array<std::pair<std::string_view, int>, 12> units = {{{"s", 1},
                                                                                {"sec", 1},
                                                                                {"secs", 1},
                                                                                {"second", 1},
                                                                                {"seconds", 1},
                                                                                {"m", 60},
                                                                                {"min", 60},
                                                                                {"mins", 60},
                                                                                {"minute", 60},
                                                                                {"minutes", 60},
                                                                                {"hour", 3600},
                                                                                {"hours", 3600}}};
    for (const auto& [name, seconds] : units) {
        if (word == name) {
            return std::chrono::seconds(seconds);
        }
    }
    return std::nullopt;
}

bool asks_to_wait(const std::string& word)
{
    return word == "in" || word == "after" || word == "wait" || word == "for";
}

}  // namespace

std::optional<std::chrono::seconds> stated_wait(std::string_view text)
{
    constexpr std::chrono::seconds longest = 24h;
    constexpr std::size_t most_digits = 6;
    const std::vector<std::string> words = words_of(text);
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        const bool number = !words[i].empty() && std::isdigit(static_cast<unsigned char>(words[i][0])) != 0;
        const auto unit = unit_of(words[i + 1]);
        if (!number || words[i].size() > most_digits || !unit || !asks_to_wait(words[i - 1])) {
            continue;
        }
        return std::min(longest, std::stoi(words[i]) * *unit);
    }
    return std::nullopt;
}

Governor::Governor(std::size_t width, Span pace, Time now, std::uint32_t seed)
    : most_width_(std::max<std::size_t>(1, width)),
      least_pace_(pace),
      width_(most_width_),
      pace_(pace),
      wait_(shortest_wait),
      next_start_(now),
      not_before_(now),
      slowed_(now - 1ms),
      began_(now),
      recover_after_(enough_good),
      jitter_(seed)
{
}

Governor::Time Governor::reserve(Time now)
{
    const Time start = std::max({next_start_, not_before_, now});
    next_start_ = start + pace_;
    return start;
}

void Governor::learn(Sign sign, Time started, Time now, std::optional<Span> stated)
{
    if (sign == Sign::good || sign == Sign::slow) {
        take_good(now);
    }
    if (sign == Sign::hung_up && ++hung_up_in_a_row_ < enough_hang_ups) {
        return;
    }
    // One cause, however many connections were under way when it showed.
    if (sign == Sign::none || sign == Sign::good || started <= slowed_) {
        return;
    }
    ++troubles_;
    good_in_a_row_ = 0;
    if (sign == Sign::slow) {
        // It is at work: a wait would not help, fewer at a time might.
        slowed_ = now;
        width_ = std::max<std::size_t>(1, std::min(width_, most_width_ / 2));
        return;
    }
    slow_down(now, sign == Sign::hung_up ? after_hang_up * (wait_ / shortest_wait) : wait_);
    if (stated && *stated > longest_stated_wait) {
        given_up_ = true;
    } else if (stated) {
        not_before_ = std::max(not_before_, now + *stated + 1s);
    }
}

void Governor::rest(Time now, Span span)
{
    not_before_ = std::max(not_before_, now + span);
    slowed_ = now;
    in_trouble_ = true;
    width_ = 1;
}

// What it let us do so far, the waiting counted, it will go on to let us do.
void Governor::take_good(Time now)
{
    ++good_;
    if (in_trouble_) {
        in_trouble_ = false;
        const Span each = std::chrono::duration_cast<Span>(now - began_) / std::max(1, good_ - 1);
        pace_ = std::clamp(std::max(pace_, each), least_pace_, std::max(least_pace_, slowest_pace));
    }
    wait_ = shortest_wait;
    hung_up_in_a_row_ = 0;
    if (++good_in_a_row_ >= recover_after_) {
        good_in_a_row_ = 0;
        recover();
    }
}

void Governor::recover()
{
    width_ = std::min(most_width_, width_ + 1);
    pace_ = std::max(least_pace_, pace_ / 2);
    pace_ = pace_ < first_pace / 2 ? least_pace_ : pace_;
}

// Half to one and a half times, so that connections do not come back together.
void Governor::slow_down(Time now, Span wait)
{
    std::uniform_int_distribution<int> percent(50, 150);
    slowed_ = now;
    in_trouble_ = true;
    hung_up_in_a_row_ = 0;
    not_before_ = std::max(not_before_, now + wait * percent(jitter_) / 100);
    wait_ = std::min(wait_ * 2, longest_wait);
    width_ = std::max<std::size_t>(1, width_ / 2);
    pace_ = std::max(pace_, std::max(least_pace_, first_pace));
    recover_after_ = std::min(recover_after_ * 2, 8 * enough_good);
}

}  // namespace smtptls::engine

#include "report/log/stamp.hpp"

#include "report/log/words.hpp"

#include <array>
#include <chrono>

namespace smtptls::log {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t day_seconds = 86400;
constexpr int leap_years_back = 8;  // 1896 and 1904 are the farthest apart

// `size` digits; -1 if they are not all digits or the text is too short.
int number(std::string_view text, std::size_t at, std::size_t size)
{
    if (text.size() < at + size) {
        return -1;
    }
    int value = 0;
    for (std::size_t i = at; i < at + size; ++i) {
        if (!is_digit(text[i])) {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

// "19:43:22" at `at`, as seconds of the day; -1 if it is none. A leap second counts as the one before it.
int clock_at(std::string_view text, std::size_t at, bool with_seconds = true)
{
    const int h = number(text, at, 2);
    const int m = number(text, at + 3, 2);
    const int s = with_seconds ? number(text, at + 6, 2) : 0;
    const bool shaped = h >= 0 && m >= 0 && s >= 0 && text[at + 2] == ':' && (!with_seconds || text[at + 5] == ':');
    return shaped && h < 24 && m < 60 && s <= 60 ? h * 3600 + m * 60 + (s == 60 ? 59 : s) : -1;
}

std::optional<std::int64_t> day_of(int y, int m, int d)
{
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    return sys_days(date).time_since_epoch().count();
}

// "+01:00", "+0100", "Z" at the front: seconds east of UTC, and how many characters.
std::optional<std::pair<int, std::size_t>> zone_at(std::string_view text)
{
    if (text.starts_with('Z')) {
        return std::pair{0, std::size_t{1}};
    }
    if (text.empty() || (text[0] != '+' && text[0] != '-')) {
        return std::nullopt;
    }
    const bool colon = text.size() > 3 && text[3] == ':';
    const int h = number(text, 1, 2);
    const int m = number(text, colon ? 4 : 3, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) {
        return std::nullopt;
    }
    const int east = h * 3600 + m * 60;
    return std::pair{text[0] == '-' ? -east : east, std::size_t{colon ? 6U : 5U}};
}

}  // namespace

std::optional<LogTime> parse_bsd(std::string_view text, std::int64_t reference)
{
    if (text.size() != 15 || text[3] != ' ' || text[6] != ' ') {
        return std::nullopt;
    }
    int m = 1;
    while (m <= 12 && months[static_cast<std::size_t>(m - 1)] != text.substr(0, 3)) {
        ++m;
    }
    const int d = text[4] == ' ' ? number(text, 5, 1) : number(text, 4, 2);
    const int clock = clock_at(text, 7);
    if (m > 12 || d < 1 || clock < 0) {
        return std::nullopt;
    }
    const auto last_day = sys_days(days(static_cast<int>((reference + day_seconds) / day_seconds)));
    const int latest = static_cast<int>(year_month_day(last_day).year());
    for (int y = latest; y >= latest - leap_years_back; --y) {
        const auto found = day_of(y, m, d);
        if (found && *found * day_seconds + clock <= reference + day_seconds) {
            return LogTime{*found * day_seconds + clock, false};
        }
    }
    return std::nullopt;
}

std::optional<IsoStamp> parse_iso(std::string_view text)
{
    const int y = number(text, 0, 4);
    const int m = number(text, 5, 2);
    const int d = number(text, 8, 2);
    if (y < 0 || m < 0 || d < 0 || text.size() < 16 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != ' ')) {
        return std::nullopt;
    }
    const bool with_seconds = text.size() >= 19 && text[16] == ':';
    const auto days = day_of(y, m, d);
    const int clock = clock_at(text, 11, with_seconds);
    if (!days || clock < 0) {
        return std::nullopt;
    }
    IsoStamp stamp{{*days * day_seconds + clock, false}, with_seconds ? 19U : 16U};
    if (stamp.size < text.size() && (text[stamp.size] == '.' || text[stamp.size] == ',')) {
        std::size_t end = stamp.size + 1;
        while (end < text.size() && is_digit(text[end])) {
            ++end;
        }
        stamp.size = end;
    }
    std::string_view rest = text.substr(stamp.size);
    // Exim's log_timezone puts a blank before the zone.
    const bool blank = rest.size() > 1 && rest[0] == ' ' && (rest[1] == '+' || rest[1] == '-');
    if (const auto zone = zone_at(blank ? rest.substr(1) : rest)) {
        stamp.time.seconds -= zone->first;
        stamp.time.zoned = true;
        stamp.size += zone->second + (blank ? 1 : 0);
    }
    return stamp;
}

std::optional<LogTime> parse_since(std::string_view text)
{
    if (text.size() == 10) {
        const auto day = parse_iso(std::string(text) + "T00:00:00");
        return day ? std::optional(day->time) : std::nullopt;
    }
    const auto stamp = parse_iso(text);
    return stamp && stamp->size == text.size() ? std::optional(stamp->time) : std::nullopt;
}

}  // namespace smtptls::log

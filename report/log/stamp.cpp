#include "report/log/stamp.hpp"

#include "report/log/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
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

bool ends_word(std::string_view text, std::size_t at)
{
    return at >= text.size() || text[at] == ' ' || text[at] == ']' || text[at] == ':';
}

// "+01:00", "+0100", "Z", "UTC", "GMT" at the front: seconds east of UTC, and how many characters. Of other letters
// (CET, IST) nobody knows which zone they mean.
std::optional<std::pair<int, std::size_t>> zone_at(std::string_view text)
{
    if ((text.starts_with("UTC") || text.starts_with("GMT")) && ends_word(text, 3)) {
        return std::pair{0, std::size_t{3}};
    }
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

// 1 to 12 for "Jan" to "Dec" at the front, else 0.
int month_at(std::string_view text)
{
    for (std::size_t i = 0; i < months.size(); ++i) {
        if (text.starts_with(months[i])) {
            return static_cast<int>(i) + 1;
        }
    }
    return 0;
}

// The latest year in which the date is not more than a day after `reference`.
std::optional<LogTime> in_latest_year(int m, int d, int clock, std::int64_t reference)
{
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

// Behind the time of day: ".123456" or ",123", and a zone, with a blank before it or without.
void read_tail(std::string_view text, Stamp& stamp)
{
    if (stamp.size < text.size() && (text[stamp.size] == '.' || text[stamp.size] == ',')) {
        do {
            ++stamp.size;
        } while (stamp.size < text.size() && is_digit(text[stamp.size]));
    }
    const std::string_view rest = text.substr(stamp.size);
    const bool blank = rest.starts_with(' ');
    if (const auto zone = zone_at(rest.substr(blank ? 1 : 0))) {
        stamp.east = zone->first;
        stamp.size += zone->second + (blank ? 1 : 0);
    }
}

// "2026-11-24T10:00:00.123+01:00"; a blank or "_" may stand for the T, "/" or "." for the hyphens, the seconds may be
// missing. Or the year alone: "2026 Nov 24 10:00:00" (read_month_first).
bool read_year_first(std::string_view text, Stamp& stamp)
{
    const int y = number(text, 0, 4);
    const int m = number(text, 5, 2);
    const int d = number(text, 8, 2);
    if (y < 0 || m < 0 || d < 0 || text.size() < 16 || text[4] != text[7] ||
        std::string_view("-/.").find(text[4]) == std::string_view::npos ||
        std::string_view("T _").find(text[10]) == std::string_view::npos) {
        return false;
    }
    const bool with_seconds = text.size() >= 19 && text[16] == ':';
    stamp.day = day_of(y, m, d);
    stamp.clock = clock_at(text, 11, with_seconds);
    stamp.size = with_seconds ? 19 : 16;
    if (!stamp.day || stamp.clock < 0) {
        stamp = {};
        return false;
    }
    read_tail(text, stamp);
    return true;
}

// A day of one or two digits, with a blank before a single one; moves `at` behind it. -1 if there is none.
int day_at(std::string_view text, std::size_t& at)
{
    at += at < text.size() && text[at] == ' ' ? std::size_t{1} : std::size_t{0};
    const std::size_t size = number(text, at, 2) < 0 ? 1 : 2;
    const int d = number(text, at, size);
    at += size;
    return d;
}

// What a stamp without a year or with one comes to, where month, day and time of day are known.
bool settle(int y, int m, int d, Stamp& stamp)
{
    if (y < 0) {
        stamp.month = m;
        stamp.day_of_month = d;
        return m > 0 && d > 0;
    }
    stamp.day = day_of(y, m, d);
    return stamp.day.has_value();
}

// "Nov 24 10:00:00", "Nov 24 2026 10:00:00", "2026 Nov 24 10:00:00", "Nov 24 10:00:00 2026".
bool read_month_first(std::string_view text, Stamp& stamp)
{
    int y = number(text, 0, 4);
    std::size_t at = y >= 0 && text.size() > 5 && text[4] == ' ' ? 5 : 0;
    const int m = month_at(text.substr(at));
    if (m == 0 || at + 4 >= text.size() || text[at + 3] != ' ') {
        return false;
    }
    at += 4;
    const int d = day_at(text, at);
    if (d < 1 || at >= text.size() || text[at] != ' ') {
        return false;
    }
    ++at;
    if (const int year = number(text, at, 4); year >= 0 && at + 4 < text.size() && text[at + 4] == ' ') {
        y = year;
        at += 5;
    }
    Stamp found;
    found.clock = clock_at(text, at);
    found.size = at + 8;
    if (found.clock < 0) {
        return false;
    }
    if (const int year = number(text, found.size + 1, 4);
        y < 0 && year >= 1970 && text[found.size] == ' ' && ends_word(text, found.size + 5)) {
        y = year;
        found.size += 5;
    }
    read_tail(text, found);
    const bool settled = settle(y, m, d, found);
    stamp = settled ? found : stamp;
    return settled;
}

// "24 Nov 2026 10:00:00 +0100", "24/Nov/2026:10:00:00 +0100", "24-Nov-2026 10:00:00".
bool read_day_first(std::string_view text, Stamp& stamp)
{
    std::size_t at = 0;
    const int d = day_at(text, at);
    const int m = at + 1 < text.size() ? month_at(text.substr(at + 1)) : 0;
    if (d < 1 || m == 0 || at + 18 > text.size() || text[at] != text[at + 4] ||
        std::string_view(" /-").find(text[at]) == std::string_view::npos ||
        (text[at + 9] != ' ' && text[at + 9] != ':')) {
        return false;
    }
    const int y = number(text, at + 5, 4);
    Stamp found;
    found.clock = clock_at(text, at + 10);
    found.size = at + 18;
    if (y < 0 || found.clock < 0 || !settle(y, m, d, found)) {
        return false;
    }
    read_tail(text, found);
    stamp = found;
    return true;
}

void settle_seconds(std::int64_t seconds, Stamp& stamp)
{
    stamp.day = seconds / day_seconds;
    stamp.clock = static_cast<int>(seconds % day_seconds);
    stamp.east = 0;
}

// Seconds since 1970, as ten digits, thirteen (milliseconds) or ten with a fraction; or TAI64N, "@" and 24 hexadecimal
// digits (multilog, s6, svlogd), which begin 10 seconds after the clock's 1970.
bool read_seconds(std::string_view text, Stamp& stamp)
{
    constexpr std::size_t tai_size = 25;
    constexpr std::string_view tai_epoch = "@40000000";
    std::int64_t value = 0;
    if (text.starts_with(tai_epoch) && text.size() >= tai_size) {
        const char* const begin = text.data() + tai_epoch.size();
        const auto [end, error] = std::from_chars(begin, begin + 8, value, 16);
        const bool hex = text.substr(1, tai_size - 1).find_first_not_of("0123456789abcdef") == std::string_view::npos;
        if (error != std::errc{} || end != begin + 8 || !hex || value < 10) {
            return false;
        }
        settle_seconds(value - 10, stamp);
        stamp.size = tai_size;
        return true;
    }
    std::size_t digits = 0;
    while (digits < text.size() && digits < 14 && is_digit(text[digits])) {
        value = value * 10 + (text[digits++] - '0');
    }
    if (text[0] == '0' || (digits != 10 && digits != 13)) {
        return false;
    }
    settle_seconds(digits == 13 ? value / 1000 : value, stamp);
    stamp.size = digits;
    read_tail(text, stamp);
    stamp.east = 0;
    return true;
}

// "   1234.567890" of `journalctl -o short-monotonic`, behind a bracket: seconds since the machine started.
bool read_uptime(std::string_view text, Stamp& stamp)
{
    const std::size_t digits = text.find_first_not_of(' ');
    const std::size_t dot = digits == std::string_view::npos ? digits : text.find_first_not_of("0123456789", digits);
    if (dot == std::string_view::npos || dot == digits || text[dot] != '.') {
        return false;
    }
    const std::size_t end = text.find_first_not_of("0123456789", dot + 1);
    stamp = {};
    stamp.size = end == std::string_view::npos ? text.size() : end;
    return true;
}

// "Tue ", "Tue, ", "Tuesday, " at the front: how many characters.
std::size_t weekday_size(std::string_view text)
{
    constexpr std::array<std::string_view, 7> weekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    if (text.size() < 4 || std::find(weekdays.begin(), weekdays.end(), text.substr(0, 3)) == weekdays.end()) {
        return 0;
    }
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", 3);
    if (end == std::string_view::npos) {
        return 0;
    }
    const std::size_t comma = text[end] == ',' ? end + 1 : end;
    return comma < text.size() && text[comma] == ' ' ? comma + 1 : 0;
}

// Most texts that are asked about are none, and the name of a host.
bool may_be_stamp(std::string_view text)
{
    const char c = text[0];
    const bool capital = c >= 'A' && c <= 'Z' && text[1] >= 'a' && text[1] <= 'z';
    return is_digit(c) || capital || c == ' ' || c == '[' || c == '@';
}

}  // namespace

std::optional<LogTime> parse_bsd(std::string_view text, std::int64_t reference)
{
    if (text.size() != 15 || text[3] != ' ' || text[6] != ' ') {
        return std::nullopt;
    }
    const int m = month_at(text);
    const int d = text[4] == ' ' ? number(text, 5, 1) : number(text, 4, 2);
    const int clock = clock_at(text, 7);
    return m < 1 || d < 1 || clock < 0 ? std::nullopt : in_latest_year(m, d, clock, reference);
}

std::optional<IsoStamp> parse_iso(std::string_view text)
{
    if (text.size() < 16 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ')) {
        return std::nullopt;
    }
    Stamp stamp;
    if (!read_year_first(text, stamp)) {
        return std::nullopt;
    }
    return IsoStamp{{*stamp.day * day_seconds + stamp.clock - stamp.east.value_or(0), stamp.east.has_value()},
                    stamp.size};
}

std::optional<Stamp> read_stamp(std::string_view text)
{
    if (text.size() < 10 || !may_be_stamp(text)) {
        return std::nullopt;
    }
    const bool bracket = text[0] == '[';
    const std::size_t front = bracket ? 1 : 0;
    const std::string_view inside = text.substr(front);
    const std::size_t weekday = weekday_size(inside);
    const std::string_view date = inside.substr(weekday);
    Stamp stamp;
    const bool read = read_year_first(date, stamp) || read_month_first(date, stamp) || read_day_first(date, stamp) ||
                      (weekday == 0 && (read_seconds(date, stamp) || (bracket && read_uptime(date, stamp))));
    if (!read) {
        return std::nullopt;
    }
    stamp.size += front + weekday;
    if (bracket) {
        if (stamp.size >= text.size() || text[stamp.size] != ']') {
            return std::nullopt;
        }
        ++stamp.size;
    } else if (stamp.size < text.size() && text[stamp.size] == ':') {
        ++stamp.size;  // "Nov 24 10:00:00.123 UTC: "
    }
    return stamp.size == text.size() || text[stamp.size] == ' ' ? std::optional(stamp) : std::nullopt;
}

std::optional<LogTime> parse_stamp(std::string_view text, std::int64_t reference)
{
    const auto stamp = read_stamp(text);
    if (!stamp || (!stamp->day && stamp->month == 0)) {
        return std::nullopt;
    }
    const auto time = stamp->day ? std::optional(LogTime{*stamp->day * day_seconds + stamp->clock, false})
                                 : in_latest_year(stamp->month, stamp->day_of_month, stamp->clock, reference);
    if (!time || !stamp->east) {
        return time;
    }
    return LogTime{time->seconds - *stamp->east, true};
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

// The times of log lines. Syslog's old form (RFC 3164 section 4.1.2) has neither year nor zone; RFC 3339
// and journal times have both; Exim's main log has a year, and a zone only if it was told to. Templates of
// syslog daemons, containers and supervisors write a dozen more: `read_stamp` knows them all.
#pragma once

#include "report/log/mail_log.hpp"

#include <optional>
#include <string_view>

namespace smtptls::log {

/// "Nov 21 19:43:22". The year is the latest one in which this is not more than a day after `reference`, the
/// time when the log ends. Nothing if it is no date.
std::optional<LogTime> parse_bsd(std::string_view text, std::int64_t reference);

struct IsoStamp {
    LogTime time;
    std::size_t size = 0;  ///< how many characters it took
};

/// "2026-11-21T19:43:22.123456+01:00" at the front of `text`: the fraction, the zone ("Z", "+0100", " +0100")
/// and the seconds may be missing, and a blank may stand for the T. Nothing if it is no time.
std::optional<IsoStamp> parse_iso(std::string_view text);

/// A time in any form that is known here (docs/log.md, "Times"), as far as the text itself tells it.
struct Stamp {
    std::optional<std::int64_t> day;  ///< since 1970; nothing: the text has no year, or no date at all
    int month = 0;                    ///< 1 to 12 where there is no year; 0: no date (seconds since the start)
    int day_of_month = 0;
    int clock = 0;            ///< seconds of the day
    std::optional<int> east;  ///< seconds east of UTC; nothing: no zone is named
    std::size_t size = 0;     ///< how many characters it took
};

/// The time at the front of `text`. Nothing if it is none, or if neither a blank nor the end follows it.
std::optional<Stamp> read_stamp(std::string_view text);

/// The same as a point in time; `reference` as in `parse_bsd`. Nothing also for a stamp without a date.
std::optional<LogTime> parse_stamp(std::string_view text, std::int64_t reference);

/// What a user writes: a day ("2026-11-21", its beginning) or what `parse_iso` takes, and nothing behind it.
std::optional<LogTime> parse_since(std::string_view text);

}  // namespace smtptls::log

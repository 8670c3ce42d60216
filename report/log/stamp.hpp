// The times of log lines. Syslog's old form (RFC 3164 section 4.1.2) has neither year nor zone; RFC 3339
// and journal times have both; Exim's main log has a year, and a zone only if it was told to.
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

/// What a user writes: a day ("2026-11-21", its beginning) or what `parse_iso` takes, and nothing behind it.
std::optional<LogTime> parse_since(std::string_view text);

}  // namespace smtptls::log

// The front of a log line taken off its message: syslog's old form (RFC 3164), the same with an RFC 3339
// time (rsyslog, journalctl -o short-iso), RFC 5424, Exim's main log, and OpenSMTPD in the foreground.
// Journal JSON is record/journal_line.
#pragma once

#include "report/log/mail_log.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace smtptls::log {

/// All views point into the line, and live as long as it.
struct Line {
    enum class Clock { none, bsd, iso, unix_time };

    Clock clock = Clock::none;
    std::string_view stamp;  ///< bsd: its 15 characters; iso: what begins with it
    std::int64_t unix_seconds = 0;
    std::string_view origin;   ///< host, program and process: what tells sessions apart
    std::string_view program;  ///< "postfix/submission/smtpd"
    std::string_view message;
};

/// Nothing if the line has none of the forms above. One without a program has an empty `program`.
std::optional<Line> split_line(std::string_view raw);

/// The time of a line; `reference` is when the log ends (parse_bsd).
std::optional<LogTime> time_of(const Line& line, std::int64_t reference);

}  // namespace smtptls::log

// One log line taken apart: times, what stands between them and the program, the program, its message. The grammar
// is docs/log.md, "Forms". What may stand in front of the first time (a file's name, a container's) is front.hpp's,
// and JSON is journal_line.hpp's.
#pragma once

#include "report/log/mail_log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::log {

/// All views point into the line, or into the scratch text it was split with, and live as long as these.
struct Line {
    enum class Clock { none, bsd, iso, other, unix_time };

    Clock clock = Clock::none;
    std::string_view stamp;  ///< the time as written; bsd: its 15 characters
    std::int64_t unix_seconds = 0;
    bool zoned = false;        ///< the time names its zone
    std::string_view origin;   ///< host, program and process: what tells sessions apart
    std::string_view program;  ///< "postfix/submission/smtpd"; empty: the line has a time and names no program
    std::string_view message;
};

/// False if `raw` begins with neither a time nor a mail server's tag. Whatever `line` was is gone; `scratch` holds what
/// is in no one piece in the line. (An out parameter: for most lines nothing costs more than to clear and copy it.)
bool split_line(std::string_view raw, Line& line, std::string& scratch);

/// Whether `text` is a time of day, or begins as a line of a mail server that writes no time.
bool may_begin_line(std::string_view text);

/// A line that syslog itself writes and that names no program: "last message repeated 2 times", "-- MARK --".
bool is_filler(const Line& line);

/// The time of a line; `reference` is when the log ends (parse_bsd).
std::optional<LogTime> time_of(const Line& line, std::int64_t reference);

}  // namespace smtptls::log

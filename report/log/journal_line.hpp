// One line of `journalctl -o json`: an object whose values are texts, or, where a text is not UTF-8, arrays
// of bytes (systemd's "Journal Export Formats", JSON). Only what a mail log needs is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::log {

struct JournalEntry {
    std::optional<std::int64_t> microseconds;  ///< __REALTIME_TIMESTAMP: since 1970, UTC
    std::string host;                          ///< _HOSTNAME
    std::string program;                       ///< SYSLOG_IDENTIFIER, else _COMM
    std::string process;                       ///< SYSLOG_PID, else _PID
    std::string message;                       ///< MESSAGE
};

/// Nothing if the line is no such object or has no message or program.
std::optional<JournalEntry> decode_journal_line(std::string_view line);

}  // namespace smtptls::log

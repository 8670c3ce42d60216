// One line of JSON: of `journalctl -o json`, whose values are texts, or, where a text is not UTF-8, arrays of bytes
// (systemd's "Journal Export Formats", JSON); of docker's json-file; of what collects logs (rsyslog, syslog-ng, Fluent
// Bit, Filebeat). Only what a mail log needs is taken; objects within are passed over.
#pragma once

#include "report/log/mail_log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::log {

struct JournalEntry {
    /// Objects and arrays within each other; a line of more is no entry.
    static constexpr int depth_limit = 8;

    std::optional<std::int64_t> microseconds;  ///< __REALTIME_TIMESTAMP: since 1970, UTC
    std::string stamp;                         ///< else the time as a text: "time", "@timestamp", ...
    std::string host;                          ///< _HOSTNAME, "host", ...
    std::string program;                       ///< SYSLOG_IDENTIFIER, "program", ..., else _COMM, else _SYSTEMD_UNIT
    std::string process;                       ///< SYSLOG_PID, "pid", ..., else _PID
    std::string message;                       ///< MESSAGE, "message", "msg", "log", ...: its first line
};

/// Nothing if the line is no such object or has no message. There may be no program: then the message is a line of its
/// own.
std::optional<JournalEntry> decode_journal_line(std::string_view line);

}  // namespace smtptls::log

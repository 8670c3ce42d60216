// The command line of `smtptls-scan log`, parsed and checked.
#pragma once

#include "app/help.hpp"
#include "report/log/reader.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace smtptls::app {

enum class LogFormat { text, json, csv };

struct LogOptions {
    std::vector<std::string> files;  ///< "-": standard input
    log::ReaderSettings reader;
    std::optional<std::int64_t> ends;  ///< when the logs end, for lines without a year; else each file's own time
    LogFormat format = LogFormat::text;
    bool sandbox = true;
    std::size_t peers = 20;  ///< text: so many of each direction are listed
};

/// `argv[0]` is the word "log".
std::variant<LogOptions, Leave> parse_log_options(int argc, const char* const* argv);

}  // namespace smtptls::app

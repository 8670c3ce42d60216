// A mail log's counts as JSON (report/schema/log.schema.json), in pieces: there may be tens of thousands of
// peers. Every text of a log is escaped as base::UntrustedText says.
#pragma once

#include "report/log/mail_log.hpp"

#include <functional>
#include <string_view>

namespace smtptls::log {

inline constexpr int log_schema_version = 1;

/// One document with a final newline.
void write_json(const MailLog& log, std::string_view program_version,
                const std::function<void(std::string_view)>& sink);

}  // namespace smtptls::log

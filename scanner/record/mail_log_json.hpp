// A mail log's counts as JSON (report/schema/log.schema.json), in pieces: there may be tens of thousands of
// peers. Every text of a log is escaped as base::UntrustedText says.
#pragma once

#include "model/mail_log.hpp"

#include <functional>
#include <string_view>

namespace smtptls::record {

inline constexpr int log_schema_version = 1;

/// One document with a final newline; a line for each peer.
void encode(const model::MailLog& log, std::string_view program_version,
            const std::function<void(std::string_view)>& sink);

}  // namespace smtptls::record

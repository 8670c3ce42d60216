// What a mail log said, as bytes: for people, for spreadsheets; JSON is record/mail_log_json. Pure, and given
// out in pieces, since there may be tens of thousands of peers.
#pragma once

#include "report/log/mail_log.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace smtptls::log {

using Sink = std::function<void(std::string_view)>;

struct TextStyle {
    std::string program_version;
    std::size_t peers = 20;  ///< how many of each direction are listed
};

/// For people, 100 columns.
void write_text(const MailLog& log, const TextStyle& style, const Sink& sink);

/// RFC 4180 with a header and line ends of CR LF: a line for each peer and each version and suite it spoke, and
/// one more each for its clear-text sessions and its failed handshakes.
void write_csv(const MailLog& log, const Sink& sink);

}  // namespace smtptls::log

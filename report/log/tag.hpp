// What stands between the time of a log line and its message: hosts, labels, and the tag with the program.
#pragma once

#include "report/log/line.hpp"

#include <string>
#include <string_view>

namespace smtptls::log {

/// Up to the first blank.
inline std::string_view first_word(std::string_view text)
{
    return text.substr(0, text.find(' '));
}

/// "info", "WARN", "mail.info", "<mail.info>", "[info]", "<6>": a facility, a level or both.
bool is_label(std::string_view word);

/// "postfix/smtpd[123]: ": the program is a mail server's, and the process is there.
bool begins_with_tag(std::string_view text);

/// What most lines have behind their time, "host program[123]: message", and nothing that needs a second look. Leaves
/// `line` as it was if the text is anything else.
bool split_usual(std::string_view text, Line& line);

/// The words of docs/log.md's grammar up to the message; `scratch` as in split_line. False if there is no tag.
bool split_tag(std::string_view text, Line& line, std::string& scratch);

}  // namespace smtptls::log

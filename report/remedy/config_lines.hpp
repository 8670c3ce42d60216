// The logical lines of main.cf and master.cf (postconf(5), master(5)): a line that begins with white space
// continues the one before; empty lines and lines whose first other character is '#' do not count, also
// within a continued line. Knows no file system.
#pragma once

#include "base/text_layout.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtptls::remedy {

using base::lower;

/// The most bytes of one file that are read; the rest is cut, and the cut is a problem.
inline constexpr std::size_t config_limit = std::size_t{4} << 20U;

struct LogicalLine {
    std::string text;                                                ///< its physical lines joined with '\n'
    std::vector<std::pair<std::size_t, std::size_t>> starts;         ///< offset in text, physical line from 1
    bool orphan = false;                                             ///< begins with white space: continues nothing
    std::vector<std::pair<std::string, std::size_t>> comments = {};  ///< within it, without '#', and their lines

    /// The physical line of an offset in `text`.
    std::size_t line_at(std::size_t offset) const;
};

std::vector<LogicalLine> parse_logical_lines(std::string_view text);

/// Without white space (space, \t, \r, \n, \v, \f) at both ends.
std::string_view trimmed(std::string_view text);

bool is_blank(char c);

/// The words of `text` between any of `separators`; empty ones are left out.
std::vector<std::string> words_of(std::string_view text, std::string_view separators);

/// Neither empty nor with anything but ASCII letters, digits and underscores: what can stand behind "$".
bool is_name(std::string_view text);

/// What Postfix takes for a name before "=": anything without white space, such as policyd-spf_time_limit.
bool is_setting_name(std::string_view text);

}  // namespace smtptls::remedy

// One cell of a table for spreadsheets (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace smtptls::base {

/// What a spreadsheet would take for a formula: it begins with = + - @ or one of their full-width forms, also behind
/// blanks.
bool is_formula(std::string_view text);

/// Quoted, and with an apostrophe in front of a formula: at the beginning, and behind each semicolon, tab or line's
/// end, at which others than RFC 4180's readers begin a cell.
std::string csv_quoted(std::string_view text);

/// The same, and quoted only where one of these readers wants it.
std::string csv_cell(std::string_view text);

}  // namespace smtptls::base

// One cell of a table for spreadsheets (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace smtptls::base {

/// Quoted where RFC 4180 wants it, and with an apostrophe in front of what a spreadsheet would take for a formula
/// (= + - @, also behind blanks, and their full-width forms).
std::string csv_cell(std::string_view text);

}  // namespace smtptls::base

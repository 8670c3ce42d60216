// One cell of a table for spreadsheets (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace smtptls::base {

/// What a spreadsheet would take for a formula: it begins with = + - @ or one of their full-width forms, also behind
/// blanks.
bool is_formula(std::string_view text);

/// Quoted where RFC 4180 wants it, and with an apostrophe in front of a formula.
std::string csv_cell(std::string_view text);

}  // namespace smtptls::base

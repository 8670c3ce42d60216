// One cell of a table for spreadsheets (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace smtptls::base {

/// What a spreadsheet would take for a formula: it begins with = + - @ or one of their full-width forms, also behind
/// blanks.
bool is_formula(std::string_view text);

/// With an apostrophe in front of what a spreadsheet would take for a formula: the whole text, or what follows a
/// semicolon or a tab, which in many countries separate cells. Not quoted.
std::string without_formulas(std::string_view text);

/// Quoted where RFC 4180 wants it, without formulas.
std::string csv_cell(std::string_view text);

}  // namespace smtptls::base

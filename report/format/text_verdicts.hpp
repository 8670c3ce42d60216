// The part of the text that says what policies think of the scan.
#pragma once

#include "report/format/format.hpp"

#include <string>
#include <string_view>

namespace smtptls::report {

/// A label and a value in whole lines, the value wrapped at blanks and aligned under itself at `column`.
std::string wrapped(const std::string& label, const std::string& value, std::size_t column);

/// For the head: which policies, from when, compared with what. Empty for a plain scan.
std::string policies_text(const model::Report& report, const Style& style);

/// One endpoint under one policy.
std::string verdict_text(const model::Judgement& judgement, const Style& style);

/// Findings of the baseline's endpoints that this scan does not have. Empty if there are none.
std::string gone_text(const model::Report& report, const Style& style);

}  // namespace smtptls::report

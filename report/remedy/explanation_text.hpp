// An explanation as text for people, 100 columns wide. Pure: no terminal, no clock.
#pragma once

#include "report/remedy/explanation.hpp"

#include <string>

namespace smtptls::remedy {

std::string write_text(const Explanation& explanation);

/// `text` in lines of at most `width` columns, each behind `indent` spaces, broken at spaces.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width = 80);

}  // namespace smtptls::remedy

// What endpoints show only together, in words that text and HTML share. Every text is safe to show.
#pragma once

#include "model/side_by_side.hpp"
#include "report/format/hints.hpp"

#include <string>
#include <vector>

namespace smtptls::report {

/// "3 endpoints, 2 differences"; "2 endpoints alike"; "1 endpoint, with nothing to compare it with".
std::string compared_words(const model::ComparedName& name);

/// Whether there is more to say of a name than that its endpoints are alike.
bool is_to_be_told(const model::ComparedName& name);

/// In what the endpoints of a name differ and which were not compared: label and words.
Hints difference_words(const model::ComparedName& name, const model::SideBySide& all);

/// A key in several places.
std::string key_use_words(const model::KeyUse& use, const model::SideBySide& all);

/// Two RSA keys with a common factor.
std::string factor_words(const model::SharedFactor& factor, const model::SideBySide& all);

}  // namespace smtptls::report

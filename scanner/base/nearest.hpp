// Which word may have been meant: for "did you mean" where something was misspelt.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace smtptls::base {

/// How many letters were left out, added, changed or swapped with their neighbour to make one word of the other (the
/// restricted Damerau-Levenshtein distance). Upper and lower case are the same.
std::size_t edit_distance(std::string_view one, std::string_view other);

/// The word of `known` that `word` is likely to be a misspelling of: a third of its letters may be wrong. Empty: none.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace smtptls::base

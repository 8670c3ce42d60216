// In which script a label of a host name is written, and whether it could be taken for another one. Decided
// conservatively: what is not known here is not shown in Unicode.
#pragma once

#include <string_view>

namespace smtptls::model {

/// Whether all letters of a label are of one script, Latin, Greek, Cyrillic, or those of Chinese, Japanese and Korean;
/// and one in Greek or Cyrillic has a letter that no Latin one looks like. Digits, hyphens and underscores are of any
/// script. Code points in Unicode's normalization form C.
bool is_of_one_script(std::u32string_view label);

}  // namespace smtptls::model

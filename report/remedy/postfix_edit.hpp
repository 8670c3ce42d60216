// The text of main.cf and master.cf with other settings in it: only the lines that change are touched, and comments,
// order, spacing and line ends stay byte for byte. Knows no rules, and no file system.
#pragma once

#include "report/remedy/postfix_files.hpp"
#include "report/remedy/release.hpp"

#include <string>
#include <string_view>

namespace smtptls::remedy {

/// `text`, which parse_main() read as `before`, with the settings of `after`: those of `before` that are not there are
/// taken out, with their continuation lines; a new one stands where its name stood, or else at the end.
std::string edited_main(std::string_view text, const MainCf& before, const MainCf& after);

/// The same of master.cf: a new option stands where its name stood below the service, or else below its last line. The
/// services must be those of `before`.
std::string edited_master(std::string_view text, const MasterCf& before, const MasterCf& after, const Release& postfix);

}  // namespace smtptls::remedy

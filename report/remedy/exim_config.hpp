// Reads an Exim configuration file into its settings: the main section and the transports. Exim specification,
// chapter 6.
#pragma once

#include "report/remedy/exim_lines.hpp"
#include "report/remedy/postfix_files.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// A setting that may not count, or not with that value.
struct EximUnsure {
    Setting setting;
    std::string why;  ///< the end of a sentence that begins with its line; escaped
};

struct EximConfig {
    std::vector<Setting> main;        ///< before the first "begin", of the lines that count for certain
    std::vector<EximUnsure> unsure;   ///< the others before it
    std::vector<Setting> transports;  ///< of all transports together
    std::vector<EximProblem> problems;
    std::vector<std::string> macros;  ///< the names of those that the file defines
};

/// As Exim of that build would read it; at most 5000 settings.
EximConfig parse_exim(const EximText& text, const EximBuild& build);

/// The last definition of an option of the main section among those that are certain; nullptr if there is none.
const Setting* find_setting(const EximConfig& config, std::string_view name);

}  // namespace smtptls::remedy

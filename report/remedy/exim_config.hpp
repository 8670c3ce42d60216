// Reads an Exim configuration file into its settings: the main section and the transports, with macros and
// .ifdef worked out as far as this file defines them. Exim specification, chapter 6. Files that it includes
// are not read.
#pragma once

#include "report/remedy/postfix_files.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

struct EximConfig {
    std::vector<Setting> main;        ///< before the first "begin"
    std::vector<Setting> transports;  ///< of all transports together
    std::vector<FileProblem> problems;
};

EximConfig parse_exim(std::string_view text, const base::UntrustedText& file);

}  // namespace smtptls::remedy

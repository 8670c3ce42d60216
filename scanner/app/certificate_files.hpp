// The certificates that a configuration names, read below a folder that stands for the server's "/".
#pragma once

#include "report/remedy/explain_postfix.hpp"

#include <string>
#include <vector>

namespace smtptls::app {

/// Into `choice`: the kinds of key of each certificate that `files` names, of regular files of at most 1 MiB
/// (read_below). Returns, for each that could not be read, what is assumed of it.
std::vector<std::string> read_certificates(const remedy::PostfixFiles& files, const std::string& root,
                                           remedy::PostfixChoice& choice);

}  // namespace smtptls::app

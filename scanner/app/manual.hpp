// What --generate prints: the man page and the completions of shells, made from the tables of options.
#pragma once

#include <string>
#include <string_view>

namespace smtptls::app {

/// "man", "complete-bash", "complete-zsh" or "complete-fish".
std::string generated(std::string_view what);

std::string manual();
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace smtptls::app

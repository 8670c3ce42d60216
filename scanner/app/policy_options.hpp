// `smtptls-scan policy list` and `smtptls-scan policy show NAME`: what there is to judge by.
#pragma once

#include "app/help.hpp"

namespace smtptls::app {

/// What to print, or why not: 2 for a policy that is not there or is mistaken. `argv[0]` is the word "policy".
Leave show_policy(int argc, const char* const* argv);

}  // namespace smtptls::app

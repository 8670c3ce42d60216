// The program's version, from CMake's project().
#pragma once

#include <string_view>

namespace smtptls::app {

inline constexpr std::string_view program_version = SMTPTLS_VERSION;

}  // namespace smtptls::app

// The program's version, from CMake's project().
#pragma once

#include <string_view>

namespace smtptls {

/// "0.1.0"
std::string_view version();

}  // namespace smtptls

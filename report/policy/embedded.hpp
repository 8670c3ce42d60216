// The built-in policies as text, as CMake took them from report/policy/*.json.
#pragma once

#include <string_view>
#include <vector>

namespace smtptls::policy {

struct Embedded {
    std::string_view name;
    std::string_view json;
};

/// In the order of policies.def.
const std::vector<Embedded>& embedded_policies();

}  // namespace smtptls::policy

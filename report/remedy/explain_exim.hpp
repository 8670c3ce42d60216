// Explains the TLS options of an Exim configuration, once for each library Exim can be built with: the same
// option means another thing in each. Exim specification, chapters 14 and 43.
#pragma once

#include "report/remedy/exim_config.hpp"
#include "report/remedy/explanation.hpp"
#include "report/remedy/release.hpp"

#include <optional>

namespace smtptls::remedy {

Explanation explain_exim(const EximConfig& config, const std::optional<Release>& openssl);

}  // namespace smtptls::remedy

// The lines to write into an Exim configuration, for one TLS library, and what clients get with them. Each piece stands
// for itself: what it writes takes the place of what is there, and is put to the test before it is advised.
#pragma once

#include "report/remedy/exim_forecast.hpp"

#include <vector>

namespace smtptls::remedy {

/// None where Exim would not start with them either.
std::vector<ConfigAdvice> advise_exim(const EximConfig& config, const EximBuild& build, bool ecdsa);

}  // namespace smtptls::remedy

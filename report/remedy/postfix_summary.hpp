// The end of the story first: what clients get now, which lines do nothing, who the old party is, what to write,
// and who must change before that.
#pragma once

#include "report/remedy/postfix_rules.hpp"

namespace smtptls::remedy {

/// At most five sentences. `explanation` has its services, findings and advice already.
std::vector<std::string> summarise(const Deployment& all, const Explanation& explanation);

}  // namespace smtptls::remedy

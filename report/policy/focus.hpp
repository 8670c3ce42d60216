// What must be asked of a server so that policies can be judged, and nothing more.
#pragma once

#include "model/focus.hpp"
#include "report/policy/policy.hpp"

#include <vector>

namespace smtptls::policy {

/// For the rules of these policies that ask something of the role: every suite that one forbids, until each such rule
/// is violated; a suite for each kind of certificate, where one asks about certificates; a DHE suite of each version,
/// where one asks for the size of its group. Whether a version is there at all is asked in any case. Rules about what
/// must be accepted, its order, and groups have nothing here, and are `not asked` where what is found does not decide.
model::Focus focus_of(const std::vector<Policy>& policies, model::Role role);

}  // namespace smtptls::policy

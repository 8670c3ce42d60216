// Two policies beside each other, rule by rule, and what a saved scan comes to under each.
#pragma once

#include "model/scan_result.hpp"
#include "report/policy/policy.hpp"

#include <string>

namespace smtptls::policy {

/// Rules that only one of them has, and those that changed: levels, dates, what is asked, the check. Rules are the same
/// by their id. A sentence if there is no difference.
std::string diff(const Policy& before, const Policy& after);

/// The rules whose verdict on an endpoint of the scan differs: "mail.example.com 192.0.2.1:25  versions: pass -> fail".
/// A rule that one of them does not have is "-". A sentence if there is none.
std::string diff_of_verdicts(const Policy& before, const Policy& after, const model::ScanResult& scan);

}  // namespace smtptls::policy

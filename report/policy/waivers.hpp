// Waivers upon a report: what somebody has taken on themselves, until a day (docs/waivers.md).
#pragma once

#include "model/report.hpp"
#include "model/waiver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::policy {

/// Marks each violation (`fail`) that a waiver covers; where several do, one that still holds is taken. `today` is
/// "2026-11-21" in UTC; a waiver holds to the end of its day. Returns a sentence for each waiver that covers
/// nothing, and for each that has expired.
std::vector<std::string> apply_waivers(const std::vector<model::Waiver>& waivers, std::string_view today,
                                       model::Report& report);

/// Whether `pattern`, in which each * stands for any characters, covers the whole text.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace smtptls::policy

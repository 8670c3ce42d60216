// Scans made by hand, for the goldens: no clock, no socket.
#pragma once

#include "model/report.hpp"

#include <string_view>
#include <vector>

namespace smtptls::golden {

struct Sample {
    std::string_view name;
    model::Report (*make)();
};

const std::vector<Sample>& all_samples();

/// The report with judgements made by hand: nothing to object to; a bit of everything, of a report with three
/// endpoints; something hostile wherever a server or a file can put it.
model::Report judged_all_pass(model::Report report);
model::Report judged_violations(model::Report report);
model::Report judged_hostile(model::Report report);

}  // namespace smtptls::golden

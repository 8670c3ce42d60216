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

}  // namespace smtptls::golden

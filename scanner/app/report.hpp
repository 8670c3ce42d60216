// `smtptls-scan report`: a result again, without a network.
#pragma once

#include "app/report_options.hpp"

namespace smtptls::app {

/// The report, or why there is none; `terminal`: its colour and width.
Leave report_again(const ReportOptions& options, const report::Style& terminal);

}  // namespace smtptls::app

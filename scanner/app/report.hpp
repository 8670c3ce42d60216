// `smtptls-scan report`: a result again, without a network.
#pragma once

#include "app/report_options.hpp"

namespace smtptls::app {

/// The report, or why there is none; `colour` as in report::Style.
Leave report_again(const ReportOptions& options, bool colour);

}  // namespace smtptls::app

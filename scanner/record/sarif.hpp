// A report as SARIF 2.1.0 (OASIS): https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
#pragma once

#include "base/sink.hpp"
#include "model/report.hpp"

namespace smtptls::record {

/// One log with one run. Rules are those of the policies that were used; results are all findings but those that do
/// not apply or were not asked, with the finding's id as fingerprint and the endpoint as logical location.
void encode_sarif(const model::Report& report, const base::Sink& sink);

}  // namespace smtptls::record

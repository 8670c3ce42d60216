// A report as JSON lines (report/schema/lines.schema.json): each line can be understood without the others.
#pragma once

#include "base/sink.hpp"
#include "model/report.hpp"

namespace smtptls::record {

/// A line for each endpoint with its judgements, one for each target that became none, one for each finding of the
/// baseline that is gone, and a last one with "complete": a file without it was cut off.
void encode_lines(const model::Report& report, const base::Sink& sink);

}  // namespace smtptls::record

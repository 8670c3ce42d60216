// One JSON line for each endpoint, and a last one that says whether the scan is complete; what they look like is
// record's business.
#include "record/lines.hpp"
#include "report/format/format.hpp"

namespace smtptls::report {

void write_ndjson(const model::Report& report, const Style&, const Sink& sink);

void write_ndjson(const model::Report& report, const Style&, const Sink& sink)
{
    record::encode_lines(report, sink);
}

}  // namespace smtptls::report

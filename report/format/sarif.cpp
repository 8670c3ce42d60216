// SARIF 2.1.0, for what collects findings of code scanners; what it looks like is record's business.
#include "record/sarif.hpp"
#include "report/format/format.hpp"

namespace smtptls::report {

void write_sarif(const model::Report& report, const Style&, const Sink& sink);

void write_sarif(const model::Report& report, const Style&, const Sink& sink)
{
    record::encode_sarif(report, sink);
}

}  // namespace smtptls::report

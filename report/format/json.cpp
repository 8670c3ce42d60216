// The whole report as one JSON document; what it looks like is record's business.
#include "record/json.hpp"
#include "report/format/format.hpp"

namespace smtptls::report {

void write_json(const model::Report& report, const Style&, const Sink& sink);

void write_json(const model::Report& report, const Style&, const Sink& sink)
{
    record::encode(report, sink);
}

}  // namespace smtptls::report

// One JSON line for each endpoint the moment it is there, and a last one that says whether the scan is complete; what
// they look like is model_json's business.
#include "model_json/report.hpp"
#include "report/format/format.hpp"

namespace smtptls::report {

std::unique_ptr<Writer> begin_ndjson(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

class Ndjson : public Writer {
public:
    Ndjson(const model::ReportHead& head, const Style& style, const Sink& sink)
        : Writer(head, style, sink), lines_(head, {.suites = style.suites, .exchanges = style.exchanges}, sink)
    {
    }

    void endpoint(std::size_t, const model::EndpointResult& result, Judgements judgements) override
    {
        lines_.endpoint(result, judgements);
    }

    void end() override { lines_.end(); }

private:
    model_json::Lines lines_;
};

}  // namespace

std::unique_ptr<Writer> begin_ndjson(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<Ndjson>(head, style, sink);
}

}  // namespace smtptls::report

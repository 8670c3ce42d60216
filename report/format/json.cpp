// The whole report as one JSON document; what it looks like is model_json's business.
#include "model_json/report.hpp"
#include "report/format/format.hpp"

namespace smtptls::report {

std::unique_ptr<Writer> begin_json(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

class Json : public Writer {
public:
    Json(const model::ReportHead& head, const Style& style, const Sink& sink)
        : Writer(head, style, sink), document_(head, {.suites = style.suites, .exchanges = style.exchanges})
    {
    }

    void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) override
    {
        document_.endpoint(place, result, judgements);
    }

    void end() override { document_.end(sink_); }

private:
    model_json::Document document_;
};

}  // namespace

std::unique_ptr<Writer> begin_json(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<Json>(head, style, sink);
}

}  // namespace smtptls::report

#include "record/lines.hpp"

#include "record/endpoint.hpp"
#include "record/json.hpp"
#include "record/judgement.hpp"
#include "record/parts.hpp"

namespace smtptls::record {
namespace {

// What each line begins with: who scanned, when, and how.
Json front_of(const model::ScanResult& scan)
{
    return {{"format", "smtptls-scan-line"},   {"schema_version", schema_version}, {"line", ""},
            {"scanner", encode_scanner(scan)}, {"started", scan.started},          {"options", encode_options(scan)}};
}

class Lines {
public:
    Lines(const model::ScanResult& scan, const base::Sink& sink) : front_(front_of(scan)), sink_(sink) {}

    void add(std::string_view kind, const Json& more)
    {
        Json line = front_;
        line["line"] = kind;
        line.update(more);
        sink_(line.dump() + "\n");
    }

    /// A line whose members behind the front are written at once: `write_more(writer)` writes keys and values.
    template <typename Write>
    void write(std::string_view kind, Write write_more)
    {
        Json front = front_;
        front["line"] = kind;
        line_ = front.dump();
        line_.back() = ',';
        std::string more;
        Writer writer(more, Writer::Layout::one_line);
        writer.begin_object();
        write_more(writer);
        writer.end_object();
        line_.append(more, 1);
        sink_(line_ + "\n");
    }

private:
    Json front_;
    std::string line_;
    const base::Sink& sink_;
};

Json policies_of(const model::Report& report)
{
    Json out = Json::array();
    for (const model::UsedPolicy& policy : report.policies) {
        out.push_back(encode_policy(policy));
    }
    return out;
}

void write_endpoints(const model::Report& report, Lines& lines)
{
    std::size_t next = 0;
    for (std::size_t i = 0; i < report.scan.endpoints.size(); ++i) {
        lines.write("endpoint", [&](Writer& out) {
            out.key("endpoint"), write_endpoint(report.scan.endpoints[i], out);
            if (report.policies.empty()) {
                return;
            }
            out.key("judgements"), out.begin_list();
            for (; next < report.judgements.size() && report.judgements[next].endpoint <= i; ++next) {
                write_judgement(report.judgements[next], false, out);
            }
            out.end_list();
        });
    }
}

}  // namespace

void encode_lines(const model::Report& report, const base::Sink& sink)
{
    Lines lines(report.scan, sink);
    write_endpoints(report, lines);
    for (const model::TargetFailure& failure : report.scan.failures) {
        lines.add("target_failure", encode_target_failure(failure));
    }
    for (const model::Finding& finding : report.gone) {
        lines.write("gone", [&finding](Writer& out) { out.key("finding"), write_finding(finding, out); });
    }
    Json end = {{"finished", report.scan.finished},
                {"duration_ms", report.scan.duration_ms},
                {"interruption", model::format(report.scan.interruption)},
                {"complete", report.scan.complete()},
                {"endpoints", report.scan.endpoints.size()},
                {"target_failures", report.scan.failures.size()}};
    if (!report.policies.empty()) {
        end["policies"] = policies_of(report);
        end["baseline"] = base::shown(report.baseline);
    }
    lines.add("end", end);
}

}  // namespace smtptls::record

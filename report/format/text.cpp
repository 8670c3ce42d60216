// The scan for people: who scanned, then for each endpoint the verdicts, the matrix of versions and families, the
// certificate and what could not be told, and at the end what it all comes to. Within the terminal's width.
#include "base/spool.hpp"
#include "report/format/text_endpoint.hpp"
#include "report/format/text_side_by_side.hpp"
#include "report/format/text_summary.hpp"
#include "report/format/text_verdicts.hpp"
#include "report/format/words.hpp"

#include <map>
#include <string>

namespace smtptls::report {

std::unique_ptr<Writer> begin_text(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

void header_text(const model::ReportHead& head, Page& page)
{
    const model::ScanHead& scan = head.scan;
    const std::string& source = head.totals.source_address();
    page.prose("smtptls-scan " + scan.program_version + ", " + scan.library_version +
               (source.empty() ? "" : " from " + source));
    std::string when = scan.started + " to " + scan.finished + " (" + seconds(scan.duration_ms) + ")";
    if (scan.interruption == model::Interruption::signal) {
        when += ", INTERRUPTED";
    } else if (scan.interruption == model::Interruption::max_time) {
        when += ", ENDED BY --max-time";
    }
    page.prose(when);
    std::string options;
    for (const auto& [name, value] : scan.options) {
        options += (options.empty() ? "" : ", ") + name + " " + value;
    }
    page.add(wrapped("options:", options, 9, page.width()));
    policies_text(head, page);
}

class Text : public Writer {
public:
    using Writer::Writer;

    void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) override
    {
        endpoint_text(result, judgements, head_, page_);
        sections_.add(place, page_.take());
        summary_.add(place, result, judgements, head_);
    }

    void end() override
    {
        header_text(head_, page_);
        for (const model::TargetFailure& failure : head_.scan.failures) {
            page_.line();
            page_.heading(shown_target(failure.target));
            page_.fact("FAILED", sentence_with_words(failure.failure));
        }
        sink_(page_.take());
        sections_.each([this](std::size_t, std::string_view section) { give_section(section); });
        gone_text(head_, page_);
        side_by_side_text(head_.side_by_side, page_);
        summary_.write(head_, page_);
        sink_(page_.take());
    }

private:
    // A remedy that stands above is named, and not printed again.
    void give_section(std::string_view section)
    {
        const std::size_t begin = section.find(RemedyMark::begin);
        if (begin == std::string_view::npos) {
            sink_(section);
            return;
        }
        const std::size_t behind_place = section.find(RemedyMark::behind_place, begin);
        const std::size_t end = section.find(RemedyMark::end, behind_place);
        const std::string place(section.substr(begin + 1, behind_place - begin - 1));
        const std::string remedy(section.substr(behind_place + 1, end - behind_place - 1));
        sink_(section.substr(0, begin));
        if (const auto same = remedies_.find(remedy); same != remedies_.end()) {
            page_.fact("remedy", "as for " + same->second + " above");
            sink_(page_.take());
        } else {
            sink_(remedy);
            if (remedies_.size() < most_remedies) {
                remedies_.emplace(remedy, place);
            }
        }
        sink_(section.substr(end + 1));
    }

    static constexpr std::size_t most_remedies = 100;  // that are remembered

    Page page_{style_};
    std::map<std::string, std::string> remedies_;  // where each stands
    TextSummary summary_;
    base::Spool sections_;
};

}  // namespace

std::unique_ptr<Writer> begin_text(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<Text>(head, style, sink);
}

}  // namespace smtptls::report

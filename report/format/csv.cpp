// A table for spreadsheets (RFC 4180, header, CR LF): a row for each finding, or of a plain scan for each cell that is
// accepted or open. What has neither has one row that says why, so that nothing that was asked for is missing.
#include "base/csv.hpp"
#include "base/spool.hpp"
#include "base/untrusted_text.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <span>

namespace smtptls::report {

std::unique_ptr<Writer> begin_csv(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

using Row = std::vector<std::string>;

std::string line_of(const Row& cells)
{
    std::string line;
    for (const std::string& cell : cells) {
        line += &cell == &cells.front() ? "" : ",";
        line += base::csv_cell(base::shown(cell));
    }
    return line + "\r\n";
}

Row front(const model::EndpointResult& one)
{
    return {one.endpoint.host, one.endpoint.address.format(), std::to_string(one.endpoint.port),
            std::string(format(one.endpoint.mode)), std::string(format(one.status))};
}

Row with(Row row, const Row& more)
{
    row.insert(row.end(), more.begin(), more.end());
    return row;
}

std::string ids(std::span<const model::QuestionId> evidence)
{
    std::string out;
    for (const model::QuestionId id : evidence) {
        out += (out.empty() ? "" : " ") + std::to_string(id);
    }
    return out;
}

Row finding_cells(const model::Finding& finding)
{
    const model::AppliedWaiver waiver = finding.waiver.value_or(model::AppliedWaiver{});
    return {finding.rule,
            std::string(word_of(shown_as(finding))),
            std::string(format(finding.change)),
            finding.sentence,
            joined(finding.subjects, "; "),
            joined(finding.new_subjects, "; "),
            joined(finding.lost_subjects, "; "),
            joined(finding.open_subjects, "; "),
            finding.requirement,
            finding.source,
            waiver.owner,
            waiver.reason,
            waiver.expires,
            ids(finding.evidence),
            finding.id.str()};
}

Row findings_header()
{
    return {"host",          "address",        "port",          "tls",         "status",   "policy",
            "role",          "rule",           "verdict",       "change",      "sentence", "subjects",
            "new_subjects",  "lost_subjects",  "open_subjects", "requirement", "source",   "waiver_owner",
            "waiver_reason", "waiver_expires", "evidence",      "id"};
}

std::string rows_of_findings(const model::EndpointResult& endpoint, Judgements judgements)
{
    std::string rows;
    for (const model::Judgement& judgement : judgements) {
        const Row begin = with(front(endpoint), {judgement.policy, std::string(format(judgement.role))});
        for (const model::Finding& finding : judgement.findings) {
            rows += line_of(with(begin, finding_cells(finding)));
        }
    }
    return rows;
}

Row matrix_header()
{
    return {"host",  "address", "port", "tls",      "status",      "version", "suite",
            "state", "grade",   "note", "evidence", "observation", "about",   "value"};
}

bool is_worth_a_row(const model::CellView& cell)
{
    return cell.state != model::CellState::rejected;
}

std::string rows_of_matrix(const model::EndpointResult& endpoint)
{
    const Row begin = front(endpoint);
    std::string rows;
    for (const model::CellView& cell : endpoint.matrix.cells()) {
        if (is_worth_a_row(cell)) {
            rows += line_of(
                with(begin, {tls::format(cell.version), tls::format(cell.suite), std::string(format(cell.state)),
                             cell.grade ? std::string(format(*cell.grade)) : "", std::string(cell.note),
                             ids(cell.evidence), "", "", ""}));
        }
    }
    if (rows.empty()) {
        rows += line_of(with(begin, {"", "", "", "", sentence_of_end(endpoint), "", "", "", ""}));
    }
    for (const model::Observation& one : endpoint.observations) {
        rows += line_of(with(begin, {"", "", "", "", "", ids(one.evidence), std::string(model::info_of(one.id).label),
                                     one.subject, shown_value(one.value)}));
    }
    return rows;
}

class Csv : public Writer {
public:
    using Writer::Writer;

    void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) override
    {
        rows_.add(place, judged() ? rows_of_findings(result, judgements) : rows_of_matrix(result));
    }

    void end() override
    {
        const Row header = judged() ? findings_header() : matrix_header();
        sink_(line_of(header));
        rows_.give(sink_);
        for (const model::TargetFailure& failure : head_.scan.failures) {
            Row row = {base::UntrustedText(failure.target).escaped(), "", "", "", "failed"};
            if (judged()) {
                row = with(std::move(row), {"", "", "", "inconclusive"});
            } else {
                row = with(std::move(row), {"", "", ""});
            }
            row = with(std::move(row), {"", sentence_with_words(failure.failure)});
            row.resize(header.size());
            sink_(line_of(row));
        }
        for (const model::Finding& finding : head_.gone) {
            sink_(line_of(with({"", "", "", "", "", "", ""}, finding_cells(finding))));
        }
    }

private:
    base::Spool rows_;
};

}  // namespace

std::unique_ptr<Writer> begin_csv(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<Csv>(head, style, sink);
}

}  // namespace smtptls::report

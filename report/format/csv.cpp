// A table for spreadsheets (RFC 4180, header, CR LF): a row for each finding, or of a plain scan for each cell that is
// accepted or open. What has neither has one row that says why, so that nothing that was asked for is missing.
#include "base/csv.hpp"
#include "base/untrusted_text.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

namespace smtptls::report {

void write_csv(const model::Report& report, const Style&, const Sink& sink);

namespace {

using Row = std::vector<std::string>;

void write_row(const Row& cells, const Sink& sink)
{
    std::string line;
    for (const std::string& cell : cells) {
        line += (&cell == &cells.front() ? "" : ",") + base::csv_cell(base::shown(cell));
    }
    sink(line + "\r\n");
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

std::string ids(const std::vector<model::QuestionId>& evidence)
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
            join(finding.subjects, "; "),
            join(finding.new_subjects, "; "),
            join(finding.lost_subjects, "; "),
            join(finding.open_subjects, "; "),
            finding.requirement,
            finding.source,
            waiver.owner,
            waiver.reason,
            waiver.expires,
            ids(finding.evidence),
            finding.id};
}

void write_findings(const model::Report& report, const Sink& sink)
{
    write_row({"host",          "address",        "port",          "tls",         "status",   "policy",
               "role",          "rule",           "verdict",       "change",      "sentence", "subjects",
               "new_subjects",  "lost_subjects",  "open_subjects", "requirement", "source",   "waiver_owner",
               "waiver_reason", "waiver_expires", "evidence",      "id"},
              sink);
    JudgementsInOrder judgements(report);
    for (std::size_t i = 0; i < report.scan.endpoints.size(); ++i) {
        for (const model::Judgement* const judgement : judgements.of(i)) {
            const Row begin =
                with(front(report.scan.endpoints[i]), {judgement->policy, std::string(format(judgement->role))});
            for (const model::Finding& finding : judgement->findings) {
                write_row(with(begin, finding_cells(finding)), sink);
            }
        }
    }
    for (const model::TargetFailure& failure : report.scan.failures) {
        const std::string target = base::UntrustedText(failure.target).escaped();
        Row row = {target, "", "", "", "failed", "", "", "", "inconclusive", "", sentence_with_words(failure.failure)};
        row.resize(22);
        write_row(row, sink);
    }
    for (const model::Finding& finding : report.gone) {
        write_row(with({"", "", "", "", "", "", ""}, finding_cells(finding)), sink);
    }
}

bool is_worth_a_row(const model::Cell& cell)
{
    return cell.state != model::CellState::rejected;
}

void write_cells(const model::EndpointResult& endpoint, const Sink& sink)
{
    const Row begin = front(endpoint);
    bool any = false;
    for (const model::Cell& cell : endpoint.matrix.cells) {
        if (is_worth_a_row(cell)) {
            any = true;
            write_row(with(begin, {tls::format(cell.version), tls::format(cell.suite), std::string(format(cell.state)),
                                   cell.grade ? std::string(format(*cell.grade)) : "", cell.note, ids(cell.evidence)}),
                      sink);
        }
    }
    if (!any) {
        write_row(with(begin, {"", "", "", "", sentence_of_end(endpoint), ""}), sink);
    }
}

void write_matrix(const model::Report& report, const Sink& sink)
{
    write_row({"host", "address", "port", "tls", "status", "version", "suite", "state", "grade", "note", "evidence"},
              sink);
    for (const model::EndpointResult& endpoint : report.scan.endpoints) {
        write_cells(endpoint, sink);
    }
    for (const model::TargetFailure& failure : report.scan.failures) {
        const std::string target = base::UntrustedText(failure.target).escaped();
        write_row({target, "", "", "", "failed", "", "", "", "", sentence_with_words(failure.failure), ""}, sink);
    }
}

}  // namespace

void write_csv(const model::Report& report, const Style&, const Sink& sink)
{
    report.policies.empty() ? write_matrix(report, sink) : write_findings(report, sink);
}

}  // namespace smtptls::report

#include "report/format/html_matrix.hpp"

#include "report/format/escape.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"
#include "report/format/worth_a_look.hpp"

#include <algorithm>
#include <map>

namespace smtptls::report {
namespace {

using model::CellState;
using model::CellView;
using tls::ProtocolVersion;

struct TileSum {
    bool forbidden = false;  // the version as such
    bool weak = false;       // without a policy: among what is worth a look
    std::size_t accepted = 0;
    std::size_t at_fault = 0;
    std::size_t waived = 0;  // not at fault as well
    std::size_t open = 0;
    std::size_t asked = 0;
    std::size_t left_out = 0;
};

bool is_among(const CellView& cell, const std::set<std::string>& subjects)
{
    const std::string version = tls::format(cell.version);
    return cell.state == CellState::accepted && !subjects.empty() &&
           (subjects.contains(version) || subjects.contains(version + " " + tls::format(cell.suite)));
}

void add(TileSum& sum, const model::EndpointResult& endpoint, const CellView& cell, const Faults& faults)
{
    if (endpoint.leaves_out(cell)) {
        ++sum.left_out;
        return;
    }
    ++sum.asked;
    sum.forbidden =
        sum.forbidden || (cell.state == CellState::accepted && faults.counted.contains(tls::format(cell.version)));
    sum.accepted += cell.state == CellState::accepted ? 1U : 0U;
    sum.open += endpoint.leaves_open(cell) ? 1U : 0U;
    const bool at_fault = is_among(cell, faults.counted);
    sum.at_fault += at_fault ? 1U : 0U;
    sum.waived += !at_fault && is_among(cell, faults.waived) ? 1U : 0U;
    sum.weak = sum.weak || is_weak(cell);
}

std::string tile(const std::string& kind, const std::string& sign, const std::string& words)
{
    return "<td class=\"t " + kind + "\"><span aria-hidden=\"true\">" + sign + "</span><span class=\"sr\">" + words +
           "</span></td>";
}

std::string tile_of(const TileSum& sum, bool judged, std::string_view if_none = "not asked")
{
    const std::string others = sum.left_out > 0 ? ", others were not asked about" : "";
    const std::string open = sum.open > 0 ? ", " + std::to_string(sum.open) + " could not be told" : others;
    const std::string mark = sum.open > 0 ? "?" : sum.left_out > 0 ? "+" : "";
    const std::string number = std::to_string(sum.accepted);
    if (sum.at_fault > 0) {
        const bool all = sum.forbidden || sum.at_fault == sum.accepted;
        const std::string waived = sum.waived > 0 ? ", " + std::to_string(sum.waived) + " waived" : "";
        return tile(all ? "bad" : "some", (all ? "✗ " : "! ") + number + mark,
                    number + " accepted, " + std::to_string(sum.at_fault) + " at fault" + waived + open);
    }
    if (sum.waived > 0) {
        const std::string some = sum.waived == sum.accepted ? "" : std::to_string(sum.waived) + " of them ";
        return tile("waived", "◐ " + number + mark, number + " accepted, " + some + "forbidden, waived" + open);
    }
    if (sum.accepted > 0) {
        const bool look = sum.weak && !judged;
        return tile(look ? "look" : "yes", (look ? "○ " : "● ") + number + mark,
                    number + " accepted" + (look ? ", worth a look" : "") + open);
    }
    if (sum.open > 0) {
        return tile("open", "?", "could not be told");
    }
    if (sum.left_out > 0) {
        return tile("none", "·", sum.asked > 0 ? "those asked about are rejected" : "not asked");
    }
    return sum.asked > 0 ? tile("no", "–", "rejected") : tile("none", "", std::string(if_none));
}

// Anonymous suites have a row of their own, below the families.
struct RowId {
    bool anonymous = false;
    tls::CipherFamily family = tls::CipherFamily::null;

    auto operator<=>(const RowId&) const = default;
};

RowId row_of(tls::CipherSuite suite)
{
    const tls::SuiteInfo* const info = tls::find(suite);
    const bool anonymous = info != nullptr && info->authentication == tls::Authentication::anonymous;
    return {anonymous, info == nullptr || anonymous ? tls::CipherFamily::null : info->family};
}

bool has_suite(const RowId& row, ProtocolVersion version)
{
    return std::ranges::any_of(tls::suites_of(version), [&](tls::CipherSuite suite) { return row_of(suite) == row; });
}

std::vector<RowId> all_rows()
{
    std::vector<RowId> rows;
    for (const tls::CipherFamily family : tls::all_families()) {
        rows.push_back({false, family});
    }
    rows.push_back({true, tls::CipherFamily::null});
    return rows;
}

}  // namespace

Faults faults_of(Judgements judgements)
{
    Faults faults;
    for (const model::Judgement& judgement : judgements) {
        for (const model::Finding& finding : judgement.findings) {
            const bool waived = shown_as(finding) == Shown::waived;
            if (waived || finding.counts()) {
                (waived ? faults.waived : faults.counted).insert(finding.subjects.begin(), finding.subjects.end());
            }
        }
    }
    return faults;
}

const std::vector<ProtocolVersion>& shown_versions()
{
    static const std::vector<ProtocolVersion> versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2,
                                                          ProtocolVersion::tls1_1, ProtocolVersion::tls1_0,
                                                          ProtocolVersion::ssl3,   ProtocolVersion::ssl2};
    return versions;
}

std::string version_cell(const model::EndpointResult& endpoint, ProtocolVersion version, const Faults& faults,
                         bool judged)
{
    TileSum sum;
    for (const CellView& cell : endpoint.matrix.cells()) {
        if (cell.version == version) {
            add(sum, endpoint, cell, faults);
        }
    }
    return tile_of(sum, judged);
}

std::string matrix_table(const model::EndpointResult& endpoint, const Faults& faults, bool judged)
{
    std::map<std::pair<RowId, ProtocolVersion>, TileSum> sums;
    std::set<RowId> rows;
    for (const CellView& cell : endpoint.matrix.cells()) {
        const RowId row = row_of(cell.suite);
        add(sums[{row, cell.version}], endpoint, cell, faults);
        if (cell.state == CellState::accepted || endpoint.leaves_open(cell)) {
            rows.insert(row);
        }
    }
    const std::string place = markup(place_of(endpoint.endpoint));
    std::string out = "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Matrix of " + place +
                      "\"><table class=\"matrix\"><caption>Accepted suites by cipher family and version</caption>"
                      "<thead><tr><th scope=\"col\">Family</th>";
    for (const ProtocolVersion version : shown_versions()) {
        out += "<th scope=\"col\">" + markup(tls::format(version)) + "</th>";
    }
    out += "</tr></thead><tbody>\n";
    for (const RowId& row : all_rows()) {
        if (rows.contains(row)) {
            out += "<tr><th scope=\"row\">" + (row.anonymous ? "anonymous" : markup(tls::format(row.family))) + "</th>";
            for (const ProtocolVersion version : shown_versions()) {
                out += tile_of(sums[{row, version}], judged, has_suite(row, version) ? "not asked" : "no such suite");
            }
            out += "</tr>\n";
        }
    }
    out += "<tr class=\"all\"><th scope=\"row\">all suites</th>";
    for (const ProtocolVersion version : shown_versions()) {
        out += version_cell(endpoint, version, faults, judged);
    }
    return out + "</tr></tbody></table></div>\n";
}

std::string matrix_legend(bool judged)
{
    const auto item = [](const std::string& kind, const std::string& sign, const std::string& words) {
        return "<li><span class=\"t " + kind + "\" aria-hidden=\"true\">" + sign + "</span> " + words + "</li>";
    };
    return "<ul class=\"legend\" aria-label=\"What the signs mean\">" + item("yes", "● 8", "so many suites accepted") +
           (judged ? item("bad", "✗ 8", "accepted, and forbidden by a policy") +
                         item("some", "! 8", "accepted, and a policy forbids some of them") +
                         item("waived", "◐ 8", "accepted, forbidden, and waived")
                   : item("look", "○ 8", "accepted, and some of them are worth a look")) +
           item("no", "–", "rejected, proved") + item("open", "?", "could not be told") + "</ul>\n";
}

}  // namespace smtptls::report

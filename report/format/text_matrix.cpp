#include "report/format/text_matrix.hpp"

#include "report/format/words.hpp"
#include "report/format/worth_a_look.hpp"
#include "tls/code_point.hpp"
#include "tls/suite_property.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace smtptls::report {
namespace {

using base::padded;
using base::right;
using model::CellState;
using model::CellView;
using model::EndpointResult;
using tls::CipherFamily;
using tls::ProtocolVersion;

// Where columns have no room for them the names of versions are cut, and below it empty columns of SSL are left out.
constexpr std::size_t narrow = 70;
constexpr std::size_t widest_column = 9;
constexpr std::size_t whole_name = 8;
constexpr std::size_t row_label = 14;

// What stands in one place of the matrix.
struct CellSum {
    std::size_t accepted = 0;
    bool open = false;
    bool left_out = false;
    bool weak = false;

    void add(const EndpointResult& endpoint, const CellView& cell)
    {
        accepted += cell.state == CellState::accepted ? 1U : 0U;
        open = open || endpoint.leaves_open(cell);
        left_out = left_out || endpoint.leaves_out(cell);
        weak = weak || (cell.state == CellState::accepted && is_weak(cell));
    }

    // "8+": eight, and some were not asked about.
    std::string text() const
    {
        const std::string none = open ? "" : left_out ? "." : "-";
        const std::string number = accepted == 0 ? none : std::to_string(accepted);
        return number + (open ? "?" : left_out && accepted > 0 ? "+" : "");
    }
};

// By place of the version among the columns.
using Row = std::array<CellSum, tls::all_versions.size() + 1>;

class Table {
public:
    Table(const EndpointResult& endpoint, Page& page) : page_(page), versions_(endpoint.matrix.versions())
    {
        if (versions_.size() > all_.size()) {
            versions_.resize(all_.size());
        }
        for (const CellView& cell : endpoint.matrix.cells()) {
            add(endpoint, cell);
        }
        fit();
    }

    void write()
    {
        const auto heading = [this](std::size_t at) {
            const std::string name = tls::format(versions_[at]);
            const bool is_tls = name.starts_with("TLS ");
            return column_ >= whole_name ? name : is_tls ? name.substr(4) : "SSL" + name.substr(4);
        };
        std::string head = "  " + padded("accepted", row_label - 2);
        for (const std::size_t at : columns_) {
            head += right(heading(at), column_);
        }
        page_.line(page_.bold(head));
        for (const CipherFamily family : tls::all_families()) {
            take(std::string(tls::format(family)), families_.at(static_cast<std::size_t>(family)));
        }
        write_unknown();
        take("anonymous", anonymous_);
        write_unknown();
        write_row("all suites", all_);
        if (!dropped_.empty()) {
            page_.prose("none accepted in " + joined(dropped_), 2);
        }
    }

private:
    void add(const EndpointResult& endpoint, const CellView& cell)
    {
        const auto version = std::ranges::find(versions_, cell.version);
        if (version == versions_.end()) {
            return;
        }
        const auto at = static_cast<std::size_t>(version - versions_.begin());
        all_.at(at).add(endpoint, cell);
        if (const tls::SuiteInfo* const info = tls::find(cell.suite); info != nullptr) {
            const bool anonymous = info->authentication == tls::Authentication::anonymous;
            Row& row = anonymous ? anonymous_ : families_.at(static_cast<std::size_t>(info->family));
            row.at(at).add(endpoint, cell);
        }
    }

    void fit()
    {
        for (std::size_t at = 0; at < versions_.size(); ++at) {
            if (page_.width() < narrow && versions_[at] < ProtocolVersion::tls1_0 && all_.at(at).text() == "-") {
                dropped_.push_back(tls::format(versions_[at]));
            } else {
                columns_.push_back(at);
            }
        }
        const std::size_t room = (page_.width() - row_label) / std::max<std::size_t>(columns_.size(), 1);
        column_ = std::min(room, widest_column);
    }

    std::string key_of(const Row& row) const
    {
        std::string key;
        for (const std::size_t at : columns_) {
            key += row.at(at).text() + " ";
        }
        return key;
    }

    // Rows that say no more than that nothing is known of them wait for others that say the same.
    void take(const std::string& label, const Row& row)
    {
        const bool open = std::ranges::any_of(row, &CellSum::open);
        const bool accepted = std::ranges::any_of(row, [](const CellSum& sum) { return sum.accepted > 0; });
        if (accepted) {
            write_row(label, row);
        } else if (open) {
            Unknown& same = unknown_[key_of(row)];
            same.row = row;
            same.labels.push_back(label);
        }
    }

    void write_unknown()
    {
        for (const auto& [key, same] : unknown_) {
            const std::string label =
                same.labels.size() == 1 ? same.labels.front() : plural_families(same.labels.size());
            write_row(label, same.row);
        }
        unknown_.clear();
    }

    static std::string plural_families(std::size_t count) { return std::to_string(count) + " families"; }

    void write_row(const std::string& label, const Row& row)
    {
        std::string text = "  " + padded(label, row_label - 2);
        for (const std::size_t at : columns_) {
            const CellSum& sum = row.at(at);
            const std::string cell = right(sum.text(), column_);
            text += sum.weak ? page_.tinted(cell) : cell;
        }
        page_.line(text);
    }

    struct Unknown {
        Row row;
        std::vector<std::string> labels;
    };

    Page& page_;
    std::vector<ProtocolVersion> versions_;
    std::vector<std::size_t> columns_;  // places in versions_
    std::vector<std::string> dropped_;
    std::size_t column_ = widest_column;
    std::array<Row, static_cast<std::size_t>(CipherFamily::null) + 1> families_{};
    Row anonymous_{};
    Row all_{};
    std::map<std::string, Unknown> unknown_;
};

std::vector<std::string> server_order(const EndpointResult& endpoint, ProtocolVersion version)
{
    std::vector<std::string> names;
    for (const model::Observation& observation : endpoint.observations) {
        const auto* const list = std::get_if<std::vector<base::UntrustedText>>(&observation.value);
        if (observation.id == model::Fact::suites_server_order && observation.subject == tls::format(version) &&
            list != nullptr) {
            for (const base::UntrustedText& name : *list) {
                names.push_back(name.escaped());
            }
        }
    }
    return names;
}

// "0xc030", six digits for a kind of SSL 2.
std::string code_of(tls::CipherSuite suite)
{
    return tls::format_code(static_cast<std::uint32_t>(suite), tls::is_ssl2(suite) ? 6 : 4);
}

void suite_line(const CellView& cell, Page& page)
{
    constexpr std::size_t names_begin = 18;
    constexpr std::size_t longest_name = 46;
    const tls::SuiteInfo* const info = tls::find(cell.suite);
    const std::string bits = info == nullptr ? "" : std::to_string(info->bits);
    std::string text = tls::format(cell.suite);
    if (info != nullptr && !info->openssl_name.empty() && info->openssl_name != text) {
        const bool room = page.width() >= names_begin + longest_name + 32;
        text = padded(text, room ? longest_name : 0) + " " + std::string(info->openssl_name);
    }
    std::vector<std::string> weak;
    std::ranges::transform(tls::weaknesses_of(cell.suite), std::back_inserter(weak),
                           [](tls::SuiteProperty one) { return std::string(tls::phrase_of(one)); });
    if (!weak.empty()) {
        text += " ! " + joined(weak);
    }
    if (cell.grade == model::Grade::server_flight || cell.grade == model::Grade::hello_retry) {
        text += " (" + std::string(model::format(*cell.grade)) + ")";
    }
    const std::string label = "    " + padded(code_of(cell.suite), 8) + right(bits, 4);
    page.add(wrapped(label, text, names_begin, page.width()));
}

}  // namespace

void matrix_text(const EndpointResult& endpoint, Page& page)
{
    Table(endpoint, page).write();
}

void suites_text(const EndpointResult& endpoint, Page& page)
{
    std::map<ProtocolVersion, std::vector<CellView>, std::greater<>> accepted;
    for (const CellView& cell : endpoint.matrix.cells()) {
        if (cell.state == CellState::accepted) {
            accepted[cell.version].push_back(cell);
        }
    }
    for (auto& [version, cells] : accepted) {
        const std::vector<std::string> order = server_order(endpoint, version);
        const auto place = [&order](const CellView& cell) {
            return std::find(order.begin(), order.end(), tls::format(cell.suite)) - order.begin();
        };
        std::ranges::stable_sort(cells, {}, place);
        page.line("  " + page.bold(tls::format(version)) + (order.empty() ? "" : ", in the server's order") +
                  ": code, bits, names, ! what is weak");
        std::ranges::for_each(cells, [&page](const CellView& cell) { suite_line(cell, page); });
    }
}

}  // namespace smtptls::report

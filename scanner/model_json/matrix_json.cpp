#include "model_json/matrix_json.hpp"

#include "json/json.hpp"
#include "model_json/parts.hpp"
#include "tls/suite_property.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <map>
#include <set>

namespace smtptls::model_json {
namespace {

using json::Node;
using json::Value;
using model::Cell;
using model::CellState;
using model::CellView;
using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr std::array states = {CellState::accepted, CellState::rejected, CellState::inconclusive,
                               CellState::not_tested};

// "0xc030"; six digits for a kind of SSL 2.
std::string code_of(CipherSuite suite)
{
    std::array<char, 16> text{};
    const int size = std::snprintf(text.data(), text.size(), tls::is_ssl2(suite) ? "0x%06x" : "0x%04x",
                                   static_cast<unsigned>(suite));
    return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<CipherSuite> parse_code(std::string_view word)
{
    std::uint32_t code = 0;
    if (!word.starts_with("0x")) {
        return std::nullopt;
    }
    const auto [stop, error] = std::from_chars(word.data() + 2, word.data() + word.size(), code, 16);
    const CipherSuite suite{code};
    const bool whole = error == std::errc() && stop == word.data() + word.size() && code_of(suite) == word;
    return whole ? std::optional(suite) : std::nullopt;
}

Value encode_suite(CipherSuite suite)
{
    const tls::SuiteInfo* const info = tls::find(suite);
    if (info == nullptr) {
        return Value::object();
    }
    constexpr std::size_t most_members = 5;
    Value out = json::object(most_members);
    json::put(out, "name", info->name);
    if (!info->openssl_name.empty()) {
        json::put(out, "openssl", info->openssl_name);
    }
    json::put(out, "bits", info->bits);
    json::put(out, "family", tls::format(info->family));
    Value weaknesses = Value::array();
    for (const tls::SuiteProperty weakness : tls::weaknesses_of(suite)) {
        weaknesses.push_back(tls::format(weakness));
    }
    if (!weaknesses.empty()) {
        out["weaknesses"] = std::move(weaknesses);
    }
    return out;
}

// Cells of a version that are said together.
struct Group {
    CellView first;
    std::vector<CellView> cells;
};

// Of the same proof, as the matrix keeps them.
bool is_of_one_proof(const CellView& one, const CellView& other)
{
    return one.evidence.data() == other.evidence.data() && one.evidence.size() == other.evidence.size() &&
           one.note.data() == other.note.data() && one.grade == other.grade;
}

// Accepted suites have evidence of their own; the others are together where they rest on the same answers, and rejected
// ones that need not be told apart are together whatever they rest on.
void add_to_groups(const CellView& cell, bool apart, std::vector<Group>& groups)
{
    const auto same = [&](const Group& group) {
        const CellView& one = group.first;
        const bool alike = one.grade == cell.grade && one.note == cell.note && one.seen == cell.seen;
        const bool together = cell.state == CellState::accepted || (cell.state == CellState::rejected && !apart);
        return alike && (together || std::ranges::equal(one.evidence, cell.evidence));
    };
    // Cells of one proof stand behind each other.
    auto group = !groups.empty() && is_of_one_proof(groups.back().cells.back(), cell)
                     ? std::prev(groups.end())
                     : std::ranges::find_if(groups, same);
    if (group == groups.end()) {
        group = groups.insert(groups.end(), {cell, {}});
    }
    group->cells.push_back(cell);
}

Value evidence_of(const Group& group)
{
    std::set<model::QuestionId> ids;
    const CellView* last = nullptr;
    for (const CellView& cell : group.cells) {
        if (last == nullptr || !is_of_one_proof(*last, cell)) {
            ids.insert(cell.evidence.begin(), cell.evidence.end());
        }
        last = &cell;
    }
    return ids;
}

Value encode_group(const Group& group, bool by_count, std::set<CipherSuite>& named)
{
    Value out = Value::object();
    if (group.first.grade) {
        out["grade"] = format(*group.first.grade);
    }
    if (!group.first.note.empty()) {
        out["reason"] = group.first.note;
    }
    if (!group.first.seen.empty()) {
        out["seen"] = group.first.seen;
    }
    const bool accepted = group.first.state == CellState::accepted;
    if (Value evidence = accepted ? Value() : evidence_of(group); !evidence.empty()) {
        out["evidence"] = std::move(evidence);
    }
    if (by_count) {
        out["count"] = group.cells.size();
        return out;
    }
    Value& suites = out["suites"] = accepted ? json::object(group.cells.size()) : Value::array();
    for (const CellView& cell : group.cells) {
        named.insert(cell.suite);
        if (accepted) {
            json::put(suites, code_of(cell.suite), cell.evidence);
        } else {
            suites.push_back(code_of(cell.suite));
        }
    }
    return out;
}

class Row {
public:
    Row(ProtocolVersion version, bool whole) : version_(version), whole_(whole) {}

    /// One of the version's cells, in their order.
    void add(const CellView& cell) { add_to_groups(cell, !whole_, groups_[cell.state]); }

    /// When all are there.
    void close()
    {
        for (const CellState state : states) {
            for (const Group& group : groups_[state]) {
                if (state != CellState::accepted && group.cells.size() > largest_) {
                    largest_ = group.cells.size();
                    rest_ = &group;
                }
            }
        }
    }

    /// Why nothing of the version was tested; nullptr if that is not all there is to say.
    const std::string* untested()
    {
        const auto& groups = groups_[CellState::not_tested];
        const bool only = whole_ && groups.size() == 1 && groups.front().cells.size() == largest_ &&
                          groups.front().first.evidence.empty() && groups.front().first.seen.empty() &&
                          std::ranges::all_of(states, [&](CellState state) {
                              return state == CellState::not_tested || groups_[state].empty();
                          });
        if (!only) {
            return nullptr;
        }
        reason_ = groups.front().first.note;
        return &reason_;
    }

    Value encode(std::set<CipherSuite>& named)
    {
        Value out = {{"version", tls::format(version_)}};
        for (const CellState state : states) {
            for (const Group& group : groups_[state]) {
                out[std::string(format(state))].push_back(encode_group(group, whole_ && &group == rest_, named));
            }
        }
        return out;
    }

private:
    ProtocolVersion version_;
    bool whole_;
    std::map<CellState, std::vector<Group>> groups_;
    std::size_t largest_ = 0;
    const Group* rest_ = nullptr;
    std::string reason_;
};

// Cells of one version as they are read: in the registry's order in the end.
class RowReader {
public:
    RowReader(ProtocolVersion version, model::Matrix& matrix) : version_(version), matrix_(matrix) {}

    void read(const Node& row)
    {
        row.demand_keys({"version"}, {"accepted", "rejected", "inconclusive", "not_tested"});
        for (const CellState state : states) {
            if (!row.has(format(state))) {
                continue;
            }
            for (const Node& group : row.at(format(state)).elements()) {
                read_group(group, state);
            }
        }
        const std::size_t listed = cells_.size();
        if (rest_) {
            fill(*rest_);
        }
        std::ranges::sort(cells_);
        const auto twin = std::ranges::adjacent_find(cells_, {}, &Listed::first);
        if (twin != cells_.end()) {
            row.err(tls::format(twin->first) + " stands twice in " + tls::format(version_));
        }
        if (rest_ && rest_count_ != cells_.size() - listed) {
            row.err("has not as many suites left as \"count\" says: it was written with another registry");
        }
        add_all();
    }

    void read_untested(const std::string& reason)
    {
        fill(matrix_.keep({version_, {}, CellState::not_tested, {}, reason, {}}, ""));
        add_all();
    }

private:
    using Listed = std::pair<CipherSuite, std::uint16_t>;  // with what the matrix keeps of it

    void read_group(const Node& group, CellState state)
    {
        if (++groups_ > most_suites) {
            group.err("is one of more groups than a version has suites");
            return;
        }
        const bool accepted = state == CellState::accepted;
        Cell cell{version_, {}, state, {}, "", {}};
        if (accepted) {
            group.demand_keys({"grade", "suites"}, {"reason", "seen"});
            cell.grade = group.at("grade").one_of(model::Grade::hello_retry);
        } else {
            group.demand_keys({}, {"reason", "seen", "evidence", "suites", "count"});
        }
        cell.note = group.has("reason") ? group.at("reason").text() : "";
        const std::string seen = group.has("seen") ? group.at("seen").text() : "";
        if (group.has("evidence")) {
            cell.evidence = decode_evidence(group.at("evidence"));
        }
        if (group.has("suites")) {
            read_suites(group.at("suites"), cell, seen);
        } else if (rest_) {
            group.err("is a second one that is the rest of the registry's suites");
        } else {
            rest_ = matrix_.keep(cell, seen);
            rest_count_ = static_cast<std::size_t>(group.at("count").number());
        }
    }

    void read_suites(const Node& suites, Cell& cell, const std::string& seen)
    {
        const bool accepted = cell.state == CellState::accepted;
        const std::uint16_t kept = accepted ? std::uint16_t{0} : matrix_.keep(cell, seen);
        for (const Node& one : accepted ? suites.members() : suites.elements()) {
            const auto suite = parse_code(accepted ? one.key() : one.view());
            if (!suite) {
                one.err("is no code such as 0xc030");
                return;
            }
            if (cells_.size() == most_suites) {
                suites.err("lists more than " + std::to_string(most_suites) + " suites of a version");
                return;
            }
            if (accepted) {
                cell.evidence = decode_evidence(one);
            }
            cells_.emplace_back(*suite, accepted ? matrix_.keep(cell, seen) : kept);
        }
    }

    // The registry's suites of which nothing was said.
    void fill(std::uint16_t kept)
    {
        std::vector<CipherSuite> said;
        std::ranges::transform(cells_, std::back_inserter(said), &Listed::first);
        std::ranges::sort(said);
        for (const CipherSuite suite : tls::suites_of(version_)) {
            if (!std::ranges::binary_search(said, suite)) {
                cells_.emplace_back(suite, kept);
            }
        }
    }

    void add_all()
    {
        for (const auto& [suite, kept] : cells_) {
            matrix_.add(version_, suite, kept);
        }
    }

    ProtocolVersion version_;
    model::Matrix& matrix_;
    std::vector<Listed> cells_;
    std::size_t groups_ = 0;
    std::optional<std::uint16_t> rest_;
    std::size_t rest_count_ = 0;
};

// What is said of each suite is what the registry says.
void check_suites(const Node& endpoint)
{
    for (const Node& one : endpoint.has("suites") ? endpoint.at("suites").members() : std::vector<Node>()) {
        one.demand_keys({}, {"name", "openssl", "bits", "family", "weaknesses"});
        const auto suite = parse_code(one.key());
        const tls::SuiteInfo* const info = suite ? tls::find(*suite) : nullptr;
        if (!suite || (info != nullptr && !one.at("name").is(info->name))) {
            one.err("is not as the registry has it");
        }
    }
}

// The versions of which nothing was tested, by why.
std::map<ProtocolVersion, std::string> decode_untested(const Node& endpoint)
{
    std::map<ProtocolVersion, std::string> untested;
    if (!endpoint.has("not_tested")) {
        return untested;
    }
    for (const Node& one : endpoint.at("not_tested").elements()) {
        one.demand_keys({"reason", "versions"});
        for (const Node& version : one.at("versions").elements()) {
            if (!untested.emplace(decode_version(version), one.at("reason").text()).second) {
                version.err("stands twice");
            }
        }
    }
    return untested;
}

}  // namespace

void encode_matrix(const model::Matrix& matrix, const Detail& detail, Value& endpoint)
{
    std::set<CipherSuite> named;
    Value rows = Value::array();
    std::vector<std::pair<std::string, Value>> untested;
    std::map<ProtocolVersion, Row, std::greater<>> by_version;
    for (const ProtocolVersion version : matrix.versions()) {
        by_version.try_emplace(version, version, matrix.is_whole(version) && !detail.suites);
    }
    for (const CellView& cell : matrix.cells()) {
        by_version.at(cell.version).add(cell);
    }
    for (auto& [version, row] : by_version) {
        row.close();
        const std::string* const reason = row.untested();
        if (reason == nullptr) {
            rows.push_back(row.encode(named));
            continue;
        }
        auto same = std::ranges::find(untested, *reason, &std::pair<std::string, Value>::first);
        if (same == untested.end()) {
            same = untested.insert(untested.end(), {*reason, Value::array()});
        }
        same->second.push_back(tls::format(version));
    }
    if (!named.empty()) {
        Value& suites = endpoint["suites"] = json::object(named.size());
        for (const CipherSuite suite : named) {
            json::put(suites, code_of(suite), encode_suite(suite));
        }
    }
    if (!rows.empty()) {
        endpoint["matrix"] = std::move(rows);
    }
    for (auto& [reason, versions] : untested) {
        endpoint["not_tested"].push_back({{"reason", reason}, {"versions", std::move(versions)}});
    }
}

model::Matrix decode_matrix(const Node& endpoint)
{
    check_suites(endpoint);
    std::map<ProtocolVersion, std::optional<Node>, std::greater<>> rows;
    const auto untested = decode_untested(endpoint);
    for (const auto& [version, reason] : untested) {
        rows.emplace(version, std::nullopt);
    }
    for (const Node& row : endpoint.has("matrix") ? endpoint.at("matrix").elements() : std::vector<Node>()) {
        if (!rows.emplace(decode_version(row.at("version")), row).second) {
            row.at("version").err("stands twice");
        }
    }
    model::Matrix matrix;
    for (const auto& [version, row] : rows) {
        RowReader reader(version, matrix);
        if (row) {
            reader.read(*row);
        } else {
            reader.read_untested(untested.at(version));
        }
    }
    return matrix;
}

Value encode_coverage(const model::Matrix& matrix)
{
    Value out = {{"asked", matrix.size()}};
    for (const CellState state : states) {
        out[std::string(format(state))] = matrix.count(state);
    }
    return out;
}

void check_coverage(const Node& node, const model::Matrix& matrix)
{
    node.demand_keys({"asked", "accepted", "rejected", "inconclusive", "not_tested"});
    bool wrong = node.at("asked").number() != static_cast<std::int64_t>(matrix.size());
    for (const CellState state : states) {
        wrong = node.at(format(state)).number() != static_cast<std::int64_t>(matrix.count(state)) || wrong;
    }
    if (wrong) {
        node.err("does not count the cells of the matrix");
    }
}

}  // namespace smtptls::model_json

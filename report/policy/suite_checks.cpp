// Checks about versions, suites and their order: the matrix decides.
#include "base/text_layout.hpp"
#include "report/policy/checks.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace smtptls::policy {
namespace {

namespace check = check;
using model::CellState;
using model::CellView;
using tls::ProtocolVersion;
using Forbidden = std::function<bool(ProtocolVersion, tls::CipherSuite)>;

bool contains(const check::Versions& versions, ProtocolVersion version)
{
    return std::ranges::find(versions, version) != versions.end();
}

bool contains(const check::Suites& suites, tls::CipherSuite suite)
{
    return std::ranges::binary_search(suites, suite);
}

std::string named(const CellView& cell)
{
    return tls::format(cell.version) + " " + tls::format(cell.suite);
}

void add_once(std::vector<std::string>& all, const std::string& one)
{
    if (all.empty() || all.back() != one) {
        all.push_back(one);
    }
}

// The versions named that have no cell at all: nobody asked.
std::vector<std::string> unasked_of(const check::Versions& versions, const Seen& seen)
{
    const std::vector<ProtocolVersion> asked = seen.result().matrix.versions();
    std::vector<std::string> unasked;
    for (const ProtocolVersion version : versions) {
        if (!contains(asked, version)) {
            unasked.push_back(tls::format(version));
        }
    }
    if (versions.empty() && asked.empty()) {
        unasked.emplace_back("versions and suites");
    }
    return unasked;
}

void add_unasked(const check::Versions& versions, const Seen& seen, Outcome& outcome)
{
    const std::vector<std::string> unasked = unasked_of(versions, seen);
    outcome.unasked.insert(outcome.unasked.end(), unasked.begin(), unasked.end());
}

// The server's flight alone shows that it offers the suite, not that anybody has the secret to use it.
bool is_perhaps_unusable(const CellView& cell)
{
    const tls::SuiteInfo* const info = tls::find(cell.suite);
    return cell.grade == model::Grade::server_flight && info != nullptr && info->needs_shared_secret();
}

// What an accepted cell proves: that it is there, or that it can be used.
enum class Demand { there, usable };

// What is forbidden and accepted is at fault, what is forbidden and open is open; with nothing of either, the
// refusals are the evidence.
Outcome judge_cells(const Seen& seen, const Forbidden& forbidden,
                    const std::function<std::string(const CellView&)>& name, Demand demand = Demand::there)
{
    Outcome outcome;
    for (const CellView& cell : seen.unrefused()) {
        if (!forbidden(cell.version, cell.suite)) {
            continue;
        }
        if (cell.state == CellState::accepted && demand == Demand::usable && is_perhaps_unusable(cell)) {
            add_once(outcome.open, name(cell));
        } else if (cell.state == CellState::accepted) {
            add_once(outcome.faults, name(cell));
            outcome.rest_on(cell.evidence);
        } else {
            add_once(seen.is_left_out(cell) ? outcome.unasked : outcome.open, name(cell));
        }
    }
    if (!outcome.faults.empty()) {
        return outcome;
    }
    for (const Seen::Refusal& refusal : seen.refusals()) {
        if (std::ranges::any_of(refusal.suites,
                                [&](tls::CipherSuite suite) { return forbidden(refusal.version, suite); })) {
            outcome.rest_on(refusal.evidence);
        }
    }
    return outcome;
}

// "at least 6 suites accepted": there may be more among those that were not asked about.
std::string counted_suites(const Outcome& outcome)
{
    return (outcome.unasked.empty() ? "" : "at least ") + base::plural(outcome.faults.size(), "suite") + " accepted";
}

// Why the suites at fault are: the properties of the check that any of them has.
std::string reasons(const check::SuitesForbidden& check, const Seen& seen)
{
    std::vector<std::string> words;
    for (int i = 0; i <= static_cast<int>(tls::last_property); ++i) {
        const auto property = static_cast<SuiteProperty>(i);
        const bool asked = std::ranges::find(check.properties, property) != check.properties.end();
        const auto shows = [&](const CellView& cell) {
            return (check.versions.empty() || contains(check.versions, cell.version)) &&
                   has_property(cell.suite, property) && !is_perhaps_unusable(cell);
        };
        if (asked && seen.accepts(shows)) {
            words.emplace_back(phrase_of(property));
        }
    }
    return words.empty() ? " that the rule forbids" : " (" + shortened(words) + ")";
}

}  // namespace

bool forbids(const Check& check, ProtocolVersion version, tls::CipherSuite suite)
{
    if (const auto* const versions = std::get_if<check::VersionsForbidden>(&check)) {
        return contains(versions->versions, version);
    }
    if (const auto* const allowed = std::get_if<check::SuitesAllowed>(&check)) {
        const auto of_version = [version](const check::SuiteGroup& group) { return contains(group.versions, version); };
        const auto allows = [&](const check::SuiteGroup& group) {
            return of_version(group) && !group.over && contains(group.suites, suite);
        };
        return std::ranges::any_of(allowed->groups, of_version) && std::ranges::none_of(allowed->groups, allows);
    }
    const auto* const forbidden = std::get_if<check::SuitesForbidden>(&check);
    if (forbidden == nullptr || (!forbidden->versions.empty() && !contains(forbidden->versions, version))) {
        return false;
    }
    const tls::SuiteInfo* const info = tls::find(suite);
    return contains(forbidden->suites, suite) || (info != nullptr && info->bits < forbidden->below_bits) ||
           std::ranges::any_of(forbidden->properties, [suite](SuiteProperty one) { return has_property(suite, one); });
}

Outcome apply(const check::VersionsForbidden& check, const Seen& seen)
{
    Outcome outcome = judge_cells(
        seen, [&](ProtocolVersion version, tls::CipherSuite) { return contains(check.versions, version); },
        [](const CellView& cell) { return tls::format(cell.version); });
    // A version is known by one accepted suite, whatever else of it is open.
    std::erase_if(outcome.open, [&](const std::string& version) {
        return std::ranges::find(outcome.faults, version) != outcome.faults.end();
    });
    add_unasked(check.versions, seen, outcome);
    outcome.sentence = outcome.faults.empty() ? "none of them is accepted" : shortened(outcome.faults) + " accepted";
    return outcome;
}

Outcome apply(const check::VersionsRequired& check, const Seen& seen)
{
    Outcome outcome;
    for (const ProtocolVersion version : check.versions) {
        const auto of_version = [version](const CellView& cell) { return cell.version == version; };
        if (seen.accepts(version)) {
            continue;
        }
        (seen.leaves_open(of_version) ? outcome.open : outcome.faults).push_back(tls::format(version));
    }
    outcome.unasked = unasked_of(check.versions, seen);
    for (const ProtocolVersion version : check.versions) {
        if (seen.leaves_out([version](const CellView& cell) { return cell.version == version; }) &&
            !seen.accepts(version)) {
            outcome.unasked.push_back(tls::format(version));
        }
    }
    std::erase_if(outcome.faults, [&](const std::string& version) {
        return std::ranges::find(outcome.unasked, version) != outcome.unasked.end();
    });
    if (check.any) {
        const bool there = std::ranges::any_of(check.versions, [&](ProtocolVersion one) { return seen.accepts(one); });
        const bool unknown = !outcome.open.empty() || !outcome.unasked.empty();
        outcome.faults = there || unknown ? std::vector<std::string>() : std::move(outcome.faults);
        outcome.open = there ? std::vector<std::string>() : std::move(outcome.open);
        outcome.unasked = there ? std::vector<std::string>() : std::move(outcome.unasked);
    }
    for (const CellView& cell : seen.unrefused()) {
        if (outcome.faults.empty() && cell.state == CellState::accepted && contains(check.versions, cell.version)) {
            outcome.rest_on(cell.evidence);
        }
    }
    for (const Seen::Refusal& refusal : seen.refusals()) {
        if (!outcome.faults.empty() && contains(check.versions, refusal.version)) {
            outcome.rest_on(refusal.evidence);
        }
    }
    outcome.sentence = outcome.faults.empty() ? "accepted" : shortened(outcome.faults) + " not accepted";
    return outcome;
}

Outcome apply(const check::SuitesAllowed& check, const Seen& seen)
{
    const Check any = check;
    Outcome outcome = judge_cells(
        seen, [&](ProtocolVersion version, tls::CipherSuite suite) { return forbids(any, version, suite); }, named);
    check::Versions versions;
    for (const check::SuiteGroup& group : check.groups) {
        std::ranges::copy_if(group.versions, std::back_inserter(versions),
                             [&](ProtocolVersion one) { return !contains(versions, one); });
    }
    add_unasked(versions, seen, outcome);
    outcome.sentence =
        outcome.faults.empty() ? "no other suite is accepted" : counted_suites(outcome) + " beyond the list";
    return outcome;
}

Outcome apply(const check::SuitesForbidden& check, const Seen& seen)
{
    const Check any = check;
    Outcome outcome = judge_cells(
        seen, [&](ProtocolVersion version, tls::CipherSuite suite) { return forbids(any, version, suite); }, named,
        Demand::usable);
    add_unasked(check.versions, seen, outcome);
    outcome.sentence =
        outcome.faults.empty() ? "no such suite is accepted" : counted_suites(outcome) + reasons(check, seen);
    return outcome;
}

Outcome apply(const check::SuitesRequired& check, const Seen& seen)
{
    const auto of_versions = [&](const CellView& cell) { return contains(check.versions, cell.version); };
    const auto wanted = [&](const CellView& cell) { return of_versions(cell) && contains(check.suites, cell.suite); };
    Outcome outcome;
    outcome.unasked = unasked_of(check.versions, seen);
    for (const CellView& cell : seen.result().matrix.cells()) {
        if (wanted(cell) && cell.state == CellState::accepted) {
            add_once(outcome.open, named(cell));
            outcome.rest_on(cell.evidence);
        }
    }
    if (!outcome.open.empty()) {
        outcome.sentence = "accepted: " + shortened(outcome.open);
        outcome.open.clear();
        outcome.unasked.clear();
        return outcome;
    }
    if (!seen.accepts(of_versions) && !seen.leaves_open(of_versions) && !seen.leaves_out(of_versions) &&
        outcome.unasked.empty()) {
        return not_applicable("no suite of " + tls::format(check.versions.front()) + " is accepted");
    }
    for (const CellView& cell : seen.result().matrix.cells()) {
        if (wanted(cell) && seen.is_left_out(cell)) {
            add_once(outcome.unasked, named(cell));
        } else if (wanted(cell) && seen.is_open(cell)) {
            add_once(outcome.open, named(cell));
        } else if (wanted(cell)) {
            outcome.rest_on(cell.evidence);
        }
    }
    if (outcome.open.empty() && outcome.unasked.empty()) {
        for (const ProtocolVersion version : check.versions) {
            outcome.faults.push_back(tls::format(version));
        }
        outcome.sentence =
            "none of " + base::plural(check.suites.size(), "suite") + " is accepted in " + shortened(outcome.faults);
    }
    return outcome;
}

}  // namespace smtptls::policy

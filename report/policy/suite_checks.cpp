// Checks about versions, suites and their order: the matrix decides.
#include "report/policy/checks.hpp"

#include <algorithm>
#include <functional>

namespace smtptls::policy {
namespace {

namespace check = model::check;
using model::Cell;
using model::CellState;
using model::SuiteProperty;
using tls::ProtocolVersion;
using Forbidden = std::function<bool(const Cell&)>;

bool contains(const check::Versions& versions, ProtocolVersion version)
{
    return std::ranges::find(versions, version) != versions.end();
}

bool contains(const check::Suites& suites, tls::CipherSuite suite)
{
    return std::ranges::binary_search(suites, suite);
}

std::string named(const Cell& cell)
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
    const auto& cells = seen.result().matrix.cells;
    std::vector<std::string> unasked;
    for (const ProtocolVersion version : versions) {
        if (std::ranges::none_of(cells, [version](const Cell& cell) { return cell.version == version; })) {
            unasked.push_back(tls::format(version));
        }
    }
    if (versions.empty() && cells.empty()) {
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
bool is_perhaps_unusable(const Cell& cell)
{
    const tls::SuiteInfo* const info = tls::find(cell.suite);
    return cell.grade == model::Grade::server_flight && info != nullptr && info->needs_shared_secret();
}

// What an accepted cell proves: that it is there, or that it can be used.
enum class Demand { there, usable };

// What is forbidden and accepted is at fault, what is forbidden and open is open; with nothing of either, the
// refusals are the evidence.
Outcome judge_cells(const Seen& seen, const Forbidden& forbidden, const std::function<std::string(const Cell&)>& name,
                    Demand demand = Demand::there)
{
    Outcome outcome;
    std::vector<model::QuestionId> refusals;
    const std::vector<model::QuestionId>* last = nullptr;
    for (const Cell& cell : seen.result().matrix.cells) {
        // A version's refused cells rest on the same two answers, and those were asked about already.
        const bool refused = cell.state == CellState::rejected;
        if (refused && (!outcome.faults.empty() || (last != nullptr && cell.evidence == *last))) {
            continue;
        }
        if (!forbidden(cell)) {
            continue;
        }
        if (cell.state == CellState::accepted && demand == Demand::usable && is_perhaps_unusable(cell)) {
            add_once(outcome.open, name(cell));
        } else if (cell.state == CellState::accepted) {
            add_once(outcome.faults, name(cell));
            outcome.rest_on(cell.evidence);
        } else if (seen.is_left_out(cell)) {
            add_once(outcome.unasked, name(cell));
        } else if (!refused) {
            add_once(outcome.open, name(cell));
        } else {
            refusals.insert(refusals.end(), cell.evidence.begin(), cell.evidence.end());
            last = &cell.evidence;
        }
    }
    if (outcome.faults.empty()) {
        outcome.rest_on(refusals);
    }
    return outcome;
}

const std::vector<SuiteProperty>& all_properties()
{
    static const std::vector<SuiteProperty> all = {
#define PROPERTY(name, word, phrase) SuiteProperty::name,
#include "model/suite_properties.def"
#undef PROPERTY
    };
    return all;
}

// Why the suites at fault are: the properties of the check that any of them has.
std::string reasons(const check::SuitesForbidden& check, const Seen& seen)
{
    std::vector<std::string> words;
    for (const SuiteProperty property : all_properties()) {
        const bool asked = std::ranges::find(check.properties, property) != check.properties.end();
        const auto shows = [&](const Cell& cell) {
            return (check.versions.empty() || contains(check.versions, cell.version)) &&
                   has_property(cell.suite, property) && !is_perhaps_unusable(cell);
        };
        if (asked && seen.accepts(shows)) {
            words.emplace_back(phrase_of(property));
        }
    }
    return words.empty() ? "" : " (" + shortened(words) + ")";
}

std::string counted(std::size_t count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

bool has_property(tls::CipherSuite suite, SuiteProperty property)
{
    const tls::SuiteInfo* const info = tls::find(suite);
    if (info == nullptr) {
        return false;
    }
    using tls::Cipher;
    using tls::KeyExchange;
    const auto cipher = [info](std::initializer_list<Cipher> any) {
        return std::ranges::find(any, info->cipher) != any.end();
    };
    switch (property) {
        case SuiteProperty::null_cipher: return info->cipher == Cipher::null;
        case SuiteProperty::anonymous: return info->authentication == tls::Authentication::anonymous;
        case SuiteProperty::export_grade: return info->export_grade;
        case SuiteProperty::rc4: return info->cipher == Cipher::rc4;
        case SuiteProperty::rc2: return info->cipher == Cipher::rc2;
        case SuiteProperty::des: return info->cipher == Cipher::des;
        case SuiteProperty::triple_des: return info->cipher == Cipher::triple_des;
        case SuiteProperty::idea: return info->cipher == Cipher::idea;
        case SuiteProperty::block64:
            return cipher({Cipher::des, Cipher::triple_des, Cipher::idea, Cipher::rc2, Cipher::fortezza,
                           Cipher::gost28147, Cipher::magma});
        case SuiteProperty::md5_mac: return info->mac == tls::Mac::md5;
        case SuiteProperty::sha1_mac: return info->mac == tls::Mac::sha1;
        case SuiteProperty::cbc: return info->mode == tls::CipherMode::cbc;
        case SuiteProperty::not_aead: return !info->aead();
        case SuiteProperty::ccm_8: return info->mode == tls::CipherMode::ccm_8;
        case SuiteProperty::static_rsa: return info->key_exchange == KeyExchange::rsa;
        case SuiteProperty::static_dh:
            return info->key_exchange == KeyExchange::dh || info->key_exchange == KeyExchange::ecdh;
        case SuiteProperty::dhe: return info->key_exchange == KeyExchange::dhe;
        case SuiteProperty::no_forward_secrecy: return !info->forward_secrecy;
    }
    return false;
}

bool forbids(const model::Check& check, ProtocolVersion version, tls::CipherSuite suite)
{
    if (const auto* const versions = std::get_if<check::VersionsForbidden>(&check)) {
        return contains(versions->versions, version);
    }
    if (const auto* const allowed = std::get_if<check::SuitesAllowed>(&check)) {
        return std::ranges::any_of(allowed->groups, [&](const check::SuiteGroup& group) {
            return contains(group.versions, version) && !contains(group.suites, suite);
        });
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
        seen, [&](const Cell& cell) { return contains(check.versions, cell.version); },
        [](const Cell& cell) { return tls::format(cell.version); });
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
        const auto of_version = [version](const Cell& cell) { return cell.version == version; };
        if (seen.accepts(version)) {
            continue;
        }
        (seen.leaves_open(of_version) ? outcome.open : outcome.faults).push_back(tls::format(version));
    }
    outcome.unasked = unasked_of(check.versions, seen);
    for (const ProtocolVersion version : check.versions) {
        if (seen.leaves_out([version](const Cell& cell) { return cell.version == version; }) &&
            !seen.accepts(version)) {
            outcome.unasked.push_back(tls::format(version));
        }
    }
    std::erase_if(outcome.faults, [&](const std::string& version) {
        return std::ranges::find(outcome.unasked, version) != outcome.unasked.end();
    });
    for (const Cell& cell : seen.result().matrix.cells) {
        const bool shows = cell.state == (outcome.faults.empty() ? CellState::accepted : CellState::rejected);
        if (shows && contains(check.versions, cell.version)) {
            outcome.rest_on(cell.evidence);
        }
    }
    outcome.sentence = outcome.faults.empty() ? "accepted" : shortened(outcome.faults) + " not accepted";
    return outcome;
}

Outcome apply(const check::SuitesAllowed& check, const Seen& seen)
{
    const model::Check any = check;
    Outcome outcome = judge_cells(
        seen, [&](const Cell& cell) { return forbids(any, cell.version, cell.suite); }, named);
    for (const check::SuiteGroup& group : check.groups) {
        add_unasked(group.versions, seen, outcome);
    }
    outcome.sentence = outcome.faults.empty() ? "no other suite is accepted"
                                              : counted(outcome.faults.size(), "suite") + " accepted beyond the list";
    return outcome;
}

Outcome apply(const check::SuitesForbidden& check, const Seen& seen)
{
    const model::Check any = check;
    Outcome outcome = judge_cells(
        seen, [&](const Cell& cell) { return forbids(any, cell.version, cell.suite); }, named, Demand::usable);
    add_unasked(check.versions, seen, outcome);
    outcome.sentence = outcome.faults.empty()
                           ? "no such suite is accepted"
                           : counted(outcome.faults.size(), "such suite") + " accepted" + reasons(check, seen);
    return outcome;
}

Outcome apply(const check::SuitesRequired& check, const Seen& seen)
{
    const auto of_versions = [&](const Cell& cell) { return contains(check.versions, cell.version); };
    const auto wanted = [&](const Cell& cell) { return of_versions(cell) && contains(check.suites, cell.suite); };
    Outcome outcome;
    outcome.unasked = unasked_of(check.versions, seen);
    for (const Cell& cell : seen.result().matrix.cells) {
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
    for (const Cell& cell : seen.result().matrix.cells) {
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
            "none of " + counted(check.suites.size(), "suite") + " is accepted in " + shortened(outcome.faults);
    }
    return outcome;
}

}  // namespace smtptls::policy

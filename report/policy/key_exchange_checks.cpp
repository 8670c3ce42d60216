// Checks about groups and finite fields. Which groups a server takes was seen, not asked: what was seen can be at
// fault, and proves nothing about those that were not.
#include "report/policy/checks.hpp"
#include "report/policy/names.hpp"

#include <algorithm>
#include <iterator>

namespace smtptls::policy {
namespace {

namespace check = check;
constexpr model::Fact groups_seen = model::Fact::key_exchange_groups_seen;
/// All groups, each asked for (no probe of ours does that yet).
constexpr model::Fact groups_accepted = model::Fact::key_exchange_groups_accepted;

struct Groups {
    std::vector<std::string> names;
    bool complete = false;
    std::vector<model::QuestionId> evidence;
};

Groups groups_of(const Seen& seen)
{
    const model::Observation* const all = seen.find(groups_accepted);
    if (all != nullptr) {
        return {seen.list(groups_accepted), true, all->evidence};
    }
    const model::Observation* const some = seen.find(groups_seen);
    return {seen.list(groups_seen), false, some != nullptr ? some->evidence : std::vector<model::QuestionId>()};
}

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::ranges::find(names, name) != names.end();
}

// "DH 3072" has no name on the wire: it may be the allowed ffdhe3072.
bool may_be_one_of(const std::vector<std::string>& names, const std::string& group)
{
    const auto bits = dh_bits(group);
    return bits && contains(names, "ffdhe" + std::to_string(*bits));
}

bool is_dhe(const model::CellView& cell)
{
    const tls::SuiteInfo* const info = tls::find(cell.suite);
    return info != nullptr &&
           (info->key_exchange == tls::KeyExchange::dhe || info->key_exchange == tls::KeyExchange::dhe_psk);
}

}  // namespace

Outcome apply(const check::GroupsAllowed& check, const Seen& seen)
{
    const Groups groups = groups_of(seen);
    Outcome outcome;
    outcome.rest_on(groups.evidence);
    // "DH" in the list is every finite field group.
    const bool any_dh = contains(check.groups, "DH");
    for (const std::string& group : groups.names) {
        if (contains(check.groups, group) || (any_dh && dh_bits(group))) {
            continue;
        }
        if (may_be_one_of(check.groups, group)) {
            outcome.unasked.push_back("whether " + group + " is the group of RFC 7919");
        } else if (contains(check.silent, group)) {
            outcome.unjudged.push_back(group);
        } else {
            outcome.faults.push_back(group);
        }
    }
    if (!groups.complete) {
        outcome.unasked.emplace_back("other groups than " + (groups.names.empty() ? "none" : shortened(groups.names)));
    }
    outcome.sentence = outcome.faults.empty() ? "no other group is accepted" : shortened(outcome.faults) + " accepted";
    return outcome;
}

Outcome apply(const check::GroupsRequired& check, const Seen& seen)
{
    const Groups groups = groups_of(seen);
    Outcome outcome;
    outcome.rest_on(groups.evidence);
    const auto found = std::ranges::find_if(groups.names, [&](const auto& one) { return contains(check.groups, one); });
    if (found != groups.names.end()) {
        outcome.sentence = *found + " accepted";
        return outcome;
    }
    const std::string wanted = shortened(check.groups);
    (groups.complete ? outcome.faults : outcome.unasked).push_back(wanted);
    outcome.sentence = "none of " + wanted + " accepted";
    return outcome;
}

Outcome apply(const check::GroupsPreferred& check, const Seen& seen)
{
    constexpr model::Fact order = model::Fact::key_exchange_groups_order;
    const model::Observation* const told = seen.find(order);
    Outcome outcome;
    if (told == nullptr) {
        outcome.unasked.emplace_back("the order of groups");
        return outcome;
    }
    outcome.rest_on(told->evidence);
    std::string before;
    for (const std::string& group : seen.list(order)) {
        if (!contains(check.groups, group)) {
            before = before.empty() ? group : before;
        } else if (!before.empty()) {
            outcome.faults.push_back(before + " before " + group);
        }
    }
    outcome.sentence = outcome.faults.empty() ? "no other group comes before them" : shortened(outcome.faults);
    return outcome;
}

Outcome apply(const check::SchemesAllowed& check, const Seen& seen)
{
    // All schemes, each asked for (no probe of ours does that yet), or those that were seen.
    constexpr model::Fact all = model::Fact::key_exchange_signatures_accepted;
    const bool complete = seen.find(all) != nullptr;
    const model::Fact fact = complete ? all : model::Fact::key_exchange_signatures_seen;
    const model::Observation* const told = seen.find(fact);
    Outcome outcome;
    if (told != nullptr) {
        outcome.rest_on(told->evidence);
    }
    for (const std::string& scheme : seen.list(fact)) {
        if (!contains(check.schemes, scheme)) {
            (contains(check.silent, scheme) ? outcome.unjudged : outcome.faults).push_back(scheme);
        }
    }
    if (!complete) {
        outcome.unasked.emplace_back("other schemes than those that were seen");
    }
    outcome.sentence = outcome.faults.empty() ? "no other scheme is used" : shortened(outcome.faults) + " used";
    return outcome;
}

Outcome apply(const check::DhBits& check, const Seen& seen)
{
    const Groups groups = groups_of(seen);
    Outcome outcome;
    outcome.rest_on(groups.evidence);
    bool known = false;
    for (const std::string& group : groups.names) {
        const auto bits = dh_bits(group);
        known = known || bits;
        if (bits && *bits < check.bits) {
            outcome.faults.push_back(group);
        }
    }
    if (seen.leaves_open(is_dhe)) {
        outcome.open.emplace_back("DHE suites");
    } else if (!known && (seen.accepts(is_dhe) || seen.leaves_out(is_dhe))) {
        outcome.unasked.emplace_back("the size of the DHE group");
    } else if (seen.result().matrix.empty()) {
        outcome.unasked.emplace_back("DHE suites");
    }
    outcome.sentence = !outcome.faults.empty() ? shortened(outcome.faults) + " seen"
                       : known                 ? "the finite field groups that were seen are large enough"
                                               : "no DHE suite is accepted";
    return outcome;
}

}  // namespace smtptls::policy

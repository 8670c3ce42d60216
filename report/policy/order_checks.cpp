// Checks about whose order of preference decides, and what it prefers.
#include "report/policy/checks.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

namespace check = check;
using model::CellView;
using tls::ProtocolVersion;

// Whether all suites of the list come before all others in the server's order; names as IANA has them.
bool prefers(const std::vector<std::string>& order, const check::Suites& suites)
{
    const auto listed = [&](const std::string& name) {
        const tls::SuiteInfo* const info = tls::find_suite(name);
        return info != nullptr && std::ranges::binary_search(suites, info->code);
    };
    return std::ranges::is_partitioned(order, listed);
}

// What is asked about suites for other verdicts shows an order by chance, or none.
Outcome not_asked_for()
{
    Outcome outcome;
    outcome.unasked.emplace_back("the order of preference (a scan for verdicts only)");
    return outcome;
}

void judge_preference(const check::SuitesPreferred& check, const Seen& seen, ProtocolVersion version, Outcome& outcome)
{
    const std::string name = tls::format(version);
    const model::Observation* const decides = seen.find(model::Fact::suites_order, name);
    if (decides == nullptr) {
        outcome.unasked.push_back("whose order decides in " + name);
        return;
    }
    outcome.rest_on(decides->evidence);
    if (seen.text(model::Fact::suites_order, name) == "client") {
        outcome.faults.push_back(name);
        return;
    }
    const std::vector<std::string> order = seen.list(model::Fact::suites_server_order, name);
    if (order.empty()) {
        outcome.unasked.push_back("the server's order in " + name);
    } else if (!prefers(order, check.suites)) {
        outcome.faults.push_back(name);
    }
}

}  // namespace

Outcome apply(const check::SuitesPreferred& check, const Seen& seen)
{
    Outcome outcome;
    if (seen.is_limited()) {
        return not_asked_for();
    }
    for (const ProtocolVersion version : tls::all_versions) {
        const auto listed = [&](const CellView& cell) {
            return cell.version == version && std::ranges::binary_search(check.suites, cell.suite);
        };
        const auto other = [&](const CellView& cell) {
            return cell.version == version && !std::ranges::binary_search(check.suites, cell.suite);
        };
        if (seen.accepts(listed) && seen.accepts(other)) {
            judge_preference(check, seen, version, outcome);
        } else if ((seen.accepts(listed) && seen.leaves_open(other)) ||
                   (seen.accepts(other) && seen.leaves_open(listed))) {
            outcome.open.push_back(tls::format(version));
        }
    }
    if (seen.result().matrix.empty()) {
        outcome.unasked.emplace_back("versions and suites");
    }
    outcome.sentence = outcome.faults.empty() ? "the better suites come first, or there are no others"
                                              : "the better suites do not come first in " + shortened(outcome.faults);
    return outcome;
}

Outcome apply(const check::ServerOrder& check, const Seen& seen)
{
    Outcome outcome;
    if (seen.is_limited()) {
        return not_asked_for();
    }
    bool known = false;
    for (const ProtocolVersion version : tls::all_versions) {
        const std::string name = tls::format(version);
        const model::Observation* const decides = seen.find(model::Fact::suites_order, name);
        if (decides == nullptr) {
            continue;
        }
        known = true;
        outcome.rest_on(decides->evidence);
        if ((seen.text(model::Fact::suites_order, name) == "server") != check.wanted) {
            outcome.faults.push_back(name);
        }
    }
    if (!known) {
        outcome.unasked.emplace_back("whose order decides");
    }
    const std::string whose = check.wanted == outcome.faults.empty() ? "the server's" : "the client's";
    outcome.sentence = whose + " order of preference decides" +
                       (outcome.faults.empty() ? std::string() : " in " + shortened(outcome.faults));
    return outcome;
}

}  // namespace smtptls::policy

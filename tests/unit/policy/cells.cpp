#include "unit/policy/cells.hpp"

#include "catch.hpp"
#include "unit/table.hpp"

#include <algorithm>

namespace smtptls::test {
namespace {

std::vector<PolicyCell> read_cells()
{
    std::vector<PolicyCell> cells;
    for (const Row& row : read_table("policy_cells.txt", 4)) {
        INFO(row[0] << " " << row[1] << " " << row[2]);
        const auto version = tls::parse_version(row[1]);
        const tls::SuiteInfo* const suite = tls::find_suite(row[2]);
        REQUIRE(version);
        REQUIRE(suite != nullptr);
        cells.push_back({row[0], *version, suite->code, words_of(row[3])});
    }
    return cells;
}

}  // namespace

bool PolicyCell::breaks(const policy::PolicyRule& rule) const
{
    return std::ranges::find(rules, rule.id) != rules.end();
}

const std::vector<PolicyCell>& policy_cells()
{
    static const std::vector<PolicyCell> cells = read_cells();
    return cells;
}

std::vector<PolicyCell> cells_of(const policy::Policy& policy)
{
    std::vector<PolicyCell> cells;
    std::ranges::copy_if(policy_cells(), std::back_inserter(cells),
                         [&](const PolicyCell& one) { return one.policy == policy.name; });
    return cells;
}

bool is_about_cells(const policy::PolicyRule& rule)
{
    return std::holds_alternative<policy::check::VersionsForbidden>(rule.check) ||
           std::holds_alternative<policy::check::SuitesAllowed>(rule.check) ||
           std::holds_alternative<policy::check::SuitesForbidden>(rule.check);
}

}  // namespace smtptls::test

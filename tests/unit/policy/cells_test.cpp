// Which accepted suite in which version breaks which rule of each built-in policy, as written by hand in
// tests/data/policy_cells.txt: no input here is chosen by the code that judges it.
#include "unit/policy/cells.hpp"

#include "catch.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/policies.hpp"
#include "unit/policy/endpoints.hpp"

#include <algorithm>
#include <map>

using namespace smtptls;
using model::CellState;
using model::Finding;
using model::Role;
using model::Verdict;
using policy::PolicyRule;
using test::PolicyCell;

namespace {

const model::EndpointResult& passing(const policy::Policy& policy, Role role)
{
    static std::map<std::pair<std::string, Role>, model::EndpointResult> all;
    const auto [found, is_new] = all.try_emplace({policy.name, role});
    if (is_new) {
        found->second = test::passing(policy, role);
    }
    return found->second;
}

model::Judgement judge_with(const policy::Policy& policy, Role role, const PolicyCell& cell, CellState state)
{
    model::EndpointResult result = passing(policy, role);
    test::set_cell(result, cell.version, cell.suite, state);
    test::show_order(policy, result);
    return policy::judge(policy, role, result);
}

Verdict verdict_of(const model::Judgement& judgement, const PolicyRule& rule)
{
    return std::ranges::find(judgement.findings, rule.id, &Finding::rule)->verdict;
}

// What a rule without a level for the role comes to, or one that is kept.
bool is_kept(Verdict verdict)
{
    return verdict == Verdict::pass || verdict == Verdict::not_applicable;
}

}  // namespace

TEST_CASE("a cell breaks the rules that are written beside it, in every role that they ask, and no other")
{
    for (const PolicyCell& cell : test::policy_cells()) {
        INFO(cell.policy << " " << tls::format(cell.version) << " " << tls::format(cell.suite));
        const auto policy = test::find_policy(cell.policy);
        REQUIRE(policy);
        for (const Role role : policy::all_roles) {
            const model::Judgement judgement = judge_with(*policy, role, cell, CellState::accepted);
            for (const PolicyRule& rule : policy->rules) {
                if (!test::is_about_cells(rule)) {
                    continue;
                }
                INFO(format(role) << " " << rule.id);
                const Verdict verdict = verdict_of(judgement, rule);
                if (cell.breaks(rule) && rule.level(role)) {
                    CHECK(verdict == policy::violation(*rule.level(role)));
                } else {
                    CHECK(is_kept(verdict));
                }
            }
        }
    }
}

TEST_CASE("each rule about versions or suites has a cell that breaks it, one that does not, and every rule is there")
{
    for (const std::string& name : policy::policy_names()) {
        const auto policy = test::find_policy(name);
        const std::vector<PolicyCell> cells = test::cells_of(*policy);
        for (const PolicyRule& rule : policy->rules) {
            if (test::is_about_cells(rule)) {
                INFO(name << " " << rule.id);
                const auto breaks = [&](const PolicyCell& cell) { return cell.breaks(rule); };
                CHECK(std::ranges::any_of(cells, breaks));
                CHECK_FALSE(std::ranges::all_of(cells, breaks));
            }
        }
        for (const PolicyCell& cell : cells) {
            for (const std::string& id : cell.rules) {
                INFO(name << " " << id);
                CHECK(std::ranges::find(policy->rules, id, &PolicyRule::id) != policy->rules.end());
            }
        }
    }
}

TEST_CASE("a cell that is open makes a rule that it would break inconclusive")
{
    for (const PolicyCell& cell : test::policy_cells()) {
        INFO(cell.policy << " " << tls::format(cell.version) << " " << tls::format(cell.suite));
        const auto policy = test::find_policy(cell.policy);
        REQUIRE(policy);
        const auto judgement = judge_with(*policy, Role::submission, cell, CellState::inconclusive);
        for (const PolicyRule& rule : policy->rules) {
            if (test::is_about_cells(rule)) {
                INFO(rule.id);
                const bool asked = cell.breaks(rule) && rule.level(Role::submission);
                CHECK((verdict_of(judgement, rule) == Verdict::inconclusive) == asked);
                CHECK_FALSE((asked && judgement.verdict == Verdict::pass));
            }
        }
    }
}

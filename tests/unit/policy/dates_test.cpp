// What a policy's dates change, and that aliases stand on the newest policy.
#include "catch.hpp"
#include "report/policy/checks.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/names.hpp"
#include "report/policy/policies.hpp"
#include "unit/policy/endpoints.hpp"

#include <algorithm>
#include <set>

using namespace smtptls;
using model::CellState;
using model::EndpointResult;
using model::Finding;
using model::Role;
using model::Verdict;
using policy::Policy;
using policy::PolicyRule;
namespace check = policy::check;

namespace {

Finding finding_on(const std::string& day, const std::string& name, const std::string& rule, Role role,
                   const EndpointResult& result)
{
    const model::Judgement judgement = policy::judge(*test::find_policy(name, day), role, result);
    return *std::ranges::find(judgement.findings, rule, &Finding::rule);
}

bool has_level(const PolicyRule& rule, Role role)
{
    return rule.levels.at(static_cast<std::size_t>(role)).has_value();
}

bool is_violation(const Finding& finding)
{
    return finding.verdict == Verdict::fail || finding.verdict == Verdict::warn || finding.verdict == Verdict::advice;
}

}  // namespace

TEST_CASE("a rule with dates says not applicable outside of them, and asks on its first and on its last day")
{
    std::size_t dated = 0;
    for (const std::string& name : policy::policy_names()) {
        const Policy policy = *test::find_policy(name);
        for (const PolicyRule& rule : policy.rules) {
            for (const Role role : policy::all_roles) {
                if ((rule.from.empty() && rule.until.empty()) || !has_level(rule, role)) {
                    continue;
                }
                INFO(name << " " << rule.id << " " << format(role));
                const EndpointResult result = test::passing(policy, role);
                const auto on = [&](const std::string& day) { return finding_on(day, name, rule.id, role, result); };
                ++dated;
                if (!rule.from.empty()) {
                    const Finding before = on(policy::day_before(rule.from));
                    CHECK(before.verdict == Verdict::not_applicable);
                    CHECK(before.sentence.str().starts_with("holds from "));
                    CHECK(on(rule.from).level.has_value());
                    CHECK_FALSE(on(rule.from).sentence.str().starts_with("holds from "));
                }
                if (!rule.until.empty()) {
                    const Finding after = on(policy::day_after(rule.until));
                    CHECK(after.verdict == Verdict::not_applicable);
                    CHECK(after.sentence.str().starts_with("held until "));
                    CHECK(on(rule.until).level.has_value());
                }
            }
        }
    }
    CHECK(dated > 20);
}

TEST_CASE("a suite that is allowed until a day passes on that day and says so, and is violated on the next")
{
    std::size_t groups = 0;
    for (const std::string& name : policy::policy_names()) {
        const Policy policy = *test::find_policy(name, "2031-06-01");
        for (const PolicyRule& rule : policy.rules) {
            const auto* const allowed = std::get_if<check::SuitesAllowed>(&rule.check);
            if (allowed == nullptr) {
                continue;
            }
            for (const check::SuiteGroup& group : allowed->groups) {
                if (group.until.empty()) {
                    continue;
                }
                INFO(name << " " << rule.id << " " << group.until);
                EndpointResult result = test::passing(policy, Role::submission);
                const tls::ProtocolVersion version = group.versions.front();
                test::set_cell(result, version, group.suites.back(), CellState::accepted);
                const auto on = [&](const std::string& day) {
                    return finding_on(day, name, rule.id, Role::submission, result);
                };
                const Finding last = on(group.until);
                CHECK(last.verdict == Verdict::pass);
                CHECK(last.sentence.str().find("; until ") != std::string::npos);
                const Finding next = on(policy::day_after(group.until));
                CHECK(is_violation(next));
                const auto expected = std::string(tls::format(version) + " " + tls::format(group.suites.back()));
                CHECK(std::ranges::find(next.subjects, expected) != next.subjects.end());
                ++groups;
            }
        }
    }
    CHECK(groups >= 7);
}

TEST_CASE("the words for the day on which a verdict changes are the last day on which it holds")
{
    EndpointResult result = test::passing(*test::find_policy("bsi"), Role::submission);
    test::set_cell(result, tls::ProtocolVersion::tls1_2, tls::CipherSuite::TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256,
                   CellState::accepted);
    const Finding finding = finding_on("2026-11-30", "bsi", "suites", Role::submission, result);
    CHECK(finding.verdict == Verdict::pass);
    CHECK(finding.sentence.str().find("; until 31 December 2026, then warn: ") != std::string::npos);
}

TEST_CASE("an alias stands on a policy that no other policy follows")
{
    std::set<std::string> followed;
    const std::vector<std::string> names = policy::policy_names();
    for (const std::string& name : names) {
        const Policy policy = *test::find_policy(name);
        for (const std::string& older : policy.supersedes) {
            INFO(name << " follows " << older);
            CHECK(std::ranges::find(names, older) != names.end());
            followed.insert(older);
        }
    }
    CHECK(followed == std::set<std::string>{"mozilla-5.7-old", "rfc9325"});
    for (const std::string& name : names) {
        INFO(name);
        CHECK((policy::aliases_of(name).empty() || !followed.contains(name)));
    }
}

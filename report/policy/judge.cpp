#include "report/policy/judge.hpp"

#include "report/policy/checks.hpp"
#include "report/policy/names.hpp"
#include "report/policy/remedies.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace smtptls::policy {
namespace {

using model::EndpointStatus;
using model::Finding;
using model::Role;
using model::Verdict;

/// Why no rule is asked of the endpoint; empty: some are.
std::string out_of_reach(const Seen& seen, const PolicyRule& rule)
{
    switch (seen.result().status) {
        case EndpointStatus::not_offered: return "the port is closed";
        case EndpointStatus::not_tested: return "there is no way to this address from here, and it was not asked for";
        case EndpointStatus::no_starttls:
            return needs_tls(rule.check) ? "there is no TLS here: STARTTLS is not offered" : "";
        default: return "";
    }
}

std::string failure_of(const model::EndpointResult& result)
{
    if (!result.failure) {
        return "TLS was not reached";
    }
    const std::string words = result.failure->text.escaped();
    return "TLS was not reached: " + std::string(format(result.failure->reason)) + " at " +
           std::string(format(result.failure->stage)) + (words.empty() ? "" : ": " + words);
}

// "31 December 2026"
std::string in_words(const std::string& day)
{
    static constexpr std::array months = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
    const auto number = [&day](std::size_t from, std::size_t count) { return std::stoul(day.substr(from, count)); };
    return std::to_string(number(8, 2)) + " " + months.at(number(5, 2) - 1) + " " + day.substr(0, 4);
}

// Why a rule does not hold on the day.
std::string out_of_time(const PolicyRule& rule, const std::string& day)
{
    return day < rule.from ? "holds from " + in_words(rule.from) + " on" : "held until " + in_words(rule.until);
}

Outcome outcome_of(const PolicyRule& rule, Role role, const Seen& seen, const std::string& day)
{
    if (!rule.holds) {
        return not_applicable(out_of_time(rule, day));
    }
    if (!rule.level(role)) {
        return not_applicable("asks nothing of the role " + std::string(format(role)));
    }
    const std::string why = out_of_reach(seen, rule);
    if (!why.empty()) {
        return not_applicable(why);
    }
    if (seen.is(EndpointStatus::failed) && needs_tls(rule.check) &&
        !std::holds_alternative<check::HasFeature>(rule.check)) {
        Outcome outcome;
        outcome.open.push_back(failure_of(seen.result()));
        return outcome;
    }
    return apply(rule.check, seen);
}

// Where a rule cannot be decided the sentence says for want of what.
void settle(Finding& finding, Outcome outcome, std::optional<Level> level)
{
    finding.sentence = std::move(outcome.sentence);
    finding.subjects = std::move(outcome.faults);
    if (!outcome.applies || !level) {
        finding.verdict = Verdict::not_applicable;
    } else if (!finding.subjects.empty()) {
        finding.verdict = violation(*level);
        finding.open_subjects = std::move(outcome.open);
        if (!finding.open_subjects.empty()) {
            finding.sentence = finding.sentence + ("; not known: " + shortened(finding.open_subjects));
        }
    } else if (!outcome.open.empty()) {
        finding.verdict = Verdict::inconclusive;
        finding.sentence = "not known: " + shortened(outcome.open);
        finding.subjects = outcome.open;
        finding.open_subjects = std::move(outcome.open);
    } else if (!outcome.unasked.empty()) {
        finding.verdict = Verdict::not_asked;
        finding.sentence = "not asked: " + shortened(outcome.unasked);
    } else if (!outcome.unjudged.empty()) {
        finding.verdict = Verdict::not_judged;
        finding.sentence = "newer than the document: " + shortened(outcome.unjudged);
    } else {
        finding.verdict = Verdict::pass;
    }
}

// The days on which the rule changes, each the first of what is new.
std::set<std::string> turns_of(const PolicyRule& rule)
{
    std::set<std::string> turns;
    const auto add_end = [&turns](const std::string& until) {
        if (!until.empty()) {
            turns.insert(day_after(until));
        }
    };
    if (!rule.from.empty()) {
        turns.insert(rule.from);
    }
    add_end(rule.until);
    if (const auto* const allowed = std::get_if<check::SuitesAllowed>(&rule.check)) {
        for (const check::SuiteGroup& group : allowed->groups) {
            add_end(group.until);
        }
    }
    return turns;
}

bool is_violation(Verdict verdict)
{
    return verdict == Verdict::fail || verdict == Verdict::warn || verdict == Verdict::advice;
}

// What is no violation today and will be one on a day that the document names.
void foretell(const PolicyRule& rule, Role role, const Seen& seen, const std::string& day, Finding& finding)
{
    if (day.empty() || is_violation(finding.verdict) || finding.verdict == Verdict::inconclusive) {
        return;
    }
    for (const std::string& turn : turns_of(rule)) {
        if (turn <= day) {
            continue;
        }
        PolicyRule changed = rule;
        set_day(changed, turn);
        Finding then;
        settle(then, outcome_of(changed, role, seen, turn), changed.level(role));
        if (is_violation(then.verdict)) {
            const std::string then_words = ", then " + std::string(format(then.verdict)) + ": " + then.sentence.str();
            // A rule that is still to come says from when on.
            const bool begins = !rule.holds && turn == rule.from;
            finding.sentence =
                finding.sentence + ((begins ? "" : "; until " + in_words(day_before(turn))) + then_words);
            return;
        }
    }
}

std::vector<std::string> notes_for(const Policy& policy, Role role, const model::Judgement& judgement)
{
    std::vector<std::string> notes = policy.role_notes.at(static_cast<std::size_t>(role));
    if (const std::string cost = cost_of_port_25(policy, role, judgement); !cost.empty()) {
        notes.push_back(cost);
    }
    return notes;
}

}  // namespace

model::Role role_of(const model::Endpoint& endpoint)
{
    constexpr std::uint16_t relay_port = 25;
    if (endpoint.mode == model::TlsMode::implicit) {
        return Role::submissions;
    }
    return endpoint.port == relay_port ? Role::mx : Role::submission;
}

model::FindingId finding_id(const Policy& policy, const PolicyRule& rule, const model::Endpoint& endpoint)
{
    return {policy.name + "/" + rule.id, endpoint.host + " " + format(endpoint)};
}

model::Finding judge(const Policy& policy, const PolicyRule& rule, Role role, const Seen& seen)
{
    Finding finding;
    finding.id = finding_id(policy, rule, seen.result().endpoint);
    finding.rule = rule.id;
    finding.requirement = rule.asks;
    finding.source = rule.ours ? "a rule of ours" + (rule.cites.empty() ? "" : ", after " + rule.source) : rule.source;
    finding.ours = rule.ours;
    finding.level = rule.level(role);
    Outcome outcome = outcome_of(rule, role, seen, policy.day);
    std::ranges::sort(outcome.evidence);
    outcome.evidence.erase(std::unique(outcome.evidence.begin(), outcome.evidence.end()), outcome.evidence.end());
    finding.evidence = outcome.evidence;
    settle(finding, std::move(outcome), rule.level(role));
    foretell(rule, role, seen, policy.day, finding);
    return finding;
}

model::Verdict worst(const std::vector<Finding>& findings)
{
    static constexpr std::array order = {Verdict::fail,       Verdict::inconclusive,  Verdict::warn,
                                         Verdict::advice,     Verdict::pass,          Verdict::not_asked,
                                         Verdict::not_judged, Verdict::not_applicable};
    for (const Verdict verdict : order) {
        if (std::ranges::any_of(findings, [verdict](const Finding& one) { return one.verdict == verdict; })) {
            return verdict;
        }
    }
    return Verdict::not_applicable;
}

model::Judgement judge(const Policy& policy, Role role, const Seen& seen)
{
    model::Judgement judgement;
    judgement.policy = policy.name;
    judgement.role = role;
    judgement.findings.reserve(policy.rules.size());
    for (const PolicyRule& rule : policy.rules) {
        judgement.findings.push_back(judge(policy, rule, role, seen));
    }
    judgement.verdict = worst(judgement.findings);
    judgement.notes = notes_for(policy, role, judgement);
    return judgement;
}

std::string server_name_of(const model::ScanHead& scan)
{
    const auto found = std::ranges::find(scan.options, "sni", &std::pair<std::string, std::string>::first);
    return found == scan.options.end() ? "" : found->second;
}

std::vector<model::UsedPolicy> used(const std::vector<Policy>& policies)
{
    std::vector<model::UsedPolicy> all;
    std::ranges::transform(policies, std::back_inserter(all), [](const Policy& policy) {
        return model::UsedPolicy{policy.name, policy.title, policy.date, policy.notes};
    });
    return all;
}

model::Judgement judge(const Policy& policy, Role role, const model::EndpointResult& result,
                       const std::string& server_name)
{
    return judge(policy, role, Seen(result, server_name));
}

std::vector<model::Judgement> judge(std::span<const Policy> policies, std::optional<Role> role,
                                    const model::EndpointResult& result, const std::string& server_name)
{
    std::vector<model::Judgement> judgements;
    if (policies.empty()) {
        return judgements;
    }
    const std::string& own_name = result.endpoint.server_name;
    const Seen seen(result, own_name.empty() ? server_name : own_name);
    const Role given = role.value_or(role_of(result.endpoint));
    for (const Policy& policy : policies) {
        judgements.push_back(judge(policy, result.endpoint.role.value_or(given), seen));
    }
    give_remedies(policies, seen, judgements);
    return judgements;
}

model::Report judge_all(model::ScanResult scan, const std::vector<Policy>& policies, std::optional<Role> role)
{
    model::Report report;
    report.scan = std::move(scan);
    report.policies = used(policies);
    const std::string server_name = server_name_of(report.scan);
    for (std::size_t i = 0; i < report.scan.endpoints.size(); ++i) {
        for (model::Judgement& one : judge(policies, role, report.scan.endpoints[i], server_name)) {
            report.judgements.push_back(std::move(one));
            report.judgements.back().endpoint = i;
        }
    }
    return report;
}

}  // namespace smtptls::policy

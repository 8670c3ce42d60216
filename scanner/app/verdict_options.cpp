#include "app/verdict_options.hpp"

#include "app/file.hpp"
#include "base/untrusted_text.hpp"
#include "record/policy.hpp"
#include "report/policy/policies.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace smtptls::app {
namespace {

std::string shown(const std::string& path)
{
    return base::UntrustedText(path).escaped();
}

base::Expected<model::Policy, std::string> load_policy(const std::string& name)
{
    if (!name.ends_with(".json")) {
        return policy::find_policy(name);
    }
    const auto text = read_file(name, record::policy_limit);
    if (!text) {
        return base::Unexpected<std::string>(text.error());
    }
    auto policy = record::decode_policy(*text);
    if (!policy) {
        return base::Unexpected<std::string>(shown(name) + ": " + policy.error());
    }
    return policy;
}

std::optional<Leave> load_policies(const RawVerdict& raw, const std::string& command, VerdictOptions& options)
{
    for (const std::string& name : raw.policies) {
        auto policy = load_policy(name);
        if (!policy) {
            return wrong_usage(policy.error(), command);
        }
        const bool twice =
            std::ranges::find(options.policies, policy->name, &model::Policy::name) != options.policies.end();
        if (twice) {
            return wrong_usage("the policy " + policy->name + " is named twice", command);
        }
        options.policies.push_back(*std::move(policy));
    }
    return std::nullopt;
}

std::optional<Leave> load_waivers(const RawVerdict& raw, const std::string& command, VerdictOptions& options)
{
    if (raw.waivers.empty()) {
        return std::nullopt;
    }
    const auto text = read_file(raw.waivers, record::policy_limit);
    if (!text) {
        return wrong_usage(text.error(), command);
    }
    auto waivers = record::decode_waivers(*text);
    if (!waivers) {
        return wrong_usage(shown(raw.waivers) + ": " + waivers.error(), command);
    }
    options.waivers = *std::move(waivers);
    return std::nullopt;
}

std::optional<Leave> load_baseline(const RawVerdict& raw, VerdictOptions& options)
{
    if (raw.baseline.empty()) {
        return std::nullopt;
    }
    auto scan = read_scan(raw.baseline);
    if (!scan) {
        return Leave{3, "", "smtptls-scan: " + scan.error() + "\n"};
    }
    options.baseline = *std::move(scan);
    options.baseline_name = shown(raw.baseline);
    return std::nullopt;
}

}  // namespace

void declare_verdict(CLI::App& cli, RawVerdict& raw)
{
    cli.add_option("--policy", raw.policies, "judge by this policy, or a .json file; repeat (smtptls-scan policy list)")
        ->type_name("NAME")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    cli.add_option("--role", raw.role, "what the ports are for: auto, mx, mx-mandatory, submission or submissions")
        ->check(CLI::IsMember({"auto", "mx", "mx-mandatory", "submission", "submissions"}))
        ->type_name("ROLE")
        ->capture_default_str();
    cli.add_option("--waivers", raw.waivers, "violations that somebody answers for, until a day")->type_name("FILE");
    cli.add_option("--baseline", raw.baseline, "an earlier scan's JSON to compare with")->type_name("FILE");
    cli.add_option("--fail-on", raw.fail_on, "exit code 1 for any violation, or for those that the baseline had not")
        ->check(CLI::IsMember({"any", "new"}))
        ->type_name("WHICH")
        ->capture_default_str();
}

std::variant<VerdictOptions, Leave> checked_verdict(const RawVerdict& raw, const std::string& command)
{
    VerdictOptions options;
    if (raw.policies.empty() && (!raw.waivers.empty() || !raw.baseline.empty() || raw.role != "auto")) {
        return wrong_usage("--role, --waivers and --baseline go with --policy", command);
    }
    if (raw.fail_on == "new" && raw.baseline.empty()) {
        return wrong_usage("--fail-on new goes with --baseline", command);
    }
    options.fail_on = raw.fail_on == "new" ? policy::FailOn::added : policy::FailOn::any;
    for (const model::Role role : model::all_roles) {
        if (format(role) == raw.role) {
            options.role = role;
        }
    }
    if (auto leave = load_policies(raw, command, options)) {
        return std::move(*leave);
    }
    if (auto leave = load_waivers(raw, command, options)) {
        return std::move(*leave);
    }
    if (auto leave = load_baseline(raw, options)) {
        return std::move(*leave);
    }
    return options;
}

}  // namespace smtptls::app

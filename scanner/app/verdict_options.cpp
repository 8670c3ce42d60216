#include "app/verdict_options.hpp"

#include "app/file.hpp"
#include "app/parser.hpp"
#include "base/clock.hpp"
#include "base/text_layout.hpp"
#include "base/untrusted_text.hpp"
#include "json/parse.hpp"
#include "report/policy/policies.hpp"
#include "report/policy/policy_json.hpp"

#include <algorithm>

namespace smtptls::app {
namespace {

// By the day, and without rules of ours where the document's alone are wanted.
void prepare(const Line& line, policy::Policy& policy)
{
    const bool given = line.has("--as-of");
    policy::set_day(policy, given ? line.text("--as-of") : base::today_utc());
    if (given) {
        policy.notes.push_back("judged as of " + policy.day + " (--as-of)");
    }
    if (line.has("--only-document")) {
        const auto ours = std::erase_if(policy.rules, [](const policy::PolicyRule& rule) { return rule.ours; });
        if (ours > 0) {
            policy.notes.push_back(base::plural(ours, "rule") + " of ours left out (--only-document)");
        }
    }
}

std::optional<Leave> load_policies(const Line& line, VerdictOptions& options)
{
    for (const std::string& name : line.all("--policy")) {
        auto policy = load_policy(name);
        if (!policy) {
            return wrong_usage(policy.error(), line.command().name());
        }
        const bool twice =
            std::ranges::find(options.policies, policy->name, &policy::Policy::name) != options.policies.end();
        if (twice) {
            return wrong_usage("the policy " + policy->name + " is named twice", line.command().name());
        }
        options.policies.push_back(*std::move(policy));
        prepare(line, options.policies.back());
    }
    return std::nullopt;
}

std::optional<Leave> load_waivers(const Line& line, VerdictOptions& options)
{
    if (!line.has("--waivers")) {
        return std::nullopt;
    }
    const auto text = read_file(line.text("--waivers"), policy::policy_limit);
    if (!text) {
        return wrong_usage(text.error(), line.command().name());
    }
    auto waivers = policy::decode_waivers(*text);
    if (!waivers) {
        return wrong_usage(json::in_file(base::escaped(line.text("--waivers")), waivers.error()),
                           line.command().name());
    }
    options.waivers = *std::move(waivers);
    return std::nullopt;
}

std::optional<Leave> load_baseline(const Line& line, VerdictOptions& options)
{
    if (!line.has("--baseline")) {
        return std::nullopt;
    }
    auto scan = read_scan(line.text("--baseline"));
    if (!scan) {
        return Leave{3, "", "smtptls-scan: " + scan.error() + "\n"};
    }
    options.baseline = *std::move(scan);
    options.baseline_name = base::escaped(line.text("--baseline"));
    return std::nullopt;
}

}  // namespace

base::Expected<policy::Policy, std::string> load_policy(const std::string& name)
{
    if (!name.ends_with(".json")) {
        return policy::find_policy(name);
    }
    const auto text = read_file(name, policy::policy_limit);
    if (!text) {
        return base::Unexpected<std::string>(text.error());
    }
    auto policy = policy::decode_policy(*text);
    if (!policy) {
        return base::Unexpected<std::string>(json::in_file(base::escaped(name), policy.error()));
    }
    return policy;
}

std::variant<VerdictOptions, Leave> checked_verdict(const Line& line)
{
    VerdictOptions options;
    const std::string command = line.command().name();
    const std::string role = line.text("--role");
    const bool judges = line.has("--waivers") || line.has("--as-of") || line.has("--only-document");
    if (!line.has("--policy") && (judges || role != "auto")) {
        return wrong_usage("--role, --waivers, --as-of and --only-document go with --policy", command);
    }
    if (line.has("--as-of") && !policy::is_day(line.text("--as-of"))) {
        return wrong_usage("--as-of takes a day such as 2026-12-31, not " + base::escaped(line.text("--as-of")),
                           command);
    }
    const bool only_new = line.text("--fail-on") == "new";
    if (only_new && !(line.has("--baseline") && line.has("--policy"))) {
        return wrong_usage("--fail-on new goes with --policy and --baseline", command);
    }
    options.fail_on = only_new ? policy::FailOn::added : policy::FailOn::any;
    const auto known = std::ranges::find(model::all_roles, role, [](model::Role one) { return format(one); });
    if (known != model::all_roles.end()) {
        options.role = *known;
    }
    if (auto leave = load_policies(line, options)) {
        return std::move(*leave);
    }
    if (auto leave = load_waivers(line, options)) {
        return std::move(*leave);
    }
    if (auto leave = load_baseline(line, options)) {
        return std::move(*leave);
    }
    return options;
}

}  // namespace smtptls::app

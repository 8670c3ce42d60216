#include "api/policy.hpp"

#include "base/clock.hpp"
#include "base/untrusted_text.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/policies.hpp"
#include "report/policy/policy_json.hpp"

#include <span>

namespace smtptls {
namespace {

base::Expected<Policy, std::string> wrapped(base::Expected<policy::Policy, std::string> rules)
{
    if (!rules) {
        return base::Unexpected<std::string>(std::move(rules.error()));
    }
    policy::set_day(*rules, base::today_utc());
    return Policy(*std::move(rules));
}

}  // namespace

std::vector<std::string> Policy::names()
{
    return policy::policy_names();
}

base::Expected<Policy, std::string> Policy::named(const std::string& name)
{
    return wrapped(policy::find_policy(name));
}

base::Expected<Policy, std::string> Policy::parse(std::string_view json)
{
    if (json.size() > policy::policy_limit) {
        return base::Unexpected<std::string>("a policy has at most 1 MiB");
    }
    return wrapped(policy::decode_policy(json));
}

base::Expected<Policy, std::string> Policy::as_of(const std::string& day) const
{
    if (!policy::is_day(day)) {
        return base::Unexpected<std::string>(base::escaped(day) + " is not a day such as 2026-12-31");
    }
    policy::Policy rules = *rules_;
    policy::set_day(rules, day);
    return Policy(std::move(rules));
}

Policy::Policy(policy::Policy rules) : rules_(std::make_shared<const policy::Policy>(std::move(rules)))
{
}

const std::string& Policy::name() const
{
    return rules_->name;
}

const std::string& Policy::title() const
{
    return rules_->title;
}

const std::string& Policy::date() const
{
    return rules_->date;
}

model::Judgement judge(const model::EndpointResult& result, const Policy& policy, std::optional<model::Role> role,
                       const std::string& server_name)
{
    return policy::judge(std::span(&policy.rules(), 1), role, result, server_name).front();
}

}  // namespace smtptls

#include "report/policy/policies.hpp"

#include "record/policy.hpp"
#include "report/policy/checks.hpp"
#include "report/policy/embedded.hpp"

#include <algorithm>
#include <array>

namespace smtptls::policy {
namespace {

struct Alias {
    std::string_view alias;
    std::string_view name;
};

constexpr std::array aliases = {
#define ALIAS(alias, name) Alias{#alias, #name},
#include "report/policy/aliases.def"
#undef ALIAS
};

std::string_view full_name(std::string_view name)
{
    const auto found = std::ranges::find(aliases, name, &Alias::alias);
    return found == aliases.end() ? name : found->name;
}

}  // namespace

std::vector<std::string> policy_names()
{
    std::vector<std::string> names;
    for (const Embedded& one : embedded_policies()) {
        names.emplace_back(one.name);
    }
    return names;
}

std::vector<std::string> aliases_of(std::string_view name)
{
    std::vector<std::string> all;
    for (const Alias& one : aliases) {
        if (one.name == name) {
            all.emplace_back(one.alias);
        }
    }
    return all;
}

base::Expected<model::Policy, std::string> find_policy(std::string_view name)
{
    const auto& all = embedded_policies();
    const auto found = std::ranges::find(all, full_name(name), &Embedded::name);
    if (found != all.end()) {
        return record::decode_policy(found->json);
    }
    std::string known;
    for (const Embedded& one : all) {
        known += (known.empty() ? "" : ", ") + std::string(one.name);
    }
    return base::Unexpected<std::string>("there is no policy " + base::UntrustedText(name).escaped() + ": " + known +
                                         ", or a file that ends with .json");
}

bool forbids(const model::Policy& policy, model::Role role, tls::ProtocolVersion version, tls::CipherSuite suite,
             model::Level least)
{
    return std::ranges::any_of(policy.rules, [&](const model::PolicyRule& rule) {
        const auto level = rule.level(role);
        return level && *level <= least && forbids(rule.check, version, suite);
    });
}

bool is_askable(tls::ProtocolVersion version, const tls::SuiteInfo& suite)
{
    const bool ssl2 = version == tls::ProtocolVersion::ssl2;
    const bool tls13 = version == tls::ProtocolVersion::tls1_3;
    return tls::is_ssl2(suite.code) == ssl2 && (suite.lowest == tls::ProtocolVersion::tls1_3) == tls13;
}

std::vector<tls::CipherSuite> forbidden(const model::Policy& policy, model::Role role, tls::ProtocolVersion version,
                                        model::Level least)
{
    std::vector<tls::CipherSuite> suites;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (is_askable(version, info) && forbids(policy, role, version, info.code, least)) {
            suites.push_back(info.code);
        }
    }
    return suites;
}

}  // namespace smtptls::policy

#include "report/policy/policies.hpp"

#include "base/nearest.hpp"
#include "base/text_layout.hpp"
#include "report/policy/checks.hpp"
#include "report/policy/embedded.hpp"
#include "report/policy/policy_json.hpp"

#include <algorithm>
#include <array>
#include <iterator>

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

base::Expected<Policy, std::string> find_policy(std::string_view name)
{
    const auto& all = embedded_policies();
    const std::string wanted = base::lower(name);
    const auto found = std::ranges::find(all, full_name(wanted), &Embedded::name);
    if (found != all.end()) {
        return decode_policy(found->json);
    }
    std::string known;
    std::vector<std::string_view> words;
    for (const Embedded& one : all) {
        const std::vector<std::string> short_names = aliases_of(one.name);
        known += std::string(one.name) + (short_names.empty() ? "" : " (" + base::joined(short_names) + ")") + ", ";
        words.push_back(one.name);
    }
    std::ranges::transform(aliases, std::back_inserter(words), &Alias::alias);
    const std::string meant(base::nearest(name, words));
    return base::Unexpected<std::string>("there is no policy " + base::escaped(name) +
                                         (meant.empty() ? "." : "; did you mean " + meant + "?") + " There are " +
                                         known + "and files of your own that end with .json");
}

bool forbids(const Policy& policy, model::Role role, tls::ProtocolVersion version, tls::CipherSuite suite, Level least)
{
    return std::ranges::any_of(policy.rules, [&](const PolicyRule& rule) {
        const auto level = rule.level(role);
        return level && *level <= least && forbids(rule.check, version, suite);
    });
}

std::vector<tls::CipherSuite> forbidden(const Policy& policy, model::Role role, tls::ProtocolVersion version,
                                        Level least)
{
    std::vector<tls::CipherSuite> suites;
    std::ranges::copy_if(tls::suites_of(version), std::back_inserter(suites),
                         [&](tls::CipherSuite suite) { return forbids(policy, role, version, suite, least); });
    return suites;
}

}  // namespace smtptls::policy

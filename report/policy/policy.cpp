#include "report/policy/policy.hpp"

namespace smtptls::policy {
namespace {

struct Words {
    std::string_view name;
    model::Fact observation;
    std::string_view phrase;
};

constexpr std::array features = {
#define FEATURE(name, observation, phrase) Words{#name, model::Fact::observation, phrase},
#include "report/policy/features.def"
#undef FEATURE
};

static_assert(static_cast<std::size_t>(last_feature) + 1 == features.size());

}  // namespace

std::string_view format(Feature value)
{
    return features.at(static_cast<std::size_t>(value)).name;
}

std::string_view phrase_of(Feature value)
{
    return features.at(static_cast<std::size_t>(value)).phrase;
}

model::Fact observation_of(Feature value)
{
    return features.at(static_cast<std::size_t>(value)).observation;
}

void set_day(PolicyRule& rule, const std::string& day)
{
    rule.holds = rule.from <= day && (rule.until.empty() || day <= rule.until);
    if (auto* const allowed = std::get_if<check::SuitesAllowed>(&rule.check)) {
        for (check::SuiteGroup& group : allowed->groups) {
            group.over = !group.until.empty() && group.until < day;
        }
    }
}

void set_day(Policy& policy, const std::string& day)
{
    policy.day = day;
    for (PolicyRule& rule : policy.rules) {
        set_day(rule, day);
    }
}

std::string_view format(Read value)
{
    switch (value) {
        case Read::original: return "original";
        case Read::copy: return "copy";
        case Read::code: return "code";
        case Read::extract: return "extract";
    }
    return "extract";
}

std::string_view check::format(Of value)
{
    switch (value) {
        case check::Of::leaf: return "leaf";
        case check::Of::issuers: return "issuers";
        case check::Of::all: return "all";
    }
    return "all";
}

Verdict violation(Level level)
{
    switch (level) {
        case Level::must: return Verdict::fail;
        case Level::should: return Verdict::warn;
        case Level::may: return Verdict::advice;
    }
    return Verdict::fail;
}

}  // namespace smtptls::policy

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

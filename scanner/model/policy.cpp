#include "model/policy.hpp"

namespace smtptls::model {
namespace {

struct Words {
    std::string_view name;
    std::string_view observation;
    std::string_view phrase;
};

constexpr std::array properties = {
#define PROPERTY(name, word, phrase) Words{word, "", phrase},
#include "model/suite_properties.def"
#undef PROPERTY
};

constexpr std::array features = {
#define FEATURE(name, observation, phrase) Words{#name, observation, phrase},
#include "model/features.def"
#undef FEATURE
};

static_assert(static_cast<std::size_t>(last_property) + 1 == properties.size());
static_assert(static_cast<std::size_t>(last_feature) + 1 == features.size());

}  // namespace

std::string_view format(Level level)
{
    static constexpr std::array<std::string_view, 3> names = {"must", "should", "may"};
    return names.at(static_cast<std::size_t>(level));
}

std::string_view format(SuiteProperty value)
{
    return properties.at(static_cast<std::size_t>(value)).name;
}

std::string_view format(Feature value)
{
    return features.at(static_cast<std::size_t>(value)).name;
}

std::string_view phrase_of(SuiteProperty value)
{
    return properties.at(static_cast<std::size_t>(value)).phrase;
}

std::string_view phrase_of(Feature value)
{
    return features.at(static_cast<std::size_t>(value)).phrase;
}

std::string_view observation_of(Feature value)
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

}  // namespace smtptls::model

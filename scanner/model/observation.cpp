#include "model/observation.hpp"

#include <algorithm>
#include <array>

namespace smtptls::model {
namespace {

constexpr std::array facts = {
#define OBSERVATION(name, id, type, subject, label, sentence, page) \
    FactInfo{id, FactType::type, subject, label, sentence, page},
#define AWAITED(name, id, type) FactInfo{id, FactType::type, "", id, "", ""},
#include "model/observations.def"
#undef AWAITED
#undef OBSERVATION
};

}  // namespace

const FactInfo& info_of(Fact fact)
{
    return facts.at(static_cast<std::size_t>(fact));
}

std::string_view format(Fact fact)
{
    return info_of(fact).id;
}

std::optional<Fact> parse_fact(std::string_view id)
{
    const auto* const found = std::ranges::find(facts, id, &FactInfo::id);
    return found == facts.end() ? std::nullopt : std::optional(static_cast<Fact>(found - facts.begin()));
}

bool is_of_certificate(Fact fact)
{
    return info_of(fact).subject == "certificate";
}

std::span<const FactInfo> all_facts()
{
    return facts;
}

}  // namespace smtptls::model

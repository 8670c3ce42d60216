#include "report/policy/checks.hpp"

#include <algorithm>

namespace smtptls::policy {

Outcome not_applicable(std::string why)
{
    Outcome outcome;
    outcome.applies = false;
    outcome.sentence = std::move(why);
    return outcome;
}

std::string shortened(const std::vector<std::string>& words)
{
    constexpr std::size_t shown = 3;
    const std::size_t whole = words.size() <= shown + 1 ? words.size() : shown;
    std::string text;
    for (std::size_t i = 0; i < whole; ++i) {
        const bool last = i + 1 == words.size();
        text += (i == 0 ? "" : last ? " and " : ", ") + words[i];
    }
    return whole == words.size() ? text : text + " and " + std::to_string(words.size() - whole) + " more";
}

Outcome apply(const Check& check, const Seen& seen)
{
    return std::visit([&seen](const auto& one) { return apply(one, seen); }, check);
}

bool needs_tls(const Check& check)
{
    namespace check_of = check;
    if (const auto* const has = std::get_if<check_of::HasFeature>(&check)) {
        static constexpr std::array beside_tls = {
            Feature::plaintext_refused,    Feature::dane, Feature::mta_sts, Feature::tls_reporting,
            Feature::implicit_tls_offered, Feature::caa,  Feature::dnssec,  Feature::srv_submissions,
            Feature::tls_reporting_by_mail};
        return std::ranges::find(beside_tls, has->feature) == beside_tls.end();
    }
    return !std::holds_alternative<check_of::StarttlsOffered>(check) &&
           !std::holds_alternative<check_of::NoAuthBeforeTls>(check);
}

}  // namespace smtptls::policy

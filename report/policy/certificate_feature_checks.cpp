// Checks about what certificates say of their use and of revocation, leaf by leaf: features whose observation is one of
// a certificate.
#include "report/policy/checks.hpp"
#include "report/policy/leaves.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

using model::Fact;

// What the observation says: a count as well as a yes.
std::optional<bool> told(const Seen& seen, Fact fact, const Leaf& leaf)
{
    const model::Observation* const one = seen.find(fact, leaf.subject);
    if (one == nullptr) {
        return std::nullopt;
    }
    if (const auto* const number = std::get_if<std::int64_t>(&one->value)) {
        return *number > 0;
    }
    const bool* const value = std::get_if<bool>(&one->value);
    return value != nullptr ? std::optional(*value) : std::nullopt;
}

// The same fact of the issuers that were shown; the leaf's own where it is about issuers anyway.
Fact issuers_fact(Feature feature)
{
    switch (feature) {
        case Feature::certificate_key_usage: return Fact::certificate_issuer_usage;
        case Feature::certificate_revocation: return Fact::certificate_issuer_revocation;
        default: return observation_of(feature);
    }
}

bool is_about_issuers(const check::HasFeature& check)
{
    return check.of == check::Of::issuers || check.feature == Feature::certificate_ca_constraints;
}

// "a certificate with a critical keyUsage" is what it is or is not; "a stapled OCSP answer" it has or has not.
std::string fault_of(const check::HasFeature& check)
{
    const std::string phrase(phrase_of(check.feature));
    if (phrase.starts_with("a certificate")) {
        return (check.wanted ? "it is not " : "it is ") + phrase;
    }
    return (check.wanted ? "without " : "with ") + phrase;
}

// Where nobody can say whether it is so.
Judged without_value(const check::HasFeature& check, const Seen& seen, const Leaf& leaf)
{
    const std::string phrase(phrase_of(check.feature));
    if (check.feature == Feature::certificate_not_revoked) {
        if (told(seen, Fact::certificate_revocation_open, leaf).value_or(false)) {
            return {.open = "whether it is revoked"};
        }
        if (told(seen, Fact::certificate_revocation_named, leaf) == false) {
            return {.unjudged = "whether it is revoked (it names no OCSP responder and no revocation list)"};
        }
    }
    // Without any keyUsage it is not limited to signing, and does not say that it may.
    if (check.feature == Feature::certificate_key_signs && told(seen, Fact::certificate_key_usage, leaf)) {
        return {.fault = check.wanted ? fault_of(check) : ""};
    }
    return {.unasked = phrase};
}

Whose whose(const check::HasFeature& check)
{
    const bool of_host = check.feature == Feature::status_request || check.feature == Feature::certificate_not_revoked;
    return of_host ? Whose::host : Whose::anybody;
}

Judged judge_leaf(const check::HasFeature& check, const Seen& seen, const Leaf& leaf)
{
    if (whose(check) == Whose::host && leaf.shown_to_others) {
        return {};
    }
    const std::optional<bool> value = told(seen, observation_of(check.feature), leaf);
    if (!value) {
        return without_value(check, seen, leaf);
    }
    const bool cannot =
        check.feature == Feature::status_request && !*value && told(seen, Fact::certificate_ocsp_named, leaf) == false;
    if (cannot) {
        return {.unjudged = "a stapled OCSP answer (it names no OCSP responder)"};
    }
    return {.fault = *value == check.wanted ? "" : fault_of(check)};
}

Judged judge_issuers(const check::HasFeature& check, const Seen& seen, const Leaf& leaf)
{
    const std::optional<bool> value = told(seen, issuers_fact(check.feature), leaf);
    if (value) {
        const std::string fault = check.feature == Feature::certificate_ca_constraints
                                      ? fault_of(check)
                                      : "an issuer behind it: " + fault_of(check);
        return {.fault = *value == check.wanted ? "" : fault};
    }
    const bool shown = leaf.issuers && !leaf.issuers->empty();
    return {.unasked = hides_issuers(leaf) || shown ? "the issuers" : ""};
}

}  // namespace

Outcome apply_to_certificates(const check::HasFeature& check, const Seen& seen)
{
    if (seen.leaves().empty()) {
        return without_leaf(seen);
    }
    Tally tally;
    for (const Leaf& leaf : seen.leaves()) {
        tally.outcome().rest_on(leaf.evidence);
        if (!is_about_issuers(check)) {
            tally.take(leaf, judge_leaf(check, seen, leaf));
        }
        const bool of_issuers = is_about_issuers(check) || check.of == check::Of::all;
        if (of_issuers && (hides_issuers(leaf) || !leaf.issuers.value_or(std::vector<Shown>()).empty())) {
            tally.take(leaf, judge_issuers(check, seen, leaf));
        }
    }
    if (!tally.is_told() && !seen.may_hide_a_leaf() && !seen.may_leave_out_a_leaf()) {
        return not_applicable("no issuer but a root is shown, or the certificate signed itself");
    }
    return tally.end(seen, (check.wanted ? "seen: " : "not seen: ") + std::string(phrase_of(check.feature)),
                     whose(check));
}

}  // namespace smtptls::policy

// Checks about the SMTP dialogue and about features, which an observation tells or nobody asked.
#include "report/policy/checks.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

namespace check = check;
using model::EndpointStatus;
using tls::ProtocolVersion;

constexpr model::Fact keywords_before = model::Fact::smtp_keywords_before_tls;
constexpr model::Fact injected = model::Fact::smtp_plaintext_after_starttls;

Outcome open_for(std::string what)
{
    Outcome outcome;
    outcome.open.push_back(std::move(what));
    return outcome;
}

// Accepted, or not asked about by a scan for other verdicts.
bool may_accept(const Seen& seen, const Seen::Predicate& which)
{
    return seen.accepts(which) || seen.leaves_out(which);
}

bool is_cbc(const model::CellView& cell)
{
    return has_property(cell.suite, SuiteProperty::cbc);
}

bool is_old(const model::CellView& cell)
{
    return cell.version < ProtocolVersion::tls1_2;
}

// A scheme that was seen to sign a key exchange proves that the server signs with it.
std::optional<bool> value_of(Feature feature, const Seen& seen)
{
    const auto told = seen.boolean(observation_of(feature));
    if (told || feature != Feature::sha1_key_exchange) {
        return told;
    }
    const auto weak = [](const std::string& scheme) {
        return scheme.find("sha1") != std::string::npos || scheme.find("md5") != std::string::npos;
    };
    const bool seen_weak = std::ranges::any_of(seen.list(model::Fact::key_exchange_signatures_seen), weak);
    return seen_weak ? std::optional(true) : std::nullopt;
}

}  // namespace

Outcome apply(const check::HasFeature& check, const Seen& seen)
{
    if (model::is_of_certificate(observation_of(check.feature))) {
        return apply_to_certificates(check, seen);
    }
    const std::string what(phrase_of(check.feature));
    const bool reached = !seen.result().matrix.empty();
    if (check.only_with_cbc && reached && !may_accept(seen, is_cbc)) {
        return not_applicable("no CBC suite is accepted");
    }
    if (check.only_with_old && reached && !may_accept(seen, is_old)) {
        return not_applicable("no version below TLS 1.2 is accepted");
    }
    if (check.only_without_tls13 && seen.accepts(ProtocolVersion::tls1_3)) {
        return not_applicable("TLS 1.3 is accepted");
    }
    const std::optional<bool> value = value_of(check.feature, seen);
    Outcome outcome;
    if (!value && check.feature == Feature::sni_ignored && seen.hides_what_others_get()) {
        outcome.open.push_back(what);
        return outcome;
    }
    if (!value) {
        outcome.unasked.push_back(what);
        return outcome;
    }
    if (const model::Observation* const told = seen.find(observation_of(check.feature))) {
        outcome.rest_on(told->evidence);
    }
    if (*value != check.wanted) {
        outcome.faults.push_back(what);
    }
    outcome.sentence = std::string(*value ? "seen: " : "not seen: ") + what;
    return outcome;
}

Outcome apply(const check::StarttlsOffered&, const Seen& seen)
{
    if (seen.implicit()) {
        return not_applicable("TLS begins with the first byte here");
    }
    if (seen.is(EndpointStatus::failed)) {
        return open_for("STARTTLS");
    }
    Outcome outcome;
    if (const model::Observation* const keywords = seen.find(keywords_before)) {
        outcome.rest_on(keywords->evidence);
    }
    if (seen.is(EndpointStatus::no_starttls)) {
        outcome.faults.emplace_back("STARTTLS");
    }
    outcome.sentence = outcome.faults.empty() ? "STARTTLS is offered" : "STARTTLS is not offered";
    return outcome;
}

Outcome apply(const check::NoAuthBeforeTls&, const Seen& seen)
{
    if (seen.implicit()) {
        return not_applicable("TLS begins with the first byte here");
    }
    const model::Observation* const keywords = seen.find(keywords_before);
    Outcome outcome;
    if (keywords == nullptr) {
        const bool failed = seen.is(EndpointStatus::failed) || seen.is(EndpointStatus::incomplete);
        (failed ? outcome.open : outcome.unasked).emplace_back("the EHLO keywords in the clear");
        return outcome;
    }
    outcome.rest_on(keywords->evidence);
    const auto is_auth = [](const std::string& word) { return word == "AUTH" || word.starts_with("AUTH="); };
    if (std::ranges::any_of(seen.list(keywords_before), is_auth)) {
        outcome.faults.emplace_back("AUTH");
    }
    outcome.sentence = outcome.faults.empty() ? "no AUTH is offered in the clear" : "AUTH is offered in the clear";
    return outcome;
}

Outcome apply(const check::NoPlaintextAfterStarttls&, const Seen& seen)
{
    if (seen.implicit()) {
        return not_applicable("TLS begins with the first byte here");
    }
    Outcome outcome;
    if (const model::Observation* const bytes = seen.find(injected)) {
        outcome.faults.emplace_back("plaintext after STARTTLS");
        outcome.rest_on(bytes->evidence);
    }
    outcome.sentence = outcome.faults.empty() ? "nothing in the clear behind the 220 to STARTTLS"
                                              : "in the clear behind the 220 to STARTTLS: " + seen.text(injected);
    return outcome;
}

}  // namespace smtptls::policy

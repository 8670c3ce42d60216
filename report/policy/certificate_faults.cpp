#include "report/policy/certificate_faults.hpp"

#include "report/policy/leaves.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

using model::Fact;
using Fault = CertificateFault;

bool is_yes(const Seen& seen, Fact fact, const Leaf& leaf)
{
    return seen.boolean(fact, leaf.subject).value_or(false);
}

bool is_no(const Seen& seen, Fact fact, const Leaf& leaf)
{
    return !seen.boolean(fact, leaf.subject).value_or(true);
}

std::int64_t number(const Seen& seen, Fact fact, const Leaf& leaf)
{
    const model::Observation* const one = seen.find(fact, leaf.subject);
    const auto* const value = one != nullptr ? std::get_if<std::int64_t>(&one->value) : nullptr;
    return value != nullptr ? *value : 0;
}

bool is_outside(const Shown& one)
{
    return one.outside_its_dates.value_or(false);
}

bool has_issuer_outside(const Leaf& leaf)
{
    return leaf.issuers && std::ranges::any_of(*leaf.issuers, is_outside);
}

// OpenSSL's words for a chain that ends too early: X509_verify_cert_error_string(3).
bool lacks_an_issuer(const std::string& words)
{
    return words.starts_with("unable to get") || words.starts_with("unable to verify the first");
}

// The root was sent, and nobody trusts it.
bool ends_at_own_root(const std::string& words)
{
    return words.starts_with("self-signed certificate in") || words.starts_with("self signed certificate in");
}

class Faults {
public:
    explicit Faults(const Seen& seen) : seen_(seen) {}

    void take(const check::CertificateTrusted&) { of_host(&Faults::trust); }
    void take(const check::CertificateDates& check)
    {
        of_all(&Faults::dates, check.of != check::Of::issuers, check.of != check::Of::leaf);
    }
    void take(const check::CertificateName&) { add(Fault::name); }
    void take(const check::CertificateHasNames&) { add(Fault::name); }
    void take(const check::CertificateNoWildcard&) { add(Fault::wildcard); }
    void take(const check::CertificateKeys& check) { key(check); }
    void take(const check::CertificateSignatures&) { add(Fault::signature); }
    void take(const check::CertificateValidity& check) { add(of(check.of, Fault::validity)); }
    void take(const check::HasFeature& check) { feature(check); }

    template <class Other>
    void take(const Other&)
    {
    }

    std::set<Fault> all() const { return faults_; }

private:
    void add(Fault fault) { faults_.insert(fault); }

    static Fault of(check::Of of, Fault of_leaf) { return of == check::Of::issuers ? Fault::issuer : of_leaf; }

    void of_host(void (Faults::*say)(const Leaf&))
    {
        for (const Leaf& leaf : seen_.leaves()) {
            if (!leaf.shown_to_others) {
                (this->*say)(leaf);
            }
        }
    }

    void of_all(void (Faults::*say)(const Leaf&, bool, bool), bool own, bool issuers)
    {
        for (const Leaf& leaf : seen_.leaves()) {
            (this->*say)(leaf, own, issuers);
        }
    }

    void dates(const Leaf& leaf, bool own, bool issuers)
    {
        if (own && is_outside(leaf)) {
            add(number(seen_, Fact::certificate_days_left, leaf) > 0 ? Fault::not_yet_valid : Fault::expired);
        }
        if (issuers && has_issuer_outside(leaf)) {
            add(Fault::issuer_dates);
        }
    }

    void trust(const Leaf& leaf)
    {
        if (leaf.self_signed.value_or(false)) {
            add(Fault::self_signed);
        } else if (leaf.trusted.value_or(true)) {
            return;
        } else if (lacks_an_issuer(leaf.trust_fault)) {
            const bool alone = !leaf.issuers || leaf.issuers->empty();
            add(alone ? Fault::incomplete : Fault::unknown_ca);
        } else if (ends_at_own_root(leaf.trust_fault)) {
            add(Fault::unknown_ca);
        } else if (is_outside(leaf) || has_issuer_outside(leaf)) {
            dates(leaf, true, true);
        } else if (is_for_others(leaf)) {
            add(Fault::usage);
        } else {
            add(leaf.trust_fault.empty() ? Fault::unknown_ca : Fault::unsound);
        }
        if (!seen_.list(Fact::certificate_chain_faults, leaf.subject).empty()) {
            add(Fault::misplaced);
        }
    }

    // What keeps it from being a server's; what its issuers lack is another matter.
    bool is_for_others(const Leaf& leaf) const
    {
        const bool purpose = leaf.trust_fault.starts_with("unsu");  // unsuitable, before OpenSSL 3 unsupported purpose
        return purpose && is_no(seen_, Fact::certificate_server_usage, leaf);
    }

    void staple(const Leaf& leaf)
    {
        const bool lacks = is_no(seen_, Fact::certificate_stapled, leaf);
        if (lacks) {
            add(is_yes(seen_, Fact::certificate_must_staple, leaf) ? Fault::must_staple : Fault::not_stapled);
        }
    }

    // A rule about all of them may be broken by an issuer's alone.
    void key(const check::CertificateKeys& check)
    {
        const bool own = std::ranges::any_of(seen_.leaves(), [&check](const Leaf& leaf) {
            return std::ranges::none_of(check.kinds, [&leaf](const check::KeyKind& kind) { return is_of(leaf, kind); });
        });
        add(own && check.of != check::Of::issuers ? Fault::key : Fault::issuer);
    }

    void feature(const check::HasFeature& check)
    {
        switch (check.feature) {
            case Feature::status_request: of_host(&Faults::staple); break;
            case Feature::certificate_not_revoked: add(Fault::revoked); break;
            case Feature::certificate_ocsp_named: add(Fault::no_responder); break;
            case Feature::certificate_revocation: add(of(check.of, Fault::no_revocation)); break;
            case Feature::certificate_usage:
            case Feature::certificate_any_usage:
            case Feature::certificate_key_signs: add(Fault::usage); break;
            case Feature::certificate_key_usage: add(of(check.of, Fault::usage)); break;
            case Feature::certificate_ca_constraints: add(Fault::issuer); break;
            default: break;
        }
    }

    const Seen& seen_;
    std::set<Fault> faults_;
};

// What somebody may meet any day is worth a remedy as a warning too; the rest is a matter of taste until it fails.
bool is_urgent(Fault fault)
{
    switch (fault) {
        case Fault::key:
        case Fault::signature:
        case Fault::usage:
        case Fault::validity:
        case Fault::no_responder:
        case Fault::no_revocation:
        case Fault::not_stapled:
        case Fault::wildcard:
        case Fault::issuer: return false;
        default: return true;
    }
}

std::set<Fault> faults_of(const PolicyRule& rule, const Seen& seen)
{
    Faults faults(seen);
    std::visit([&faults](const auto& check) { faults.take(check); }, rule.check);
    return faults.all();
}

}  // namespace

void CertificateTrouble::add(const CertificateTrouble& other)
{
    faults.insert(other.faults.begin(), other.faults.end());
    keys.insert(keys.end(), other.keys.begin(), other.keys.end());
}

CertificateTrouble certificate_trouble(const Policy& policy, const model::Judgement& judgement, const Seen& seen)
{
    CertificateTrouble trouble;
    for (const PolicyRule& rule : policy.rules) {
        const auto* const keys = std::get_if<check::CertificateKeys>(&rule.check);
        if (keys != nullptr && keys->of != check::Of::issuers && rule.level(judgement.role) == Level::must) {
            trouble.keys.push_back(*keys);
        }
        const auto found = std::ranges::find(judgement.findings, rule.id, &model::Finding::rule);
        const bool fails = found != judgement.findings.end() && found->verdict == Verdict::fail;
        const bool warns = found != judgement.findings.end() && found->verdict == Verdict::warn;
        if (!fails && !warns) {
            continue;
        }
        for (const Fault fault : faults_of(rule, seen)) {
            if (fails || is_urgent(fault)) {
                trouble.faults.insert(fault);
            }
        }
    }
    return trouble;
}

}  // namespace smtptls::policy

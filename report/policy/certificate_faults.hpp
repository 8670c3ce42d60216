// What is wrong with an endpoint's certificates in the eyes of a policy, as far as another certificate or another file
// mends it: what remedies are made of. What is wrong is read from typed facts; of what a server or a CA wrote only how
// OpenSSL's own words begin.
#pragma once

#include "report/policy/policy.hpp"
#include "report/policy/seen.hpp"

#include <set>
#include <vector>

namespace smtptls::policy {

/// In the order in which they are spoken of.
enum class CertificateFault : std::uint8_t {
    incomplete,     ///< it came without its issuer's certificate, and nobody trusts that issuer
    misplaced,      ///< not trusted, and something in the chain is not in its place
    self_signed,    ///< no CA vouches for it
    unknown_ca,     ///< certificates of issuers came along, and nobody trusts the last one's issuer
    unsound,        ///< the chain is refused for another reason: constraints, usages, a broken signature
    name,           ///< it does not name the host
    wildcard,       ///< it names with a wildcard
    expired,        ///< its last moment has passed
    not_yet_valid,  ///< its first moment is to come
    issuer_dates,   ///< an issuer's certificate is outside its dates
    key,            ///< kind, size or curve of its key
    signature,      ///< what it, or an issuer's, is signed with
    usage,          ///< keyUsage or extKeyUsage
    validity,       ///< it is valid for too many days
    no_responder,   ///< it names no OCSP responder
    no_revocation,  ///< it names no OCSP responder and no revocation list
    revoked,        ///< its CA has taken it back
    must_staple,    ///< it demands a stapled OCSP answer, and none that is good came
    not_stapled,    ///< a stapled OCSP answer is asked for by the policy alone
    issuer,         ///< an issuer's certificate: its key, its length, its constraints
};

/// Of several policies: what any of them finds, and what all of them ask of a key.
struct CertificateTrouble {
    std::set<CertificateFault> faults;
    std::vector<check::CertificateKeys> keys;  ///< rules of level must about the leaf's key

    bool none() const { return faults.empty(); }
    bool has(CertificateFault fault) const { return faults.count(fault) > 0; }
    void add(const CertificateTrouble& other);
};

/// Of what is violated: failed, or (trust, name, dates, revocation, must-staple) warned of.
CertificateTrouble certificate_trouble(const Policy& policy, const model::Judgement& judgement, const Seen& seen);

}  // namespace smtptls::policy

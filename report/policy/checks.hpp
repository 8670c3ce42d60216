// The vocabulary of policies: what each check (model/policy.hpp) comes to, a pure function of cells and
// observations. What a scan did not ask is never taken for an answer.
#pragma once

#include "report/policy/outcome.hpp"
#include "report/policy/policy.hpp"
#include "report/policy/seen.hpp"

namespace smtptls::policy {

/// Whether the check forbids that this suite is accepted in this version: versions and suites only, without any
/// observation. False for checks about other things.
bool forbids(const Check& check, tls::ProtocolVersion version, tls::CipherSuite suite);

/// Whether the suite has the property; false for one that is not in the registry.
using tls::has_property;

/// Whether the check asks about TLS itself, and so nothing of a server without it.
bool needs_tls(const Check& check);

/// What the check comes to, where TLS was reached or the check does not need it.
Outcome apply(const Check& check, const Seen& seen);

// By their subject; `apply` is made of these.
Outcome apply(const check::VersionsForbidden& check, const Seen& seen);
Outcome apply(const check::VersionsRequired& check, const Seen& seen);
Outcome apply(const check::SuitesAllowed& check, const Seen& seen);
Outcome apply(const check::SuitesForbidden& check, const Seen& seen);
Outcome apply(const check::SuitesRequired& check, const Seen& seen);
Outcome apply(const check::SuitesPreferred& check, const Seen& seen);
Outcome apply(const check::ServerOrder& check, const Seen& seen);
Outcome apply(const check::CertificateKeys& check, const Seen& seen);
Outcome apply(const check::CertificateSignatures& check, const Seen& seen);
Outcome apply(const check::CertificateDates& check, const Seen& seen);
Outcome apply(const check::CertificateTrusted& check, const Seen& seen);
Outcome apply(const check::CertificateName& check, const Seen& seen);
Outcome apply(const check::CertificateNoWildcard& check, const Seen& seen);
Outcome apply(const check::CertificateHasNames& check, const Seen& seen);
Outcome apply(const check::CertificateValidity& check, const Seen& seen);
Outcome apply(const check::GroupsAllowed& check, const Seen& seen);
Outcome apply(const check::GroupsRequired& check, const Seen& seen);
Outcome apply(const check::GroupsPreferred& check, const Seen& seen);
Outcome apply(const check::SchemesAllowed& check, const Seen& seen);
Outcome apply(const check::DhBits& check, const Seen& seen);
Outcome apply(const check::HasFeature& check, const Seen& seen);
Outcome apply_to_certificates(const check::HasFeature& check, const Seen& seen);  ///< of a feature of certificates
Outcome apply(const check::StarttlsOffered& check, const Seen& seen);
Outcome apply(const check::NoAuthBeforeTls& check, const Seen& seen);
Outcome apply(const check::NoPlaintextAfterStarttls& check, const Seen& seen);

}  // namespace smtptls::policy

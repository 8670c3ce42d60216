// The vocabulary of policies: what each check (model/policy.hpp) comes to, a pure function of cells and
// observations. What a scan did not ask is never taken for an answer.
#pragma once

#include "model/policy.hpp"
#include "report/policy/outcome.hpp"
#include "report/policy/seen.hpp"

namespace smtptls::policy {

/// Whether the check forbids that this suite is accepted in this version: versions and suites only, without any
/// observation. False for checks about other things.
bool forbids(const model::Check& check, tls::ProtocolVersion version, tls::CipherSuite suite);

/// Whether the suite has the property; false for one that is not in the registry.
bool has_property(tls::CipherSuite suite, model::SuiteProperty property);

/// Whether the check asks about TLS itself, and so nothing of a server without it.
bool needs_tls(const model::Check& check);

/// What the check comes to, where TLS was reached or the check does not need it.
Outcome apply(const model::Check& check, const Seen& seen);

// By their subject; `apply` is made of these.
Outcome apply(const model::check::VersionsForbidden& check, const Seen& seen);
Outcome apply(const model::check::VersionsRequired& check, const Seen& seen);
Outcome apply(const model::check::SuitesAllowed& check, const Seen& seen);
Outcome apply(const model::check::SuitesForbidden& check, const Seen& seen);
Outcome apply(const model::check::SuitesRequired& check, const Seen& seen);
Outcome apply(const model::check::SuitesPreferred& check, const Seen& seen);
Outcome apply(const model::check::ServerOrder& check, const Seen& seen);
Outcome apply(const model::check::CertificateKeys& check, const Seen& seen);
Outcome apply(const model::check::CertificateSignatures& check, const Seen& seen);
Outcome apply(const model::check::CertificateDates& check, const Seen& seen);
Outcome apply(const model::check::CertificateTrusted& check, const Seen& seen);
Outcome apply(const model::check::CertificateName& check, const Seen& seen);
Outcome apply(const model::check::CertificateNoWildcard& check, const Seen& seen);
Outcome apply(const model::check::CertificateHasNames& check, const Seen& seen);
Outcome apply(const model::check::CertificateValidity& check, const Seen& seen);
Outcome apply(const model::check::GroupsAllowed& check, const Seen& seen);
Outcome apply(const model::check::GroupsRequired& check, const Seen& seen);
Outcome apply(const model::check::DhBits& check, const Seen& seen);
Outcome apply(const model::check::HasFeature& check, const Seen& seen);
Outcome apply(const model::check::StarttlsOffered& check, const Seen& seen);
Outcome apply(const model::check::NoAuthBeforeTls& check, const Seen& seen);
Outcome apply(const model::check::NoPlaintextAfterStarttls& check, const Seen& seen);

}  // namespace smtptls::policy

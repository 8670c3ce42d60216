// What a server must have to serve a suite.
#pragma once

#include "probes/suite_sets.hpp"

#include <utility>

namespace smtptls::probes {

/// The certificate's kind, or another class of credentials.
using Credential = std::pair<tls::CredentialClass, tls::Authentication>;

inline Credential credential_of(tls::CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    const bool certificate = info.credentials == tls::CredentialClass::certificate;
    return {info.credentials, certificate ? info.authentication : tls::Authentication::any};
}

}  // namespace smtptls::probes

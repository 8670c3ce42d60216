// How one server behaves, learnt in all its versions and shared by their plans.
#pragma once

#include "probes/suite_sets.hpp"

#include <set>
#include <tuple>
#include <utility>

namespace smtptls::probes {

/// What a server must have to serve a suite: the certificate's kind, or another class of credentials.
using Credential = std::pair<tls::CredentialClass, tls::Authentication>;

inline Credential credential_of(tls::CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    const bool certificate = info.credentials == tls::CredentialClass::certificate;
    return {info.credentials, certificate ? info.authentication : tls::Authentication::any};
}

struct Manner {
    bool by_alert = false;          ///< it has refused something by an alert: a close is then no refusal
    bool reads_long_lists = false;  ///< it chose the last of more than 128 suites
    bool clients_order = false;     ///< in some version it looked as if the client's order decided
    bool traps = false;         ///< it refuses lists because of a suite that it picks and cannot serve; or --thorough
    bool others_begun = false;  ///< a version asks about each kind of other credentials apart
    bool others_asked_apart = false;  ///< a version was closed: what each kind of credentials does is known

    /// Nothing else is under way from which a plan that waits could learn more.
    bool settled = true;

    std::set<std::pair<tls::KeyExchange, tls::Authentication>> keys;  ///< of suites accepted in any version
    std::set<std::tuple<tls::Cipher, tls::CipherMode, tls::Mac>> bulks;

    std::set<Credential> credentials;

    void accepted(tls::CipherSuite suite)
    {
        const tls::SuiteInfo& info = info_of(suite);
        credentials.insert(credential_of(suite));
        keys.emplace(info.key_exchange, info.authentication);
        bulks.emplace(info.cipher, info.mode, info.mac);
    }

    bool knows_keys(tls::CipherSuite suite) const
    {
        return keys.contains({info_of(suite).key_exchange, info_of(suite).authentication});
    }

    bool knows_credential(tls::CipherSuite suite) const { return credentials.contains(credential_of(suite)); }

    bool knows_bulk(tls::CipherSuite suite) const
    {
        return bulks.contains({info_of(suite).cipher, info_of(suite).mode, info_of(suite).mac});
    }
};

}  // namespace smtptls::probes

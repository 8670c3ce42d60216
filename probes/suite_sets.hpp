// Small questions about suites and lists of them, for the plans.
#pragma once

#include "tls/cipher_suite.hpp"

#include <vector>

namespace smtptls::probes {

using Suites = std::vector<tls::CipherSuite>;

inline const tls::SuiteInfo& info_of(tls::CipherSuite suite)
{
    static constexpr tls::SuiteInfo unknown{};
    const tls::SuiteInfo* const info = tls::find(suite);
    return info != nullptr ? *info : unknown;
}

/// Some old servers choke on a first byte that is not 0.
inline bool is_high(tls::CipherSuite suite)
{
    return static_cast<std::uint32_t>(suite) > 0xff;
}

inline bool has_certificate_class(tls::CipherSuite suite)
{
    return info_of(suite).credentials == tls::CredentialClass::certificate;
}

inline bool contains(const Suites& suites, tls::CipherSuite suite)
{
    for (const tls::CipherSuite other : suites) {
        if (other == suite) {
            return true;
        }
    }
    return false;
}

inline Suites without(Suites suites, const Suites& others)
{
    std::erase_if(suites, [&others](tls::CipherSuite suite) { return contains(others, suite); });
    return suites;
}

template <typename Predicate>
Suites those(const Suites& suites, Predicate belongs)
{
    Suites out;
    for (const tls::CipherSuite suite : suites) {
        if (belongs(suite)) {
            out.push_back(suite);
        }
    }
    return out;
}

}  // namespace smtptls::probes

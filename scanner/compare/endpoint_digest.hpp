// What is kept of an endpoint until all of them are there: what it offers, as little as can be compared.
#pragma once

#include "model/scan_result.hpp"

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::compare {

/// What was found of one version.
struct VersionOffer {
    std::vector<tls::CipherSuite> accepted = {};  ///< in ascending order, as the others
    std::vector<tls::CipherSuite> open = {};      ///< not known: inconclusive or not tested
    std::vector<tls::CipherSuite> refused = {};   ///< only where not the whole registry was asked about
    bool whole = false;                           ///< what is in no list is refused; else it is not known

    /// Whether the version is accepted; nothing if that is not known.
    std::optional<bool> is_accepted() const;
    std::optional<bool> accepts(tls::CipherSuite suite) const;

    auto operator<=>(const VersionOffer&) const = default;
};

/// What many endpoints have alike, and is kept once for them.
struct Offer {
    std::map<tls::ProtocolVersion, VersionOffer> versions = {};
    std::optional<std::vector<std::string>> groups = {};  ///< accepted, where that is known

    auto operator<=>(const Offer&) const = default;
};

Offer offer_of(const model::EndpointResult& result);

/// A certificate, by its number among those of the scan, and what depends on where it is shown.
struct ShownCertificate {
    std::size_t number = 0;
    std::optional<bool> trusted = {};
    std::optional<bool> names_host = {};
    std::optional<bool> within_dates = {};
};

struct EndpointDigest {
    model::IpAddress address;
    std::uint16_t port = 0;
    std::string where;                                ///< "192.0.2.1:25"
    std::optional<base::Failure> not_compared = {};   ///< why nothing is known of it
    bool unasked = false;                             ///< there was no way to it, and nobody asked for it
    std::optional<bool> starttls = {};                ///< nothing: implicit TLS
    const Offer* offer = nullptr;                     ///< nothing: it has no TLS, or was not reached
    std::vector<ShownCertificate> certificates = {};  ///< for clients that send the host's name
    bool all_certificates = false;                    ///< it has no others for them
};

/// All but offer and certificates. Nothing of a port that nobody asked for and that is closed.
std::optional<EndpointDigest> digest_of(const model::EndpointResult& result);

}  // namespace smtptls::compare

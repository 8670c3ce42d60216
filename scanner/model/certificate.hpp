// What a leaf certificate says about itself, as read by the TLS library. Nothing here is verified.
#pragma once

#include "base/bytes.hpp"
#include "base/untrusted_text.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::model {

/// As it came over the wire, leaf first.
using Chain = std::vector<base::Bytes>;

/// What a certificate's extensions say (RFC 5280 section 4.2). Lists hold at most eight.
struct CertificateExtensions {
    std::vector<std::string> key_usages = {};       ///< "digitalSignature", ...; empty: it has no keyUsage
    bool key_usage_critical = false;                ///< it has keyUsage, and that is critical
    std::vector<std::string> extended_usages = {};  ///< "serverAuth", "anyExtendedKeyUsage", else the identifier
    std::vector<base::UntrustedText> ocsp_urls = {};
    std::vector<base::UntrustedText> crl_urls = {};
    std::vector<base::UntrustedText> issuer_urls = {};
    bool ca = false;                               ///< basicConstraints: it may sign others
    bool constraints_critical = false;             ///< it has basicConstraints, and that is critical
    std::optional<std::int64_t> path_length = {};  ///< of basicConstraints
    bool must_staple = false;                      ///< RFC 7633: status_request
    int scts = 0;                                  ///< certificate timestamps, RFC 6962

    bool names_revocation() const { return !ocsp_urls.empty() || !crl_urls.empty(); }

    bool operator==(const CertificateExtensions&) const = default;
};

/// One that was shown behind a leaf and did not sign itself.
struct Issuer {
    base::UntrustedText name;  ///< RFC 4514 text
    std::string key_type;
    int key_bits = 0;  ///< 0: not known
    base::UntrustedText signature_algorithm;
    std::string not_before;
    std::string not_after;
    bool expired = false;                                  ///< outside its dates at the time of the handshake
    std::optional<CertificateExtensions> extensions = {};  ///< nothing: it cannot be read

    bool operator==(const Issuer&) const = default;
};

struct Certificate {
    base::UntrustedText subject;                 ///< RFC 4514 text
    base::UntrustedText issuer;                  ///< RFC 4514 text
    std::vector<base::UntrustedText> dns_names;  ///< subjectAltName: dNSName and iPAddress, in order
    std::string not_before;                      ///< UTC, "2026-11-21T20:48:54Z"
    std::string not_after;                       ///< UTC
    std::string serial;                          ///< hexadecimal
    std::string key_type;                        ///< "RSA", "EC secp256r1", "ED25519", "GOST R 34.10-2012", "OID 1.2.3"
    int key_bits = 0;                            ///< 0: not known
    base::UntrustedText signature_algorithm;     ///< as OpenSSL names it: "sha256WithRSAEncryption", "rsassaPss with
                                                 ///< sha256"; else "OID 1.2.3"
    std::string sha256;                          ///< fingerprint of the DER form, hexadecimal
    std::optional<bool> self_signed = false;  ///< issuer and subject equal and signed by its own key; not known: unread
    bool expired = false;                     ///< outside its dates at the time of the handshake
    int chain_length = 0;                     ///< certificates the server sent
    std::vector<Issuer> issuers =
        {};  ///< in the order of the chain, at most eight; what cannot be read and "and 2 more" have a name alone
    CertificateExtensions extensions = {};
    std::string spki_sha256 = {};                ///< digest of the SubjectPublicKeyInfo, hexadecimal
    std::string rsa_modulus = {};                ///< hexadecimal; empty: no RSA key
    std::string rsa_exponent = {};               ///< decimal; empty: no RSA key
    std::optional<std::int64_t> days_left = {};  ///< whole days from the handshake to `not_after`, negative behind it
    std::vector<base::UntrustedText> chain_faults = {};  ///< what is not in its place in the chain, a phrase each
    std::shared_ptr<const Chain> chain = {};             ///< what was read; equal if it is the same object

    bool operator==(const Certificate&) const = default;
};

}  // namespace smtptls::model

// What a leaf certificate says about itself, as read by the TLS library. Nothing here is verified.
#pragma once

#include "base/bytes.hpp"
#include "base/untrusted_text.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtptls::model {

/// One that was shown behind a leaf and did not sign itself.
struct Issuer {
    base::UntrustedText name;  ///< RFC 4514 text
    std::string key_type;
    int key_bits = 0;  ///< 0: not known
    base::UntrustedText signature_algorithm;
    std::string not_before;
    std::string not_after;
    bool expired = false;  ///< outside its dates at the time of the handshake

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
    base::UntrustedText signature_algorithm;     ///< as OpenSSL names it: "sha256WithRSAEncryption", else "OID 1.2.3"
    std::string sha256;                          ///< fingerprint of the DER form, hexadecimal
    std::optional<bool> self_signed = false;  ///< issuer and subject equal and signed by its own key; not known: unread
    bool expired = false;                     ///< outside its dates at the time of the handshake
    int chain_length = 0;                     ///< certificates the server sent
    std::vector<Issuer> issuers = {};         ///< in the order of the chain, at most eight; what cannot be read and "and 2 more" have a name alone

    bool operator==(const Certificate&) const = default;
};

}  // namespace smtptls::model

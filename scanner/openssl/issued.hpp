// What answers about revocation have in common: the certificate and who issued it, their dates, their words.
#pragma once

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "model/examination.hpp"

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string>

namespace smtptls::openssl {

template <auto function>
struct FreedBy {
    template <typename T>
    void operator()(T* object) const
    {
        function(object);
    }
};

/// An object of OpenSSL's, and the function that frees it.
template <typename T, auto function>
using Held = std::unique_ptr<T, FreedBy<function>>;

using HeldCertificate = Held<X509, X509_free>;

struct Issued {
    HeldCertificate certificate;
    HeldCertificate issuer;
};

/// The two of a chain; both null if one of them cannot be read.
Issued read_issued(base::ByteView certificate, base::ByteView issuer);

/// The same, or why nothing can be said of the certificate: an answer about the certificate of another issuer with the
/// same name would be none about this one.
base::Expected<Issued, std::string> read_verified(base::ByteView certificate, base::ByteView issuer);

model::RevocationWord unusable(const std::string& why);

/// Its dates, or why they do not count at `at`.
model::RevocationWord dated(const ASN1_TIME* this_update, const ASN1_TIME* next_update, std::int64_t at);

/// "since 2026-11-29T10:00:00Z (keyCompromise)"; without a reason (RFC 5280 section 5.3.1) if it is negative.
std::string since(const ASN1_TIME* when, long reason);

/// The name of the algorithm's hash if two texts of the same hash can be made up (MD5 and older); else empty.
std::string broken_hash(const X509_ALGOR* algorithm);

}  // namespace smtptls::openssl

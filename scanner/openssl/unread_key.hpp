// The key of a certificate that this OpenSSL cannot read, such as one of GOST without the GOST engine: what the
// algorithm in its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) says without it. Knows no EVP_PKEY.
#pragma once

#include <string>

struct asn1_object_st;
struct x509_st;

namespace smtptls::openssl {

struct UnreadKey {
    std::string type;
    int bits = 0;  ///< 0: the algorithm does not say
};

/// "GOST R 34.10-2012" and its size; for other algorithms OpenSSL's name, else the identifier: "OID 1.2.3".
UnreadKey unread_key(const x509_st* certificate);

/// An algorithm that OpenSSL has no name for: "OID 1.2.3".
std::string identifier_text(const asn1_object_st* algorithm);

}  // namespace smtptls::openssl

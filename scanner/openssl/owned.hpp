// OpenSSL's objects, freed by whoever owns them.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

namespace smtptls::openssl {

struct Free {
    void operator()(ASN1_TIME* time) const { ASN1_TIME_free(time); }
    void operator()(BIGNUM* number) const { BN_free(number); }
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
    void operator()(STACK_OF(X509) * certificates) const { sk_X509_pop_free(certificates, &X509_free); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
    void operator()(char* text) const { OPENSSL_free(text); }
};

template <typename T>
using Owned = std::unique_ptr<T, Free>;

}  // namespace smtptls::openssl

// What a certificate's extensions say, read by OpenSSL.
#pragma once

#include "model/certificate.hpp"

struct x509_st;

namespace smtptls::openssl {

/// What is malformed is as if it were not there.
model::CertificateExtensions extensions_of(const x509_st* certificate);

}  // namespace smtptls::openssl

// The roots that chains are held to, and the verification by OpenSSL: whom a chain leads to, and whom a certificate
// names.
#pragma once

#include "base/expected.hpp"
#include "model/examination.hpp"

#include <memory>
#include <optional>
#include <string>

struct x509_store_st;

namespace smtptls::openssl {

class TrustAnchors {
public:
    /// Those of this machine, where OpenSSL looks for them. SSL_CERT_FILE and SSL_CERT_DIR say otherwise, and what they
    /// name is read at once.
    static TrustAnchors of_system();

    /// Those in a file, and in all files of a folder that hold any, in PEM form; either may be empty. The error is a
    /// sentence: what cannot be read, or has no certificate.
    static base::Expected<TrustAnchors, std::string> load(const std::string& file, const std::string& folder);

    /// Nobody is trusted, since nothing is known.
    bool empty() const { return empty_; }

    /// As a client that wants a server verifies it (RFC 5280 section 6), at `at` (seconds since 1970). Sizes of keys
    /// and hashes do not matter. `chain` is not empty. Nothing where OpenSSL cannot read a key of it, as of ML-DSA
    /// before OpenSSL 3.5.
    std::optional<model::Trust> verify(const model::Chain& chain, std::int64_t at) const;

    /// Who issued the leaf, in DER: one of the chain, else a root. Empty: none is there, or it signed itself.
    base::Bytes issuer_of(const model::Chain& chain) const;

private:
    TrustAnchors();

    std::shared_ptr<x509_store_st> store_;
    bool empty_ = false;
};

/// Whether the subjectAltName of a certificate (DER) covers a name in ASCII or an address (RFC 9525 sections 6.3 and
/// 6.4): wildcards stand for a whole first label, and the common name does not count (section 2). The zone of an
/// address does not matter. Nothing: an address that it does not name, or a certificate that cannot be read.
std::optional<bool> names_host(base::ByteView certificate, const std::string& host);

}  // namespace smtptls::openssl

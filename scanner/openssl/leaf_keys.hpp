// Which kinds of key the certificates of a PEM file have.
#pragma once

#include <string_view>

namespace smtptls::openssl {

/// What a server can sign with. EC keys count with those of Ed25519 and Ed448: they serve the same suites (RFC 8422
/// section 5.1, 5.10).
struct LeafKeys {
    bool rsa = false;
    bool ecdsa = false;
    bool dss = false;

    bool any() const { return rsa || ecdsa || dss; }
};

/// Of the leaf certificates in `pem`: the first of the file, and the first behind each private key, as
/// smtpd_tls_chain_files wants them (postconf(5)). Keys are skipped. At most 64 blocks are read; what OpenSSL cannot
/// read counts for nothing.
LeafKeys leaf_keys(std::string_view pem);

}  // namespace smtptls::openssl

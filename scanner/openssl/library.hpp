// The linked OpenSSL, made to speak everything it can: no configuration file, security level 0,
// legacy servers allowed, the legacy provider beside the default one. Only this room knows it.
#pragma once

#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"
#include "tls/signature_scheme.hpp"

#include <memory>
#include <string>
#include <vector>

struct ossl_provider_st;
struct ssl_ctx_st;

namespace smtptls::openssl {

/// Make one before anything else touches OpenSSL and keep it for the life of the process.
/// Throws std::runtime_error with OpenSSL's words if the library cannot be set up.
class Library {
public:
    Library();

    /// "OpenSSL 3.0.19 27 Jan 2026".
    std::string version() const;

    /// The versions the library can speak as a client, newest first.
    const std::vector<tls::ProtocolVersion>& versions() const { return versions_; }

    /// The suites it can speak in `version` without credentials of its own (no PSK, no SRP),
    /// strongest first as OpenSSL orders them. Empty for a version it cannot speak.
    const std::vector<tls::CipherSuite>& suites(tls::ProtocolVersion version) const;

    /// The signature schemes it can speak in TLS 1.2 and 1.3, in the order of their codes.
    const std::vector<tls::SignatureScheme>& schemes() const { return schemes_; }

    /// The context every handshake starts from.
    ssl_ctx_st* context() const { return context_.get(); }

private:
    std::vector<tls::CipherSuite> find_suites(tls::ProtocolVersion version) const;
    std::vector<tls::SignatureScheme> find_schemes() const;

    std::shared_ptr<ossl_provider_st> default_provider_;
    std::shared_ptr<ossl_provider_st> legacy_provider_;  // null in builds without it
    std::shared_ptr<ssl_ctx_st> context_;
    std::vector<tls::ProtocolVersion> versions_;
    std::vector<std::vector<tls::CipherSuite>> suites_;  // beside versions_
    std::vector<tls::SignatureScheme> schemes_;
};

/// A list of schemes in OpenSSL's words.
std::string scheme_list(const std::vector<tls::SignatureScheme>& schemes);

/// The first error in OpenSSL's queue as a short sentence without codes, and an empty queue.
std::string take_error();

}  // namespace smtptls::openssl

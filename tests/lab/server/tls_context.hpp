// The lab server's side of TLS as options, and the SSL_CTX made of them: everything the linked
// OpenSSL can still speak is allowed (security level 0), and no openssl.cnf has a say.
#pragma once

#include <openssl/provider.h>
#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::lab {

struct TlsOptions {
    std::string hostname = "mail.lab.example";
    std::string min_version = "TLSv1";
    std::string max_version = "TLSv1.3";
    std::vector<std::string> without_versions = {};  ///< holes between the two
    std::string ciphers = "DEFAULT";                 ///< TLS 1.2 and below, OpenSSL's language
    std::optional<std::string> ciphersuites = {};    ///< TLS 1.3; absent: OpenSSL's default
    std::string groups = {};                         ///< empty: OpenSSL's default
    std::string signature_algorithms = {};           ///< "ECDSA+SHA1:RSA+SHA1"; empty: OpenSSL's default
    std::string dh_group = {};  ///< OpenSSL's name, "ffdhe2048", "modp_2048"; empty: fitting suite and key
    bool server_order = false;
    bool request_client_certificate = false;
    bool require_client_certificate = false;
    bool before_ems_and_etm = false;  ///< no extended master secret, no encrypt-then-MAC
    std::vector<std::string> cert_files = {};
    std::vector<std::string> key_files = {};
    std::vector<std::string> key_types = {};     ///< self-signed certificates to make, one for each
    std::vector<std::string> staple_files = {};  ///< OCSP answers (DER), each of the `cert_files` at its place
    std::string refused_names = {};              ///< "unknown", "none" or "both": these get unrecognized_name
    std::string cert_for_others = {};  ///< for clients that send another name than `hostname`, or none; empty: the same
    std::string key_for_others = {};
};

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

/// Must come before any other use of OpenSSL and outlive it: keeps openssl.cnf out, and has the
/// providers loaded. Throws std::runtime_error if OpenSSL will not start.
class OpenSsl {
public:
    OpenSsl();
    ~OpenSsl();
    OpenSsl(const OpenSsl&) = delete;
    OpenSsl& operator=(const OpenSsl&) = delete;

private:
    OSSL_PROVIDER* default_ = nullptr;
    OSSL_PROVIDER* legacy_ = nullptr;
};

/// The names `TlsOptions` takes: "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"; "rsa2048", ...
std::vector<std::string> version_names();
std::vector<std::string> key_type_names();

/// Throws std::runtime_error with OpenSSL's reason if an option cannot be had.
TlsContext make_tls_context(const TlsOptions& options);

}  // namespace smtptls::lab

#include "openssl/library.hpp"

#include "openssl/handshake.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace smtptls::openssl {
namespace {

using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr const char* every_cipher = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
constexpr const char* every_tls13_cipher =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:"
    "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256";

// Common groups first: the first one gets the TLS 1.3 key share. The rest are for servers that know
// only those.
constexpr std::array group_names = {
    "X25519",
    "P-256",
    "X448",
    "P-521",
    "P-384",
    "X25519MLKEM768",
    "SecP256r1MLKEM768",
    "SecP384r1MLKEM1024",
    "ffdhe2048",
    "ffdhe3072",
    "ffdhe4096",
    "ffdhe6144",
    "ffdhe8192",
    "brainpoolP256r1",
    "brainpoolP384r1",
    "brainpoolP512r1",
    "brainpoolP256r1tls13",
    "brainpoolP384r1tls13",
    "brainpoolP512r1tls13",
    "secp224r1",
    "secp256k1",
    "P-192",
    "sect283r1",
    "sect409r1",
    "sect571r1",
};

void must(bool done, const char* what)
{
    if (!done) {
        throw std::runtime_error(std::string("OpenSSL cannot ") + what + ": " + take_error());
    }
}

// Without it our own side refuses small keys, and a server that has them would look safer than it is.
// NOLINTNEXTLINE(readability-function-size): OpenSSL calls it
int allow_everything(const SSL*, const SSL_CTX*, int, int, int, void*, void*)
{
    return 1;
}

void set_groups(SSL_CTX* context)
{
    std::string list;
    for (const char* name : group_names) {
        const std::string longer = list.empty() ? std::string(name) : list + ":" + name;
        if (SSL_CTX_set1_groups_list(context, longer.c_str()) == 1) {
            list = longer;
        }
    }
    must(SSL_CTX_set1_groups_list(context, list.c_str()) == 1, "set its groups");
    ERR_clear_error();
}

std::shared_ptr<OSSL_PROVIDER> load_provider(const char* name)
{
    OSSL_PROVIDER* const provider = OSSL_PROVIDER_load(nullptr, name);
    return provider == nullptr ? nullptr : std::shared_ptr<OSSL_PROVIDER>(provider, &OSSL_PROVIDER_unload);
}

std::shared_ptr<SSL_CTX> make_context()
{
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    must(context != nullptr, "make a context");
    SSL_CTX_set_security_callback(context.get(), allow_everything);
    SSL_CTX_set_security_level(context.get(), 0);
    // No HelloRequest makes us begin another handshake: nothing but EHLO and QUIT is said in the tunnel.
    SSL_CTX_set_options(context.get(), SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_keylog_callback(context.get(), &Handshake::on_key);
    SSL_CTX_set_mode(context.get(), SSL_MODE_AUTO_RETRY);
    // Bounds for hostile servers: a chain of 64 KiB is longer than any that is used.
    SSL_CTX_set_max_cert_list(context.get(), 64L * 1024);
    must(SSL_CTX_set_cipher_list(context.get(), every_cipher) == 1, "set its cipher list");
    must(SSL_CTX_set_ciphersuites(context.get(), every_tls13_cipher) == 1, "set its TLS 1.3 suites");
    set_groups(context.get());
    return context;
}

}  // namespace

std::string take_error()
{
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* words = ERR_reason_error_string(code);
    return words != nullptr ? words : "no reason given";
}

// It knows IANA's names; those that its own tables had before, by kind and hash, too.
std::string scheme_list(const std::vector<tls::SignatureScheme>& schemes)
{
    std::string list;
    for (const tls::SignatureScheme scheme : schemes) {
        list += (list.empty() ? "" : ":") + tls::format(scheme);
    }
    return list;
}

Library::Library()
{
    // A hostile or merely strict openssl.cnf would change groups, versions and extensions.
    must(OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1, "initialise");
    default_provider_ = load_provider("default");
    must(default_provider_ != nullptr, "load its default provider");
    legacy_provider_ = load_provider("legacy");  // SEED; absent in some builds, and then not spoken
    ERR_clear_error();
    context_ = make_context();
    for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2, ProtocolVersion::tls1_1,
                                          ProtocolVersion::tls1_0, ProtocolVersion::ssl3}) {
        std::vector<CipherSuite> suites = find_suites(version);
        if (!suites.empty()) {
            versions_.push_back(version);
            suites_.push_back(std::move(suites));
        }
    }
    schemes_ = find_schemes();
}

std::vector<tls::SignatureScheme> Library::find_schemes() const
{
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), &SSL_free);
    must(ssl != nullptr, "make a connection");
    std::vector<tls::SignatureScheme> schemes;
    for (const tls::SignatureScheme scheme : tls::all_schemes()) {
        if (SSL_set1_sigalgs_list(ssl.get(), scheme_list({scheme}).c_str()) == 1) {
            schemes.push_back(scheme);
        }
    }
    ERR_clear_error();
    return schemes;
}

std::string Library::version() const
{
    return OpenSSL_version(OPENSSL_VERSION);
}

const std::vector<CipherSuite>& Library::suites(ProtocolVersion version) const
{
    static const std::vector<CipherSuite> none;
    const auto found = std::find(versions_.begin(), versions_.end(), version);
    return found == versions_.end() ? none : suites_[static_cast<std::size_t>(found - versions_.begin())];
}

std::vector<CipherSuite> Library::find_suites(ProtocolVersion version) const
{
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), &SSL_free);
    must(ssl != nullptr, "make a connection");
    const int number = static_cast<int>(version);
    std::vector<CipherSuite> suites;
    if (SSL_set_min_proto_version(ssl.get(), number) != 1 || SSL_set_max_proto_version(ssl.get(), number) != 1) {
        ERR_clear_error();
        return suites;
    }
    // Supported, not merely configured: what this version can use and this build has the algorithms for.
    STACK_OF(SSL_CIPHER)* const supported = SSL_get1_supported_ciphers(ssl.get());
    for (int i = 0; i < sk_SSL_CIPHER_num(supported); ++i) {
        const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(supported, i);
        suites.push_back(CipherSuite{SSL_CIPHER_get_protocol_id(cipher)});
    }
    sk_SSL_CIPHER_free(supported);
    ERR_clear_error();
    return suites;
}

}  // namespace smtptls::openssl

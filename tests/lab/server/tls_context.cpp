// An SSL_CTX from options, with certificates from files or made here.
#include "tls_context.hpp"

#include "certificate_choice.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace smtptls::lab {

namespace {

struct Version {
    const char* name;
    int code;
    std::uint64_t off;
};

constexpr std::array<Version, 4> versions = {{
    {"TLSv1", TLS1_VERSION, SSL_OP_NO_TLSv1},
    {"TLSv1.1", TLS1_1_VERSION, SSL_OP_NO_TLSv1_1},
    {"TLSv1.2", TLS1_2_VERSION, SSL_OP_NO_TLSv1_2},
    {"TLSv1.3", TLS1_3_VERSION, SSL_OP_NO_TLSv1_3},
}};

struct KeyType {
    const char* name;
    const char* algorithm;
    std::size_t bits;   // RSA
    const char* curve;  // EC
};

constexpr std::array<KeyType, 8> key_types = {{
    {"rsa1024", "RSA", 1024, nullptr},
    {"rsa2048", "RSA", 2048, nullptr},
    {"rsa3072", "RSA", 3072, nullptr},
    {"rsa4096", "RSA", 4096, nullptr},
    {"ecdsa-p256", "EC", 0, "P-256"},
    {"ecdsa-p384", "EC", 0, "P-384"},
    {"ecdsa-p521", "EC", 0, "P-521"},
    {"ed25519", "ED25519", 0, nullptr},
}};

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;

void require(bool succeeded, const std::string& what)
{
    if (succeeded) {
        return;
    }
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    throw std::runtime_error(what + (reason != nullptr ? std::string(": ") + reason : ""));
}

template <typename Rows>
const auto& find_row(const Rows& rows, const std::string& name)
{
    for (const auto& row : rows) {
        if (name == row.name) {
            return row;
        }
    }
    throw std::runtime_error("unknown name " + name);
}

template <typename Rows>
std::vector<std::string> names_of(const Rows& rows)
{
    std::vector<std::string> names;
    for (const auto& row : rows) {
        names.emplace_back(row.name);
    }
    return names;
}

Key make_key(const KeyType& type)
{
    EVP_PKEY* key = nullptr;
    if (type.bits != 0) {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, type.algorithm, type.bits);
    } else if (type.curve != nullptr) {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, type.algorithm, type.curve);
    } else {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, type.algorithm);
    }
    require(key != nullptr, std::string("key ") + type.name);
    return Key(key);
}

void add_extension(X509* certificate, int nid, const std::string& value)
{
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    require(extension != nullptr, "extension " + value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& hostname)
{
    constexpr long day = 24L * 3600;
    Certificate certificate(X509_new());
    require(certificate != nullptr, "certificate");
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 365 * day);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    // X.520 allows a common name 64 characters; the alternative name has them all.
    const std::string common_name = hostname.substr(0, 64);
    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    add_extension(certificate.get(), NID_basic_constraints, "CA:FALSE");
    add_extension(certificate.get(), NID_subject_alt_name, "DNS:" + hostname);
    const bool signs_whole = EVP_PKEY_is_a(key, "ED25519") == 1;
    require(X509_sign(certificate.get(), key, signs_whole ? nullptr : EVP_sha256()) > 0, "signature");
    return certificate;
}

void set_certificates(SSL_CTX* context, const TlsOptions& options)
{
    for (const auto& name : options.key_types) {
        const auto key = make_key(find_row(key_types, name));
        const auto certificate = make_certificate(key.get(), options.hostname);
        require(SSL_CTX_use_certificate(context, certificate.get()) == 1, "certificate " + name);
        require(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "key " + name);
    }
    if (options.cert_files.size() != options.key_files.size()) {
        throw std::runtime_error("each --cert needs its --key");
    }
    for (std::size_t i = 0; i < options.cert_files.size(); ++i) {
        const auto& file = options.cert_files[i];
        require(SSL_CTX_use_certificate_chain_file(context, file.c_str()) == 1, file);
        const auto& key_file = options.key_files[i];
        require(SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) == 1, key_file);
    }
}

void set_versions(SSL_CTX* context, const TlsOptions& options)
{
    SSL_CTX_set_min_proto_version(context, find_row(versions, options.min_version).code);
    SSL_CTX_set_max_proto_version(context, find_row(versions, options.max_version).code);
    for (const auto& name : options.without_versions) {
        SSL_CTX_set_options(context, find_row(versions, name).off);
    }
}

void set_dh_group(SSL_CTX* context, const std::string& name)
{
    if (name.empty()) {
        SSL_CTX_set_dh_auto(context, 1);
        return;
    }
    std::string group = name;
    const std::array<OSSL_PARAM, 2> parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0), OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX* maker = EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr);
    EVP_PKEY* key = nullptr;
    const bool made = maker != nullptr && EVP_PKEY_keygen_init(maker) == 1 &&
                      EVP_PKEY_CTX_set_params(maker, parameters.data()) == 1 && EVP_PKEY_generate(maker, &key) == 1;
    EVP_PKEY_CTX_free(maker);
    require(made, "--dh-group " + name);
    if (SSL_CTX_set0_tmp_dh_pkey(context, key) != 1) {
        EVP_PKEY_free(key);
        require(false, "--dh-group " + name);
    }
}

void set_suites(SSL_CTX* context, const TlsOptions& options)
{
    require(SSL_CTX_set_cipher_list(context, options.ciphers.c_str()) == 1, "--ciphers " + options.ciphers);
    if (options.ciphersuites) {
        const auto& list = *options.ciphersuites;
        require(SSL_CTX_set_ciphersuites(context, list.c_str()) == 1, "--ciphersuites " + list);
    }
    if (!options.groups.empty()) {
        require(SSL_CTX_set1_groups_list(context, options.groups.c_str()) == 1, "--groups " + options.groups);
    }
    const auto& signatures = options.signature_algorithms;
    require(signatures.empty() || SSL_CTX_set1_sigalgs_list(context, signatures.c_str()) == 1,
            "--signature-algorithms " + signatures);
    set_dh_group(context, options.dh_group);
}

int allow_all(const SSL*, const SSL_CTX*, int, int, int, void*, void*)
{
    return 1;
}

}  // namespace

OpenSsl::OpenSsl()
{
    require(OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1, "OpenSSL");
    default_ = OSSL_PROVIDER_load(nullptr, "default");
    require(default_ != nullptr, "default provider");
    // SEED lives there; a machine without this provider has one cipher family less.
    legacy_ = OSSL_PROVIDER_load(nullptr, "legacy");
    ERR_clear_error();
}

OpenSsl::~OpenSsl()
{
    if (legacy_ != nullptr) {
        OSSL_PROVIDER_unload(legacy_);
    }
    OSSL_PROVIDER_unload(default_);
}

std::vector<std::string> version_names()
{
    return names_of(versions);
}

std::vector<std::string> key_type_names()
{
    return names_of(key_types);
}

TlsContext make_tls_context(const TlsOptions& options)
{
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    require(context != nullptr, "SSL_CTX");
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_security_callback(context.get(), allow_all);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    if (options.server_order) {
        SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
    }
    if (options.before_ems_and_etm) {
        SSL_CTX_set_options(context.get(), SSL_OP_NO_EXTENDED_MASTER_SECRET | SSL_OP_NO_ENCRYPT_THEN_MAC);
    }
    if (options.request_client_certificate || options.require_client_certificate) {
        const int insist = options.require_client_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | insist, nullptr);
    }
    set_versions(context.get(), options);
    set_suites(context.get(), options);
    SSL_CTX_set_security_level(context.get(), 0);
    set_certificates(context.get(), options);
    choose_by_client(context.get(), options);
    return context;
}

}  // namespace smtptls::lab

#include "openssl/facts.hpp"

#include "openssl/key_name.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <map>
#include <memory>

namespace smtptls::openssl {
namespace {

using OwnedKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string group_of(SSL* ssl)
{
    EVP_PKEY* raw = nullptr;
    if (SSL_get_peer_tmp_key(ssl, &raw) != 1) {
        return "";
    }
    const OwnedKey key(raw, &EVP_PKEY_free);
    const std::string name = group_name(key.get());
    const std::string type = key_type(key.get());
    // Below TLS 1.3 the prime comes with the key exchange and has no name on the wire.
    if (type == "DH" && SSL_version(ssl) < TLS1_3_VERSION) {
        return "DH " + std::to_string(EVP_PKEY_get_bits(key.get()));
    }
    return name.empty() ? iana_spelling(type) : name;
}

// The scheme by IANA's name (TLS SignatureScheme registry), which OpenSSL 3.0 gives as a key type and a
// digest. Below TLS 1.2 there are no schemes. Whether an RSA-PSS key is of its own kind is not told apart.
std::string signature_of(SSL* ssl)
{
    int type = NID_undef;
    int digest = NID_undef;
    if (SSL_version(ssl) < TLS1_2_VERSION || SSL_get_peer_signature_type_nid(ssl, &type) != 1 || type == NID_undef) {
        return "";
    }
    static const std::map<int, std::string> hashes = {{NID_sha1, "sha1"},
                                                      {NID_sha224, "sha224"},
                                                      {NID_sha256, "sha256"},
                                                      {NID_sha384, "sha384"},
                                                      {NID_sha512, "sha512"}};
    static const std::map<int, std::string> curves = {
        {NID_sha256, "secp256r1_"}, {NID_sha384, "secp384r1_"}, {NID_sha512, "secp521r1_"}};
    const bool hashed = SSL_get_peer_signature_nid(ssl, &digest) == 1 && hashes.contains(digest);
    const std::string hash = hashed ? hashes.at(digest) : "";
    switch (type) {
        case EVP_PKEY_RSA_PSS: return "rsa_pss_rsae_" + hash;
        case EVP_PKEY_RSA: return "rsa_pkcs1_" + hash;
        case EVP_PKEY_EC: return "ecdsa_" + (curves.contains(digest) ? curves.at(digest) : "") + hash;
        case EVP_PKEY_DSA: return "dsa_" + hash;
        case EVP_PKEY_ED25519: return "ed25519";
        case EVP_PKEY_ED448: return "ed448";
        default: return OBJ_nid2sn(type);
    }
}

}  // namespace

model::Completed facts_of(SSL* ssl)
{
    model::Completed out;
    out.group = group_of(ssl);
    out.signature = signature_of(ssl);
    if (SSL_version(ssl) < TLS1_3_VERSION) {
        out.extended_master_secret = SSL_get_extms_support(ssl) == 1;
    }
    ERR_clear_error();
    return out;
}

std::vector<base::Bytes> chain_of(SSL* ssl)
{
    std::vector<base::Bytes> chain;
    STACK_OF(X509)* const certificates = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; certificates != nullptr && i < sk_X509_num(certificates); ++i) {
        unsigned char* der = nullptr;
        const int size = i2d_X509(sk_X509_value(certificates, i), &der);
        if (size > 0) {
            chain.emplace_back(der, der + size);
        }
        OPENSSL_free(der);
    }
    ERR_clear_error();
    return chain;
}

}  // namespace smtptls::openssl

#include "openssl/facts.hpp"

#include "openssl/unread_key.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>

namespace smtptls::openssl {
namespace {

using base::UntrustedText;

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(BIGNUM* number) const { BN_free(number); }
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
    void operator()(char* text) const { OPENSSL_free(text); }
};

template <typename T>
using Owned = std::unique_ptr<T, Free>;

// What is kept of a certificate's names is bounded by UntrustedText; how many of them, by this.
constexpr int most_names = 100;

UntrustedText text_of(const X509_NAME* name)
{
    const Owned<BIO> bio(BIO_new(BIO_s_mem()));
    // Without ASN1_STRFLGS_ESC_MSB: UTF-8 stays readable, and UntrustedText escapes what must be.
    const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    X509_NAME_print_ex(bio.get(), name, 0, flags);
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return length > 0 ? UntrustedText(std::string_view(data, static_cast<std::size_t>(length))) : UntrustedText();
}

std::string utc_of(const ASN1_TIME* time)
{
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) {
        return "";
    }
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), length};
}

UntrustedText address_of(const ASN1_OCTET_STRING* octets)
{
    const int length = ASN1_STRING_length(octets);
    const unsigned char* const data = ASN1_STRING_get0_data(octets);
    std::string out;
    for (int i = 0; i < length && i < 16; ++i) {
        std::array<char, 8> part{};
        const bool v4 = length == 4;
        const char* const separator = i == 0 ? "" : v4 ? "." : i % 2 == 0 ? ":" : "";
        const int size = std::snprintf(part.data(), part.size(), v4 ? "%s%d" : "%s%02x", separator, data[i]);
        out.append(part.data(), static_cast<std::size_t>(size));
    }
    return UntrustedText(out);
}

std::vector<UntrustedText> names_of(const X509* certificate)
{
    std::vector<UntrustedText> out;
    const Owned<GENERAL_NAMES> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()) && i < most_names; ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS) {
            const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
            out.emplace_back(std::string_view(data, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))));
        } else if (name->type == GEN_IPADD) {
            out.push_back(address_of(name->d.iPAddress));
        }
    }
    return out;
}

// OpenSSL's names for groups, in IANA's spelling where they differ (TLS Supported Groups registry).
std::string iana_spelling(const std::string& name)
{
    static const std::map<std::string, std::string> spellings = {
        {"prime256v1", "secp256r1"}, {"prime192v1", "secp192r1"}, {"X25519", "x25519"}, {"X448", "x448"}};
    const auto found = spellings.find(name);
    return found == spellings.end() ? name : found->second;
}

std::string group_name(const EVP_PKEY* key)
{
    std::array<char, 80> name{};
    std::size_t length = 0;
    const bool known = EVP_PKEY_get_group_name(key, name.data(), name.size(), &length) == 1;
    return known ? iana_spelling(std::string(name.data(), length)) : std::string();
}

std::string key_type(const EVP_PKEY* key)
{
    const char* const type = EVP_PKEY_get0_type_name(key);
    const std::string name = type != nullptr ? type : "unknown";
    // Without a name: the parameters stand in the key (RFC 3279 section 2.3.5).
    const std::string group = name == "EC" ? group_name(key) : "";
    return group.empty() ? name : name + " " + group;
}

std::string fingerprint(const X509* certificate)
{
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &length) != 1) {
        return "";
    }
    return base::format_hex({digest.data(), length});
}

std::string serial_of(const X509* certificate)
{
    const Owned<BIGNUM> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
    const Owned<char> text(number ? BN_bn2hex(number.get()) : nullptr);
    return text ? std::string(text.get()) : std::string();
}

UntrustedText signature_algorithm_of(const X509* certificate)
{
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, certificate);
    const ASN1_OBJECT* identifier = nullptr;
    X509_ALGOR_get0(&identifier, nullptr, nullptr, algorithm);
    const int nid = OBJ_obj2nid(identifier);
    return UntrustedText(nid == NID_undef ? identifier_text(identifier) : OBJ_nid2ln(nid));
}

model::Certificate certificate_of(X509* leaf, int chain_length, std::time_t at)
{
    model::Certificate out;
    out.subject = text_of(X509_get_subject_name(leaf));
    out.issuer = text_of(X509_get_issuer_name(leaf));
    out.dns_names = names_of(leaf);
    out.not_before = utc_of(X509_get0_notBefore(leaf));
    out.not_after = utc_of(X509_get0_notAfter(leaf));
    out.serial = serial_of(leaf);
    EVP_PKEY* const key = X509_get0_pubkey(leaf);
    const bool same = X509_NAME_cmp(X509_get_subject_name(leaf), X509_get_issuer_name(leaf)) == 0;
    if (key != nullptr) {
        out.key_type = key_type(key);
        out.key_bits = EVP_PKEY_get_bits(key);
        out.self_signed = same && X509_verify(leaf, key) == 1;
    } else {
        const UnreadKey unread = unread_key(leaf);
        out.key_type = unread.type;
        out.key_bits = unread.bits;
        out.self_signed = same ? std::nullopt : std::optional(false);
    }
    out.signature_algorithm = signature_algorithm_of(leaf);
    out.sha256 = fingerprint(leaf);
    out.expired = X509_cmp_time(X509_get0_notBefore(leaf), &at) > 0 || X509_cmp_time(X509_get0_notAfter(leaf), &at) < 0;
    out.chain_length = chain_length;
    ERR_clear_error();
    return out;
}

std::string group_of(SSL* ssl)
{
    EVP_PKEY* raw = nullptr;
    if (SSL_get_peer_tmp_key(ssl, &raw) != 1) {
        return "";
    }
    const Owned<EVP_PKEY> key(raw);
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

std::optional<model::Certificate> read_certificate(base::ByteView der, int chain_length, std::int64_t at)
{
    const unsigned char* next = der.data();
    const std::unique_ptr<X509, decltype(&X509_free)> leaf(d2i_X509(nullptr, &next, static_cast<long>(der.size())),
                                                           &X509_free);
    ERR_clear_error();
    return leaf ? std::optional(certificate_of(leaf.get(), chain_length, at)) : std::nullopt;
}

model::Completed facts_of(SSL* ssl)
{
    model::Completed out;
    out.group = group_of(ssl);
    out.signature = signature_of(ssl);
    if (SSL_version(ssl) < TLS1_3_VERSION) {
        out.extended_master_secret = SSL_get_extms_support(ssl) == 1;
    }
    STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(ssl);
    X509* const leaf = SSL_get0_peer_certificate(ssl);
    if (leaf != nullptr) {
        out.certificate = certificate_of(leaf, chain != nullptr ? sk_X509_num(chain) : 1, std::time(nullptr));
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

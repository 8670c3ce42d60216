// A certification authority of the test's own: certificates, OCSP answers and lists as they are wanted, right or wrong.
#pragma once

#include "base/bytes.hpp"
#include "openssl/library.hpp"
#include "unit/openssl/memory_server.hpp"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::openssl {

/// 2026-11-29T10:00:00Z: when all of it is looked at.
inline constexpr std::int64_t seen_at = 1'795'946'400;
inline constexpr std::int64_t one_day = 86'400;

struct Party {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;

    base::Bytes der() const
    {
        unsigned char* data = nullptr;
        const int size = i2d_X509(certificate.get(), &data);
        base::Bytes out(data, data + size);
        OPENSSL_free(data);
        return out;
    }
};

using Extensions = std::vector<std::pair<int, std::string>>;  // as in openssl.cnf(5), without its sections

struct CertificateWish {
    std::string name = "mail.example.com";
    long serial = 0x1234;
    Extensions extensions = {};
    std::int64_t until = seen_at + 90 * one_day;
    bool rsa = false;  ///< or ECDSA
};

/// Of a new key; signed by itself if there is no issuer.
inline Party make_party(const CertificateWish& wish, const Party* issuer = nullptr)
{
    static_cast<void>(library());
    Party made{{wish.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), EVP_PKEY_free}, {X509_new(), X509_free}};
    require(made.key != nullptr, "make a key");
    X509* const x = made.certificate.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), wish.serial);
    ASN1_TIME_set(X509_getm_notBefore(x), seen_at - 30 * one_day);
    ASN1_TIME_set(X509_getm_notAfter(x), wish.until);
    const auto* const name = reinterpret_cast<const unsigned char*>(wish.name.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, name, -1, -1, 0);
    const Party& above = issuer != nullptr ? *issuer : made;
    X509_set_issuer_name(x, X509_get_subject_name(above.certificate.get()));
    X509_set_pubkey(x, made.key.get());
    for (const auto& [kind, value] : wish.extensions) {
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        require(extension != nullptr, "make an extension");
        X509_add_ext(x, extension, -1);
        X509_EXTENSION_free(extension);
    }
    require(X509_sign(x, above.key.get(), EVP_sha256()) > 0, "sign a certificate");
    return made;
}

inline Party make_authority(const std::string& name = "Example CA", const std::string& usage = "keyCertSign,cRLSign")
{
    return make_party(
        {.name = name, .extensions = {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_key_usage, usage}}});
}

struct Times {
    std::int64_t from = seen_at - one_day;
    std::optional<std::int64_t> until = seen_at + 6 * one_day;
};

using HeldTime = std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)>;

inline HeldTime general_time(std::int64_t seconds)
{
    return {ASN1_GENERALIZEDTIME_set(nullptr, seconds), ASN1_TIME_free};
}

struct AnswerWish {
    int status = V_OCSP_CERTSTATUS_GOOD;
    int reason = -1;
    Times times = {};
    const EVP_MD* id_hash = EVP_sha1();
    const EVP_MD* hash = EVP_sha256();
    bool critical = false;         ///< with a critical extension that nobody knows
    bool critical_inside = false;  ///< the same in what is said of the one certificate
    const Party* along = nullptr;  ///< whose certificate comes along too
};

template <typename T, typename Write>
base::Bytes der_of(T* object, Write write)
{
    unsigned char* data = nullptr;
    const int size = write(object, &data);
    require(size > 0, "write DER");
    base::Bytes out(data, data + size);
    OPENSSL_free(data);
    return out;
}

using HeldExtension = std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)>;

/// Critical, and nobody knows it.
inline HeldExtension unknown_extension()
{
    const std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_OCTET_STRING_free)> nothing(ASN1_OCTET_STRING_new(),
                                                                                        ASN1_OCTET_STRING_free);
    const std::unique_ptr<ASN1_OBJECT, decltype(&ASN1_OBJECT_free)> kind(OBJ_txt2obj("1.2.3.4", 1), ASN1_OBJECT_free);
    return {X509_EXTENSION_create_by_OBJ(nullptr, kind.get(), 1, nothing.get()), X509_EXTENSION_free};
}

/// What `signer` answers about a certificate of the authority's; who is not the authority brings a certificate along.
inline base::Bytes make_answer(const Party& leaf, const Party& authority, const Party& signer,
                               const AnswerWish& wish = {})
{
    const std::unique_ptr<OCSP_BASICRESP, decltype(&OCSP_BASICRESP_free)> answer(OCSP_BASICRESP_new(),
                                                                                 OCSP_BASICRESP_free);
    OCSP_CERTID* const id = OCSP_cert_to_id(wish.id_hash, leaf.certificate.get(), authority.certificate.get());
    const HeldTime from = general_time(wish.times.from);
    const HeldTime until = general_time(wish.times.until.value_or(0));
    const HeldTime revoked = general_time(seen_at - 2 * one_day);
    OCSP_SINGLERESP* const single = OCSP_basic_add1_status(answer.get(), id, wish.status, wish.reason, revoked.get(),
                                                           from.get(), wish.times.until ? until.get() : nullptr);
    require(single != nullptr, "answer");
    OCSP_CERTID_free(id);
    if (wish.critical) {
        OCSP_BASICRESP_add_ext(answer.get(), unknown_extension().get(), -1);
    }
    if (wish.critical_inside) {
        OCSP_SINGLERESP_add_ext(single, unknown_extension().get(), -1);
    }
    if (wish.along != nullptr) {
        OCSP_basic_add1_cert(answer.get(), wish.along->certificate.get());
    }
    const unsigned long flags = &signer == &authority ? OCSP_NOCERTS : 0;
    require(OCSP_basic_sign(answer.get(), signer.certificate.get(), signer.key.get(), wish.hash, nullptr, flags) == 1,
            "sign an answer");
    const std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> whole(
        OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, answer.get()), OCSP_RESPONSE_free);
    return der_of(whole.get(), i2d_OCSP_RESPONSE);
}

/// What a responder says that has no answer.
inline base::Bytes make_refusal(int status)
{
    const std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> whole(OCSP_response_create(status, nullptr),
                                                                              OCSP_RESPONSE_free);
    return der_of(whole.get(), i2d_OCSP_RESPONSE);
}

struct ListWish {
    std::vector<long> serials = {};  ///< of what is revoked
    int reason = -1;
    Times times = {};
    Extensions extensions = {};
    bool pem = false;
    bool critical_entries = false;  ///< with a critical extension that nobody knows
};

inline void add_entry(X509_CRL* list, long serial, const ListWish& wish)
{
    X509_REVOKED* const entry = X509_REVOKED_new();
    ASN1_INTEGER* const number = ASN1_INTEGER_new();
    ASN1_INTEGER_set(number, serial);
    X509_REVOKED_set_serialNumber(entry, number);
    ASN1_INTEGER_free(number);
    const HeldTime when = general_time(seen_at - 2 * one_day);
    X509_REVOKED_set_revocationDate(entry, when.get());
    if (wish.reason >= 0) {
        ASN1_ENUMERATED* const reason = ASN1_ENUMERATED_new();
        ASN1_ENUMERATED_set(reason, wish.reason);
        X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, wish.critical_entries ? 1 : 0, 0);
        ASN1_ENUMERATED_free(reason);
    }
    X509_CRL_add0_revoked(list, entry);
}

inline base::Bytes pem_of(X509_CRL* list)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509_CRL(bio.get(), list);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, data + size};
}

/// A list in the name of the authority, signed with the signer's key.
inline base::Bytes make_list(const Party& authority, const Party& signer, const ListWish& wish = {})
{
    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(X509_CRL_new(), X509_CRL_free);
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority.certificate.get()));
    X509_CRL_set1_lastUpdate(list.get(), general_time(wish.times.from).get());
    if (wish.times.until) {
        X509_CRL_set1_nextUpdate(list.get(), general_time(*wish.times.until).get());
    }
    for (const long serial : wish.serials) {
        add_entry(list.get(), serial, wish);
    }
    for (const auto& [kind, value] : wish.extensions) {
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        require(extension != nullptr, "make an extension");
        X509_CRL_add_ext(list.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    require(X509_CRL_sign(list.get(), signer.key.get(), EVP_sha256()) > 0, "sign a list");
    return wish.pem ? pem_of(list.get()) : der_of(list.get(), i2d_X509_CRL);
}

}  // namespace smtptls::openssl

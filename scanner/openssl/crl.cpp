#include "openssl/issued.hpp"
#include "openssl/revocation.hpp"
#include "openssl/revocation_list.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace smtptls::openssl {
namespace {

using model::RevocationState;
using model::RevocationWord;

using HeldList = Held<X509_CRL, X509_CRL_free>;

// Of a list and of a certificate so many distribution points, and names of each, are looked at.
constexpr int most_points = 64;

// OpenSSL has it as a macro.
void free_text(void* text)
{
    OPENSSL_free(text);
}

// What is in the first block of a PEM text; empty if that is no list.
base::Bytes out_of_pem(base::ByteView pem)
{
    const Held<BIO, BIO_free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    const bool read = bio && PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1;
    ERR_clear_error();
    const Held<char, free_text> held_name(name);
    const Held<char, free_text> held_header(header);
    const Held<unsigned char, free_text> held_data(data);
    return read && std::string_view(name) == PEM_STRING_X509_CRL ? base::Bytes(data, data + size) : base::Bytes();
}

// A head is one sequence: what is behind it was seen before.
HeldList list_of(base::ByteView head)
{
    const unsigned char* next = head.data();
    HeldList out(d2i_X509_CRL(nullptr, &next, static_cast<long>(head.size())));
    ERR_clear_error();
    return out;
}

std::string fault_of_signer(const X509_CRL* list, base::ByteView signed_part, X509* issuer)
{
    if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) != 0) {
        return "a list of another issuer";
    }
    // RFC 5280 section 6.3.3 (f); all bits are set where it has no keyUsage.
    if ((X509_get_key_usage(issuer) & KU_CRL_SIGN) == 0) {
        return "signed with a key that may not sign lists (keyUsage without cRLSign)";
    }
    const ASN1_BIT_STRING* signature = nullptr;
    const X509_ALGOR* algorithm = nullptr;
    X509_CRL_get0_signature(list, &signature, &algorithm);
    if (const std::string hash = broken_hash(algorithm); !hash.empty()) {
        return "signed by way of " + hash + ", which can be forged";
    }
    const unsigned char* next = signed_part.data();
    const Held<ASN1_TYPE, ASN1_TYPE_free> whole(d2i_ASN1_TYPE(nullptr, &next, static_cast<long>(signed_part.size())));
    EVP_PKEY* const key = X509_get0_pubkey(issuer);
    const bool verified =
        whole && ASN1_item_verify(ASN1_ITEM_rptr(ASN1_ANY), algorithm, signature, whole.get(), key) == 1;
    ERR_clear_error();
    return verified ? "" : "signed by somebody else";
}

std::string fault_of_extensions(const X509_CRL* list)
{
    if (X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0) {
        return "a list of changes alone (delta)";
    }
    for (int place = X509_CRL_get_ext_by_critical(list, 1, -1); place >= 0;
         place = X509_CRL_get_ext_by_critical(list, 1, place)) {
        X509_EXTENSION* const extension = X509_CRL_get_ext(list, place);
        if (OBJ_obj2nid(X509_EXTENSION_get_object(extension)) != NID_issuing_distribution_point) {
            return "it has a critical extension that is not known here";
        }
    }
    return "";
}

bool has_name(const GENERAL_NAMES* names, GENERAL_NAME* wanted)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && i < most_points; ++i) {
        if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(names, i), wanted) == 0) {
            return true;
        }
    }
    return false;
}

// RFC 5280 section 6.3.3 (b) (2) (i): a CA may share out its certificates among lists.
bool is_point_of(const GENERAL_NAMES* names, const X509* certificate)
{
    const Held<CRL_DIST_POINTS, CRL_DIST_POINTS_free> points(
        static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
    for (int i = 0; points && i < sk_DIST_POINT_num(points.get()) && i < most_points; ++i) {
        const DIST_POINT_NAME* const point = sk_DIST_POINT_value(points.get(), i)->distpoint;
        for (int j = 0;
             point != nullptr && point->type == 0 && j < sk_GENERAL_NAME_num(point->name.fullname) && j < most_points;
             ++j) {
            if (has_name(names, sk_GENERAL_NAME_value(point->name.fullname, j))) {
                return true;
            }
        }
    }
    return false;
}

// Why the list does not cover the certificate.
std::string fault_of_scope(const X509_CRL* list, X509* certificate)
{
    int critical = 0;
    const Held<ISSUING_DIST_POINT, ISSUING_DIST_POINT_free> scope(static_cast<ISSUING_DIST_POINT*>(
        X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point, &critical, nullptr)));
    if (!scope) {
        constexpr int absent = -1;
        return critical == absent ? "" : "malformed: its issuingDistributionPoint is none";
    }
    if (scope->indirectCRL > 0) {
        return "a list about several issuers (indirect)";
    }
    const bool ca = X509_check_ca(certificate) > 0;
    if (scope->onlyattr > 0 || (ca ? scope->onlyuser : scope->onlyCA) > 0) {
        return "a list of other kinds of certificates";
    }
    if (scope->onlysomereasons != nullptr) {
        return "a list of some reasons alone";
    }
    const DIST_POINT_NAME* const point = scope->distpoint;
    if (point != nullptr && (point->type != 0 || !is_point_of(point->name.fullname, certificate))) {
        return "a list of another distribution point than those that the certificate names";
    }
    return "";
}

// Of the entry of a certificate.
void say_entry(RevocationWord& word, base::ByteView der)
{
    constexpr long remove_from_crl = 8;
    const unsigned char* next = der.data();
    const Held<X509_REVOKED, X509_REVOKED_free> entry(d2i_X509_REVOKED(nullptr, &next, static_cast<long>(der.size())));
    if (!entry || X509_REVOKED_get_ext_by_critical(entry.get(), 1, -1) >= 0) {
        word.words = base::UntrustedText(entry ? "its entry has a critical extension that is not known here"
                                               : "malformed: the certificate's entry is none");
        return;
    }
    const Held<ASN1_ENUMERATED, ASN1_ENUMERATED_free> said(
        static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(entry.get(), NID_crl_reason, nullptr, nullptr)));
    const long reason = said ? ASN1_ENUMERATED_get(said.get()) : -1;
    word.state = reason == remove_from_crl ? RevocationState::good : RevocationState::revoked;
    word.words = base::UntrustedText(since(X509_REVOKED_get0_revocationDate(entry.get()), reason));
}

// Its number in DER.
base::Bytes serial_number(const X509* certificate)
{
    unsigned char* der = nullptr;
    const int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);
    const Held<unsigned char, free_text> held(der);
    return size > 0 ? base::Bytes(der, der + size) : base::Bytes();
}

RevocationWord say_list(const ListParts& parts, const X509_CRL* list, const X509* certificate, std::int64_t at)
{
    RevocationWord out = dated(X509_CRL_get0_lastUpdate(list), X509_CRL_get0_nextUpdate(list), at);
    if (!out.words.empty()) {
        return out;
    }
    const FoundEntry found = find_entry(parts.entries, serial_number(certificate));
    if (found.malformed) {
        out.words = base::UntrustedText("malformed: one of its entries is none");
    } else if (!found.entry.empty()) {
        say_entry(out, found.entry);
    } else {
        out.state = RevocationState::good;
    }
    ERR_clear_error();
    return out;
}

}  // namespace

RevocationWord read_crl(base::ByteView list, base::ByteView certificate, base::ByteView issuer, std::int64_t at)
{
    if (list.size() > most_crl_bytes) {
        return unusable("more than " + std::to_string(most_crl_bytes) + " bytes");
    }
    const auto issued = read_verified(certificate, issuer);
    if (!issued) {
        return unusable(issued.error());
    }
    const bool pem = base::text_of(list).starts_with("-----BEGIN");
    const base::Bytes unwrapped = pem ? out_of_pem(list) : base::Bytes();
    const auto parts = parse_list(pem ? unwrapped : list);
    const HeldList head = parts ? list_of(parts->head) : HeldList();
    if (!head) {
        return unusable(list.empty() ? "empty" : "malformed");
    }
    if (const std::string fault = fault_of_signer(head.get(), parts->signed_part, issued->issuer.get());
        !fault.empty()) {
        return unusable(fault);
    }
    std::string fault = fault_of_extensions(head.get());
    if (fault.empty()) {
        fault = fault_of_scope(head.get(), issued->certificate.get());
    }
    ERR_clear_error();
    return fault.empty() ? say_list(*parts, head.get(), issued->certificate.get(), at) : unusable(fault);
}

}  // namespace smtptls::openssl

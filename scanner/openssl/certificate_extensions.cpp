#include "openssl/certificate_extensions.hpp"

#include <openssl/asn1.h>
#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>

// Some of OpenSSL's functions are macros that cast in C's way.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace smtptls::openssl {
namespace {

using base::UntrustedText;

// Of a list this much is kept: a CA names one or two responders and lists, and six usages at most.
constexpr int most_listed = 8;

struct FreeExtension {
    void operator()(AUTHORITY_INFO_ACCESS* access) const { AUTHORITY_INFO_ACCESS_free(access); }
    void operator()(BASIC_CONSTRAINTS* constraints) const { BASIC_CONSTRAINTS_free(constraints); }
    void operator()(CRL_DIST_POINTS* points) const { CRL_DIST_POINTS_free(points); }
    void operator()(EXTENDED_KEY_USAGE* usages) const { EXTENDED_KEY_USAGE_free(usages); }
    void operator()(ASN1_BIT_STRING* bits) const { ASN1_BIT_STRING_free(bits); }
    void operator()(TLS_FEATURE* features) const { TLS_FEATURE_free(features); }
    void operator()(STACK_OF(SCT) * timestamps) const { SCT_LIST_free(timestamps); }
};

template <typename T>
using Extension = std::unique_ptr<T, FreeExtension>;

// Null if the certificate has none, two, or one that is malformed.
template <typename T>
Extension<T> extension(const X509* certificate, int nid, bool* critical = nullptr)
{
    int is_critical = 0;
    Extension<T> found(static_cast<T*>(X509_get_ext_d2i(certificate, nid, &is_critical, nullptr)));
    if (critical != nullptr) {
        *critical = found != nullptr && is_critical == 1;
    }
    return found;
}

// RFC 5280 section 4.2.1.3, by bit.
constexpr std::array key_usage_names = {"digitalSignature", "contentCommitment", "keyEncipherment",
                                        "dataEncipherment", "keyAgreement",      "keyCertSign",
                                        "cRLSign",          "encipherOnly",      "decipherOnly"};

void read_key_usage(const X509* certificate, model::CertificateExtensions& out)
{
    const auto bits = extension<ASN1_BIT_STRING>(certificate, NID_key_usage, &out.key_usage_critical);
    for (std::size_t bit = 0; bits && bit < key_usage_names.size(); ++bit) {
        if (ASN1_BIT_STRING_get_bit(bits.get(), static_cast<int>(bit)) == 1) {
            out.key_usages.emplace_back(key_usage_names.at(bit));
        }
    }
    if (bits && out.key_usages.empty()) {
        out.key_usages.emplace_back("none");
    }
}

// RFC 5280 section 4.2.1.12: "serverAuth"; what has no name by its digits.
std::string usage_name(const ASN1_OBJECT* usage)
{
    const int nid = OBJ_obj2nid(usage);
    if (nid == NID_server_auth || nid == NID_client_auth || nid == NID_OCSP_sign || nid == NID_anyExtendedKeyUsage) {
        return nid == NID_OCSP_sign ? "OCSPSigning" : OBJ_nid2sn(nid);
    }
    std::array<char, 64> digits{};
    OBJ_obj2txt(digits.data(), static_cast<int>(digits.size()), usage, nid == NID_undef ? 1 : 0);
    return digits.data();
}

void read_extended_usage(const X509* certificate, model::CertificateExtensions& out)
{
    const auto usages = extension<EXTENDED_KEY_USAGE>(certificate, NID_ext_key_usage);
    for (int i = 0; usages && i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        std::string name = usage_name(sk_ASN1_OBJECT_value(usages.get(), i));
        // What rules ask about is found however long the list is.
        const bool asked = name == "serverAuth" || name == "anyExtendedKeyUsage";
        const bool known = std::ranges::find(out.extended_usages, name) != out.extended_usages.end();
        if (!known && (asked || i < most_listed)) {
            out.extended_usages.push_back(std::move(name));
        }
    }
}

void add_url(const GENERAL_NAME* name, std::vector<UntrustedText>& urls)
{
    if (name->type != GEN_URI || urls.size() == most_listed) {
        return;
    }
    const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier));
    const int length = ASN1_STRING_length(name->d.uniformResourceIdentifier);
    urls.emplace_back(std::string_view(data, static_cast<std::size_t>(length)));
}

void read_information_access(const X509* certificate, model::CertificateExtensions& out)
{
    const auto access = extension<AUTHORITY_INFO_ACCESS>(certificate, NID_info_access);
    for (int i = 0; access && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
        const ACCESS_DESCRIPTION* const one = sk_ACCESS_DESCRIPTION_value(access.get(), i);
        const int method = OBJ_obj2nid(one->method);
        if (method == NID_ad_OCSP) {
            add_url(one->location, out.ocsp_urls);
        } else if (method == NID_ad_ca_issuers) {
            add_url(one->location, out.issuer_urls);
        }
    }
}

void read_distribution_points(const X509* certificate, model::CertificateExtensions& out)
{
    const auto points = extension<CRL_DIST_POINTS>(certificate, NID_crl_distribution_points);
    for (int i = 0; points && i < sk_DIST_POINT_num(points.get()) && i < most_listed; ++i) {
        const DIST_POINT* const point = sk_DIST_POINT_value(points.get(), i);
        if (point->distpoint == nullptr || point->distpoint->type != 0) {
            continue;
        }
        const GENERAL_NAMES* const names = point->distpoint->name.fullname;
        for (int j = 0; j < sk_GENERAL_NAME_num(names) && j < most_listed; ++j) {
            add_url(sk_GENERAL_NAME_value(names, j), out.crl_urls);
        }
    }
}

void read_constraints(const X509* certificate, model::CertificateExtensions& out)
{
    const auto constraints =
        extension<BASIC_CONSTRAINTS>(certificate, NID_basic_constraints, &out.constraints_critical);
    if (!constraints) {
        return;
    }
    out.ca = constraints->ca != 0;
    std::int64_t length = 0;
    if (constraints->pathlen != nullptr && ASN1_INTEGER_get_int64(&length, constraints->pathlen) == 1) {
        out.path_length = length;
    }
}

// RFC 7633 section 4.2.3.1: the TLS extension status_request as a feature.
bool must_staple(const X509* certificate)
{
    constexpr std::int64_t status_request = 5;
    const auto features = extension<TLS_FEATURE>(certificate, NID_tlsfeature);
    for (int i = 0; features && i < sk_ASN1_INTEGER_num(features.get()); ++i) {
        std::int64_t feature = 0;
        if (ASN1_INTEGER_get_int64(&feature, sk_ASN1_INTEGER_value(features.get(), i)) == 1 &&
            feature == status_request) {
            return true;
        }
    }
    return false;
}

// RFC 6962 section 3.3: within the certificate.
int timestamps_of(const X509* certificate)
{
    const auto timestamps = extension<STACK_OF(SCT)>(certificate, NID_ct_precert_scts);
    return timestamps ? sk_SCT_num(timestamps.get()) : 0;
}

}  // namespace

model::CertificateExtensions extensions_of(const X509* certificate)
{
    model::CertificateExtensions out;
    read_key_usage(certificate, out);
    read_extended_usage(certificate, out);
    read_information_access(certificate, out);
    read_distribution_points(certificate, out);
    read_constraints(certificate, out);
    out.must_staple = must_staple(certificate);
    out.scts = timestamps_of(certificate);
    ERR_clear_error();
    return out;
}

}  // namespace smtptls::openssl

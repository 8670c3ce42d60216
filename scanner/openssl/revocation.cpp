#include "openssl/revocation.hpp"

#include "openssl/issued.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <optional>
#include <string_view>

namespace smtptls::openssl {
namespace {

using model::RevocationState;
using model::RevocationWord;

// OpenSSL has these as macros.
void free_list(STACK_OF(X509) * list)
{
    sk_X509_free(list);
}

void free_octets(unsigned char* octets)
{
    OPENSSL_free(octets);
}

using HeldAnswer = Held<OCSP_BASICRESP, OCSP_BASICRESP_free>;

// RFC 6960 section 4.2.1.
std::string refusal(int status)
{
    constexpr std::array<std::string_view, 7> names = {"", "malformedRequest", "internalError", "tryLater",
                                                       "", "sigRequired",      "unauthorized"};
    const auto place = static_cast<std::size_t>(status);
    const bool named = place < names.size() && !names.at(place).empty();
    return "the responder says " + (named ? std::string(names.at(place)) : "status " + std::to_string(status));
}

// Its place among what is answered; nothing if it is not there.
std::optional<int> place_of(OCSP_BASICRESP* answer, const Issued& issued)
{
    for (const EVP_MD* const hash : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
        const Held<OCSP_CERTID, OCSP_CERTID_free> id(
            OCSP_cert_to_id(hash, issued.certificate.get(), issued.issuer.get()));
        if (const int place = id ? OCSP_resp_find(answer, id.get(), -1) : -1; place >= 0) {
            return place;
        }
    }
    return std::nullopt;
}

// Why OpenSSL does not take the signature, by its last error.
std::string why_not_verified()
{
    const char* data = nullptr;
    int flags = 0;
    const unsigned long error = ERR_peek_last_error_all(nullptr, nullptr, nullptr, &data, &flags);
    const bool by_ocsp = ERR_GET_LIB(error) == ERR_LIB_OCSP;
    const int reason = ERR_GET_REASON(error);
    if (by_ocsp && reason == OCSP_R_MISSING_OCSPSIGNING_USAGE) {
        return "signed by somebody to whom the issuer did not delegate that (no OCSPSigning)";
    }
    const std::string_view words = (flags & ERR_TXT_STRING) != 0 && data != nullptr ? data : "";
    for (const int day : {X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID}) {
        if (const char* const fault = X509_verify_cert_error_string(day); by_ocsp && words.ends_with(fault)) {
            return std::string("signed by way of a certificate that does not count: ") + fault;
        }
    }
    return "signed by somebody else";
}

// The issuer alone is trusted, so a responder's certificate is signed by the issuer itself (RFC 6960 section 4.2.2.2).
std::string fault_of_signature(OCSP_BASICRESP* answer, const Issued& issued, std::int64_t at)
{
    if (const std::string hash = broken_hash(OCSP_resp_get0_tbs_sigalg(answer)); !hash.empty()) {
        return "signed by way of " + hash + ", which can be forged";
    }
    const Held<X509_STORE, X509_STORE_free> store(X509_STORE_new());
    const Held<STACK_OF(X509), free_list> issuers(sk_X509_new_null());
    if (!store || !issuers || sk_X509_push(issuers.get(), issued.issuer.get()) == 0 ||
        X509_STORE_add_cert(store.get(), issued.issuer.get()) != 1) {
        return "there was too little memory to verify it";
    }
    X509_VERIFY_PARAM* const how = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_depth(how, 0);
    X509_VERIFY_PARAM_set_time(how, at);
    ERR_clear_error();
    const bool verified = OCSP_basic_verify(answer, issuers.get(), store.get(), OCSP_NOEXPLICIT) == 1;
    std::string fault = verified ? "" : why_not_verified();
    ERR_clear_error();
    return fault;
}

RevocationWord word_of(OCSP_SINGLERESP* single, std::int64_t at)
{
    int reason = -1;
    ASN1_GENERALIZEDTIME* revoked = nullptr;
    ASN1_GENERALIZEDTIME* this_update = nullptr;
    ASN1_GENERALIZEDTIME* next_update = nullptr;
    const int status = OCSP_single_get0_status(single, &reason, &revoked, &this_update, &next_update);
    RevocationWord out = dated(this_update, next_update, at);
    if (!out.words.empty()) {
        return out;
    }
    switch (status) {
        case V_OCSP_CERTSTATUS_GOOD: out.state = RevocationState::good; break;
        case V_OCSP_CERTSTATUS_REVOKED:
            out.state = RevocationState::revoked;
            out.words = base::UntrustedText(since(revoked, reason));
            break;
        case V_OCSP_CERTSTATUS_UNKNOWN: out.state = RevocationState::unknown; break;
        default: out.words = base::UntrustedText("malformed: its status is none");
    }
    return out;
}

}  // namespace

base::Bytes ocsp_request(base::ByteView certificate, base::ByteView issuer)
{
    const Issued issued = read_issued(certificate, issuer);
    if (!issued.certificate) {
        return {};
    }
    const Held<OCSP_REQUEST, OCSP_REQUEST_free> request(OCSP_REQUEST_new());
    OCSP_CERTID* const id = OCSP_cert_to_id(EVP_sha1(), issued.certificate.get(), issued.issuer.get());
    if (!request || OCSP_request_add0_id(request.get(), id) == nullptr) {
        OCSP_CERTID_free(id);
        ERR_clear_error();
        return {};
    }
    unsigned char* der = nullptr;
    const int size = i2d_OCSP_REQUEST(request.get(), &der);
    const Held<unsigned char, free_octets> held(der);
    ERR_clear_error();
    return size > 0 ? base::Bytes(der, der + size) : base::Bytes();
}

RevocationWord read_ocsp(base::ByteView response, base::ByteView certificate, base::ByteView issuer, std::int64_t at)
{
    if (response.size() > most_ocsp_bytes) {
        return unusable("more than " + std::to_string(most_ocsp_bytes) + " bytes");
    }
    const auto issued = read_verified(certificate, issuer);
    if (!issued) {
        return unusable(issued.error());
    }
    const unsigned char* next = response.data();
    const Held<OCSP_RESPONSE, OCSP_RESPONSE_free> outer(
        d2i_OCSP_RESPONSE(nullptr, &next, static_cast<long>(response.size())));
    const bool whole = outer && next == response.data() + response.size();
    const int status = whole ? OCSP_response_status(outer.get()) : 0;
    const HeldAnswer answer(whole && status == OCSP_RESPONSE_STATUS_SUCCESSFUL ? OCSP_response_get1_basic(outer.get())
                                                                               : nullptr);
    ERR_clear_error();
    if (whole && status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        return unusable(refusal(status));
    }
    if (!answer) {
        return unusable(response.empty() ? "empty" : "malformed");
    }
    const auto place = place_of(answer.get(), *issued);
    ERR_clear_error();
    if (!place) {
        return unusable("about another certificate");
    }
    if (const std::string fault = fault_of_signature(answer.get(), *issued, at); !fault.empty()) {
        return unusable(fault);
    }
    OCSP_SINGLERESP* const single = OCSP_resp_get0(answer.get(), *place);
    // RFC 6960 section 4.4: what is critical has to be understood.
    if (OCSP_BASICRESP_get_ext_by_critical(answer.get(), 1, -1) >= 0 ||
        OCSP_SINGLERESP_get_ext_by_critical(single, 1, -1) >= 0) {
        return unusable("it has a critical extension that is not known here");
    }
    return word_of(single, at);
}

}  // namespace smtptls::openssl

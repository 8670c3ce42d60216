#include "openssl/issued.hpp"

#include "openssl/revocation.hpp"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <array>
#include <ctime>
#include <optional>
#include <string_view>

namespace smtptls::openssl {
namespace {

HeldCertificate certificate_of(base::ByteView der)
{
    const unsigned char* next = der.data();
    HeldCertificate out(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
    ERR_clear_error();
    return out;
}

std::optional<std::int64_t> seconds_of(const ASN1_TIME* time)
{
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
        return std::nullopt;
    }
    return timegm(&parts);
}

std::string utc_at(std::int64_t seconds)
{
    const std::time_t moment = seconds;
    std::tm parts{};
    gmtime_r(&moment, &parts);
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), length};
}

// RFC 5280 section 5.3.1; 7 is not used.
constexpr std::array<std::string_view, 11> reasons = {
    "unspecified",   "keyCompromise",        "cACompromise",    "affiliationChanged",
    "superseded",    "cessationOfOperation", "certificateHold", "",
    "removeFromCRL", "privilegeWithdrawn",   "aACompromise"};

std::string reason_text(long reason)
{
    const auto place = static_cast<std::size_t>(reason);
    return place < reasons.size() && !reasons.at(place).empty() ? std::string(reasons.at(place))
                                                                : "reason " + std::to_string(reason);
}

}  // namespace

Issued read_issued(base::ByteView certificate, base::ByteView issuer)
{
    Issued out{certificate_of(certificate), certificate_of(issuer)};
    return out.certificate && out.issuer ? std::move(out) : Issued{};
}

base::Expected<Issued, std::string> read_verified(base::ByteView certificate, base::ByteView issuer)
{
    using No = base::Unexpected<std::string>;
    Issued out = read_issued(certificate, issuer);
    if (!out.certificate) {
        return No("the certificate or its issuer cannot be read");
    }
    EVP_PKEY* const key = X509_get0_pubkey(out.issuer.get());
    const bool named =
        X509_NAME_cmp(X509_get_issuer_name(out.certificate.get()), X509_get_subject_name(out.issuer.get())) == 0;
    const bool signed_by = named && key != nullptr && X509_verify(out.certificate.get(), key) == 1;
    ERR_clear_error();
    if (!signed_by) {
        return No("the certificate behind it did not sign it, so nobody can be asked");
    }
    return out;
}

model::RevocationWord unusable(const std::string& why)
{
    return {.state = model::RevocationState::unusable, .words = base::UntrustedText(why)};
}

model::RevocationWord dated(const ASN1_TIME* this_update, const ASN1_TIME* next_update, std::int64_t at)
{
    const auto begin = seconds_of(this_update);
    const auto end = seconds_of(next_update);
    ERR_clear_error();
    if (!begin || (next_update != nullptr && !end) || (end && *end < *begin)) {
        return unusable("malformed: its dates are none");
    }
    model::RevocationWord out;
    out.this_update = utc_at(*begin);
    out.next_update = end ? utc_at(*end) : "";
    if (*begin > at + clock_leeway) {
        out.words = base::UntrustedText("counts only from " + out.this_update + " on");
    } else if (end && *end < at - clock_leeway) {
        out.words = base::UntrustedText("over since " + out.next_update);
    } else if (!end && *begin < at - longest_without_end) {
        out.words = base::UntrustedText("too old: of " + out.this_update + ", without an end of its own");
    }
    return out;
}

std::string since(const ASN1_TIME* when, long reason)
{
    const auto seconds = seconds_of(when);
    return "since " + (seconds ? utc_at(*seconds) : "a day that is none") +
           (reason < 0 ? "" : " (" + reason_text(reason) + ")");
}

std::string broken_hash(const X509_ALGOR* algorithm)
{
    const ASN1_OBJECT* identifier = nullptr;
    X509_ALGOR_get0(&identifier, nullptr, nullptr, algorithm);
    int hash = NID_undef;
    if (OBJ_find_sigid_algs(OBJ_obj2nid(identifier), &hash, nullptr) != 1) {
        return "";
    }
    const bool broken = hash == NID_md2 || hash == NID_md4 || hash == NID_md5 || hash == NID_mdc2;
    return broken ? OBJ_nid2ln(hash) : "";
}

}  // namespace smtptls::openssl

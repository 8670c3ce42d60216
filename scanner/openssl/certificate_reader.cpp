#include "openssl/certificate_reader.hpp"

#include "openssl/certificate_extensions.hpp"
#include "openssl/chain_order.hpp"
#include "openssl/key_name.hpp"
#include "openssl/name_text.hpp"
#include "openssl/owned.hpp"
#include "openssl/unread_key.hpp"

#include "base/text_layout.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace smtptls::openssl {
namespace {

using base::UntrustedText;

// What is kept of a certificate's names is bounded by UntrustedText; how many of them, by this.
constexpr int most_names = 100;
constexpr std::size_t most_issuers = 8;
constexpr int most_modulus_bits = 4096;  // in hexadecimal as long as an UntrustedText may be

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

// RFC 4055 section 3.1: the name of RSASSA-PSS does not say the hash, its parameters do.
UntrustedText signature_algorithm_of(X509* certificate)
{
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, certificate);
    const ASN1_OBJECT* identifier = nullptr;
    X509_ALGOR_get0(&identifier, nullptr, nullptr, algorithm);
    const int nid = OBJ_obj2nid(identifier);
    if (nid == NID_undef) {
        return UntrustedText(identifier_text(identifier));
    }
    int hash = NID_undef;
    const bool told =
        nid == NID_rsassaPss && X509_get_signature_info(certificate, &hash, nullptr, nullptr, nullptr) == 1;
    return UntrustedText(OBJ_nid2ln(nid) + (told && hash != NID_undef ? std::string(" with ") + OBJ_nid2ln(hash) : ""));
}

std::string spki_digest(const X509* certificate)
{
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owned(
        der, [](unsigned char* bytes) { OPENSSL_free(bytes); });
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    const bool done =
        size > 0 && EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), &length, EVP_sha256(), nullptr) == 1;
    return done ? base::format_hex({digest.data(), length}) : "";
}

Owned<BIGNUM> number_of(const EVP_PKEY* key, const char* name)
{
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key, name, &number);
    return Owned<BIGNUM>(number);
}

void read_rsa(const EVP_PKEY* key, model::Certificate& out)
{
    const int type = EVP_PKEY_get_base_id(key);
    if (type != EVP_PKEY_RSA && type != EVP_PKEY_RSA_PSS) {
        return;
    }
    const auto exponent = number_of(key, OSSL_PKEY_PARAM_RSA_E);
    const Owned<char> decimal(exponent && BN_num_bits(exponent.get()) <= most_modulus_bits ? BN_bn2dec(exponent.get())
                                                                                           : nullptr);
    out.rsa_exponent = decimal ? decimal.get() : "";
    const auto modulus = number_of(key, OSSL_PKEY_PARAM_RSA_N);
    const Owned<char> hex(modulus && BN_num_bits(modulus.get()) <= most_modulus_bits ? BN_bn2hex(modulus.get())
                                                                                     : nullptr);
    out.rsa_modulus = hex ? base::lower(hex.get()) : "";
}

// All but what depends on the day and on the chain.
model::Certificate facts_of(X509* leaf)
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
        read_rsa(key, out);
    } else {
        const UnreadKey unread = unread_key(leaf);
        out.key_type = unread.type;
        out.key_bits = unread.bits;
        out.self_signed = same ? std::nullopt : std::optional(false);
    }
    out.signature_algorithm = signature_algorithm_of(leaf);
    out.sha256 = fingerprint(leaf);
    out.spki_sha256 = spki_digest(leaf);
    out.extensions = extensions_of(leaf);
    ERR_clear_error();
    return out;
}

// Whole days, rounded down: on the last one there are none left.
std::optional<std::int64_t> days_left(const X509* certificate, std::int64_t at)
{
    int days = 0;
    int seconds = 0;
    const Owned<ASN1_TIME> day(ASN1_TIME_set(nullptr, at));
    if (!day || ASN1_TIME_diff(&days, &seconds, day.get(), X509_get0_notAfter(certificate)) != 1) {
        return std::nullopt;
    }
    return seconds < 0 ? days - 1 : days;
}

bool is_outside(const X509* certificate, std::int64_t at)
{
    std::time_t day = at;
    return X509_cmp_time(X509_get0_notBefore(certificate), &day) > 0 ||
           X509_cmp_time(X509_get0_notAfter(certificate), &day) < 0;
}

}  // namespace

const CertificateReader::Known& CertificateReader::known(base::ByteView der)
{
    const auto found =
        std::ranges::find_if(known_, [der](const Known& one) { return std::ranges::equal(one.der, der); });
    if (found != known_.end()) {
        return *found;
    }
    if (known_.size() == most) {
        known_.pop_front();
    }
    const unsigned char* next = der.data();
    Known fresh{{der.begin(), der.end()}, {}, {}};
    fresh.certificate.reset(d2i_X509(nullptr, &next, static_cast<long>(der.size())), &X509_free);
    ERR_clear_error();
    if (fresh.certificate) {
        fresh.facts = facts_of(fresh.certificate.get());
    }
    known_.push_back(std::move(fresh));
    return known_.back();
}

void CertificateReader::take_chain(std::span<const base::Bytes> chain)
{
    std::vector<const X509*> certificates;
    std::vector<std::shared_ptr<X509>> owners;
    for (const base::Bytes& der : chain) {
        owners.push_back(known(der).certificate);
        certificates.push_back(owners.back().get());
    }
    chain_ = std::make_shared<const model::Chain>(chain.begin(), chain.end());
    chain_faults_ = chain_faults(certificates);
}

void CertificateReader::read_issuers(std::span<const base::Bytes> chain, std::int64_t at, model::Certificate& leaf)
{
    for (std::size_t i = 1; i < chain.size(); ++i) {
        if (leaf.issuers.size() == most_issuers) {
            // Whoever judges issuers learns that there are others.
            leaf.issuers.push_back(
                {UntrustedText("and " + std::to_string(chain.size() - i) + " more"), {}, 0, {}, {}, {}, false});
            break;
        }
        const Known& one = known(chain[i]);
        if (!one.certificate) {
            leaf.issuers.push_back({UntrustedText("a certificate that cannot be read"), {}, 0, {}, {}, {}, false});
        } else if (!one.facts.self_signed.value_or(false)) {
            const model::Certificate& facts = one.facts;
            leaf.issuers.push_back({facts.subject, facts.key_type, facts.key_bits, facts.signature_algorithm,
                                    facts.not_before, facts.not_after, is_outside(one.certificate.get(), at),
                                    facts.extensions});
        }
    }
}

std::optional<model::Certificate> CertificateReader::read(std::span<const base::Bytes> chain, std::int64_t at)
{
    const Known& one = known(chain.front());
    if (!one.certificate) {
        return std::nullopt;
    }
    model::Certificate facts = one.facts;
    facts.expired = is_outside(one.certificate.get(), at);
    facts.days_left = days_left(one.certificate.get(), at);
    facts.chain_length = static_cast<int>(chain.size());
    if (!chain_ || !std::ranges::equal(*chain_, chain)) {
        take_chain(chain);
    }
    facts.chain = chain_;
    facts.chain_faults = chain_faults_;
    read_issuers(chain, at, facts);
    return facts;
}

std::optional<model::Certificate> CertificateReader::read(base::ByteView der, std::int64_t at)
{
    const base::Bytes alone(der.begin(), der.end());
    return read(std::span(&alone, 1), at);
}

}  // namespace smtptls::openssl

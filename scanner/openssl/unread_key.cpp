#include "openssl/unread_key.hpp"

#include <openssl/objects.h>
#include <openssl/x509.h>

#include <array>
#include <map>

namespace smtptls::openssl {
namespace {

struct KnownKey {
    int nid;
    const char* type;
    int bits;
};

// GOST keys are points on a curve over a field of 256 or 512 bits, which the algorithm fixes: RFC 4491 section 2.3.2,
// RFC 9215 section 4. The words of the others are those of keys that OpenSSL can read; what their size is stands in
// the key.
constexpr std::array<KnownKey, 7> known_keys = {{{NID_id_GostR3410_2001, "GOST R 34.10-2001", 256},
                                                 {NID_id_GostR3410_2012_256, "GOST R 34.10-2012", 256},
                                                 {NID_id_GostR3410_2012_512, "GOST R 34.10-2012", 512},
                                                 {NID_rsaEncryption, "RSA", 0},
                                                 {NID_rsassaPss, "RSA-PSS", 0},
                                                 {NID_X9_62_id_ecPublicKey, "EC", 0},
                                                 {NID_dsa, "DSA", 0}}};

// A field element of GOST R 34.10-94 is as long as its prime, and the key is one (RFC 4491 section 2.3.1).
int bits_of_gost94(const unsigned char* key, int size)
{
    const unsigned char* next = key;
    ASN1_OCTET_STRING* const element = d2i_ASN1_OCTET_STRING(nullptr, &next, size);
    const int octets = ASN1_STRING_length(element);
    ASN1_OCTET_STRING_free(element);
    return 8 * octets;
}

}  // namespace

// FIPS 204, which OpenSSL knows from 3.5 on.
std::string identifier_text(const ASN1_OBJECT* algorithm)
{
    static const std::map<std::string, std::string> newer = {{"2.16.840.1.101.3.4.3.17", "ML-DSA-44"},
                                                             {"2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
                                                             {"2.16.840.1.101.3.4.3.19", "ML-DSA-87"}};
    // The longest that OpenSSL itself has is 30; what does not fit is cut off.
    std::array<char, 64> digits{};
    OBJ_obj2txt(digits.data(), static_cast<int>(digits.size()), algorithm, 1);
    const auto known = newer.find(digits.data());
    return known != newer.end() ? known->second : std::string("OID ") + digits.data();
}

UnreadKey unread_key(const X509* certificate)
{
    const X509_PUBKEY* const info = X509_get_X509_PUBKEY(certificate);
    ASN1_OBJECT* algorithm = nullptr;
    const unsigned char* key = nullptr;
    int size = 0;
    if (info == nullptr || X509_PUBKEY_get0_param(&algorithm, &key, &size, nullptr, info) != 1) {
        return {};
    }
    const int nid = OBJ_obj2nid(algorithm);
    for (const KnownKey& known : known_keys) {
        if (known.nid == nid) {
            return {known.type, known.bits};
        }
    }
    if (nid == NID_id_GostR3410_94) {
        return {"GOST R 34.10-94", bits_of_gost94(key, size)};
    }
    return {nid == NID_undef ? identifier_text(algorithm) : OBJ_nid2ln(nid), 0};
}

}  // namespace smtptls::openssl

// The registry of cipher suites: code, names and properties of each suite that is asked about, SSLv2's
// 24-bit cipher kinds included. The list is cipher_suites.def; all properties are derived from the IANA
// name when this is compiled (suite_name.hpp). CipherSuite is an open enum: a suite we have never heard
// of survives, compares and prints in hexadecimal.
#pragma once

#include "tls/protocol_version.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smtptls::tls {

/// Two bytes on the wire; above 0xffff the three bytes of an SSLv2 cipher kind.
enum class CipherSuite : std::uint32_t {
#define SUITE(code, name, openssl, lowest) name = code,
#include "tls/cipher_suites.def"
#undef SUITE
};

/// How the premaster secret comes about. `dh`, `ecdh` and `ntru` are static: the key is in the certificate.
/// `any`: TLS 1.3, where the suite does not say.
enum class KeyExchange {
    any,
    rsa,
    dh,
    dhe,
    ecdh,
    ecdhe,
    cecpq1,
    ntru,
    psk,
    rsa_psk,
    dhe_psk,
    ecdhe_psk,
    srp,
    krb5,
    gost,
    kea,
    eccpwd,
    ecjpake,
    sm2,
    ibsdh,
    ibc,
};

/// What proves who the server is: for `rsa`, `dss`, `ecdsa` its certificate's key, or for static DH and
/// ECDH the signature on the certificate; `identity` is an identity-based key (GM/T 0024).
enum class Authentication {
    any,
    rsa,
    dss,
    ecdsa,
    anonymous,
    psk,
    srp,
    krb5,
    gost94,
    gost01,
    gost12,
    kea,
    password,
    sm2,
    identity
};

enum class Cipher {
    null,
    aegis,
    aes,
    aria,
    camellia,
    chacha20,
    des,
    estream_salsa20,
    fortezza,
    gost28147,
    hc128,
    idea,
    kuznyechik,
    magma,
    rabbit,
    rc2,
    rc4,
    salsa20,
    seed,
    sm1,
    sm4,
    triple_des,
};

/// `none`: NULL; `ccm_8`: CCM with an 8-byte tag; `unnamed`: a block cipher whose name says no mode (SM1).
enum class CipherMode { none, stream, cbc, cnt, ctr, gcm, ccm, ccm_8, ocb, poly1305, mgm, aegis, unnamed };

/// `aead`: the cipher authenticates itself. `gost89` is GOST 28147-89 IMIT, `gost94` HMAC GOST R 34.11-94, `gost12`
/// HMAC GOST R 34.11-2012 of 256 bits (Streebog).
enum class Mac { aead, md5, sha1, sha256, sha384, rmd160, blake2b, umac96, sm3, gost89, gost94, gost12, omac };

/// Cipher and mode, as a reader of configurations groups them. Camellia and ARIA are split by mode as AES
/// is, since no library speaks both modes of either; CCM_8 counts as CCM; export suites count as their
/// cipher; GOST covers 28147, Kuznyechik and Magma; Salsa20 covers both its forms.
enum class CipherFamily {
    aes_gcm,
    chacha20,
    aes_ccm,
    aes_ocb,
    aria_gcm,
    camellia_gcm,
    aegis,
    aes_cbc,
    aria_cbc,
    camellia_cbc,
    sm4,
    gost,
    salsa20,
    hc128,
    rabbit,
    seed,
    idea,
    sm1,
    triple_des,
    rc4,
    rc2,
    fortezza,
    des,
    null,
};

/// What the server must have before it can finish a handshake with the suite. TLS 1.3's suites count as
/// `certificate`; `other` are passwords (ECCPWD, ECJPAKE), Fortezza, NTRU, SM2 and identity-based keys.
enum class CredentialClass { certificate, anonymous, psk, srp, krb5, gost, other };

struct SuiteInfo {
    CipherSuite code{};
    std::string_view name = {};          ///< IANA's, or a vendor's; unique
    std::string_view openssl_name = {};  ///< empty if OpenSSL never had it; SSLv2 kinds share names with SSLv3
    ProtocolVersion lowest{};            ///< that defines it; servers use it in older ones too
    KeyExchange key_exchange{};
    Authentication authentication{};
    Cipher cipher{};
    CipherMode mode{};
    Mac mac{};
    int bits = 0;                  ///< of strength: export 40 or 56, DES 56, 3DES 112, NULL 0
    int key_bits = 0;              ///< of the cipher's key, parity left out: export RC4 128, DES40 56, 3DES 168
    bool export_grade = false;     ///< weakened for export: RSA or DH of 512 (EXPORT1024: 1024) bits too
    bool forward_secrecy = false;  ///< an ephemeral key exchange (TLS 1.3: unless resumed without one)
    CipherFamily family{};
    CredentialClass credentials{};

    constexpr bool aead() const { return mac == Mac::aead; }

    /// Only a client that shares a secret with the server can finish a handshake: a key, a password, a ticket.
    constexpr bool needs_shared_secret() const
    {
        return credentials == CredentialClass::psk || credentials == CredentialClass::srp ||
               credentials == CredentialClass::krb5 || authentication == Authentication::password;
    }
};

/// Every suite that is asked about, in order of the code.
std::span<const SuiteInfo> all_suites();

/// The suites of the registry that can be asked for in a version, in order of the code. Servers use suites in versions
/// that do not define them: every suite can be asked for in every version up to TLS 1.2, but the suites of TLS 1.3 and
/// the kinds of SSL 2, which have numberings of their own.
std::span<const CipherSuite> suites_of(ProtocolVersion version);

/// Grows when a suite is added to or leaves the registry, so that "all others" of a saved scan can be told.
inline constexpr int registry_version = 1;

namespace detail {

/// Where each suite of two bytes stands in the table, counted from 1, by high byte and low byte. Most high bytes have
/// no suite and share the empty page 0.
struct SuitePlaces {
    std::array<std::uint8_t, 256> page{};
    std::array<std::array<std::uint16_t, 256>, 24> of{};
};

extern const SuitePlaces suite_places;
extern const SuiteInfo* const first_suite;
const SuiteInfo* find_long(CipherSuite suite);

}  // namespace detail

/// Nullptr for a suite that is not in the registry. The plans and the rules look up thousands of suites for each
/// question and each endpoint.
inline const SuiteInfo* find(CipherSuite suite)
{
    const auto code = static_cast<std::uint32_t>(suite);
    if (code > 0xffff) {
        return detail::find_long(suite);
    }
    const std::uint16_t place = detail::suite_places.of[detail::suite_places.page[code >> 8U]][code & 0xffU];
    return place == 0 ? nullptr : detail::first_suite + place - 1;
}

/// By the IANA name, else by OpenSSL's (of two suites that share one, the TLS suite); exact case.
const SuiteInfo* find_suite(std::string_view name);

/// The IANA name, or "0x" and four digits (six for an SSLv2 cipher kind).
std::string format(CipherSuite suite);

/// Whether the code is an SSLv2 cipher kind, three bytes on the wire.
constexpr bool is_ssl2(CipherSuite suite)
{
    return static_cast<std::uint32_t>(suite) > 0xffff;
}

std::string_view format(KeyExchange key_exchange);
std::string_view format(Authentication authentication);
std::string_view format(Cipher cipher);
std::string_view format(CipherMode mode);
std::string_view format(Mac mac);

/// "AES-GCM", "CHACHA20", "3DES", "NULL": the words of every output.
std::string_view format(CipherFamily family);

/// "certificate", "anonymous", "psk", ...
std::string_view format(CredentialClass credentials);

/// All families in the order in which matrices list them: AEAD, then CBC, then what is broken.
std::span<const CipherFamily> all_families();

}  // namespace smtptls::tls

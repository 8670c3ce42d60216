// What the name of a cipher suite says, by one parser: KEYS_WITH_CIPHER_MAC, TLS 1.3's CIPHER_HASH,
// SSLv2's CIPHER_WITH_MAC, and GM/T 0024's KEYS_CIPHER_MAC. It runs when cipher_suite.cpp is compiled: a
// name it does not understand whole stops the build there.
#pragma once

#include "tls/cipher_suite.hpp"

#include <optional>

namespace smtptls::tls {

/// The words of a name before its cipher, after EXPORT and FIPS are taken off.
struct KeysName {
    std::string_view name;
    KeyExchange key_exchange;
    Authentication authentication;
};

inline constexpr KeysName keys_names[] = {
    {"RSA", KeyExchange::rsa, Authentication::rsa},
    {"DH_DSS", KeyExchange::dh, Authentication::dss},
    {"DH_RSA", KeyExchange::dh, Authentication::rsa},
    {"DHE_DSS", KeyExchange::dhe, Authentication::dss},
    {"DHE_RSA", KeyExchange::dhe, Authentication::rsa},
    {"DH_anon", KeyExchange::dhe, Authentication::anonymous},
    {"ECDH_ECDSA", KeyExchange::ecdh, Authentication::ecdsa},
    {"ECDH_RSA", KeyExchange::ecdh, Authentication::rsa},
    {"ECDHE_ECDSA", KeyExchange::ecdhe, Authentication::ecdsa},
    {"ECDHE_RSA", KeyExchange::ecdhe, Authentication::rsa},
    {"ECDH_anon", KeyExchange::ecdhe, Authentication::anonymous},
    {"NTRU_RSA", KeyExchange::ntru, Authentication::rsa},  // the certificate has an NTRU key, signed by RSA
    {"CECPQ1_RSA", KeyExchange::cecpq1, Authentication::rsa},
    {"CECPQ1_ECDSA", KeyExchange::cecpq1, Authentication::ecdsa},
    {"PSK", KeyExchange::psk, Authentication::psk},
    {"RSA_PSK", KeyExchange::rsa_psk, Authentication::rsa},
    {"DHE_PSK", KeyExchange::dhe_psk, Authentication::psk},
    {"PSK_DHE", KeyExchange::dhe_psk, Authentication::psk},  // RFC 6655 names two suites so
    {"ECDHE_PSK", KeyExchange::ecdhe_psk, Authentication::psk},
    {"SRP_SHA", KeyExchange::srp, Authentication::srp},
    {"SRP_SHA_RSA", KeyExchange::srp, Authentication::rsa},
    {"SRP_SHA_DSS", KeyExchange::srp, Authentication::dss},
    {"KRB5", KeyExchange::krb5, Authentication::krb5},
    {"GOSTR341094", KeyExchange::gost, Authentication::gost94},
    {"GOSTR341001", KeyExchange::gost, Authentication::gost01},
    {"GOSTR341112_256", KeyExchange::gost, Authentication::gost12},
    {"GOSTR341094_RSA", KeyExchange::rsa, Authentication::rsa},  // CryptoPro's trial suite: GOST as cipher only
    {"FORTEZZA_KEA", KeyExchange::kea, Authentication::kea},
    {"ECCPWD", KeyExchange::eccpwd, Authentication::password},
    {"ECJPAKE", KeyExchange::ecjpake, Authentication::password},
};

// GM/T 0024 writes the same word RSA, and words of its own, without WITH.
inline constexpr KeysName gmt_keys_names[] = {
    {"ECDHE", KeyExchange::ecdhe, Authentication::sm2},      {"ECC", KeyExchange::sm2, Authentication::sm2},
    {"IBSDH", KeyExchange::ibsdh, Authentication::identity}, {"IBC", KeyExchange::ibc, Authentication::identity},
    {"RSA", KeyExchange::rsa, Authentication::rsa},
};

/// The words of a name after its keys, up to its MAC or hash.
struct CipherName {
    std::string_view name;
    Cipher cipher;
    CipherMode mode;
    int bits;
    int key_bits;
};

inline constexpr CipherName cipher_names[] = {
    {"NULL", Cipher::null, CipherMode::none, 0, 0},
    {"RC4_128", Cipher::rc4, CipherMode::stream, 128, 128},
    {"RC4_64", Cipher::rc4, CipherMode::stream, 64, 128},  // SSLv2: the other half of the key goes in the clear
    {"RC4_56", Cipher::rc4, CipherMode::stream, 56, 128},
    {"RC4_40", Cipher::rc4, CipherMode::stream, 40, 128},
    {"RC4_128_EXPORT40", Cipher::rc4, CipherMode::stream, 40, 128},
    {"RC2_128_CBC", Cipher::rc2, CipherMode::cbc, 128, 128},
    {"RC2_CBC_56", Cipher::rc2, CipherMode::cbc, 56, 128},
    {"RC2_CBC_40", Cipher::rc2, CipherMode::cbc, 40, 128},
    {"RC2_128_CBC_EXPORT40", Cipher::rc2, CipherMode::cbc, 40, 128},
    {"IDEA_CBC", Cipher::idea, CipherMode::cbc, 128, 128},
    {"IDEA_128_CBC", Cipher::idea, CipherMode::cbc, 128, 128},
    {"DES40_CBC", Cipher::des, CipherMode::cbc, 40, 56},
    {"DES_CBC_40", Cipher::des, CipherMode::cbc, 40, 56},
    {"DES_CBC", Cipher::des, CipherMode::cbc, 56, 56},
    {"DES_64_CBC", Cipher::des, CipherMode::cbc, 56, 56},
    {"3DES_EDE_CBC", Cipher::triple_des, CipherMode::cbc, 112, 168},
    {"DES_192_EDE3_CBC", Cipher::triple_des, CipherMode::cbc, 112, 168},
    {"FORTEZZA_CBC", Cipher::fortezza, CipherMode::cbc, 80, 80},
    {"AES_128_CBC", Cipher::aes, CipherMode::cbc, 128, 128},
    {"AES_256_CBC", Cipher::aes, CipherMode::cbc, 256, 256},
    {"AES_128_GCM", Cipher::aes, CipherMode::gcm, 128, 128},
    {"AES_256_GCM", Cipher::aes, CipherMode::gcm, 256, 256},
    {"AES_128_CCM", Cipher::aes, CipherMode::ccm, 128, 128},
    {"AES_256_CCM", Cipher::aes, CipherMode::ccm, 256, 256},
    {"AES_128_CCM_8", Cipher::aes, CipherMode::ccm_8, 128, 128},
    {"AES_256_CCM_8", Cipher::aes, CipherMode::ccm_8, 256, 256},
    {"AES_128_OCB", Cipher::aes, CipherMode::ocb, 128, 128},
    {"AES_256_OCB", Cipher::aes, CipherMode::ocb, 256, 256},
    {"CAMELLIA_128_CBC", Cipher::camellia, CipherMode::cbc, 128, 128},
    {"CAMELLIA_256_CBC", Cipher::camellia, CipherMode::cbc, 256, 256},
    {"CAMELLIA_128_GCM", Cipher::camellia, CipherMode::gcm, 128, 128},
    {"CAMELLIA_256_GCM", Cipher::camellia, CipherMode::gcm, 256, 256},
    {"ARIA_128_CBC", Cipher::aria, CipherMode::cbc, 128, 128},
    {"ARIA_256_CBC", Cipher::aria, CipherMode::cbc, 256, 256},
    {"ARIA_128_GCM", Cipher::aria, CipherMode::gcm, 128, 128},
    {"ARIA_256_GCM", Cipher::aria, CipherMode::gcm, 256, 256},
    {"SEED_CBC", Cipher::seed, CipherMode::cbc, 128, 128},
    {"CHACHA20_POLY1305", Cipher::chacha20, CipherMode::poly1305, 256, 256},
    {"SALSA20", Cipher::salsa20, CipherMode::stream, 256, 256},
    {"ESTREAM_SALSA20", Cipher::estream_salsa20, CipherMode::stream, 256, 256},
    {"HC_128", Cipher::hc128, CipherMode::stream, 128, 128},
    {"RABBIT", Cipher::rabbit, CipherMode::stream, 128, 128},
    {"AEGIS_128L", Cipher::aegis, CipherMode::aegis, 128, 128},
    {"AEGIS_256", Cipher::aegis, CipherMode::aegis, 256, 256},
    {"SM1", Cipher::sm1, CipherMode::unnamed, 128, 128},
    {"SM4_CBC", Cipher::sm4, CipherMode::cbc, 128, 128},
    {"SM4_GCM", Cipher::sm4, CipherMode::gcm, 128, 128},
    {"SM4_CCM", Cipher::sm4, CipherMode::ccm, 128, 128},
    {"28147_CNT", Cipher::gost28147, CipherMode::cnt, 256, 256},
    {"KUZNYECHIK_CTR", Cipher::kuznyechik, CipherMode::ctr, 256, 256},
    {"MAGMA_CTR", Cipher::magma, CipherMode::ctr, 256, 256},
    {"KUZNYECHIK_MGM", Cipher::kuznyechik, CipherMode::mgm, 256, 256},
    {"MAGMA_MGM", Cipher::magma, CipherMode::mgm, 256, 256},
    {"SHA256", Cipher::null, CipherMode::none, 0, 0},  // TLS_SHA256_SHA256: integrity only (RFC 9150)
    {"SHA384", Cipher::null, CipherMode::none, 0, 0},
};

/// The last word of a name: the MAC, or for an AEAD the hash of the key derivation. MGM's L and S tell how
/// often keys change (RFC 9367).
struct MacName {
    std::string_view name;
    Mac mac;
    bool after_aead;
};

inline constexpr MacName mac_names[] = {
    {"MD5", Mac::md5, false},       {"SHA", Mac::sha1, false},
    {"SHA1", Mac::sha1, false},     {"SHA256", Mac::sha256, true},
    {"SHA384", Mac::sha384, true},  {"SHA512", Mac::aead, true},
    {"SM3", Mac::sm3, true},        {"IMIT", Mac::gost89, false},
    {"GOST94", Mac::gost94, false}, {"GOSTR3411", Mac::gost94, false},
    {"OMAC", Mac::omac, false},     {"STREEBOG256", Mac::gost12, false},
    {"RMD", Mac::rmd160, false},    {"B2B256", Mac::blake2b, false},
    {"UMAC96", Mac::umac96, false}, {"L", Mac::aead, true},
    {"S", Mac::aead, true},         {"", Mac::aead, true},
};

constexpr bool is_aead(CipherMode mode)
{
    return mode == CipherMode::gcm || mode == CipherMode::ccm || mode == CipherMode::ccm_8 || mode == CipherMode::ocb ||
           mode == CipherMode::poly1305 || mode == CipherMode::mgm || mode == CipherMode::aegis;
}

constexpr bool strip_prefix(std::string_view& text, std::string_view prefix)
{
    const bool found = text.starts_with(prefix);
    text.remove_prefix(found ? prefix.size() : 0);
    return found;
}

constexpr bool strip_suffix(std::string_view& text, std::string_view suffix)
{
    const bool found = text.ends_with(suffix);
    text.remove_suffix(found ? suffix.size() : 0);
    return found;
}

/// Reads the words before the cipher. False if no row has them.
template <std::size_t count>
constexpr bool read_keys(std::string_view keys, const KeysName (&rows)[count], SuiteInfo& info)
{
    for (const KeysName& row : rows) {
        if (row.name == keys) {
            info.key_exchange = row.key_exchange;
            info.authentication = row.authentication;
            return true;
        }
    }
    return false;
}

/// Takes the cipher from the front of `text`; the longest that fits wins (AES_128_CCM_8, not AES_128_CCM).
constexpr bool take_cipher(std::string_view& text, SuiteInfo& info)
{
    // Not a pointer: g++ 12 with -fsanitize=undefined takes no comparison with nullptr for a constant.
    std::optional<CipherName> best;
    for (const CipherName& row : cipher_names) {
        const std::size_t size = row.name.size();
        const bool fits = text.starts_with(row.name) && (text.size() == size || text[size] == '_');
        if (fits && (!best || size > best->name.size())) {
            best = row;
        }
    }
    if (!best) {
        return false;
    }
    info.cipher = best->cipher;
    info.mode = best->mode;
    info.bits = best->bits;
    info.key_bits = best->key_bits;
    text.remove_prefix(best->name.size());
    strip_prefix(text, "_");
    return true;
}

/// Reads the last word, once the cipher is known.
constexpr bool read_mac(std::string_view text, SuiteInfo& info)
{
    for (const MacName& row : mac_names) {
        if (row.name == text) {
            info.mac = is_aead(info.mode) ? Mac::aead : row.mac;
            return is_aead(info.mode) ? row.after_aead : row.mac != Mac::aead;
        }
    }
    return false;
}

constexpr bool read_cipher_and_mac(std::string_view text, SuiteInfo& info)
{
    return take_cipher(text, info) && read_mac(text, info);
}

constexpr CipherFamily family_of(Cipher cipher, CipherMode mode)
{
    const bool gcm = mode == CipherMode::gcm;
    switch (cipher) {
        case Cipher::aes:
            return gcm                       ? CipherFamily::aes_gcm
                   : mode == CipherMode::ocb ? CipherFamily::aes_ocb
                   : mode == CipherMode::cbc ? CipherFamily::aes_cbc
                                             : CipherFamily::aes_ccm;
        case Cipher::aria: return gcm ? CipherFamily::aria_gcm : CipherFamily::aria_cbc;
        case Cipher::camellia: return gcm ? CipherFamily::camellia_gcm : CipherFamily::camellia_cbc;
        case Cipher::aegis: return CipherFamily::aegis;
        case Cipher::chacha20: return CipherFamily::chacha20;
        case Cipher::salsa20:
        case Cipher::estream_salsa20: return CipherFamily::salsa20;
        case Cipher::hc128: return CipherFamily::hc128;
        case Cipher::rabbit: return CipherFamily::rabbit;
        case Cipher::seed: return CipherFamily::seed;
        case Cipher::idea: return CipherFamily::idea;
        case Cipher::sm4: return CipherFamily::sm4;
        case Cipher::sm1: return CipherFamily::sm1;
        case Cipher::gost28147:
        case Cipher::kuznyechik:
        case Cipher::magma: return CipherFamily::gost;
        case Cipher::triple_des: return CipherFamily::triple_des;
        case Cipher::rc4: return CipherFamily::rc4;
        case Cipher::rc2: return CipherFamily::rc2;
        case Cipher::des: return CipherFamily::des;
        case Cipher::fortezza: return CipherFamily::fortezza;
        case Cipher::null: break;
    }
    return CipherFamily::null;
}

constexpr CredentialClass credentials_of(const SuiteInfo& info)
{
    switch (info.key_exchange) {
        case KeyExchange::psk:
        case KeyExchange::rsa_psk:
        case KeyExchange::dhe_psk:
        case KeyExchange::ecdhe_psk: return CredentialClass::psk;
        case KeyExchange::srp: return CredentialClass::srp;
        case KeyExchange::krb5: return CredentialClass::krb5;
        case KeyExchange::gost: return CredentialClass::gost;
        case KeyExchange::ntru: return CredentialClass::other;
        default: break;
    }
    // CryptoPro's trial suites: an RSA certificate, but nobody has the cipher without the GOST engine.
    if (info.family == CipherFamily::gost) {
        return CredentialClass::gost;
    }
    switch (info.authentication) {
        case Authentication::any:
        case Authentication::rsa:
        case Authentication::dss:
        case Authentication::ecdsa: return CredentialClass::certificate;
        case Authentication::anonymous: return CredentialClass::anonymous;
        default: return CredentialClass::other;
    }
}

constexpr bool is_ephemeral(KeyExchange key_exchange)
{
    switch (key_exchange) {
        case KeyExchange::any:
        case KeyExchange::dhe:
        case KeyExchange::ecdhe:
        case KeyExchange::cecpq1:
        case KeyExchange::dhe_psk:
        case KeyExchange::ecdhe_psk:
        case KeyExchange::srp:
        case KeyExchange::eccpwd:
        case KeyExchange::ecjpake:
        case KeyExchange::ibsdh: return true;
        default: return false;
    }
}

/// "RC4_128_EXPORT40_WITH_MD5": SSLv2 knows RSA only, and names the cipher first.
constexpr bool read_ssl2_words(std::string_view text, SuiteInfo& info)
{
    const std::size_t with = text.find("_WITH_");
    std::string_view cipher = text.substr(0, with);
    info.key_exchange = KeyExchange::rsa;
    info.authentication = Authentication::rsa;
    info.export_grade = cipher.ends_with("EXPORT40");
    return with != std::string_view::npos && take_cipher(cipher, info) && cipher.empty() &&
           read_mac(text.substr(with + 6), info);
}

/// Reads a name without its protocol and without our own endings.
constexpr bool read_words(std::string_view text, bool has_protocol, SuiteInfo& info)
{
    const std::size_t with = text.find("_WITH_");
    if (with != std::string_view::npos) {
        std::string_view keys = text.substr(0, with);
        info.export_grade = strip_suffix(keys, "_EXPORT") || strip_suffix(keys, "_EXPORT1024");
        strip_suffix(keys, "_FIPS");
        return read_keys(keys, keys_names, info) && read_cipher_and_mac(text.substr(with + 6), info);
    }
    if (!has_protocol) {
        const std::size_t end = text.find('_');
        return read_keys(text.substr(0, end), gmt_keys_names, info) && end != std::string_view::npos &&
               read_cipher_and_mac(text.substr(end + 1), info);
    }
    return read_cipher_and_mac(text, info);
}

/// All that the name says, or nothing if a part of it is not understood.
constexpr std::optional<SuiteInfo> read_suite_name(std::string_view name)
{
    SuiteInfo info;
    info.name = name;
    std::string_view text = name;
    strip_suffix(text, "_OLD");
    strip_suffix(text, "_2");
    const bool ssl2 = strip_prefix(text, "SSL_CK_");
    const bool protocol = ssl2 || strip_prefix(text, "TLS_") || strip_prefix(text, "SSL_");
    if (ssl2 ? !read_ssl2_words(text, info) : !read_words(text, protocol, info)) {
        return std::nullopt;
    }
    // RFC 9367: TLS 1.3 suites whose name keeps the older form.
    if (info.mode == CipherMode::mgm) {
        info.key_exchange = KeyExchange::any;
    }
    info.family = family_of(info.cipher, info.mode);
    info.forward_secrecy = is_ephemeral(info.key_exchange);
    info.credentials = credentials_of(info);
    return info;
}

}  // namespace smtptls::tls

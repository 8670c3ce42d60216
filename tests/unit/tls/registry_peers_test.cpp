// The registry beside the lists of others: OpenSSL's (the linked library's tables) and Wireshark's (a
// snapshot, and the installed tshark). Every known difference stands here with its reason.
#include "catch.hpp"
#include "tls/cipher_suite.hpp"

#include <openssl/objects.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>

namespace smtptls::tls {
namespace {

using Names = std::map<CipherSuite, std::string>;

struct Difference {
    CipherSuite code;
    std::string_view reason;
};

template <std::size_t count>
bool excused(const Difference (&differences)[count], CipherSuite code)
{
    return std::ranges::any_of(differences, [code](const Difference& known) { return known.code == code; });
}

// ---- OpenSSL ---------------------------------------------------------------------------------------

constexpr Difference only_openssl[] = {
    {CipherSuite{0x00ff}, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV is a signal, no suite (RFC 5746)"},
    {CipherSuite{0x5600}, "TLS_FALLBACK_SCSV is a signal, no suite (RFC 7507)"},
};

struct KxRow {
    int nid;
    KeyExchange key_exchange;
};
constexpr KxRow kx_rows[] = {
    {NID_kx_any, KeyExchange::any},         {NID_kx_rsa, KeyExchange::rsa},
    {NID_kx_dhe, KeyExchange::dhe},         {NID_kx_ecdhe, KeyExchange::ecdhe},
    {NID_kx_psk, KeyExchange::psk},         {NID_kx_rsa_psk, KeyExchange::rsa_psk},
    {NID_kx_dhe_psk, KeyExchange::dhe_psk}, {NID_kx_ecdhe_psk, KeyExchange::ecdhe_psk},
    {NID_kx_srp, KeyExchange::srp},         {NID_kx_gost, KeyExchange::gost},
    {NID_kx_gost18, KeyExchange::gost},
};

struct AuthRow {
    int nid;
    Authentication authentication;
};
constexpr AuthRow auth_rows[] = {
    {NID_auth_any, Authentication::any},        {NID_auth_rsa, Authentication::rsa},
    {NID_auth_dss, Authentication::dss},        {NID_auth_ecdsa, Authentication::ecdsa},
    {NID_auth_psk, Authentication::psk},        {NID_auth_srp, Authentication::srp},
    {NID_auth_null, Authentication::anonymous}, {NID_auth_gost01, Authentication::gost01},
    {NID_auth_gost12, Authentication::gost12},
};

struct CipherRow {
    int nid;
    Cipher cipher;
    CipherMode mode;
};
constexpr CipherRow cipher_rows[] = {
    {NID_undef, Cipher::null, CipherMode::none},
    {NID_rc4, Cipher::rc4, CipherMode::stream},
    {NID_rc2_cbc, Cipher::rc2, CipherMode::cbc},
    {NID_des_cbc, Cipher::des, CipherMode::cbc},
    {NID_des_ede3_cbc, Cipher::triple_des, CipherMode::cbc},
    {NID_idea_cbc, Cipher::idea, CipherMode::cbc},
    {NID_seed_cbc, Cipher::seed, CipherMode::cbc},
    {NID_aes_128_cbc, Cipher::aes, CipherMode::cbc},
    {NID_aes_256_cbc, Cipher::aes, CipherMode::cbc},
    {NID_aes_128_gcm, Cipher::aes, CipherMode::gcm},
    {NID_aes_256_gcm, Cipher::aes, CipherMode::gcm},
    {NID_aes_128_ccm, Cipher::aes, CipherMode::ccm},
    {NID_aes_256_ccm, Cipher::aes, CipherMode::ccm},
    {NID_camellia_128_cbc, Cipher::camellia, CipherMode::cbc},
    {NID_camellia_256_cbc, Cipher::camellia, CipherMode::cbc},
    {NID_aria_128_gcm, Cipher::aria, CipherMode::gcm},
    {NID_aria_256_gcm, Cipher::aria, CipherMode::gcm},
    {NID_chacha20_poly1305, Cipher::chacha20, CipherMode::poly1305},
    {NID_gost89_cnt, Cipher::gost28147, CipherMode::cnt},
    {NID_gost89_cnt_12, Cipher::gost28147, CipherMode::cnt},
    {NID_kuznyechik_ctr_acpkm, Cipher::kuznyechik, CipherMode::ctr},
    {NID_magma_ctr_acpkm, Cipher::magma, CipherMode::ctr},
};

struct MacRow {
    int nid;
    Mac mac;
};
constexpr MacRow mac_rows[] = {
    {NID_undef, Mac::aead},
    {NID_md5, Mac::md5},
    {NID_sha1, Mac::sha1},
    {NID_sha256, Mac::sha256},
    {NID_sha384, Mac::sha384},
    {NID_id_Gost28147_89_MAC, Mac::gost89},
    {NID_id_GostR3411_2012_256, Mac::gost12},
    {NID_gost_mac_12, Mac::gost89},
    {NID_id_GostR3411_94, Mac::gost94},
    {NID_kuznyechik_mac, Mac::omac},
    {NID_magma_mac, Mac::omac},
};

template <typename Row, std::size_t count>
const Row* row_of(const Row (&rows)[count], int nid)
{
    const auto found = std::ranges::find(rows, nid, &Row::nid);
    return found != std::end(rows) ? found : nullptr;
}

struct OpensslTable {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_method()), SSL_CTX_free};
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};

    // From the library's own tables, whatever the security level and the providers allow.
    const SSL_CIPHER* at(unsigned code) const
    {
        const std::array<unsigned char, 2> wire = {static_cast<unsigned char>(code >> 8U),
                                                   static_cast<unsigned char>(code & 0xffU)};
        return SSL_CIPHER_find(ssl.get(), wire.data());
    }
};

void check_keys(const SuiteInfo& info, const SSL_CIPHER* theirs)
{
    const KxRow* key_exchange = row_of(kx_rows, SSL_CIPHER_get_kx_nid(theirs));
    REQUIRE(key_exchange != nullptr);
    CHECK(info.key_exchange == key_exchange->key_exchange);
    // OpenSSL lets these be signed by GOST 2001 or 2012 keys and then names neither; the name says 2012.
    using enum CipherSuite;
    const bool either = info.code == TLS_GOSTR341112_256_WITH_28147_CNT_IMIT ||
                        info.code == TLS_GOSTR341112_256_WITH_28147_CNT_IMIT_OLD ||
                        info.code == TLS_GOSTR341112_256_WITH_NULL_STREEBOG256;
    if (!either) {
        const AuthRow* authentication = row_of(auth_rows, SSL_CIPHER_get_auth_nid(theirs));
        REQUIRE(authentication != nullptr);
        CHECK(info.authentication == authentication->authentication);
    }
}

void check_cipher(const SuiteInfo& info, const SSL_CIPHER* theirs)
{
    const CipherRow* cipher = row_of(cipher_rows, SSL_CIPHER_get_cipher_nid(theirs));
    REQUIRE(cipher != nullptr);
    CHECK(info.cipher == cipher->cipher);
    // OpenSSL has one number for CCM and CCM_8.
    CHECK((info.mode == CipherMode::ccm_8 ? CipherMode::ccm : info.mode) == cipher->mode);
    int key_bits = 0;
    const int bits = SSL_CIPHER_get_bits(theirs, &key_bits);
    CHECK(info.key_bits == key_bits);
    // OpenSSL 3.2 and later rate CCM_8 by its 64-bit tag; `bits` is about the cipher, and `mode` tells CCM_8.
    CHECK((info.bits == bits || (info.mode == CipherMode::ccm_8 && bits == 64)));
    CHECK(info.aead() == (SSL_CIPHER_is_aead(theirs) != 0));
    const MacRow* mac = row_of(mac_rows, SSL_CIPHER_get_digest_nid(theirs));
    REQUIRE(mac != nullptr);
    CHECK(info.mac == mac->mac);
}

TEST_CASE("the registry agrees with OpenSSL's tables in code, names and every property", "[tls]")
{
    const OpensslTable table;
    int known = 0;
    for (unsigned code = 0; code <= 0xffff; ++code) {
        const SSL_CIPHER* theirs = table.at(code);
        if (theirs == nullptr || excused(only_openssl, CipherSuite{code})) {
            continue;
        }
        CAPTURE(code, SSL_CIPHER_get_name(theirs));
        const SuiteInfo* info = find(CipherSuite{code});
        REQUIRE(info != nullptr);
        ++known;
        CHECK(info->openssl_name == SSL_CIPHER_get_name(theirs));
        const char* name = SSL_CIPHER_standard_name(theirs);
        if (name != nullptr && std::string_view(name) != "(NONE)") {  // it has none for RFC 9189's
            CHECK(info->name == name);
        }
        check_keys(*info, theirs);
        check_cipher(*info, theirs);
    }
    CHECK(known > 100);
}

// ---- Wireshark -------------------------------------------------------------------------------------

constexpr Difference only_tshark[] = {
    {CipherSuite{0x0000}, "TLS_NULL_WITH_NULL_NULL is the state before a handshake and MUST NOT be negotiated"},
    {CipherSuite{0x00ff}, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV is a signal, no suite (RFC 5746)"},
    {CipherSuite{0x5600}, "TLS_FALLBACK_SCSV is a signal, no suite (RFC 7507)"},
};

// From one code to another, both included.
struct Differences {
    std::uint32_t first;
    std::uint32_t last;
    std::string_view reason;
};

constexpr Differences only_registry[] = {
    {0x0047, 0x004f, "drafts of RFC 4492, NSS 3.8 to 3.11"},
    {0x0050, 0x0058, "drafts of RFC 5054, GnuTLS 0.6 to 1.7"},
    {0x0072, 0x007e, "drafts of RFC 5081, yaSSL and GnuTLS 1.0 to 1.2"},
    {0x00e5, 0x00e8, "CyaSSL's with NTRU"},
    {0x00f8, 0x00fd, "CyaSSL's with BLAKE2b, HC-128 and Rabbit"},
    {0x1306, 0x1307, "registered after Wireshark 4.0"},
    {0x16b7, 0x16ba, "BoringSSL's experiment of 2016, never registered"},
    {0xcafe, 0xcafe, "BoringSSL's until June 2015"},
    {0xcca0, 0xcca7, "drafts of RFC 7905, GnuTLS 3.4.0 to 3.4.7"},
    {0xe052, 0xe052, "wolfSSL's"},
    {0xe430, 0xe439, "GnuTLS 3.2's"},
    {0xff00, 0xff03, "CryptoPro's, OpenSSL 1.0 with TEMP_GOST_TLS only"},
    {0xff85, 0xff87, "OpenSSL's since 1.1.0, never registered"},
    {0xffc0, 0xffcd, "Botan's, never registered"},
};

bool only_here(CipherSuite suite)
{
    const auto code = static_cast<std::uint32_t>(suite);
    return std::ranges::any_of(only_registry,
                               [code](const Differences& known) { return known.first <= code && code <= known.last; });
}

// Our endings tell two code points of one name apart; SSLv2 kinds have the names of the SSLv2 draft here
// and a shortened form there.
std::string in_wiresharks_words(const SuiteInfo& info)
{
    std::string name(info.name);
    for (const std::string_view ending : {"_OLD", "_2"}) {
        if (name.ends_with(ending)) {
            name.resize(name.size() - ending.size());
        }
    }
    return name.starts_with("SSL_CK_") ? "SSL2_" + name.substr(7) : name;
}

// Lines of code, blank, name; the code in any base that a literal may have.
Names parse_names(std::istream& lines)
{
    Names names;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t blank = line.find('\t');
        if (line.starts_with('#') || blank == std::string::npos) {
            continue;
        }
        const std::string name = line.substr(blank + 1);
        if (name.find("GREASE") == std::string::npos) {
            names[CipherSuite{static_cast<std::uint32_t>(std::stoul(line.substr(0, blank), nullptr, 0))}] = name;
        }
    }
    return names;
}

TEST_CASE("the registry agrees with Wireshark 4.0's table but for the differences listed", "[tls]")
{
    std::ifstream file(SMTPTLS_TEST_DATA "/registry/tshark_suites.tsv");
    const Names theirs = parse_names(file);
    REQUIRE(theirs.size() > 400);

    for (const auto& [code, name] : theirs) {
        CAPTURE(static_cast<std::uint32_t>(code), name);
        const SuiteInfo* info = find(code);
        CHECK((info != nullptr) != excused(only_tshark, code));
        if (info != nullptr) {
            CHECK(in_wiresharks_words(*info) == name);
        }
    }
    for (const SuiteInfo& info : all_suites()) {
        CAPTURE(info.name);
        CHECK(theirs.contains(info.code) != only_here(info.code));
    }
}

// Nothing if no tshark is installed.
std::optional<Names> ask_tshark()
{
    constexpr const char* command =
        "tshark -G values 2>/dev/null | sed -n 's/^V\\ttls\\.handshake\\.ciphersuite\\t//p'";
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command, "r"), pclose);
    std::stringstream text;
    std::array<char, 4096> buffer{};
    while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
        text << buffer.data();
    }
    const Names names = parse_names(text);
    return names.empty() ? std::nullopt : std::optional(names);
}

TEST_CASE("the installed tshark, if there is one, gives no suite another name", "[tls]")
{
    const std::optional<Names> theirs = ask_tshark();
    if (!theirs.has_value()) {
        WARN("skipped: no tshark here");
        return;
    }
    for (const auto& [code, name] : *theirs) {
        const SuiteInfo* info = find(code);
        if (info != nullptr) {
            CHECK(in_wiresharks_words(*info) == name);
        } else if (!excused(only_tshark, code)) {
            WARN("tshark knows a suite that is not asked about: " << format(code) << " " << name);
        }
    }
}

}  // namespace
}  // namespace smtptls::tls

// The registry says of each suite what its name says: checked by hand for one suite of each kind.
#include "tls/cipher_suite.hpp"

#include "catch.hpp"
#include "tls/suite_name.hpp"

#include <set>

namespace smtptls::tls {
namespace {

struct Described {
    CipherSuite suite;
    std::string_view words;
};

// Key exchange, authentication, cipher, mode, MAC, bits/key bits, family, credentials, and marks:
// + forward secrecy, x export grade.
std::string words_of(const SuiteInfo& info)
{
    std::string text;
    for (const std::string_view word : {format(info.key_exchange), format(info.authentication), format(info.cipher),
                                        format(info.mode), format(info.mac)}) {
        text += std::string(word) + " ";
    }
    text += std::to_string(info.bits) + "/" + std::to_string(info.key_bits) + " ";
    text += std::string(format(info.family)) + " " + std::string(format(info.credentials));
    text += info.forward_secrecy ? " +" : "";
    text += info.export_grade ? " x" : "";
    return text;
}

TEST_CASE("the name of a suite is read into its properties", "[tls]")
{
    using enum CipherSuite;
    const auto [suite, words] = GENERATE(values<Described>({
        {TLS_RSA_WITH_NULL_MD5, "RSA RSA NULL none MD5 0/0 NULL certificate"},
        {TLS_RSA_EXPORT_WITH_RC4_40_MD5, "RSA RSA RC4 stream MD5 40/128 RC4 certificate x"},
        {TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5, "RSA RSA RC2 CBC MD5 40/128 RC2 certificate x"},
        {TLS_RSA_EXPORT1024_WITH_RC4_56_SHA, "RSA RSA RC4 stream SHA1 56/128 RC4 certificate x"},
        {TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA, "RSA RSA DES CBC SHA1 56/56 DES certificate x"},
        {TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA, "DHE RSA DES CBC SHA1 40/56 DES certificate + x"},
        {TLS_RSA_WITH_IDEA_CBC_SHA, "RSA RSA IDEA CBC SHA1 128/128 IDEA certificate"},
        {TLS_DH_DSS_WITH_3DES_EDE_CBC_SHA, "DH DSS 3DES CBC SHA1 112/168 3DES certificate"},
        {TLS_DH_anon_WITH_AES_128_CBC_SHA, "DHE none AES CBC SHA1 128/128 AES-CBC anonymous +"},
        {SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA, "KEA KEA FORTEZZA CBC SHA1 80/80 FORTEZZA other"},
        {TLS_KRB5_EXPORT_WITH_DES_CBC_40_MD5, "KRB5 KRB5 DES CBC MD5 40/56 DES krb5 x"},
        {TLS_RSA_PSK_WITH_NULL_SHA, "RSA-PSK RSA NULL none SHA1 0/0 NULL psk"},
        {TLS_PSK_DHE_WITH_AES_128_CCM_8, "DHE-PSK PSK AES CCM_8 AEAD 128/128 AES-CCM psk +"},
        {TLS_GOSTR341001_WITH_28147_CNT_IMIT, "GOST GOST R 34.10-2001 GOST28147 CNT GOST89 256/256 GOST gost"},
        {TLS_GOSTR341094_WITH_NULL_GOSTR3411, "GOST GOST R 34.10-94 NULL none GOST94 0/0 NULL gost"},
        {TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC, "GOST GOST R 34.10-2012 KUZNYECHIK CTR OMAC 256/256 GOST gost"},
        {TLS_GOSTR341112_256_WITH_28147_CNT_IMIT_OLD, "GOST GOST R 34.10-2012 GOST28147 CNT GOST89 256/256 GOST gost"},
        {TLS_GOSTR341112_256_WITH_NULL_STREEBOG256, "GOST GOST R 34.10-2012 NULL none GOST12 0/0 NULL gost"},
        {TLS_GOSTR341112_256_WITH_MAGMA_MGM_S, "any GOST R 34.10-2012 MAGMA MGM AEAD 256/256 GOST gost +"},
        {TLS_SM4_GCM_SM3, "any any SM4 GCM AEAD 128/128 SM4 certificate +"},
        {TLS_CHACHA20_POLY1305_SHA256, "any any CHACHA20 POLY1305 AEAD 256/256 CHACHA20 certificate +"},
        {TLS_AEGIS_256_SHA512, "any any AEGIS AEGIS AEAD 256/256 AEGIS certificate +"},
        {TLS_SHA384_SHA384, "any any NULL none SHA384 0/0 NULL certificate +"},
        {TLS_CECPQ1_ECDSA_WITH_AES_256_GCM_SHA384, "CECPQ1 ECDSA AES GCM AEAD 256/256 AES-GCM certificate +"},
        {TLS_NTRU_RSA_WITH_AES_256_CBC_SHA, "NTRU RSA AES CBC SHA1 256/256 AES-CBC other"},
        {TLS_RSA_WITH_HC_128_B2B256, "RSA RSA HC-128 stream B2B256 128/128 HC-128 certificate"},
        {TLS_RSA_WITH_RABBIT_SHA, "RSA RSA RABBIT stream SHA1 128/128 RABBIT certificate"},
        {TLS_DHE_DSS_WITH_AES_128_CBC_RMD, "DHE DSS AES CBC RMD160 128/128 AES-CBC certificate +"},
        {TLS_CECPQ1_RSA_WITH_AES_256_OCB_SHA256, "CECPQ1 RSA AES OCB AEAD 256/256 AES-OCB certificate +"},
        {TLS_ECDH_RSA_WITH_DES_CBC_SHA, "ECDH RSA DES CBC SHA1 56/56 DES certificate"},
        {TLS_ECDH_ECDSA_WITH_RC4_128_SHA_OLD, "ECDH ECDSA RC4 stream SHA1 128/128 RC4 certificate"},
        {TLS_ECDH_ECDSA_WITH_RC4_128_SHA, "ECDH ECDSA RC4 stream SHA1 128/128 RC4 certificate"},
        {TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, "ECDHE RSA AES CBC SHA384 256/256 AES-CBC certificate +"},
        {TLS_ECDH_anon_WITH_NULL_SHA, "ECDHE none NULL none SHA1 0/0 NULL anonymous +"},
        {TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA, "SRP DSS AES CBC SHA1 256/256 AES-CBC srp +"},
        {TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256, "DHE RSA ARIA GCM AEAD 128/128 ARIA-GCM certificate +"},
        {TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA, "DHE RSA CAMELLIA CBC SHA1 256/256 CAMELLIA-CBC certificate +"},
        {TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD,
         "ECDHE RSA CHACHA20 POLY1305 AEAD 256/256 CHACHA20 certificate +"},
        {TLS_ECCPWD_WITH_AES_128_GCM_SHA256, "ECCPWD password AES GCM AEAD 128/128 AES-GCM other +"},
        {TLS_ECJPAKE_WITH_AES_128_CCM_8, "ECJPAKE password AES CCM_8 AEAD 128/128 AES-CCM other +"},
        {ECC_SM1_SM3, "SM2 SM2 SM1 unnamed SM3 128/128 SM1 other"},
        {ECDHE_SM4_CCM_SM3, "ECDHE SM2 SM4 CCM AEAD 128/128 SM4 other +"},
        {ECDHE_SM4_CBC_SM3, "ECDHE SM2 SM4 CBC SM3 128/128 SM4 other +"},
        {IBSDH_SM4_GCM_SM3, "IBSDH identity SM4 GCM AEAD 128/128 SM4 other +"},
        {RSA_SM4_GCM_SHA256, "RSA RSA SM4 GCM AEAD 128/128 SM4 certificate"},
        {TLS_RSA_WITH_ESTREAM_SALSA20_SHA1, "RSA RSA ESTREAM-SALSA20 stream SHA1 256/256 SALSA20 certificate"},
        {TLS_ECDHE_PSK_WITH_SALSA20_UMAC96, "ECDHE-PSK PSK SALSA20 stream UMAC96 256/256 SALSA20 psk +"},
        {SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA_2, "RSA RSA 3DES CBC SHA1 112/168 3DES certificate"},
        {TLS_GOSTR341094_RSA_WITH_28147_CNT_MD5, "RSA RSA GOST28147 CNT MD5 256/256 GOST gost"},
        {TLS_RSA_WITH_28147_CNT_IMIT_2, "RSA RSA GOST28147 CNT GOST89 256/256 GOST gost"},
        {TLS_RSA_WITH_28147_CNT_GOST94, "RSA RSA GOST28147 CNT GOST94 256/256 GOST gost"},
        {SSL_CK_RC4_128_EXPORT40_WITH_MD5, "RSA RSA RC4 stream MD5 40/128 RC4 certificate x"},
        {SSL_CK_RC4_64_WITH_MD5, "RSA RSA RC4 stream MD5 64/128 RC4 certificate"},
        {SSL_CK_RC2_128_CBC_WITH_MD5, "RSA RSA RC2 CBC MD5 128/128 RC2 certificate"},
        {SSL_CK_DES_192_EDE3_CBC_WITH_MD5, "RSA RSA 3DES CBC MD5 112/168 3DES certificate"},
    }));

    const SuiteInfo* info = find(suite);
    REQUIRE(info != nullptr);
    CAPTURE(info->name);
    CHECK(words_of(*info) == words);
}

TEST_CASE("a name that is not understood whole is not understood at all", "[tls]")
{
    const std::string_view name = GENERATE(values<std::string_view>({
        "",
        "TLS_",
        "TLS_RSA_WITH_",
        "TLS_RSA_WITH_AES_128_CBC",
        "TLS_RSA_WITH_AES_128_CBC_SHA3",
        "TLS_RSA_WITH_AES_128_GCM_MD5",
        "TLS_NEW_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_512_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBCX_SHA",
        "SSL_CK_RC4_128",
        "SSL_CK_RC4_128_WITH_",
        "SSL_CK_RC4_128_MD5_WITH_MD5",
        "ECDHE",
        "FOO_SM4_CBC_SM3",
        "TLS_RSA_WITH_AES_128_CBC_SHA_NEW",
        "TLS_RSA_WITH_RC4_128_SHA512",
    }));
    CAPTURE(name);
    CHECK_FALSE(read_suite_name(name).has_value());
}

TEST_CASE("each suite of the registry has a name of its own", "[tls]")
{
    std::set<std::string_view> names;
    for (const SuiteInfo& info : all_suites()) {
        names.insert(info.name);
        CHECK(find(info.code) == &info);
        CHECK(find_suite(info.name) == &info);
        CHECK(format(info.code) == info.name);
        CHECK(is_ssl2(info.code) == (info.lowest == ProtocolVersion::ssl2));
    }
    CHECK(names.size() == all_suites().size());
}

TEST_CASE("a suite is found by its OpenSSL name, the TLS suite before the SSLv2 kind", "[tls]")
{
    struct Row {
        std::string_view name;
        const SuiteInfo* expected;
    };
    const auto [name, expected] = GENERATE(values<Row>({
        {"ECDHE-RSA-AES256-GCM-SHA384", find(CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)},
        {"RC4-MD5", find(CipherSuite::TLS_RSA_WITH_RC4_128_MD5)},
        {"IDEA-CBC-MD5", find(CipherSuite::SSL_CK_IDEA_128_CBC_WITH_MD5)},
        {"ecdhe-rsa-aes256-gcm-sha384", nullptr},
        {"-", nullptr},
        {"", nullptr},
    }));
    CAPTURE(name);
    CHECK(find_suite(name) == expected);
}

TEST_CASE("a suite that nobody has named survives and prints in hexadecimal", "[tls]")
{
    CHECK(find(CipherSuite{0x7f1c}) == nullptr);
    CHECK(format(CipherSuite{0x7f1c}) == "0x7f1c");
    CHECK(format(CipherSuite{0x000a0a}) == "0x0a0a");
    CHECK(format(CipherSuite{0x060140}) == "0x060140");
}

TEST_CASE("every suite belongs to a family that is listed once and has a word of its own", "[tls]")
{
    std::set<CipherFamily> listed;
    std::set<std::string_view> words;
    for (const CipherFamily family : all_families()) {
        listed.insert(family);
        words.insert(format(family));
    }
    CHECK(listed.size() == all_families().size());
    CHECK(words.size() == all_families().size());
    for (const SuiteInfo& info : all_suites()) {
        CHECK(listed.contains(info.family));
    }
}

}  // namespace
}  // namespace smtptls::tls

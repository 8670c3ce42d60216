#include "tls/cipher_suite.hpp"

#include "tls/code_point.hpp"
#include "tls/suite_name.hpp"

#include <array>
#include <unordered_map>
#include <vector>

namespace smtptls::tls {
namespace {

// A name that cannot be read makes value() throw, which is an error where a constant is computed.
constexpr SuiteInfo described(SuiteInfo named)
{
    SuiteInfo info = read_suite_name(named.name).value();
    info.code = named.code;
    info.openssl_name = named.openssl_name;
    info.lowest = named.lowest;
    return info;
}

// One constant a suite: clang 14 allows a single constant too few steps for the whole table.
#define SUITE(code, name, openssl, lowest) \
    constexpr SuiteInfo name##_info = described({CipherSuite::name, #name, openssl, ProtocolVersion::lowest});
#include "tls/cipher_suites.def"
#undef SUITE

constexpr SuiteInfo suites[] = {
#define SUITE(code, name, openssl, lowest) name##_info,
#include "tls/cipher_suites.def"
#undef SUITE
};
static_assert(std::ranges::adjacent_find(suites, std::ranges::greater_equal{}, &SuiteInfo::code) == std::end(suites));

constexpr detail::SuitePlaces made_places = [] {
    detail::SuitePlaces made;
    std::uint8_t pages = 0;
    std::uint16_t place = 0;
    for (const SuiteInfo& info : suites) {
        const auto code = static_cast<std::uint32_t>(info.code);
        ++place;
        if (code > 0xffff) {
            continue;
        }
        std::uint8_t& page = made.page[code >> 8U];
        page = page == 0 ? ++pages : page;
        made.of.at(page)[code & 0xffU] = place;
    }
    return made;
}();

constexpr NamedCode<KeyExchange> key_exchange_names[] = {
    {KeyExchange::any, "any"},         {KeyExchange::rsa, "RSA"},         {KeyExchange::dh, "DH"},
    {KeyExchange::dhe, "DHE"},         {KeyExchange::ecdh, "ECDH"},       {KeyExchange::ecdhe, "ECDHE"},
    {KeyExchange::cecpq1, "CECPQ1"},   {KeyExchange::ntru, "NTRU"},       {KeyExchange::psk, "PSK"},
    {KeyExchange::rsa_psk, "RSA-PSK"}, {KeyExchange::dhe_psk, "DHE-PSK"}, {KeyExchange::ecdhe_psk, "ECDHE-PSK"},
    {KeyExchange::srp, "SRP"},         {KeyExchange::krb5, "KRB5"},       {KeyExchange::gost, "GOST"},
    {KeyExchange::kea, "KEA"},         {KeyExchange::eccpwd, "ECCPWD"},   {KeyExchange::ecjpake, "ECJPAKE"},
    {KeyExchange::sm2, "SM2"},         {KeyExchange::ibsdh, "IBSDH"},     {KeyExchange::ibc, "IBC"},
};

constexpr NamedCode<Authentication> authentication_names[] = {
    {Authentication::any, "any"},
    {Authentication::rsa, "RSA"},
    {Authentication::dss, "DSS"},
    {Authentication::ecdsa, "ECDSA"},
    {Authentication::anonymous, "none"},
    {Authentication::psk, "PSK"},
    {Authentication::srp, "SRP"},
    {Authentication::krb5, "KRB5"},
    {Authentication::gost94, "GOST R 34.10-94"},
    {Authentication::gost01, "GOST R 34.10-2001"},
    {Authentication::gost12, "GOST R 34.10-2012"},
    {Authentication::kea, "KEA"},
    {Authentication::password, "password"},
    {Authentication::sm2, "SM2"},
    {Authentication::identity, "identity"},
};

constexpr NamedCode<Cipher> cipher_words[] = {
    {Cipher::null, "NULL"},
    {Cipher::aegis, "AEGIS"},
    {Cipher::aes, "AES"},
    {Cipher::aria, "ARIA"},
    {Cipher::camellia, "CAMELLIA"},
    {Cipher::chacha20, "CHACHA20"},
    {Cipher::des, "DES"},
    {Cipher::estream_salsa20, "ESTREAM-SALSA20"},
    {Cipher::fortezza, "FORTEZZA"},
    {Cipher::gost28147, "GOST28147"},
    {Cipher::hc128, "HC-128"},
    {Cipher::idea, "IDEA"},
    {Cipher::kuznyechik, "KUZNYECHIK"},
    {Cipher::magma, "MAGMA"},
    {Cipher::rabbit, "RABBIT"},
    {Cipher::rc2, "RC2"},
    {Cipher::rc4, "RC4"},
    {Cipher::salsa20, "SALSA20"},
    {Cipher::seed, "SEED"},
    {Cipher::sm1, "SM1"},
    {Cipher::sm4, "SM4"},
    {Cipher::triple_des, "3DES"},
};

constexpr NamedCode<CipherMode> mode_names[] = {
    {CipherMode::none, "none"},         {CipherMode::stream, "stream"}, {CipherMode::cbc, "CBC"},
    {CipherMode::cnt, "CNT"},           {CipherMode::ctr, "CTR"},       {CipherMode::gcm, "GCM"},
    {CipherMode::ccm, "CCM"},           {CipherMode::ccm_8, "CCM_8"},   {CipherMode::ocb, "OCB"},
    {CipherMode::poly1305, "POLY1305"}, {CipherMode::mgm, "MGM"},       {CipherMode::aegis, "AEGIS"},
    {CipherMode::unnamed, "unnamed"},
};

constexpr NamedCode<Mac> mac_words[] = {
    {Mac::aead, "AEAD"},     {Mac::md5, "MD5"},       {Mac::sha1, "SHA1"},      {Mac::sha256, "SHA256"},
    {Mac::sha384, "SHA384"}, {Mac::rmd160, "RMD160"}, {Mac::blake2b, "B2B256"}, {Mac::umac96, "UMAC96"},
    {Mac::sm3, "SM3"},       {Mac::gost89, "GOST89"}, {Mac::gost94, "GOST94"},  {Mac::gost12, "GOST12"},
    {Mac::omac, "OMAC"},
};

constexpr NamedCode<CipherFamily> family_names[] = {
    {CipherFamily::aes_gcm, "AES-GCM"},   {CipherFamily::chacha20, "CHACHA20"},
    {CipherFamily::aes_ccm, "AES-CCM"},   {CipherFamily::aes_ocb, "AES-OCB"},
    {CipherFamily::aria_gcm, "ARIA-GCM"}, {CipherFamily::camellia_gcm, "CAMELLIA-GCM"},
    {CipherFamily::aegis, "AEGIS"},       {CipherFamily::aes_cbc, "AES-CBC"},
    {CipherFamily::aria_cbc, "ARIA-CBC"}, {CipherFamily::camellia_cbc, "CAMELLIA-CBC"},
    {CipherFamily::sm4, "SM4"},           {CipherFamily::gost, "GOST"},
    {CipherFamily::salsa20, "SALSA20"},   {CipherFamily::hc128, "HC-128"},
    {CipherFamily::rabbit, "RABBIT"},     {CipherFamily::seed, "SEED"},
    {CipherFamily::idea, "IDEA"},         {CipherFamily::sm1, "SM1"},
    {CipherFamily::triple_des, "3DES"},   {CipherFamily::rc4, "RC4"},
    {CipherFamily::rc2, "RC2"},           {CipherFamily::fortezza, "FORTEZZA"},
    {CipherFamily::des, "DES"},           {CipherFamily::null, "NULL"},
};

constexpr auto families = [] {
    std::array<CipherFamily, std::size(family_names)> codes{};
    std::ranges::transform(family_names, codes.begin(), &NamedCode<CipherFamily>::code);
    return codes;
}();

constexpr NamedCode<CredentialClass> credential_names[] = {
    {CredentialClass::certificate, "certificate"},
    {CredentialClass::anonymous, "anonymous"},
    {CredentialClass::psk, "psk"},
    {CredentialClass::srp, "srp"},
    {CredentialClass::krb5, "krb5"},
    {CredentialClass::gost, "gost"},
    {CredentialClass::other, "other"},
};

}  // namespace

std::span<const SuiteInfo> all_suites()
{
    return suites;
}

std::span<const CipherFamily> all_families()
{
    return families;
}

std::span<const CipherSuite> suites_of(ProtocolVersion version)
{
    const auto those = [](auto belongs) {
        std::vector<CipherSuite> all;
        for (const SuiteInfo& info : suites) {
            if (belongs(info)) {
                all.push_back(info.code);
            }
        }
        return all;
    };
    static const std::vector<CipherSuite> ssl2 = those([](const SuiteInfo& info) { return is_ssl2(info.code); });
    static const std::vector<CipherSuite> tls1_3 =
        those([](const SuiteInfo& info) { return info.lowest == ProtocolVersion::tls1_3; });
    static const std::vector<CipherSuite> others =
        those([](const SuiteInfo& info) { return !is_ssl2(info.code) && info.lowest != ProtocolVersion::tls1_3; });
    return version == ProtocolVersion::ssl2 ? ssl2 : version == ProtocolVersion::tls1_3 ? tls1_3 : others;
}

namespace detail {

constinit const SuitePlaces suite_places = made_places;
constinit const SuiteInfo* const first_suite = suites;

const SuiteInfo* find_long(CipherSuite suite)
{
    const auto found = std::ranges::lower_bound(suites, suite, {}, &SuiteInfo::code);
    return found != std::end(suites) && found->code == suite ? &*found : nullptr;
}

}  // namespace detail

const SuiteInfo* find_suite(std::string_view name)
{
    // What stands there already stays: IANA's names come before OpenSSL's, and lower codes before higher ones.
    static const auto by_name = [] {
        std::unordered_map<std::string_view, const SuiteInfo*> all;
        for (const auto which : {&SuiteInfo::name, &SuiteInfo::openssl_name}) {
            for (const SuiteInfo& info : suites) {
                all.emplace(info.*which, &info);
            }
        }
        return all;
    }();
    const auto found = name.empty() ? by_name.end() : by_name.find(name);
    return found != by_name.end() ? found->second : nullptr;
}

std::string format(CipherSuite suite)
{
    const SuiteInfo* info = find(suite);
    return info != nullptr ? std::string(info->name)
                           : format_code(static_cast<std::uint32_t>(suite), is_ssl2(suite) ? 6 : 4);
}

std::string_view format(KeyExchange key_exchange)
{
    return name_of<KeyExchange>(key_exchange_names, key_exchange);
}

std::string_view format(Authentication authentication)
{
    return name_of<Authentication>(authentication_names, authentication);
}

std::string_view format(Cipher cipher)
{
    return name_of<Cipher>(cipher_words, cipher);
}

std::string_view format(CipherMode mode)
{
    return name_of<CipherMode>(mode_names, mode);
}

std::string_view format(Mac mac)
{
    return name_of<Mac>(mac_words, mac);
}

std::string_view format(CipherFamily family)
{
    return name_of<CipherFamily>(family_names, family);
}

std::string_view format(CredentialClass credentials)
{
    return name_of<CredentialClass>(credential_names, credentials);
}

}  // namespace smtptls::tls

// The small languages of configurations: releases, protocol lists, cipher lists.
#include "catch.hpp"
#include "report/remedy/cipher_list.hpp"
#include "report/remedy/protocol_list.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <memory>

namespace smtptls::remedy {
namespace {

constexpr Release postfix_3_1 = {3, 1, 0};
constexpr Release postfix_3_7 = {3, 7, 11};

TEST_CASE("a release is read from what programs print, and from nothing else", "[remedy]")
{
    CHECK(parse_release("3.7.11") == Release{3, 7, 11});
    CHECK(parse_release("3.1") == Release{3, 1, 0});
    CHECK(parse_release("1.0.2h") == Release{1, 0, 2});
    CHECK(parse_release("3.12-20260821") == Release{3, 12, 0});
    for (const char* bad : {"", "x", "3.", ".1", "3..1", "3.1.2.3", "1000.1", "-1", "3.1 ", "+3"}) {
        INFO(bad);
        CHECK_FALSE(parse_release(bad).has_value());
    }
}

TEST_CASE("a change carried back to older branches is known by branch", "[remedy]")
{
    constexpr std::string_view since = "2.9.14 2.10.8 2.11.6 3.0.2";
    CHECK(has_since({2, 9, 14}, since));
    CHECK(has_since({2, 10, 8}, since));
    CHECK(has_since({3, 0, 2}, since));
    CHECK(has_since({3, 1, 0}, since));
    CHECK_FALSE(has_since({2, 9, 13}, since));
    CHECK_FALSE(has_since({2, 10, 7}, since));
    CHECK_FALSE(has_since({3, 0, 1}, since));
    CHECK_FALSE(has_since({2, 8, 20}, since));
}

std::string left(std::string_view list, const Release& postfix)
{
    std::string text;
    for (const tls::ProtocolVersion version : parse_protocol_list(list, postfix).left) {
        text += (text.empty() ? "" : " ") + tls::format(version).substr(4);
    }
    return text;
}

TEST_CASE("a protocol list leaves what its release makes of it", "[remedy]")
{
    CHECK(left("", postfix_3_7) == "2 3 1.0 1.1 1.2 1.3");
    CHECK(left("!SSLv2, !SSLv3", postfix_3_7) == "1.0 1.1 1.2 1.3");
    CHECK(left("!sslv2:!SSLV3 !TLSv1", postfix_3_7) == "1.1 1.2 1.3");
    CHECK(left("TLSv1", postfix_3_7) == "1.0");
    CHECK(left("TLSv1.2,TLSv1.3", postfix_3_7) == "1.2 1.3");
    CHECK(left(">=TLSv1.2", postfix_3_7) == "1.2 1.3");
    CHECK(left(">=0x0303 <=0303", postfix_3_7) == "1.2");
    CHECK(left(">= TLSv1.2", postfix_3_7) == "1.2");
    CHECK(left(">=TLSv1, !TLSv1.1", postfix_3_7) == "1.0 1.2 1.3");
    CHECK(left("<=TLSv1.1 >=SSLv3", postfix_3_7) == "3 1.0 1.1");
}

TEST_CASE("a word that a release does not know is named", "[remedy]")
{
    for (const char* bad : {">=TLSv1.4", ">TLSv1.2", "TLSv1.0", "!", "TLS", "! TLSv1", ">=SSLv2", ">=0x", ">=xyz"}) {
        INFO(bad);
        const ProtocolList list = parse_protocol_list(std::string("!SSLv3 ") + bad, postfix_3_7);
        // ">=0x" is the number 0, which is no bound.
        CHECK(list.unknown.has_value() == (std::string_view(bad) != ">=0x"));
    }
    CHECK(parse_protocol_list(">=TLSv1.2", postfix_3_1).range_too_new);
    CHECK_FALSE(parse_protocol_list(">TLSv1.2", postfix_3_1).range_too_new);
}

TEST_CASE("the name TLSv1.3 means nothing before its patch releases", "[remedy]")
{
    CHECK(parse_protocol_list("TLSv1.3", postfix_3_1).without_effect.size() == 1);
    CHECK(left("!TLSv1.3", postfix_3_1) == "2 3 1.0 1.1 1.2 1.3");
    CHECK(left("TLSv1.2", {3, 1, 10}) == "1.2");
    CHECK(left("TLSv1.2", postfix_3_1) == "1.2 1.3");
}

// The suites below TLS 1.3 that the linked OpenSSL makes of a list, by OpenSSL's names; PSK and SRP left out,
// and SEED, which only the legacy provider has: other tests load it, mail servers do not.
std::vector<std::string> by_openssl(const std::string& list, int level = 0)
{
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
    std::vector<std::string> names;
    if (SSL_CTX_set_cipher_list(context.get(), (list + ":!SEED:@SECLEVEL=" + std::to_string(level)).c_str()) != 1) {
        return names;
    }
    const std::unique_ptr<SSL, decltype(&SSL_free)> session(SSL_new(context.get()), SSL_free);
    const auto free_stack = [](STACK_OF(SSL_CIPHER) * stack) { sk_SSL_CIPHER_free(stack); };
    const std::unique_ptr<STACK_OF(SSL_CIPHER), decltype(free_stack)> ciphers(SSL_get1_supported_ciphers(session.get()),
                                                                              free_stack);
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers.get()); ++i) {
        const std::string name = SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers.get(), i));
        const bool other = name.rfind("TLS_", 0) == 0 || name.find("PSK") != std::string::npos ||
                           name.find("SRP") != std::string::npos;
        if (!other) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> by_us(const std::string& list)
{
    std::vector<std::string> names;
    for (const tls::CipherSuite suite : evaluate_cipher_list(list, {3, 0, 0}).suites) {
        names.emplace_back(tls::find(suite)->openssl_name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

TEST_CASE("a cipher list leaves what the linked OpenSSL leaves", "[remedy]")
{
    for (const char* list : {
             "ALL",
             "COMPLEMENTOFALL",
             "DEFAULT",
             "HIGH",
             "MEDIUM",
             "aNULL:-aNULL:HIGH:@STRENGTH",
             "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH",
             "aNULL:-aNULL:HIGH:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:@STRENGTH",
             "ALL:!EXPORT:!LOW:!MEDIUM:+RC4:@STRENGTH",
             "eNULL:!aNULL",
             "HIGH:!aNULL:!kRSA:!DHE:!SHA1:!SHA256:!SHA384:!ARIA:!AESCCM",
             "HIGH:!aNULL:!kRSA:!SHA1:!SHA256:!SHA384",
             "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL",
             "ALL:!ECDSA",
             "ALL:!RSA+AES",
             "ALL:-ECDHE:-DHE:AES256-SHA",
             "ALL:!aRSA:aRSA",
             "ECDHE-RSA-AES128-SHA:DHE-RSA-AES256-GCM-SHA384",
             "kECDHE:kDHE",
             "ECDH:DH",
             "ADH:AECDH",
             "EECDH:EDH",
             "AES128:AES256",
             "AESCCM:!AESCCM8",
             "CAMELLIA:ARIA128",
             "SHA256:SHA384",
             "CAMELLIA256+SHA1",
             "TLSv1.2",
             "SSLv3:TLSv1",
             "NOSUCH:HIGH",
             "HIGH:!CCM:!CBC3-SHA",
             "HIGH,MEDIUM;!AES",
         }) {
        INFO(list);
        CHECK(by_us(list) == by_openssl(list));
    }
}

TEST_CASE("CCM with a short tag is HIGH up to OpenSSL 3.1, and MEDIUM after that", "[remedy]")
{
    const auto has_short_tags = [](const char* list, const Release& openssl) {
        const CipherList left = evaluate_cipher_list(list, openssl);
        return std::any_of(left.suites.begin(), left.suites.end(),
                           [](tls::CipherSuite suite) { return tls::find(suite)->openssl_name.ends_with("CCM8"); });
    };
    CHECK(has_short_tags("HIGH", {3, 0, 19}));
    CHECK_FALSE(has_short_tags("HIGH", {3, 5, 9}));
    CHECK(has_short_tags("MEDIUM", {3, 5, 9}));
}

TEST_CASE("words that OpenSSL does not know are collected, with any sign", "[remedy]")
{
    CHECK(evaluate_cipher_list("HIGH:!CBC3-SHA:+KRB5-DES:AES+NOPE:@STRENGTH", {3, 0, 0}).unknown ==
          std::vector<std::string>{"CBC3-SHA", "KRB5-DES", "AES+NOPE"});
    CHECK(is_cipher_word("EDH-RSA-DES-CBC3-SHA"));
    CHECK(is_cipher_word("DHE-RSA-DES-CBC3-SHA"));
    CHECK_FALSE(is_cipher_word("TLS_AES_128_GCM_SHA256"));
    CHECK_FALSE(is_cipher_word(std::string(100, '+') + "AES"));
}

TEST_CASE("a security level in a cipher list takes suites and, with OpenSSL 3, TLS 1.0 and 1.1 away", "[remedy]")
{
    CHECK(evaluate_cipher_list("DEFAULT:@SECLEVEL=0", {3, 0, 0}).level == 0);
    CHECK(evaluate_cipher_list("@SECLEVEL=3:HIGH:@STRENGTH", {3, 0, 0}).level == 3);
    CHECK_FALSE(evaluate_cipher_list("HIGH:@SECLEVEL=9:@SECLEVEL=", {3, 0, 0}).level);

    CHECK(is_allowed(tls::ProtocolVersion::tls1_0, 0, {3, 0, 0}));
    CHECK_FALSE(is_allowed(tls::ProtocolVersion::tls1_1, 1, {3, 0, 0}));
    CHECK(is_allowed(tls::ProtocolVersion::tls1_2, 5, {3, 0, 0}));
    CHECK(is_allowed(tls::ProtocolVersion::tls1_0, 2, {1, 1, 1}));
    CHECK_FALSE(is_allowed(tls::ProtocolVersion::tls1_0, 3, {1, 1, 1}));
    CHECK(is_allowed(tls::ProtocolVersion::tls1_1, 3, {1, 1, 1}));
    CHECK(is_allowed(tls::ProtocolVersion::tls1_0, 5, {1, 0, 2}));
}

TEST_CASE("from OpenSSL 3.2 on suites with a short tag need level 0, and the level is 2 where nothing is said",
          "[remedy]")
{
    const auto left = [](const Release& openssl, int level) {
        const auto suites = at_security_level(evaluate_cipher_list("ALL", openssl), level, openssl).suites;
        const auto ccm_8 = tls::CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8;
        return std::find(suites.begin(), suites.end(), ccm_8) != suites.end();
    };
    CHECK(left({3, 1, 4}, 1));
    CHECK(left({3, 2, 0}, 0));
    CHECK_FALSE(left({3, 2, 0}, 1));
    CHECK(preset_security_level({1, 0, 2}) == 0);
    CHECK(preset_security_level({3, 1, 4}) == 1);
    CHECK(preset_security_level({3, 2, 0}) == 2);
}

TEST_CASE("the suites that are left at a security level are those that OpenSSL itself leaves", "[remedy]")
{
    for (const int level : {1, 2, 3, 4, 5}) {
        INFO(level);
        const CipherList all = evaluate_cipher_list("ALL:@SECLEVEL=" + std::to_string(level), {3, 0, 0});
        std::vector<std::string> names;
        for (const tls::CipherSuite suite : at_security_level(all, 0, {3, 0, 0}).suites) {
            names.emplace_back(tls::find(suite)->openssl_name);
        }
        std::sort(names.begin(), names.end());
        CHECK(names == by_openssl("ALL", level));
    }
}

}  // namespace
}  // namespace smtptls::remedy

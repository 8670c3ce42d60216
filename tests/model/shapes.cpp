#include "tests/model/shapes.hpp"

#include <algorithm>
#include <initializer_list>
#include <random>

namespace smtptls::test {
namespace {

using tls::Authentication;
using tls::Cipher;
using tls::CipherMode;
using tls::KeyExchange;
using tls::Mac;
using tls::SuiteInfo;

template <typename T>
bool among(T value, std::initializer_list<T> values)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

template <typename Rule>
Suites by_rule(ProtocolVersion version, Rule rule)
{
    Suites table;
    for (const SuiteInfo& info : tls::all_suites()) {
        const bool tls13 = info.lowest == ProtocolVersion::tls1_3;
        if (!tls::is_ssl2(info.code) && tls13 == (version == ProtocolVersion::tls1_3) && info.lowest <= version &&
            rule(info)) {
            table.push_back(info.code);
        }
    }
    // An order that no plan can guess.
    std::mt19937 random(static_cast<unsigned>(version));
    std::shuffle(table.begin(), table.end(), random);
    return table;
}

// Every version from `lowest` up to TLS 1.2.
template <typename Rule>
void fill(Server& server, ProtocolVersion lowest, Rule rule)
{
    for (const ProtocolVersion version : tls::all_versions) {
        if (version >= lowest && version != ProtocolVersion::tls1_3) {
            server.tables[version] = by_rule(version, rule);
        }
    }
}

template <typename Rule>
void break_those(Server& server, Poison poison, Rule rule)
{
    for (const auto& [version, table] : server.tables) {
        for (const CipherSuite suite : table) {
            if (rule(probes::info_of(suite))) {
                server.poison[suite] = poison;
            }
        }
    }
}

Suites tls13_suites(bool ccm)
{
    Suites suites = {CipherSuite::TLS_AES_256_GCM_SHA384, CipherSuite::TLS_CHACHA20_POLY1305_SHA256,
                     CipherSuite::TLS_AES_128_GCM_SHA256};
    if (ccm) {
        suites.push_back(CipherSuite::TLS_AES_128_CCM_SHA256);
    }
    return suites;
}

bool common_exchange(const SuiteInfo& info)
{
    const bool unusual = info.cipher == Cipher::aria &&
                         (info.mode == CipherMode::cbc || info.authentication == Authentication::anonymous);
    return among(info.key_exchange, {KeyExchange::rsa, KeyExchange::dhe, KeyExchange::ecdhe}) &&
           !info.openssl_name.empty() && !info.name.ends_with("_OLD") && !unusual;
}

bool openssl_normal(const SuiteInfo& info)
{
    return common_exchange(info) && among(info.cipher, {Cipher::aes, Cipher::camellia, Cipher::aria, Cipher::chacha20});
}

bool gnutls_normal(const SuiteInfo& info)
{
    const bool cbc = info.mode == CipherMode::cbc && info.mac == Mac::sha1;
    const bool aes = info.cipher == Cipher::aes && (cbc || among(info.mode, {CipherMode::gcm, CipherMode::ccm}));
    return common_exchange(info) && info.authentication == Authentication::rsa &&
           (aes || info.cipher == Cipher::chacha20);
}

}  // namespace

Server debian_postfix()
{
    Server server;
    server.name = "Debian 12 Postfix";
    server.order = Order::client;
    fill(server, ProtocolVersion::tls1_0, [](const SuiteInfo& info) {
        return openssl_normal(info) && among(info.authentication, {Authentication::rsa, Authentication::anonymous});
    });
    server.tables[ProtocolVersion::tls1_3] = tls13_suites(false);
    return server;
}

Server hardened_postfix()
{
    Server server;
    server.name = "hardened Postfix";
    server.order = Order::client;
    fill(server, ProtocolVersion::tls1_2,
         [](const SuiteInfo& info) { return openssl_normal(info) && info.authentication == Authentication::rsa; });
    server.tables[ProtocolVersion::tls1_3] = tls13_suites(false);
    return server;
}

Server exim_default()
{
    Server server;
    server.name = "Exim with GnuTLS";
    server.order = Order::client;
    fill(server, ProtocolVersion::tls1_0, gnutls_normal);
    server.tables[ProtocolVersion::tls1_3] = tls13_suites(true);
    return server;
}

Server exim_anonymous()
{
    Server server;
    server.name = "Exim with anonymous suites";
    server.order = Order::client;
    fill(server, ProtocolVersion::tls1_0, [](const SuiteInfo& info) {
        const bool weak = among(info.cipher, {Cipher::null, Cipher::rc4, Cipher::triple_des}) && !info.export_grade;
        const bool camellia = info.cipher == Cipher::camellia && info.mode == CipherMode::cbc;
        return gnutls_normal(info) || (common_exchange(info) && (weak || camellia || info.cipher == Cipher::aes) &&
                                       among(info.authentication, {Authentication::rsa, Authentication::anonymous}));
    });
    break_those(server, Poison::bare_alert,
                [](const SuiteInfo& info) { return info.credentials == tls::CredentialClass::anonymous; });
    server.tables[ProtocolVersion::tls1_3] = tls13_suites(true);
    return server;
}

Server jsse()
{
    Server server;
    server.name = "JSSE";
    server.ecdhe_needs_extensions = true;
    fill(server, ProtocolVersion::ssl3, [](const SuiteInfo& info) {
        return common_exchange(info) &&
               among(info.authentication, {Authentication::rsa, Authentication::dss, Authentication::anonymous}) &&
               among(info.cipher, {Cipher::aes, Cipher::triple_des, Cipher::rc4, Cipher::null, Cipher::chacha20});
    });
    break_those(server, Poison::after_hello,
                [](const SuiteInfo& info) { return info.authentication == Authentication::dss; });
    server.tables[ProtocolVersion::tls1_3] = tls13_suites(false);
    return server;
}

Server openssl_1_0_2()
{
    Server server;
    server.name = "OpenSSL 1.0.2 with everything";
    fill(server, ProtocolVersion::ssl3, [](const SuiteInfo& info) {
        return common_exchange(info) && among(info.authentication, {Authentication::rsa, Authentication::anonymous}) &&
               !among(info.cipher, {Cipher::aria, Cipher::chacha20}) &&
               !among(info.mode, {CipherMode::ccm, CipherMode::ccm_8});
    });
    for (const SuiteInfo& info : tls::all_suites()) {
        if (tls::is_ssl2(info.code)) {
            server.tables[ProtocolVersion::ssl2].push_back(info.code);
        }
    }
    return server;
}

Server opensmtpd()
{
    Server server = hardened_postfix();
    server.name = "OpenSMTPD";
    break_those(server, Poison::after_flight,
                [](const SuiteInfo& info) { return info.key_exchange == KeyExchange::rsa; });
    return server;
}

}  // namespace smtptls::test

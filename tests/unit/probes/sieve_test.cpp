// The sieve's promises, pair by pair over the registry and over what real servers leave of it.
#include "probes/sieve.hpp"

#include "catch.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace smtptls::probes {
namespace {

using tls::Authentication;
using tls::CipherMode;
using tls::CipherSuite;
using tls::CredentialClass;
using tls::KeyExchange;
using tls::ProtocolVersion;

constexpr std::size_t most_lists = 23;
constexpr std::size_t most_joint_lists = 43;

const Credential rsa{CredentialClass::certificate, Authentication::rsa};
const Credential ecdsa{CredentialClass::certificate, Authentication::ecdsa};
const Credential anonymous{CredentialClass::anonymous, Authentication::any};

struct Remaining {
    std::string name;
    Suites suites;
    std::set<Credential> served;
};

// What is left of the registry where a server accepts what `accepts` says.
template <typename Accepts>
Remaining rest(std::string name, ProtocolVersion version, std::set<Credential> served, Accepts accepts)
{
    Remaining out{std::move(name), {}, std::move(served)};
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        const bool tls13 = info.lowest == ProtocolVersion::tls1_3;
        const bool asked = !tls::is_ssl2(info.code) && tls13 == (version == ProtocolVersion::tls1_3);
        if (asked && info.lowest <= version && !accepts(info)) {
            out.suites.push_back(info.code);
        }
    }
    return out;
}

bool aes(const tls::SuiteInfo& info)
{
    return info.cipher == tls::Cipher::aes && (info.mode == CipherMode::gcm || info.mode == CipherMode::cbc);
}

// Debian 12's Postfix: RSA and anonymous suites.
bool as_it_comes(const tls::SuiteInfo& info)
{
    const bool key_exchange = info.key_exchange == KeyExchange::rsa || info.key_exchange == KeyExchange::dhe ||
                              info.key_exchange == KeyExchange::ecdhe;
    const Credential credential = credential_of(info.code);
    return key_exchange && (credential == rsa || credential == anonymous) && !info.openssl_name.empty() &&
           (aes(info) || info.cipher == tls::Cipher::camellia || info.mode == CipherMode::ccm);
}

bool forward_secret(const tls::SuiteInfo& info)
{
    return info.key_exchange == KeyExchange::ecdhe && credential_of(info.code) == rsa && aes(info);
}

std::vector<Remaining> rests()
{
    const auto nothing = [](const tls::SuiteInfo&) { return false; };
    const auto tls12 = ProtocolVersion::tls1_2;
    return {rest("all of TLS 1.2", tls12, {rsa}, nothing),
            rest("all of TLS 1.2, nothing known to be served", tls12, {}, nothing),
            rest("all of TLS 1.2, two certificates and anonymous suites", tls12, {rsa, ecdsa, anonymous}, nothing),
            rest("all of TLS 1.3", ProtocolVersion::tls1_3, {rsa}, nothing),
            rest("Postfix as it comes", tls12, {rsa, anonymous}, as_it_comes),
            rest("Postfix as it comes, TLS 1.0", ProtocolVersion::tls1_0, {rsa, anonymous}, as_it_comes),
            rest("a hardened server", tls12, {rsa}, forward_secret)};
}

// Pairs of a suite and a property of others such that every list with the suite has one with that property.
template <typename PropertyOf>
std::size_t hidden(const Suites& suites, const std::vector<Suites>& lists, PropertyOf property_of)
{
    std::set<decltype(property_of(CipherSuite{}))> all;
    for (const CipherSuite suite : suites) {
        all.insert(property_of(suite));
    }
    std::map<CipherSuite, decltype(all)> always;
    for (const Suites& list : lists) {
        decltype(all) in_list;
        for (const CipherSuite suite : list) {
            in_list.insert(property_of(suite));
        }
        for (const CipherSuite suite : list) {
            auto& hiding = always.emplace(suite, in_list).first->second;
            std::erase_if(hiding, [&](const auto& property) { return !in_list.contains(property); });
        }
    }
    std::size_t count = 0;
    for (const CipherSuite suite : suites) {
        const auto found = always.find(suite);
        count += found == always.end() ? all.size() : found->second.size() - 1;
    }
    return count;
}

auto itself(CipherSuite suite)
{
    return suite;
}

auto key_exchange_of(CipherSuite suite)
{
    return info_of(suite).key_exchange;
}

auto keys_of(CipherSuite suite)
{
    return std::pair(info_of(suite).key_exchange, info_of(suite).authentication);
}

auto cipher_of(CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    return std::tuple(info.cipher, info.mode, info.mac, info.key_bits, info.export_grade);
}

TEST_CASE("no single suite hides another one", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        CHECK(hidden(of.suites, sieve(of.suites, of.served, false), itself) == 0);
    }
}

TEST_CASE("no key exchange that is broken as a whole hides a suite of another one", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        CHECK(hidden(of.suites, sieve(of.suites, of.served, false), key_exchange_of) == 0);
    }
}

TEST_CASE("no key exchange that is broken with one kind of authentication hides a suite of another one", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        CHECK(hidden(of.suites, sieve(of.suites, of.served, false), keys_of) == 0);
    }
}

TEST_CASE("no cipher that is broken as a whole hides a suite of another one", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        CHECK(hidden(of.suites, sieve(of.suites, of.served, false), cipher_of) == 0);
    }
}

TEST_CASE("credentials that the server has not hide nothing, however many", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        auto lists = sieve(of.suites, of.served, false);
        std::erase_if(lists, [](const Suites& list) {
            return std::any_of(list.begin(), list.end(),
                               [&](CipherSuite suite) { return credential_of(suite) != credential_of(list.front()); });
        });
        Suites alone;
        for (const Suites& list : lists) {
            alone.insert(alone.end(), list.begin(), list.end());
        }
        CHECK(std::set(alone.begin(), alone.end()).size() == of.suites.size());
    }
}

// What is left of the lists where only served credentials count.
std::vector<Suites> joint_lists_of_served(const Remaining& of)
{
    auto lists = sieve(of.suites, of.served, true);
    std::erase_if(lists, [&](const Suites& list) {
        return std::any_of(list.begin(), list.end(),
                           [&](CipherSuite suite) { return !of.served.contains(credential_of(suite)); });
    });
    return lists;
}

Suites served_suites(const Remaining& of)
{
    return those(of.suites, [&](CipherSuite suite) { return of.served.contains(credential_of(suite)); });
}

TEST_CASE("after a trap, a broken cipher and missing credentials together hide nothing that is served", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        CHECK(hidden(served_suites(of), joint_lists_of_served(of), cipher_of) == 0);
    }
}

TEST_CASE("after a trap, key exchanges and missing credentials together hide nothing that is served", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        auto lists = joint_lists_of_served(of);
        std::erase_if(lists, [](const Suites& list) {
            return std::any_of(list.begin(), list.end(),
                               [&](CipherSuite suite) { return keys_of(suite) != keys_of(list.front()); });
        });
        CHECK(hidden(served_suites(of), lists, keys_of) == 0);
    }
}

TEST_CASE("the sieve has at most 23 lists without a trap", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        CHECK(sieve(of.suites, of.served, false).size() <= most_lists);
    }
}

TEST_CASE("the sieve has at most 43 lists after a trap", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        CHECK(sieve(of.suites, of.served, true).size() <= most_joint_lists);
    }
}

TEST_CASE("what one key exchange and two credentials have costs no list of all", "[probes]")
{
    Suites suites;
    for (const std::uint32_t code :
         {0x00c6U, 0x00c7U, 0x1305U, 0x1306U, 0x1307U, 0xc0b4U, 0xc0b5U, 0xc103U, 0xc104U, 0xc105U, 0xc106U}) {
        suites.push_back(CipherSuite{code});
    }
    const auto lists = sieve(suites, {credential_of(CipherSuite{0x1301})}, false);
    CHECK(lists.size() == 7);
    CHECK(std::ranges::find(lists, suites) == lists.end());
}

TEST_CASE("the sieve asks no list twice", "[probes]")
{
    for (const Remaining& of : rests()) {
        INFO(of.name);
        const auto lists = sieve(of.suites, of.served, true);
        CHECK(std::set(lists.begin(), lists.end()).size() == lists.size());
    }
}

TEST_CASE("the sieve begins with what the server has credentials for", "[probes]")
{
    const Remaining all = rests().front();
    CHECK(sieve(all.suites, all.served, false).front() == served_suites(all));
}

TEST_CASE("few suites are offered one by one", "[probes]")
{
    Suites few = rests().front().suites;
    few.resize(16);
    const auto lists = sieve(few, {rsa}, false);
    CHECK(lists.size() == 16);
    CHECK(std::all_of(lists.begin(), lists.end(), [](const Suites& list) { return list.size() == 1; }));
}

}  // namespace
}  // namespace smtptls::probes

// The sieve's promise, pair by pair over the registry.
#include "probes/sieve.hpp"

#include "catch.hpp"

namespace smtptls::probes {
namespace {

using tls::CipherSuite;

Suites registry(tls::ProtocolVersion version)
{
    Suites suites;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        const bool tls13 = info.lowest == tls::ProtocolVersion::tls1_3;
        if (!tls::is_ssl2(info.code) && tls13 == (version == tls::ProtocolVersion::tls1_3)) {
            suites.push_back(info.code);
        }
    }
    return suites;
}

Manner with_rsa()
{
    Manner manner;
    manner.accepted(smtptls::tls::ProtocolVersion::tls1_2, CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    return manner;
}

// Suites of which some other suite, or all that `alike` puts together with it, is in every list of theirs.
template <typename Alike>
std::size_t hidden(const Suites& suites, const std::vector<Suites>& lists, Alike alike)
{
    std::size_t count = 0;
    for (const CipherSuite suite : suites) {
        for (const CipherSuite trap : suites) {
            if (alike(suite, trap)) {
                continue;
            }
            bool found = false;
            for (const Suites& list : lists) {
                found = found || (contains(list, suite) &&
                                  those(list, [&](CipherSuite other) { return alike(other, trap); }).empty());
            }
            count += found ? 0U : 1U;
        }
    }
    return count;
}

TEST_CASE("for any two suites there is a list with the one and without the other", "[probes]")
{
    for (const auto version : {tls::ProtocolVersion::tls1_2, tls::ProtocolVersion::tls1_3}) {
        const Suites all = registry(version);
        const auto lists = sieve(all, with_rsa());
        CHECK(lists.size() <= 45);
        CHECK(hidden(all, lists, [](CipherSuite a, CipherSuite b) { return a == b; }) == 0);
    }
}

TEST_CASE("a key exchange or a cipher that is broken as a whole hides nothing of a known credential", "[probes]")
{
    const Manner manner = with_rsa();
    const Suites rsa =
        those(registry(tls::ProtocolVersion::tls1_2), [&](CipherSuite s) { return manner.knows_credential(s); });
    const auto lists = sieve(rsa, manner);
    CHECK(rsa.size() > 80);
    CHECK(hidden(rsa, lists,
                 [](CipherSuite a, CipherSuite b) { return info_of(a).key_exchange == info_of(b).key_exchange; }) == 0);
    CHECK(hidden(rsa, lists, [](CipherSuite a, CipherSuite b) {
              const auto kind = [](CipherSuite s) {
                  const tls::SuiteInfo& i = info_of(s);
                  return std::tuple(i.cipher, i.mode, i.mac, i.key_bits, i.export_grade);
              };
              return kind(a) == kind(b);
          }) == 0);
}

TEST_CASE("credentials that the server has not hide nothing, however many", "[probes]")
{
    const Suites all = registry(tls::ProtocolVersion::tls1_2);
    const auto lists = sieve(all, with_rsa());
    for (const CipherSuite suite : all) {
        const bool alone = std::any_of(lists.begin(), lists.end(), [&](const Suites& list) {
            return contains(list, suite) &&
                   those(list, [&](CipherSuite other) { return credential_of(other) != credential_of(suite); }).empty();
        });
        CHECK(alone);
    }
}

TEST_CASE("few suites are offered one by one", "[probes]")
{
    Suites few = registry(tls::ProtocolVersion::tls1_2);
    few.resize(16);
    const auto lists = sieve(few, with_rsa());
    CHECK(lists.size() == 16);
    CHECK(lists.front() == Suites{few.front()});
}

}  // namespace
}  // namespace smtptls::probes

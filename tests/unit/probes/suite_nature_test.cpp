// What is particular to cipher suites: canaries, expectations, lists and the parts of lists that break.
#include "probes/suite_nature.hpp"

#include "catch.hpp"
#include "unit/probes/answers.hpp"

namespace smtptls::probes {
namespace {

using tls::CipherSuite;
using tls::ExtensionSet;
using tls::ProtocolVersion;

constexpr auto ecdhe_gcm = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
constexpr auto ecdhe_cbc = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA;
constexpr auto anonymous_cbc = CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA;
constexpr auto psk_cbc = CipherSuite::TLS_PSK_WITH_AES_128_CBC_SHA;
constexpr auto chacha = CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256;

struct OfSuites {
    ServerProfile server;
    Interest interest;
    SuiteNature nature{ProtocolVersion::tls1_2, server, interest};
};

std::vector<std::string> part_names(const std::vector<Part<CipherSuite>>& parts)
{
    std::vector<std::string> names;
    for (const auto& part : parts) {
        names.push_back(part.detail + " " + std::to_string(part.items.size()));
    }
    return names;
}

TEST_CASE("a canary has a certificate", "[nature]")
{
    const OfSuites of;
    CHECK(of.nature.good_canary(gcm));
    CHECK_FALSE(of.nature.good_canary(anonymous_cbc));
    CHECK_FALSE(of.nature.good_canary(psk_cbc));
}

TEST_CASE("a list that begins with ChaCha20 does not tell the server's order", "[nature]")
{
    const OfSuites of;
    CHECK_FALSE(of.nature.tells_order({chacha, gcm}));
    CHECK(of.nature.tells_order({gcm, chacha}));
}

TEST_CASE("what is accepted is noted with the server", "[nature]")
{
    OfSuites of;
    of.nature.note_accepted(ecdhe_gcm);
    CHECK(of.server.served.knows_keys(info_of(ecdhe_cbc)));
}

TEST_CASE("most is expected of known keys with a known cipher, little of either, and less after a refusal", "[nature]")
{
    OfSuites of;
    of.nature.note_accepted(ecdhe_gcm);
    const CipherSuite alike = CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;
    const double most = of.nature.expected({alike}, false);
    CHECK(most > of.nature.expected({ecdhe_cbc}, false));
    CHECK(of.nature.expected({ecdhe_cbc}, false) > of.nature.expected({psk_cbc}, false));
    CHECK(most > of.nature.expected({alike}, true));
    CHECK(of.nature.expected({ecdhe_cbc}, true) == 0);
    CHECK(of.nature.expected({alike, alike}, false) == 2 * most);
}

TEST_CASE("nothing is expected of a suite in a version that does not define it", "[nature]")
{
    ServerProfile server;
    Interest interest;
    SuiteNature older{ProtocolVersion::tls1_0, server, interest};
    older.note_accepted(gcm);
    CHECK(older.expected({gcm}, false) == 0);
}

TEST_CASE("where no extensions are borne suites with a first byte above 0 have lists of their own", "[nature]")
{
    const OfSuites of;
    CHECK(of.nature.lists({ecdhe_gcm, gcm, ecdhe_cbc, cbc}, {ExtensionSet::none, 30}) ==
          std::vector<Suites>{{gcm, cbc}, {ecdhe_gcm, ecdhe_cbc}});
    CHECK(of.nature.lists({ecdhe_gcm, gcm}, {ExtensionSet::few, 30}) == std::vector<Suites>{{ecdhe_gcm, gcm}});
}

TEST_CASE("a list that breaks is taken apart by credentials first", "[nature]")
{
    const OfSuites of;
    CHECK(part_names(of.nature.parts({gcm, anonymous_cbc, cbc, psk_cbc}, {ecdhe_gcm})) ==
          std::vector<std::string>{"anonymous suites 1", "certificate suites 2", "other credentials 1"});
}

TEST_CASE("suites of one credential are parted from those whose cipher the server speaks", "[nature]")
{
    const OfSuites of;
    CHECK(part_names(of.nature.parts({gcm, cbc, ecdhe_cbc}, {ecdhe_gcm})) ==
          std::vector<std::string>{"unlikely ones 2", "one by one 1"});
}

TEST_CASE("few suites are asked one by one", "[nature]")
{
    const OfSuites of;
    CHECK(part_names(of.nature.parts({cbc, ecdhe_cbc}, {ecdhe_gcm})) ==
          std::vector<std::string>{"one by one 1", "one by one 1"});
}

TEST_CASE("where refusals are closes a list is taken apart by key exchange", "[nature]")
{
    const OfSuites of;
    const Suites suites = {cbc, gcm, ecdhe_cbc, CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
                           CipherSuite::TLS_DHE_RSA_WITH_AES_256_CBC_SHA};
    CHECK(part_names(of.nature.parts(suites, {ecdhe_gcm})).front().starts_with("by key exchange"));
}

TEST_CASE("many suites of which none is likely are asked in halves", "[nature]")
{
    OfSuites of;
    of.server.by_alert = true;
    Suites unlikely;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (info.mode == tls::CipherMode::cbc && has_certificate_class(info.code) && !tls::is_ssl2(info.code)) {
            unlikely.push_back(info.code);
        }
    }
    unlikely.resize(10);
    CHECK(part_names(of.nature.parts(unlikely, {ecdhe_gcm})) == std::vector<std::string>{"half 5", "half 5"});
}

TEST_CASE("a list with two suites or more has two parts or more", "[nature]")
{
    const OfSuites of;
    Suites all;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (!tls::is_ssl2(info.code) && info.lowest != ProtocolVersion::tls1_3) {
            all.push_back(info.code);
        }
    }
    for (std::size_t first = 0; first + 2 <= all.size(); first += 3) {
        for (const std::size_t count : {2U, 3U, 5U, 60U}) {
            const Suites list(all.begin() + static_cast<std::ptrdiff_t>(first),
                              all.begin() + static_cast<std::ptrdiff_t>(std::min(first + count, all.size())));
            const auto parts = of.nature.parts(list, {ecdhe_gcm});
            std::size_t sum = 0;
            for (const auto& part : parts) {
                sum += part.items.size();
            }
            REQUIRE(parts.size() >= 2);
            REQUIRE(sum == list.size());
        }
    }
}

}  // namespace
}  // namespace smtptls::probes

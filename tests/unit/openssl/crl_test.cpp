// What a list of revoked certificates says of one, and which lists say nothing of it.
#include "catch.hpp"
#include "openssl/revocation.hpp"
#include "openssl/revocation_list.hpp"
#include "unit/openssl/authority.hpp"

#include <algorithm>

namespace smtptls::openssl {
namespace {

using model::RevocationState;
using model::RevocationWord;

constexpr const char* list_url = "URI:http://crl.example.com/1.crl";

struct ListWorld {
    Party authority = make_authority();
    Party leaf = make_party({.extensions = {{NID_crl_distribution_points, list_url}}}, &authority);

    RevocationWord read(const base::Bytes& list, std::int64_t at = seen_at) const
    {
        return read_crl(list, leaf.der(), authority.der(), at);
    }

    RevocationWord listed(const ListWish& wish, std::int64_t at = seen_at) const
    {
        return read(make_list(authority, authority, wish), at);
    }

    RevocationWord scoped(const std::string& scope) const
    {
        return listed({.extensions = {{NID_issuing_distribution_point, scope}}});
    }
};

void check_no_word(const RevocationWord& word, const std::string& words)
{
    CHECK(word.state == RevocationState::unusable);
    CHECK(word.words.escaped() == words);
}

TEST_CASE("a certificate that is not in its issuer's list is good, and the list has its dates", "[openssl]")
{
    const ListWorld world;
    const RevocationWord word = world.listed({.serials = {1, 0x1233, 0x1235, 0x12, 0x34, 0x123400}});
    CHECK(word.state == RevocationState::good);
    CHECK(word.words.empty());
    CHECK(word.this_update == "2026-11-28T10:00:00Z");
    CHECK(word.next_update == "2026-12-05T10:00:00Z");
    CHECK(world.listed({}).state == RevocationState::good);
}

TEST_CASE("a certificate in its issuer's list is revoked, wherever it stands there", "[openssl]")
{
    const ListWorld world;
    const std::vector<long> serials =
        GENERATE(values<std::vector<long>>({{0x1234}, {0x1234, 1, 2}, {1, 2, 0x1234}, {1, 0x1234, 2}}));
    const RevocationWord word = world.listed({.serials = serials});
    CHECK(word.state == RevocationState::revoked);
    CHECK(word.words.escaped() == "since 2026-11-27T10:00:00Z");
}

TEST_CASE("a list says why a certificate is revoked, on hold, or not any more", "[openssl]")
{
    const ListWorld world;
    CHECK(world.listed({.serials = {0x1234}, .reason = 1}).words.escaped() ==
          "since 2026-11-27T10:00:00Z (keyCompromise)");
    const RevocationWord on_hold = world.listed({.serials = {0x1234}, .reason = 6});
    CHECK(on_hold.state == RevocationState::revoked);
    CHECK(on_hold.words.escaped() == "since 2026-11-27T10:00:00Z (certificateHold)");
    const RevocationWord taken_off = world.listed({.serials = {0x1234}, .reason = 8});
    CHECK(taken_off.state == RevocationState::good);
    CHECK(taken_off.words.escaped() == "since 2026-11-27T10:00:00Z (removeFromCRL)");
    CHECK(world.listed({.serials = {0x1234}, .reason = 7}).words.escaped() == "since 2026-11-27T10:00:00Z (reason 7)");
}

TEST_CASE("a list is read as PEM too", "[openssl]")
{
    const ListWorld world;
    CHECK(world.listed({.serials = {0x1234}, .pem = true}).state == RevocationState::revoked);
    base::Bytes cut = make_list(world.authority, world.authority, {.pem = true});
    cut.resize(cut.size() / 2);
    check_no_word(world.read(cut), "malformed");
}

TEST_CASE("a PEM text of something else is no list", "[openssl]")
{
    const ListWorld world;
    base::Bytes list = make_list(world.authority, world.authority, {.pem = true});
    const std::string name = "X509 CRL";
    for (auto found = std::search(list.begin(), list.end(), name.begin(), name.end()); found != list.end();
         found = std::search(found, list.end(), name.begin(), name.end())) {
        *found = 'Y';
    }
    check_no_word(world.read(list), "malformed");
}

TEST_CASE("a list counts within its dates, and one without an end for ten days", "[openssl]")
{
    const ListWorld world;
    CHECK(world.listed({}, seen_at - one_day - 300).state == RevocationState::good);
    check_no_word(world.listed({}, seen_at - one_day - 301), "counts only from 2026-11-28T10:00:00Z on");
    CHECK(world.listed({}, seen_at + 6 * one_day + 300).state == RevocationState::good);
    const RevocationWord over = world.listed({.serials = {0x1234}}, seen_at + 6 * one_day + 301);
    check_no_word(over, "over since 2026-12-05T10:00:00Z");
    CHECK(over.next_update == "2026-12-05T10:00:00Z");
    const ListWish endless{.times = {.from = seen_at - 10 * one_day, .until = std::nullopt}};
    CHECK(world.listed(endless).state == RevocationState::good);
    check_no_word(world.listed(endless, seen_at + 1), "too old: of 2026-11-19T10:00:00Z, without an end of its own");
}

TEST_CASE("a list that somebody else signed, or changed, says nothing", "[openssl]")
{
    const ListWorld world;
    check_no_word(world.read(make_list(world.authority, make_authority())), "signed by somebody else");
    const Party other = make_authority("Another CA");
    check_no_word(world.read(make_list(other, other)), "a list of another issuer");
    base::Bytes list = make_list(world.authority, world.authority, {.serials = {0x1234}});
    const base::Bytes serial = {2, 2, 0x12, 0x34};
    const auto found = std::search(list.begin(), list.end(), serial.begin(), serial.end());
    REQUIRE(found != list.end());
    *(found + 3) = 0x35;
    check_no_word(world.read(list), "signed by somebody else");
}

TEST_CASE("a list signed with a key that may not sign lists says nothing", "[openssl]")
{
    ListWorld world;
    world.authority = make_authority("Example CA", "keyCertSign");
    world.leaf = make_party({}, &world.authority);
    check_no_word(world.listed({}), "signed with a key that may not sign lists (keyUsage without cRLSign)");
}

TEST_CASE("a list that does not cover the certificate says nothing", "[openssl]")
{
    const ListWorld world;
    CHECK(world.scoped("critical,onlyuser:TRUE").state == RevocationState::good);
    CHECK(world.scoped("critical,fullname:" + std::string(list_url)).state == RevocationState::good);
    check_no_word(world.scoped("critical,onlyCA:TRUE"), "a list of other kinds of certificates");
    check_no_word(world.scoped("critical,onlyAA:TRUE"), "a list of other kinds of certificates");
    check_no_word(world.scoped("critical,indirectCRL:TRUE"), "a list about several issuers (indirect)");
    check_no_word(world.scoped("critical,onlysomereasons:keyCompromise"), "a list of some reasons alone");
    check_no_word(world.scoped("critical,fullname:URI:http://crl.example.com/2.crl"),
                  "a list of another distribution point than those that the certificate names");
}

TEST_CASE("a list of end entities does not cover a CA", "[openssl]")
{
    ListWorld world;
    world.leaf = make_party({.extensions = {{NID_basic_constraints, "critical,CA:TRUE"}}}, &world.authority);
    check_no_word(world.scoped("critical,onlyuser:TRUE"), "a list of other kinds of certificates");
    CHECK(world.scoped("critical,onlyCA:TRUE").state == RevocationState::good);
}

TEST_CASE("a list of changes alone, or with what is critical and not known here, says nothing", "[openssl]")
{
    const ListWorld world;
    check_no_word(world.listed({.extensions = {{NID_delta_crl, "critical,DER:020101"}}}),
                  "a list of changes alone (delta)");
    check_no_word(world.listed({.extensions = {{NID_delta_crl, "DER:020101"}}}), "a list of changes alone (delta)");
    check_no_word(world.listed({.extensions = {{NID_crl_number, "critical,DER:020101"}}}),
                  "it has a critical extension that is not known here");
    CHECK(world.listed({.extensions = {{NID_crl_number, "DER:020101"}}}).state == RevocationState::good);
    check_no_word(world.listed({.extensions = {{NID_issuing_distribution_point, "critical,DER:0500"}}}),
                  "malformed: its issuingDistributionPoint is none");
    check_no_word(world.listed({.serials = {0x1234}, .reason = 1, .critical_entries = true}),
                  "its entry has a critical extension that is not known here");
}

TEST_CASE("a list that is cut anywhere, or has something behind it, is malformed", "[openssl]")
{
    const ListWorld world;
    base::Bytes list = make_list(world.authority, world.authority, {.serials = {1, 0x1234}, .reason = 1});
    check_no_word(world.read({}), "empty");
    for (std::size_t size = 1; size < list.size(); ++size) {
        const RevocationWord word = world.read({list.begin(), list.begin() + static_cast<std::ptrdiff_t>(size)});
        INFO(size);
        REQUIRE(word.state == RevocationState::unusable);
        REQUIRE(word.words.escaped() == "malformed");
    }
    list.push_back(0);
    check_no_word(world.read(list), "malformed");
}

TEST_CASE("a list with any one byte changed says nothing", "[openssl]")
{
    const ListWorld world;
    const base::Bytes list = make_list(world.authority, world.authority, {.serials = {1, 0x1234}, .reason = 1});
    for (std::size_t place = 0; place < list.size(); ++place) {
        base::Bytes changed = list;
        changed[place] ^= 0x5aU;
        INFO(place);
        REQUIRE(world.read(changed).state == RevocationState::unusable);
    }
}

TEST_CASE("a list of more than 1 MiB is not read", "[openssl]")
{
    check_no_word(ListWorld().read(base::Bytes(most_crl_bytes + 1, 0x30)), "more than 1048576 bytes");
}

TEST_CASE("an entry is found though its number has a byte too many in front, and not by a number alike", "[openssl]")
{
    const base::Bytes entry = {0x30, 5, 2, 3, 0, 0x12, 0x34};
    CHECK(find_entry(entry, base::Bytes{2, 2, 0x12, 0x34}).entry.size() == entry.size());
    const base::Bytes negative = {0x30, 3, 2, 1, 0x80};
    CHECK(find_entry(negative, base::Bytes{2, 2, 0, 0x80}).entry.empty());
    CHECK_FALSE(find_entry(negative, base::Bytes{2, 2, 0, 0x80}).malformed);
}

TEST_CASE("a list's entries are malformed if one in front of the certificate's is none", "[openssl]")
{
    const base::Bytes serial = {2, 1, 7};
    const base::Bytes good = {0x30, 3, 2, 1, 7};
    for (const base::Bytes& bad : {base::Bytes{0x31, 3, 2, 1, 6}, base::Bytes{0x30, 2, 5, 0}, base::Bytes{0x30, 0},
                                   base::Bytes{0x30, 2, 2, 0}, base::Bytes{0x30, 0x80, 2, 1, 6}}) {
        base::Bytes entries = bad;
        entries.insert(entries.end(), good.begin(), good.end());
        CHECK(find_entry(entries, serial).malformed);
    }
    CHECK(find_entry(good, serial).entry.size() == good.size());
}

TEST_CASE("a list with entries twice, another algorithm inside than outside, or more behind its signature is none",
          "[openssl]")
{
    // version, algorithm, issuer, two dates, entries; algorithm, signature
    const base::Bytes algorithm = {0x30, 3, 6, 1, 42};
    const base::Bytes date = {0x17, 1, '0'};
    const base::Bytes entries = {0x30, 5, 0x30, 3, 2, 1, 7};
    const auto list = [&](const std::vector<base::Bytes>& inside) {
        base::Bytes body;
        for (const base::Bytes& part : inside) {
            body.insert(body.end(), part.begin(), part.end());
        }
        base::Bytes out = {0x30, static_cast<std::uint8_t>(body.size())};
        out.insert(out.end(), body.begin(), body.end());
        return out;
    };
    const base::Bytes issuer = {0x30, 0};
    const base::Bytes signature = {3, 1, 0};
    const auto whole = [&](const std::vector<base::Bytes>& inside) {
        return parse_list(list({list(inside), algorithm, signature}));
    };
    const auto good = whole({algorithm, issuer, date, date, entries});
    REQUIRE(good);
    CHECK(good->entries.size() == 5);
    CHECK(good->head == list({list({algorithm, issuer, date, date}), algorithm, signature}));
    CHECK_FALSE(whole({algorithm, issuer, date, entries, date, entries}));
    CHECK_FALSE(whole({algorithm, issuer, date, entries, entries}));
    CHECK_FALSE(whole({issuer, issuer, date, entries}));
    CHECK_FALSE(parse_list(list({list({algorithm, issuer, date}), algorithm, signature, signature})));
}

}  // namespace
}  // namespace smtptls::openssl

// What an OCSP answer says of a certificate, and which answers say nothing: every way in which one may be wrong.
#include "openssl/revocation.hpp"

#include "catch.hpp"
#include "unit/openssl/authority.hpp"

namespace smtptls::openssl {
namespace {

using model::RevocationState;
using model::RevocationWord;

struct World {
    Party authority = make_authority();
    Party leaf = make_party({}, &authority);

    Party responder(const std::string& usage, std::int64_t until = seen_at + one_day) const
    {
        return make_party(
            {.name = "Responder", .serial = 2, .extensions = {{NID_ext_key_usage, usage}}, .until = until}, &authority);
    }

    RevocationWord read(const base::Bytes& response, std::int64_t at = seen_at) const
    {
        return read_ocsp(response, leaf.der(), authority.der(), at);
    }

    RevocationWord answered(const AnswerWish& wish, std::int64_t at = seen_at) const
    {
        return read(make_answer(leaf, authority, authority, wish), at);
    }
};

void check_unusable(const RevocationWord& word, const std::string& words)
{
    CHECK(word.state == RevocationState::unusable);
    CHECK(word.words.escaped() == words);
}

TEST_CASE("an OCSP answer that the issuer signed says that a certificate is good, and from when until when",
          "[openssl]")
{
    const RevocationWord word = World().answered({});
    CHECK(word.state == RevocationState::good);
    CHECK(word.words.empty());
    CHECK(word.this_update == "2026-11-28T10:00:00Z");
    CHECK(word.next_update == "2026-12-05T10:00:00Z");
}

TEST_CASE("an issuer whose own certificate somebody else signed answers as one that signed itself", "[openssl]")
{
    World world;
    const Party root = make_authority("Example Root");
    world.authority = make_party({.extensions = {{NID_basic_constraints, "critical,CA:TRUE"}}}, &root);
    world.leaf = make_party({}, &world.authority);
    CHECK(world.answered({}).state == RevocationState::good);
    const Party delegated = world.responder("OCSPSigning");
    CHECK(world.read(make_answer(world.leaf, world.authority, delegated)).state == RevocationState::good);
    const Party of_root = make_party({.extensions = {{NID_ext_key_usage, "OCSPSigning"}}}, &root);
    check_unusable(world.read(make_answer(world.leaf, world.authority, of_root)), "signed by somebody else");
}

TEST_CASE("an OCSP answer about a revoked certificate says since when, and why if it is said", "[openssl]")
{
    const World world;
    const RevocationWord word = world.answered({.status = V_OCSP_CERTSTATUS_REVOKED, .reason = 1});
    CHECK(word.state == RevocationState::revoked);
    CHECK(word.words.escaped() == "since 2026-11-27T10:00:00Z (keyCompromise)");
    const RevocationWord bare = world.answered({.status = V_OCSP_CERTSTATUS_REVOKED});
    CHECK(bare.state == RevocationState::revoked);
    CHECK(bare.words.escaped() == "since 2026-11-27T10:00:00Z");
}

TEST_CASE("an OCSP answer may say that the responder does not know the certificate", "[openssl]")
{
    CHECK(World().answered({.status = V_OCSP_CERTSTATUS_UNKNOWN}).state == RevocationState::unknown);
}

TEST_CASE("an OCSP answer may name the certificate by another hash than the request's", "[openssl]")
{
    const EVP_MD* const hash = GENERATE(EVP_sha256(), EVP_sha384(), EVP_sha512());
    CHECK(World().answered({.id_hash = hash}).state == RevocationState::good);
}

TEST_CASE("an OCSP answer counts within its dates, and five minutes before and after", "[openssl]")
{
    const World world;
    const std::int64_t begin = seen_at - one_day;
    const std::int64_t end = seen_at + 6 * one_day;
    CHECK(world.answered({}, begin - 300).state == RevocationState::good);
    CHECK(world.answered({}, end + 300).state == RevocationState::good);
    const RevocationWord early = world.answered({}, begin - 301);
    check_unusable(early, "counts only from 2026-11-28T10:00:00Z on");
    CHECK(early.this_update == "2026-11-28T10:00:00Z");
    check_unusable(world.answered({}, end + 301), "over since 2026-12-05T10:00:00Z");
}

TEST_CASE("an OCSP answer without an end counts for ten days", "[openssl]")
{
    const World world;
    const AnswerWish wish{.times = {.from = seen_at - 10 * one_day, .until = std::nullopt}};
    CHECK(world.answered(wish).state == RevocationState::good);
    CHECK(world.answered(wish).next_update.empty());
    check_unusable(world.answered(wish, seen_at + 1), "too old: of 2026-11-19T10:00:00Z, without an end of its own");
}

TEST_CASE("an OCSP answer that ends before it begins is malformed", "[openssl]")
{
    check_unusable(World().answered({.times = {.from = seen_at, .until = seen_at - 1}}),
                   "malformed: its dates are none");
}

TEST_CASE("an OCSP answer signed by somebody else says nothing", "[openssl]")
{
    const World world;
    SECTION("who has the issuer's name and another key")
    {
        check_unusable(world.read(make_answer(world.leaf, world.authority, make_authority())),
                       "signed by somebody else");
    }
    SECTION("who has another name, and brings a certificate of its own along")
    {
        const Party other = make_authority("Another CA");
        check_unusable(world.read(make_answer(world.leaf, world.authority, other)), "signed by somebody else");
    }
    SECTION("to whom somebody else than the issuer delegated it")
    {
        const Party other = make_authority("Another CA");
        const Party responder = make_party({.extensions = {{NID_ext_key_usage, "OCSPSigning"}}}, &other);
        check_unusable(world.read(make_answer(world.leaf, world.authority, responder)), "signed by somebody else");
    }
    SECTION("who changed it")
    {
        base::Bytes changed = make_answer(world.leaf, world.authority, world.authority);
        changed.back() ^= 1U;
        check_unusable(world.read(changed), "signed by somebody else");
    }
}

TEST_CASE("a responder answers for the issuer if the issuer delegated it that", "[openssl]")
{
    const World world;
    const Party delegated = world.responder("OCSPSigning");
    CHECK(world.read(make_answer(world.leaf, world.authority, delegated)).state == RevocationState::good);
    const Party another = world.responder("serverAuth");
    check_unusable(world.read(make_answer(world.leaf, world.authority, another)),
                   "signed by somebody to whom the issuer did not delegate that (no OCSPSigning)");
    check_unusable(world.read(make_answer(world.leaf, world.authority, world.leaf)),
                   "signed by somebody to whom the issuer did not delegate that (no OCSPSigning)");
}

TEST_CASE("a responder's certificate counts within its dates when the answer was seen", "[openssl]")
{
    const World world;
    const Party over = world.responder("OCSPSigning", seen_at - 1);
    const base::Bytes answer = make_answer(world.leaf, world.authority, over);
    CHECK(world.read(answer, seen_at - 60).state == RevocationState::good);
    check_unusable(world.read(answer), "signed by way of a certificate that does not count: certificate has expired");
}

TEST_CASE("a responder whom the issuer's delegate delegated it to does not answer for the issuer", "[openssl]")
{
    const World world;
    const Party between =
        make_party({.name = "Between",
                    .serial = 3,
                    .extensions = {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_ext_key_usage, "OCSPSigning"}}},
                   &world.authority);
    const Party responder =
        make_party({.name = "Responder", .extensions = {{NID_ext_key_usage, "OCSPSigning"}}}, &between);
    check_unusable(world.read(make_answer(world.leaf, world.authority, responder, {.along = &between})),
                   "signed by somebody else");
}

TEST_CASE("an OCSP answer about another certificate says nothing", "[openssl]")
{
    const World world;
    const Party other = make_party({.serial = 0x1235}, &world.authority);
    check_unusable(world.read(make_answer(other, world.authority, world.authority)), "about another certificate");
    const Party namesake = make_authority();
    const Party same_serial = make_party({}, &namesake);
    check_unusable(world.read(make_answer(same_serial, namesake, namesake)), "about another certificate");
}

TEST_CASE("nothing is believed of a certificate that the one behind it did not sign", "[openssl]")
{
    const World world;
    const Party namesake = make_authority();
    const base::Bytes answer = make_answer(world.leaf, namesake, namesake);
    check_unusable(read_ocsp(answer, world.leaf.der(), namesake.der(), seen_at),
                   "the certificate behind it did not sign it, so nobody can be asked");
    check_unusable(read_ocsp(answer, world.leaf.der(), base::Bytes(3, 0x30), seen_at),
                   "the certificate or its issuer cannot be read");
}

TEST_CASE("a responder that refuses to answer is quoted", "[openssl]")
{
    const World world;
    check_unusable(world.read(make_refusal(OCSP_RESPONSE_STATUS_TRYLATER)), "the responder says tryLater");
    check_unusable(world.read(make_refusal(OCSP_RESPONSE_STATUS_UNAUTHORIZED)), "the responder says unauthorized");
    check_unusable(world.read({0x30, 3, 0x0a, 1, 9}), "the responder says status 9");
    check_unusable(world.read({0x30, 3, 0x0a, 1, 0}), "malformed");
}

TEST_CASE("an OCSP answer that is cut anywhere, or has something behind it, is malformed", "[openssl]")
{
    const World world;
    base::Bytes answer = make_answer(world.leaf, world.authority, world.authority);
    check_unusable(world.read({}), "empty");
    for (std::size_t size = 1; size < answer.size(); ++size) {
        const RevocationWord word = world.read({answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(size)});
        INFO(size);
        REQUIRE(word.state == RevocationState::unusable);
        REQUIRE(word.words.escaped() == "malformed");
    }
    answer.push_back(0);
    check_unusable(world.read(answer), "malformed");
}

TEST_CASE("an OCSP answer with any one byte changed is not believed to say anything else", "[openssl]")
{
    const World world;
    const base::Bytes answer =
        make_answer(world.leaf, world.authority, world.authority, {.status = V_OCSP_CERTSTATUS_REVOKED, .reason = 1});
    const RevocationWord as_meant = world.read(answer);
    for (std::size_t place = 0; place < answer.size(); ++place) {
        base::Bytes changed = answer;
        changed[place] ^= 0x5aU;
        const RevocationWord word = world.read(changed);
        INFO(place);
        // The certificates behind the signature are not signed with it.
        REQUIRE((word.state == RevocationState::unusable || word == as_meant));
    }
}

TEST_CASE("an OCSP answer of more than 64 KiB is not parsed", "[openssl]")
{
    check_unusable(World().read(base::Bytes(most_ocsp_bytes + 1, 0x30)), "more than 65536 bytes");
    check_unusable(World().read(base::Bytes(most_ocsp_bytes, 0x30)), "malformed");
}

TEST_CASE("an OCSP answer with a critical extension that is not known here says nothing", "[openssl]")
{
    check_unusable(World().answered({.critical = true}), "it has a critical extension that is not known here");
    check_unusable(World().answered({.critical_inside = true}), "it has a critical extension that is not known here");
}

TEST_CASE("an OCSP answer signed by way of MD5 is not believed", "[openssl]")
{
    World world;
    world.authority = make_party({.name = "Example CA", .rsa = true});
    world.leaf = make_party({}, &world.authority);
    CHECK(world.answered({}).state == RevocationState::good);
    check_unusable(world.answered({.hash = EVP_md5()}), "signed by way of md5, which can be forged");
}

TEST_CASE("an OCSP request names the one certificate by SHA-1, without a nonce", "[openssl]")
{
    const World world;
    const base::Bytes der = ocsp_request(world.leaf.der(), world.authority.der());
    const unsigned char* next = der.data();
    const std::unique_ptr<OCSP_REQUEST, decltype(&OCSP_REQUEST_free)> request(
        d2i_OCSP_REQUEST(nullptr, &next, static_cast<long>(der.size())), OCSP_REQUEST_free);
    REQUIRE(request);
    REQUIRE(OCSP_request_onereq_count(request.get()) == 1);
    CHECK(OCSP_REQUEST_get_ext_count(request.get()) == 0);
    const std::unique_ptr<OCSP_CERTID, decltype(&OCSP_CERTID_free)> id(
        OCSP_cert_to_id(EVP_sha1(), world.leaf.certificate.get(), world.authority.certificate.get()), OCSP_CERTID_free);
    CHECK(OCSP_id_cmp(OCSP_onereq_get0_id(OCSP_request_onereq_get0(request.get(), 0)), id.get()) == 0);
}

TEST_CASE("there is no OCSP request about what cannot be read", "[openssl]")
{
    const World world;
    CHECK(ocsp_request(base::Bytes(), world.authority.der()).empty());
    CHECK(ocsp_request(world.leaf.der(), base::Bytes(7, 0x30)).empty());
}

}  // namespace
}  // namespace smtptls::openssl

#include "compare/comparer.hpp"

#include <catch.hpp>

#include <algorithm>
#include <string>

namespace smtptls::compare {
namespace {

using base::UntrustedText;
using model::CellState;
using model::Compared;
using model::Difference;
using model::EndpointResult;
using model::EndpointStatus;
using model::Fact;
using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr auto cbc = CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;
constexpr auto gcm = CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256;

struct CellWish {
    ProtocolVersion version{};
    CipherSuite suite{};
    CellState state{};
};

// TLS 1.2 with both suites, and TLS 1.0 with none.
const std::vector<CellWish> modern = {{ProtocolVersion::tls1_2, cbc, CellState::accepted},
                                      {ProtocolVersion::tls1_2, gcm, CellState::accepted},
                                      {ProtocolVersion::tls1_0, cbc, CellState::rejected}};

std::vector<CellWish> changed(std::vector<CellWish> cells, std::size_t which, CellState state)
{
    cells[which].state = state;
    return cells;
}

EndpointResult endpoint(std::uint16_t port, const std::vector<CellWish>& cells = modern,
                        const std::string& host = "mail.example.com")
{
    EndpointResult result;
    result.endpoint.host = host;
    result.endpoint.address = *model::IpAddress::parse("192.0.2.1");
    result.endpoint.port = port;
    result.endpoint.mode = port == 465 ? model::TlsMode::implicit : model::TlsMode::starttls;
    result.status = EndpointStatus::scanned;
    result.handshakes = 2;
    for (const CellWish& wish : cells) {
        result.matrix.add({wish.version, wish.suite, wish.state, std::nullopt, "", {1}});
    }
    return result;
}

EndpointResult ended(std::uint16_t port, EndpointStatus status)
{
    EndpointResult result = endpoint(port, {});
    result.status = status;
    result.handshakes = 0;
    result.failure = base::Failure{base::Stage::connect, base::Reason::timed_out, {}};
    return result;
}

// The certificate `name`, with the key `key`.
void show(EndpointResult& result, const std::string& name, const std::string& key, const std::string& type = "RSA")
{
    const auto note = [&](Fact fact, model::Value value) {
        result.observations.push_back({fact, name, std::move(value), {1}});
    };
    note(Fact::certificate_sha256, UntrustedText(name));
    note(Fact::certificate_subject, UntrustedText("CN=" + name));
    note(Fact::certificate_key_type, UntrustedText(type));
    note(Fact::certificate_key_bits, std::int64_t{2048});
    note(Fact::certificate_not_after, UntrustedText("2027-01-02T00:00:00Z"));
    note(Fact::certificate_spki_sha256, UntrustedText(key));
}

void note(EndpointResult& result, const std::string& name, Fact fact, model::Value value)
{
    result.observations.push_back({fact, name, std::move(value), {1}});
}

model::SideBySide compared(const std::vector<EndpointResult>& endpoints)
{
    Comparer forwards;
    Comparer backwards;
    std::ranges::for_each(endpoints, [&](const EndpointResult& one) { forwards.add(one); });
    std::for_each(endpoints.rbegin(), endpoints.rend(), [&](const EndpointResult& one) { backwards.add(one); });
    CHECK(forwards.result() == backwards.result());
    return forwards.result();
}

std::vector<Difference> differences_of(const std::vector<EndpointResult>& endpoints)
{
    const model::SideBySide all = compared(endpoints);
    REQUIRE(all.names.size() == 1);
    return all.names[0].differences;
}

using Texts = std::vector<std::string>;

const std::string at25 = "192.0.2.1:25";
const std::string at465 = "192.0.2.1:465";
const std::string at587 = "192.0.2.1:587";

TEST_CASE("endpoints of a name that are alike have no difference")
{
    const model::SideBySide all = compared({endpoint(25), endpoint(587), endpoint(465)});
    REQUIRE(all.names.size() == 1);
    CHECK(all.names[0].name == "mail.example.com");
    CHECK(all.names[0].endpoints == Texts{at25, at465, at587});
    CHECK(all.names[0].differences.empty());
    CHECK(all.names[0].not_compared.empty());
}

TEST_CASE("one endpoint is nothing to compare, nor are those of two names")
{
    CHECK(compared({endpoint(25)}).empty());
    CHECK(compared({endpoint(25), endpoint(587, modern, "other.example.com")}).empty());
}

TEST_CASE("a version that only one endpoint accepts is a difference, and its suites are not told besides")
{
    const auto old = endpoint(25, changed(modern, 2, CellState::accepted));
    CHECK(differences_of({old, endpoint(587)}) ==
          std::vector<Difference>{{Compared::version, "", {"TLS 1.0"}, {at25}, {at587}, {}}});
}

TEST_CASE("a suite that only one endpoint accepts is a difference of its version")
{
    const auto without = endpoint(587, changed(modern, 0, CellState::rejected));
    CHECK(differences_of({endpoint(25), without}) ==
          std::vector<Difference>{{Compared::suite, "TLS 1.2", {"TLS_RSA_WITH_AES_128_CBC_SHA"}, {at25}, {at587}, {}}});
}

TEST_CASE("items with the same endpoints on each side stand together")
{
    const std::vector<CellWish> more = {{ProtocolVersion::tls1_2, cbc, CellState::accepted},
                                        {ProtocolVersion::tls1_1, cbc, CellState::accepted},
                                        {ProtocolVersion::tls1_0, cbc, CellState::accepted}};
    const auto less = changed(changed(more, 1, CellState::rejected), 2, CellState::rejected);
    CHECK(differences_of({endpoint(25, more), endpoint(587, less)}) ==
          std::vector<Difference>{{Compared::version, "", {"TLS 1.1", "TLS 1.0"}, {at25}, {at587}, {}}});
}

TEST_CASE("a cell that is not known is no difference")
{
    for (const CellState open : {CellState::inconclusive, CellState::not_tested}) {
        CHECK(differences_of({endpoint(25), endpoint(587, changed(modern, 0, open))}).empty());
        const auto old = endpoint(25, changed(modern, 2, CellState::accepted));
        CHECK(differences_of({old, endpoint(587, changed(modern, 2, open))}).empty());
    }
    // Nor is a cell that nobody asked about.
    CHECK(differences_of({endpoint(25), endpoint(587, {modern[0]})}).empty());
}

TEST_CASE("where two endpoints differ a third one is named as not known")
{
    const auto old = endpoint(25, changed(modern, 2, CellState::accepted));
    const auto open = endpoint(465, changed(modern, 2, CellState::inconclusive));
    CHECK(differences_of({old, endpoint(587), open}) ==
          std::vector<Difference>{{Compared::version, "", {"TLS 1.0"}, {at25}, {at587}, {at465}}});
}

TEST_CASE("an endpoint that was not reached is not compared and is named, with the reason")
{
    const model::SideBySide all = compared({endpoint(25), endpoint(587), ended(465, EndpointStatus::failed)});
    REQUIRE(all.names.size() == 1);
    CHECK(all.names[0].endpoints == Texts{at25, at587});
    REQUIRE(all.names[0].not_compared.size() == 1);
    CHECK(all.names[0].not_compared[0].endpoint == at465);
    CHECK(all.names[0].not_compared[0].failure.reason == base::Reason::timed_out);
    CHECK(all.names[0].differences.empty());
    CHECK(compared({endpoint(25), ended(465, EndpointStatus::failed)}).names.size() == 1);
}

TEST_CASE("a closed port of our choice and a family without a route are nothing to tell of")
{
    CHECK(compared({endpoint(25), ended(465, EndpointStatus::not_offered)}).empty());
    CHECK(compared({endpoint(25), ended(465, EndpointStatus::not_tested)}).empty());
}

TEST_CASE("STARTTLS that is offered at one endpoint only is the one difference, and a port with implicit TLS is apart")
{
    CHECK(differences_of({endpoint(25), ended(587, EndpointStatus::no_starttls), endpoint(465)}) ==
          std::vector<Difference>{{Compared::starttls, "", {"STARTTLS"}, {at25}, {at587}, {}}});
}

TEST_CASE("groups are compared where they are known")
{
    const auto with_groups = [](std::uint16_t port, const std::vector<UntrustedText>& groups) {
        EndpointResult result = endpoint(port);
        result.observations.push_back({Fact::key_exchange_groups_accepted, "", groups, {1}});
        return result;
    };
    const UntrustedText x25519("x25519");
    const UntrustedText secp256r1("secp256r1");
    CHECK(differences_of({with_groups(25, {x25519, secp256r1}), with_groups(587, {x25519}), endpoint(465)}) ==
          std::vector<Difference>{{Compared::group, "", {"secp256r1"}, {at25}, {at587}, {at465}}});
}

TEST_CASE("another certificate of the same kind of key is a difference, and says which there is in its place")
{
    EndpointResult one = endpoint(25);
    EndpointResult other = endpoint(587);
    show(one, "aa", "key-a");
    show(other, "bb", "key-b");
    const model::SideBySide all = compared({one, other});
    CHECK(all.names.at(0).differences ==
          std::vector<Difference>{{Compared::certificate, "", {"aa"}, {at25}, {at587}, {}},
                                  {Compared::certificate, "", {"bb"}, {at587}, {at25}, {}}});
    REQUIRE(all.certificate("aa") != nullptr);
    CHECK(all.certificate("aa")->key == "RSA 2048 bits");
    CHECK(all.certificate("aa")->places == Texts{"mail.example.com 192.0.2.1:25"});
    CHECK(all.certificate("cc") == nullptr);
}

TEST_CASE("a kind of certificate that was perhaps not shown is not known to be missing")
{
    EndpointResult both = endpoint(25);
    show(both, "aa", "key-a");
    show(both, "ee", "key-e", "EC secp256r1");
    EndpointResult one = endpoint(587);
    show(one, "aa", "key-a");
    CHECK(differences_of({both, one}).size() == 2);  // the key and the certificate
    EndpointResult unanswered = one;
    note(unanswered, "", Fact::certificate_not_known, std::vector{UntrustedText("other kinds of certificates")});
    CHECK(differences_of({both, unanswered}).empty());
    EndpointResult limited = one;
    limited.asked_for = {"pci-dss-4.0.1"};
    CHECK(differences_of({both, limited}).empty());
    EndpointResult hellos = one;
    hellos.handshakes = 0;
    CHECK(differences_of({both, hellos}).empty());
}

TEST_CASE("trust, name and dates differ where they are known on both sides")
{
    const std::pair<Fact, Compared> qualities[] = {{Fact::certificate_trusted, Compared::trusted},
                                                   {Fact::certificate_names_host, Compared::name}};
    for (const auto& [fact, of] : qualities) {
        EndpointResult good = endpoint(25);
        EndpointResult bad = endpoint(587);
        EndpointResult unknown = endpoint(465);
        for (EndpointResult* const one : {&good, &bad, &unknown}) {
            show(*one, "aa", "key-a");
        }
        note(good, "aa", fact, true);
        note(bad, "aa", fact, false);
        const std::vector<Difference> found = differences_of({good, bad, unknown});
        REQUIRE(found.size() == 1);
        CHECK(found[0].of == of);
        CHECK(found[0].at == Texts{at25});
        CHECK(found[0].not_at == Texts{at587});
        CHECK(found[0].not_known_at == Texts{at465});
        CHECK(differences_of({good, unknown}).empty());
    }
}

TEST_CASE("a certificate that only clients of other names get is not compared")
{
    EndpointResult one = endpoint(25);
    show(one, "aa", "key-a");
    show(one, "bb", "key-b");
    note(one, "bb", Fact::certificate_shown_to_others, true);
    EndpointResult other = endpoint(587);
    show(other, "aa", "key-a");
    CHECK(differences_of({one, other}).empty());
}

TEST_CASE("one certificate at several ports of one host is no key in several places")
{
    EndpointResult one = endpoint(25);
    EndpointResult other = endpoint(587);
    show(one, "aa", "key-a");
    show(other, "aa", "key-a");
    CHECK(compared({one, other}).keys.empty());
}

TEST_CASE("a key in two certificates, or at two names, is told")
{
    EndpointResult one = endpoint(25);
    EndpointResult other = endpoint(587);
    show(one, "aa", "key-a");
    show(other, "bb", "key-a");
    CHECK(compared({one, other}).keys == std::vector<model::KeyUse>{{"key-a", {"aa", "bb"}, 1}});
    EndpointResult elsewhere = endpoint(25, modern, "other.example.com");
    show(elsewhere, "aa", "key-a");
    const model::SideBySide all = compared({one, elsewhere});
    CHECK(all.keys == std::vector<model::KeyUse>{{"key-a", {"aa"}, 2}});
    REQUIRE(all.certificate("aa") != nullptr);
    CHECK(all.certificate("aa")->places == Texts{"mail.example.com 192.0.2.1:25", "other.example.com 192.0.2.1:25"});
}

TEST_CASE("of many places the first are named and all are counted")
{
    std::vector<EndpointResult> many;
    for (int i = 0; i < 20; ++i) {
        many.push_back(endpoint(25, modern, "mail" + std::to_string(i) + ".example.com"));
        show(many.back(), "aa", "key-a");
    }
    const model::SideBySide all = compared(many);
    REQUIRE(all.certificate("aa") != nullptr);
    CHECK(all.certificate("aa")->places.size() == model::ComparedCertificate::most_places);
    CHECK(all.certificate("aa")->places.front() == "mail0.example.com 192.0.2.1:25");
    CHECK(all.certificate("aa")->place_count == 20);
    CHECK(all.keys.at(0).names == 20);
}

TEST_CASE("RSA keys with a common factor are told by their certificates")
{
    EndpointResult one = endpoint(25);
    EndpointResult other = endpoint(25, modern, "other.example.com");
    show(one, "aa", "key-a");
    show(other, "bb", "key-b");
    note(one, "aa", Fact::certificate_rsa_modulus, UntrustedText("23"));    // 5 * 7
    note(other, "bb", Fact::certificate_rsa_modulus, UntrustedText("4d"));  // 7 * 11
    const model::SideBySide all = compared({one, other});
    CHECK(all.shared_factors == std::vector<model::SharedFactor>{{"aa", "bb", 3, false}});
    CHECK(all.certificates.size() == 2);
    CHECK(all.notes.empty());
}

TEST_CASE("an RSA key that is too long, or is no number, is said not to have been looked at")
{
    EndpointResult one = endpoint(25);
    show(one, "aa", "key-a");
    one.observations.erase(std::ranges::find(one.observations, Fact::certificate_key_bits, &model::Observation::id));
    note(one, "aa", Fact::certificate_key_bits, std::int64_t{8192});
    EndpointResult other = endpoint(25, modern, "other.example.com");
    show(other, "bb", "key-b");
    note(other, "bb", Fact::certificate_rsa_modulus, UntrustedText("seven"));
    CHECK(compared({one, other}).notes.size() == 2);
}

}  // namespace
}  // namespace smtptls::compare

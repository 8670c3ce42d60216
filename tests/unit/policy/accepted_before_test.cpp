// Endpoints beside those of an earlier scan, without a policy.
#include "report/policy/accepted_before.hpp"

#include "catch.hpp"
#include "unit/policy/endpoints.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

using base::UntrustedText;
using model::CellState;
using model::EndpointResult;
using model::EndpointStatus;
using model::Fact;
using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr auto rsa_128 = CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;
constexpr auto rsa_256 = CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA;
constexpr auto gcm = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;

EndpointResult then()
{
    EndpointResult result = test::endpoint_for(model::Role::mx);
    result.status = EndpointStatus::scanned;
    test::set_cell(result, ProtocolVersion::tls1_2, gcm, CellState::accepted);
    test::set_cell(result, ProtocolVersion::tls1_2, rsa_128, CellState::accepted);
    test::set_cell(result, ProtocolVersion::tls1_2, rsa_256, CellState::rejected);
    test::set_cell(result, ProtocolVersion::tls1_0, rsa_128, CellState::accepted);
    test::set_cell(result, ProtocolVersion::tls1_0, rsa_256, CellState::accepted);
    return result;
}

void show_certificate(EndpointResult& result, const std::string& sha256, const std::string& last_day)
{
    result.observations.push_back(
        model::observed<Fact::certificate_subject>(UntrustedText("CN=mail.example.com"), {}, sha256));
    result.observations.push_back(
        model::observed<Fact::certificate_not_after>(UntrustedText(last_day + "T12:00:00Z"), {}, sha256));
}

// "baseline.accepted: a, b" each; "baseline.same" without a value.
std::vector<std::string> changes(const EndpointResult& before, EndpointResult now)
{
    model::ScanResult earlier;
    earlier.endpoints = {before};
    AcceptedBefore(earlier).compare(now);
    std::vector<std::string> all;
    for (const model::Observation& one : now.observations) {
        if (model::info_of(one.id).page != "baseline") {
            continue;
        }
        all.emplace_back(model::format(one.id));
        if (const auto* const texts = std::get_if<std::vector<UntrustedText>>(&one.value)) {
            for (const UntrustedText& text : *texts) {
                all.back() += (text == texts->front() ? ": " : ", ") + text.escaped();
            }
        }
    }
    return all;
}

using Changes = std::vector<std::string>;

TEST_CASE("what has not changed is said to be the same", "[policy]")
{
    CHECK(changes(then(), then()) == Changes{"baseline.same"});
}

TEST_CASE("a suite that came or went is named, and a version that did as a whole", "[policy]")
{
    EndpointResult now = then();
    test::set_cell(now, ProtocolVersion::tls1_0, rsa_128, CellState::rejected);
    test::set_cell(now, ProtocolVersion::tls1_0, rsa_256, CellState::rejected);
    test::set_cell(now, ProtocolVersion::tls1_2, rsa_128, CellState::rejected);
    test::set_cell(now, ProtocolVersion::tls1_2, rsa_256, CellState::accepted);
    CHECK(changes(then(), now) ==
          Changes{"baseline.accepted: TLS 1.2 TLS_RSA_WITH_AES_256_CBC_SHA",
                  "baseline.refused: TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, TLS 1.0, all 2 suites"});
    CHECK(changes(now, then()) ==
          Changes{"baseline.accepted: TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, TLS 1.0, all 2 suites",
                  "baseline.refused: TLS 1.2 TLS_RSA_WITH_AES_256_CBC_SHA"});
}

TEST_CASE("where all suites of a version are others, each is named, since the version stayed", "[policy]")
{
    EndpointResult now = then();
    test::set_cell(now, ProtocolVersion::tls1_2, gcm, CellState::rejected);
    test::set_cell(now, ProtocolVersion::tls1_2, rsa_128, CellState::rejected);
    test::set_cell(now, ProtocolVersion::tls1_2, rsa_256, CellState::accepted);
    CHECK(changes(then(), now) == Changes{"baseline.accepted: TLS 1.2 TLS_RSA_WITH_AES_256_CBC_SHA",
                                          "baseline.refused: TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, TLS 1.2 "
                                          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
}

TEST_CASE("what was not told to the end is not said to be the same", "[policy]")
{
    EndpointResult unreached = test::endpoint_for(model::Role::mx);
    unreached.status = EndpointStatus::failed;
    CHECK(changes(unreached, unreached).empty());
    EndpointResult half = then();
    half.status = EndpointStatus::incomplete;
    CHECK(changes(then(), half).empty());
    CHECK(changes(half, then()).empty());
    EndpointResult shown = then();
    show_certificate(shown, "aa", "2026-12-01");
    CHECK(changes(shown, then()).empty());
}

TEST_CASE("what cannot be told any more is not said to be refused", "[policy]")
{
    EndpointResult now = then();
    test::set_cell(now, ProtocolVersion::tls1_2, rsa_128, CellState::inconclusive);
    CHECK(changes(then(), now) == Changes{"baseline.not_known: TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA"});
    EndpointResult unreached = test::endpoint_for(model::Role::mx);
    unreached.status = EndpointStatus::failed;
    CHECK(changes(then(), unreached) == Changes{"baseline.not_known: TLS 1.2, all 2 suites, TLS 1.0, all 2 suites"});
}

TEST_CASE("a port that is closed now refuses everything", "[policy]")
{
    EndpointResult now = test::endpoint_for(model::Role::mx);
    now.status = GENERATE(EndpointStatus::not_offered, EndpointStatus::no_starttls);
    CHECK(changes(then(), now) == Changes{"baseline.refused: TLS 1.2, all 2 suites, TLS 1.0, all 2 suites"});
}

TEST_CASE("a certificate is another one by its fingerprint", "[policy]")
{
    EndpointResult before = then();
    show_certificate(before, "aa", "2026-12-01");
    EndpointResult now = then();
    show_certificate(now, "bb", "2027-03-01");
    CHECK(changes(before, before) == Changes{"baseline.same"});
    CHECK(changes(before, now) == Changes{"baseline.certificates: CN=mail.example.com, to 2027-03-01",
                                          "baseline.certificates_gone: CN=mail.example.com, to 2026-12-01"});
}

TEST_CASE("an endpoint that only one of the two scans has is said to be new, or gone", "[policy]")
{
    model::ScanResult earlier;
    earlier.endpoints = {then()};
    AcceptedBefore before(earlier);
    CHECK(before.gone() == std::vector<std::string>{"mail.example.com " + model::format(then().endpoint)});
    EndpointResult other = then();
    other.endpoint.port = 2525;
    before.compare(other);
    CHECK(other.observations.back() == model::observed<Fact::baseline_has_it>(false));
    EndpointResult same = then();
    before.compare(same);
    CHECK(before.gone().empty());
}

TEST_CASE("what an earlier comparison said does not stay", "[policy]")
{
    EndpointResult now = then();
    now.observations.push_back(model::observed<Fact::baseline_accepted>({UntrustedText("TLS 1.1, all 9 suites")}));
    CHECK(changes(then(), now) == Changes{"baseline.same"});
}

}  // namespace
}  // namespace smtptls::policy

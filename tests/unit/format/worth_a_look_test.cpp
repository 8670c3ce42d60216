// What hardly anybody wants, as facts.
#include "report/format/worth_a_look.hpp"

#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

#include <algorithm>

namespace smtptls::report {
namespace {

using model::CellState;
using model::EndpointResult;
using model::Fact;
using tls::CipherSuite;
using tls::ProtocolVersion;

EndpointResult accepting(ProtocolVersion version, const std::vector<CipherSuite>& suites)
{
    std::vector<model::Cell> cells;
    for (const CipherSuite suite : suites) {
        cells.push_back({version, suite, CellState::accepted, model::Grade::handshake, "", {1}});
    }
    EndpointResult result;
    result.status = model::EndpointStatus::scanned;
    result.matrix = model::Matrix(cells);
    return result;
}

std::string said_of(const EndpointResult& endpoint)
{
    std::string all;
    for (const Remark& one : worth_a_look(endpoint, "2026-11-21T20:48:54Z")) {
        all += one.what + ": " + one.more + (one.loud ? "!" : "") + "\n";
    }
    return all;
}

TEST_CASE("suites that nobody should need are counted", "[worth]")
{
    using S = CipherSuite;
    CHECK(said_of(accepting(ProtocolVersion::tls1_2,
                            {S::TLS_RSA_WITH_RC4_128_SHA, S::TLS_RSA_WITH_3DES_EDE_CBC_SHA, S::TLS_RSA_WITH_NULL_SHA,
                             S::TLS_DH_anon_WITH_AES_128_CBC_SHA, S::TLS_DH_anon_WITH_AES_256_CBC_SHA})) ==
          "no authentication: 2 suites\nno encryption: 1 suite\nRC4: 1 suite\n3DES: 1 suite\n");
}

TEST_CASE("versions below TLS 1.2 are named", "[worth]")
{
    CHECK(said_of(accepting(ProtocolVersion::tls1_0, {CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA})) ==
          "below TLS 1.2: TLS 1.0\n");
}

TEST_CASE("what is good needs no look", "[worth]")
{
    CHECK(said_of(accepting(ProtocolVersion::tls1_2, {CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256})).empty());
}

TEST_CASE("a finite field below 2048 bits is named", "[worth]")
{
    EndpointResult one;
    one.observations = {
        {Fact::key_exchange_groups_seen,
         "",
         std::vector{base::UntrustedText("DH 1024"), base::UntrustedText("DH 2048"), base::UntrustedText("x25519")},
         {1}}};
    CHECK(said_of(one) == "DH below 2048 bits: DH 1024\n");
}

EndpointResult with_certificate(const std::string& not_after, bool self_signed, const std::string& algorithm)
{
    EndpointResult one;
    const std::string subject(64, 'a');
    one.observations = {
        {Fact::certificate_subject, subject, base::UntrustedText("CN=x"), {1}},
        {Fact::certificate_not_after, subject, base::UntrustedText(not_after), {1}},
        {Fact::certificate_self_signed, subject, self_signed, {1}},
        {Fact::certificate_signature_algorithm, subject, base::UntrustedText(algorithm), {1}},
    };
    return one;
}

TEST_CASE("certificates that are self-signed or signed with SHA-1 are named", "[worth]")
{
    CHECK(said_of(with_certificate("2030-01-01T00:00:00Z", true, "sha256WithRSAEncryption")) ==
          "self-signed certificate: CN=x\n");
    CHECK(said_of(with_certificate("2030-01-01T00:00:00Z", false, "ecdsa-with-SHA1")) ==
          "certificate signed with SHA-1 or MD5: CN=x\n");
}

TEST_CASE("the end of a certificate is said from thirty days on, and loudly from fourteen", "[worth]")
{
    const auto ends = [](const std::string& day) { return said_of(with_certificate(day, false, "")); };
    CHECK(ends("2026-12-21T20:00:00Z").empty());
    CHECK(ends("2026-12-20T20:00:00Z") == "certificate expires: in 29 days, on 2026-12-20\n");
    CHECK(ends("2026-12-05T20:00:00Z") == "certificate expires: in 14 days, on 2026-12-05\n");
    CHECK(ends("2026-12-04T20:00:00Z") == "certificate expires: in 13 days, on 2026-12-04!\n");
    CHECK(ends("2026-11-21T23:00:00Z") == "certificate expires: today, 2026-11-21!\n");
    CHECK(ends("2026-11-20T20:00:00Z") == "certificate expired: 1 day ago, on 2026-11-20!\n");
    CHECK(ends("whenever").empty());
    CHECK(ends("2026-13-41").empty());
}

model::Report report_with(const EndpointResult& endpoint)
{
    model::Report report = sample();
    report.scan.endpoints = {endpoint};
    return report;
}

TEST_CASE("without a policy the text says what is worth a look and what to type next", "[worth]")
{
    const auto report =
        report_with(accepting(ProtocolVersion::tls1_0, {CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA}));
    const std::string text = find_format("text")->write(report, {});
    CHECK(holds(text, "  worth a look  no authentication: 1 suite\n                below TLS 1.2: TLS 1.0\n"));
    CHECK(holds(text, "  next          --policy rfc9325 "));
    CHECK(holds(text, "  anonymous           1\n"));
    CHECK_FALSE(holds(text, "AES-CBC"));
}

TEST_CASE("with a policy the verdicts speak, and of the rest the certificate's end", "[worth]")
{
    model::Report report = report_with(with_certificate("2026-11-26T00:00:00Z", true, ""));
    report.scan.endpoints[0].status = model::EndpointStatus::scanned;
    report.policies = {{"a", "A", "2026", {}}};
    const std::string text = find_format("text")->write(report, {});
    CHECK(holds(text, "  worth a look  CERTIFICATE EXPIRES: in 5 days, on 2026-11-26\n"));
    CHECK_FALSE(holds(text, "self-signed certificate"));
    CHECK_FALSE(holds(text, "  next "));
}

TEST_CASE("weak cells are tinted in colour", "[worth]")
{
    const auto report = report_with(accepting(ProtocolVersion::tls1_2, {CipherSuite::TLS_RSA_WITH_RC4_128_SHA}));
    CHECK(holds(find_format("text")->write(report, {.colour = true}), "\x1b[33m        1\x1b[0m"));
}

TEST_CASE("families of which the same is not known share a row", "[worth]")
{
    EndpointResult open = accepting(ProtocolVersion::tls1_2, {CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256});
    std::vector<model::Cell> cells = open.matrix.values();
    for (const CipherSuite suite : {CipherSuite::TLS_RSA_WITH_RC4_128_SHA, CipherSuite::TLS_RSA_WITH_SEED_CBC_SHA}) {
        cells.push_back({ProtocolVersion::tls1_2, suite, CellState::inconclusive, std::nullopt, "no answer", {1}});
    }
    open.matrix = model::Matrix(cells);
    const std::string text = find_format("text")->write(report_with(open), {});
    CHECK(holds(text, "  2 families          ?\n"));
    CHECK_FALSE(holds(text, "  SEED "));
}

TEST_CASE("in a narrow terminal empty columns of SSL are left out, and said", "[worth]")
{
    EndpointResult one = accepting(ProtocolVersion::tls1_2, {CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256});
    std::vector<model::Cell> cells = one.matrix.values();
    cells.push_back(
        {ProtocolVersion::ssl3, CipherSuite::TLS_RSA_WITH_RC4_128_SHA, CellState::rejected, std::nullopt, "", {1}});
    one.matrix = model::Matrix(cells);
    const std::string narrow = find_format("text")->write(report_with(one), {.width = 60});
    CHECK(holds(narrow, "  accepted      TLS 1.2\n"));
    CHECK(holds(narrow, "\n  none accepted in SSL 3\n"));
    CHECK(holds(find_format("text")->write(report_with(one), {}), "  accepted      TLS 1.2    SSL 3\n"));
}

}  // namespace
}  // namespace smtptls::report

// What explain makes of a whole configuration: advice that does what it says, scans beside it, and nothing
// hostile in what is printed.
#include "base/text_layout.hpp"
#include "catch.hpp"
#include "report/remedy/compare.hpp"
#include "report/remedy/explanation_json.hpp"
#include "report/remedy/explanation_text.hpp"
#include "report/remedy/postfix_advice.hpp"
#include "report/remedy/rule.hpp"
#include "unit/remedy/postfix_sample.hpp"

#include <fstream>
#include <set>
#include <sstream>

namespace smtptls::remedy {
namespace {

TEST_CASE("the advice about suites leaves AEAD suites with forward secrecy only", "[remedy]")
{
    for (const PostfixChoice& choice : {of_2016, of_2025}) {
        for (const char* name : {"submission", "submissions"}) {
            const auto advice = explain_advice(choice, name, {"smtpd_tls_security_level=may"});
            REQUIRE(advice.size() == 2);
            const TlsForecast& after = advice[1].after.at(0).forecast;
            CHECK(after.suites.size() >= 2);
            for (const tls::CipherSuite suite : after.suites) {
                CHECK(tls::find(suite)->aead());
                CHECK(tls::find(suite)->key_exchange == tls::KeyExchange::ecdhe);
            }
        }
    }
}

TEST_CASE("no advice names the grade high, which is worse or no better everywhere", "[remedy]")
{
    for (const PostfixChoice& choice : {of_2016, of_2025}) {
        for (const ConfigAdvice& advice : explain_advice(choice, "submission", {})) {
            for (const ConfigChange& change : advice.changes) {
                for (const std::string& line : change.lines) {
                    CHECK(line.find("_ciphers=high") == std::string::npos);
                    CHECK(line.find("_ciphers = high") == std::string::npos);
                }
            }
        }
    }
}

TEST_CASE("the syntax of an advice is that of the release", "[remedy]")
{
    const auto lines = [](const Release& release) {
        const MasterCf master = parse_master("submission inet n - n - - smtpd\n", base::UntrustedText("master.cf"));
        const MainCf main = parse_main(certificate_lines, base::UntrustedText("main.cf"));
        return advise_alone(main, master.services.front(), {release, usual_openssl(release), false})
            .at(1)
            .changes.at(0)
            .lines;
    };
    const std::vector<std::string> old = lines({2, 11, 0});
    CHECK(std::none_of(old.begin(), old.end(), [](const auto& line) { return line.find('{') != std::string::npos; }));
    CHECK(std::none_of(old.begin(), old.end(), [](const auto& line) { return line.find(", ") != std::string::npos; }));
    CHECK(lines({3, 5, 0})[1] == "  -o smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1");
    CHECK(lines({3, 6, 0})[1] == "  -o { smtpd_tls_mandatory_protocols = >=TLSv1.2 }");
    CHECK(lines({3, 6, 0})[2].rfind("  -o { smtpd_tls_mandatory_exclude_ciphers = aNULL, kRSA", 0) == 0);
}

TEST_CASE("lines and services that a later one overrides are said to be useless", "[remedy]")
{
    const auto explanation = explain_text(of_2025, "smtpd_tls_protocols = TLSv1\nsmtpd_tls_protocols = >=TLSv1.2\n",
                                          "smtp inet n - n - - smtpd\nsmtp inet n - n - - smtpd\n");
    CHECK(explanation.services.size() == 1);
    REQUIRE(has_rule(explanation.findings, "overridden:useless"));
    const auto found = std::find_if(explanation.findings.begin(), explanation.findings.end(),
                                    [](const auto& one) { return one.rule == "overridden"; });
    CHECK(found->place->line == 1);
    CHECK(has_rule(explanation.findings, "duplicate_service:useless"));
}

TEST_CASE("the last of several definitions counts, in main.cf and of a service", "[remedy]")
{
    const auto of_main = explain_text(of_2025,
                                      std::string(certificate_lines) +
                                          "smtpd_tls_security_level = may\nsmtpd_tls_protocols = TLSv1\n"
                                          "smtpd_tls_protocols = >=TLSv1.2\n",
                                      "smtp inet n - n - - smtpd\n");
    CHECK(versions(of_main.services[0].now) == "1.2 1.3");
    const auto own = explain_service(of_2025, "smtp",
                                     {"smtpd_tls_security_level=none", "smtpd_tls_security_level=may",
                                      "smtpd_tls_protocols=TLSv1", "smtpd_tls_protocols=!TLSv1"});
    CHECK(versions(own.now) == "1.1 1.2 1.3");
}

TEST_CASE("a name one letter away from a parameter is called a mistake, and a user's own name is not", "[remedy]")
{
    CHECK(
        has_rule(explain_text(of_2025, "smtpd_tls_mandatory_protocol = >=TLSv1.2\n", "").findings, "misspelt:useless"));
    CHECK(
        explain_text(of_2025, "my_tls_list = x\nsmtpd_tls_key_file = y\nsmtpd_tls_CAfile = z\n", "").findings.empty());
}

TEST_CASE("an unknown parameter in a list makes the forecast uncertain and not wrong", "[remedy]")
{
    const auto service =
        explain_service(of_2025, "smtp", {"smtpd_tls_security_level=may", "smtpd_tls_protocols=$somewhere_else"});
    CHECK_FALSE(service.now.certain);
    CHECK(service.now.note.find("smtpd_tls_protocols") != std::string::npos);
}

TEST_CASE("braces before Postfix 3.0 are harmful", "[remedy]")
{
    const auto service = explain_service({Release{2, 11, 0}, std::nullopt, false}, "submission",
                                         {"{ smtpd_tls_security_level = encrypt }"});
    CHECK(has_rule(service.findings, "braces_too_new:harmful"));
    CHECK(service.now.offer == remedy::TlsOffer::dead);
}

TEST_CASE("the release is taken from postconf's own output, else assumed and said", "[remedy]")
{
    CHECK(explain_text({}, "mail_version = 3.4.23\n", "").product == "Postfix 3.4.23");
    const auto assumed = explain_text({}, "", "");
    CHECK(assumed.product == "Postfix 3.7.11");
    CHECK(assumed.assumptions.size() == 2);
    CHECK(explain_text(of_2016, "", "").assumptions.empty());
}

TEST_CASE("the kind of key that was assumed is said, unless a parameter or a scan tells it", "[remedy]")
{
    const auto says_rsa = [](const PostfixChoice& choice, const std::string& main) {
        const auto assumed = explain_text(choice, main, "smtp inet n - n - - smtpd\n").assumptions;
        return base::joined(assumed).find("RSA key") != std::string::npos;
    };
    CHECK(says_rsa(of_2025, "smtpd_tls_chain_files = /c\n"));
    CHECK_FALSE(says_rsa(of_2025, "smtpd_tls_eccert_file = /c\n"));
    CHECK_FALSE(says_rsa({of_2025.postfix, of_2025.openssl, true}, "smtpd_tls_chain_files = /c\n"));
}

TEST_CASE("more ports than any server has are not all explained, and that is said", "[remedy]")
{
    std::string master;
    for (int port = 1000; port < 1200; ++port) {
        master += std::to_string(port) + " inet n - n - - smtpd\n";
    }
    const auto explanation = explain_text(of_2025, certificate_lines, master);
    CHECK(explanation.services.size() == 100);
    CHECK(explanation.notes.front().find("first 100 ports") != std::string::npos);
}

TEST_CASE("each rule has an id of its own, a source, and stands in the documentation", "[remedy]")
{
    std::ostringstream page;
    page << std::ifstream(std::string(SMTPTLS_TEST_DATA) + "/../../docs/explain.md").rdbuf();
    std::set<std::string_view> ids;
    for (const Rule& rule : all_rules()) {
        INFO(rule.id);
        CHECK(ids.insert(rule.id).second);
        CHECK_FALSE(rule.source.empty());
        CHECK(page.str().find("`" + std::string(rule.id) + "`") != std::string::npos);
    }
}

model::ScanResult scan_of(std::uint16_t port, const std::vector<tls::ProtocolVersion>& accepted, const char* greeting)
{
    model::EndpointResult endpoint;
    endpoint.endpoint.address = *model::IpAddress::parse("192.0.2.1");
    endpoint.endpoint.port = port;
    endpoint.status = model::EndpointStatus::scanned;
    for (const tls::ProtocolVersion version : accepted) {
        endpoint.matrix.add({version,
                             tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
                             model::CellState::accepted,
                             model::Grade::handshake,
                             "",
                             {}});
    }
    endpoint.observations.push_back({model::Fact::smtp_greeting, "", base::UntrustedText(greeting), {}});
    model::ScanResult scan;
    scan.endpoints.push_back(endpoint);
    return scan;
}

remedy::ConfigComparison compared(const model::ScanResult& scan)
{
    auto explanation = explain_text(of_2025, std::string(certificate_lines) + "myhostname = mail.example.com\n",
                                    "submission inet n - n - - smtpd\n -o smtpd_tls_security_level=encrypt\n"
                                    " -o smtpd_tls_mandatory_protocols=>=TLSv1.2\n");
    compare(explanation, scan, {"Postfix", "mail.example.com", false});
    return explanation.services.at(0).comparisons.at(0);
}

using tls::ProtocolVersion;

TEST_CASE("a scan that found what the configuration says agrees", "[remedy]")
{
    const auto result = compared(
        scan_of(587, {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2}, "220 mail.example.com ESMTP Postfix"));
    CHECK(result.agrees);
    CHECK(result.endpoint == "192.0.2.1:587");
}

TEST_CASE("a scan that disagrees says what may be: not reloaded, or another machine", "[remedy]")
{
    const std::vector<ProtocolVersion> all = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2,
                                              ProtocolVersion::tls1_0};
    const auto stale = compared(scan_of(587, all, "220 mail.example.com ESMTP Postfix"));
    CHECK_FALSE(stale.agrees);
    CHECK(stale.sentence.find("not reloaded") != std::string::npos);
    const auto other = compared(scan_of(587, all, "220 mx2.example.com ESMTP Postfix"));
    CHECK(other.sentence.find("Another machine answers") != std::string::npos);
    const auto product = compared(scan_of(587, all, "220 mail.example.com ESMTP Exim 4.96 \x1b[2J"));
    CHECK(product.sentence.find("which is not Postfix's") != std::string::npos);
    CHECK(product.sentence.find('\x1b') == std::string::npos);
}

TEST_CASE("what a scan could not tell is neither agreement nor disagreement", "[remedy]")
{
    auto scan = scan_of(587, {ProtocolVersion::tls1_2}, "220 mail.example.com ESMTP Postfix");
    scan.endpoints[0].status = model::EndpointStatus::incomplete;
    scan.endpoints[0].matrix.add({ProtocolVersion::tls1_3,
                                  tls::CipherSuite::TLS_AES_128_GCM_SHA256,
                                  model::CellState::inconclusive,
                                  std::nullopt,
                                  "timeout",
                                  {}});
    const auto result = compared(scan);
    CHECK(result.agrees);
    CHECK(result.sentence.find("could not tell: TLS 1.3") != std::string::npos);
}

TEST_CASE("a scan without STARTTLS, one that failed, and one of another port", "[remedy]")
{
    auto scan = scan_of(587, {}, "220 mail.example.com ESMTP Postfix");
    scan.endpoints[0].status = model::EndpointStatus::no_starttls;
    CHECK_FALSE(compared(scan).agrees);
    scan.endpoints[0].status = model::EndpointStatus::failed;
    scan.endpoints[0].failure = base::Failure{base::Stage::connect, base::Reason::timed_out};
    CHECK(compared(scan).sentence.find("nothing to compare: timed_out at connect") != std::string::npos);
    auto explanation = explain_text(of_2025, "", "submission inet n - n - - smtpd\n");
    compare(explanation, scan_of(25, {}, ""), {"Postfix", "", false});
    CHECK(explanation.services[0].comparisons.empty());
    CHECK(explanation.notes.front().find("nothing was compared. Ports of the scan: 25; of services whose TLS is known "
                                         "here: 587.") != std::string::npos);
}

TEST_CASE("an ECDSA certificate that a scan saw counts for the forecast", "[remedy]")
{
    auto scan = scan_of(587, {}, "");
    CHECK_FALSE(saw_only_ecdsa(scan));
    scan.endpoints[0].observations.push_back(
        {model::Fact::certificate_key_type, "aa", base::UntrustedText("EC prime256v1"), {}});
    CHECK(saw_only_ecdsa(scan));
    scan.endpoints[0].observations.push_back({model::Fact::certificate_key_type, "bb", base::UntrustedText("RSA"), {}});
    CHECK_FALSE(saw_only_ecdsa(scan));
}

TEST_CASE("nothing of a configuration reaches the text or the JSON raw", "[remedy]")
{
    const std::string evil = "\x1b[2J\x07\xe2\x80\xae";
    const auto explanation = explain_text(
        of_2025,
        "smtpd_tls_CAfile = " + evil + " # mine\nsmtpd_tls_protocols = " + evil + "\n" + evil +
            "\nsmtpd_tls_security_level = may\n",
        evil + " inet n - n - - smtpd\n -o smtpd_tls_exclude_ciphers=" + evil + "\n -o " + evil + "\n" + evil);
    for (const std::string& output : {write_text(explanation), remedy::write_json(explanation)}) {
        CHECK(output.find('\x1b') == std::string::npos);
        CHECK(output.find('\x07') == std::string::npos);
        CHECK(output.find("\xe2\x80\xae") == std::string::npos);
        CHECK(output.find("\\x1b[2J") != std::string::npos);
    }
}

}  // namespace
}  // namespace smtptls::remedy

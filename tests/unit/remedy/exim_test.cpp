// What explain makes of Exim's options, with either TLS library.
#include "catch.hpp"
#include "report/remedy/explanation_text.hpp"
#include "unit/remedy/exim_sample.hpp"

namespace smtptls::remedy {
namespace {

TEST_CASE("without a line about TLS Exim has what its library has", "[remedy]")
{
    CHECK(versions(gnutls_forecast("")) == "1.0 1.1 1.2 1.3");
    CHECK(gnutls_forecast("").suites.size() == 18);
    CHECK(versions(openssl_service_of("").now) == "1.2 1.3");
    CHECK(versions(openssl_service_of("", {.openssl = Release{1, 1, 1}}).now) == "1.0 1.1 1.2 1.3");
}

TEST_CASE("a line for one library makes a build with the other refuse the configuration", "[remedy]")
{
    const auto options = explain_exim_text("openssl_options = +no_tlsv1 +no_tlsv1_1\n").services;
    CHECK(options[0].now.offer == TlsOffer::dead);
    CHECK(has_rule(options[0].findings, "exim_openssl_only:harmful"));
    CHECK(versions(options[1].now) == "1.2 1.3");

    const auto list = explain_exim_text("tls_require_ciphers = ECDHE+AESGCM:!aNULL\n").services;
    CHECK(list[0].now.offer == TlsOffer::dead);
    CHECK(has_rule(list[0].findings, "exim_openssl_list_for_gnutls:harmful"));
    CHECK(versions(list[1].now) == "1.2 1.3");

    const auto priority = explain_exim_text("tls_require_ciphers = NORMAL:-VERS-TLS1.0\n").services;
    CHECK(versions(priority[0].now) == "1.1 1.2 1.3");
    CHECK(has_rule(priority[0].findings, "exim_old_versions_left:missing"));
    CHECK(priority[1].now.offer == TlsOffer::dead);
    CHECK(has_rule(priority[1].findings, "exim_priority_for_openssl:harmful"));
}

TEST_CASE("a word that the library does not know makes Exim refuse the configuration", "[remedy]")
{
    const auto wrong = explain_exim_text("tls_require_ciphers = NORMAL:-VERS-SSL2.0\n").services[0];
    CHECK(wrong.now.offer == TlsOffer::dead);
    CHECK(has_rule(wrong.findings, "exim_priority_wrong:harmful"));
    for (const char* options : {"+no_tlsv1_4", "no_tlsv1", "+no_sslv2:+no_sslv3"}) {
        const auto service = openssl_service_of("openssl_options = " + std::string(options) + "\n");
        CHECK(service.now.offer == TlsOffer::dead);
        CHECK(has_rule(service.findings, "exim_options_unknown:harmful"));
    }
    const auto removed = explain_exim_text("gnutls_require_protocols = TLS1.2\n");
    CHECK(removed.services[0].now.offer == TlsOffer::dead);
    CHECK(has_rule(removed.findings, "exim_required_removed:harmful"));
}

TEST_CASE("an option that is set twice makes Exim refuse the configuration", "[remedy]")
{
    const auto twice = explain_exim_text("tls_dhparam = a\ntls_dhparam = b\n");
    CHECK(twice.services[0].now.offer == TlsOffer::dead);
    CHECK(has_rule(twice.findings, "exim_overridden:harmful"));
}

TEST_CASE("an empty tls_advertise_hosts offers STARTTLS to nobody, and the answer says so first", "[remedy]")
{
    for (const char* list : {"", " ", ":", "\"\""}) {
        const auto nobody = explain_exim_text("tls_advertise_hosts =" + std::string(list) + "\n");
        for (const auto& service : nobody.services) {
            CHECK(service.now.offer == TlsOffer::none);
            CHECK(service.now.versions.empty());
        }
        CHECK(has_rule(nobody.findings, "exim_no_advertise:missing"));
        CHECK(write_text(nobody).find("Exim built with OpenSSL: no TLS") != std::string::npos);
    }
}

TEST_CASE("tls_on_connect_ports have TLS where STARTTLS is offered to nobody", "[remedy]")
{
    const auto services = explain_exim_text("tls_advertise_hosts =\ntls_on_connect_ports = 465\n").services;
    REQUIRE(services.size() == 4);
    CHECK(services[1].now.offer == TlsOffer::implicit);
    CHECK(versions(services[1].now) == "1.0 1.1 1.2 1.3");
    CHECK(services[1].port == 465);
    CHECK(services[3].now.offer == TlsOffer::implicit);
    CHECK(explain_exim_text("tls_on_connect_ports = 465\n").services.size() == 2);
}

TEST_CASE("an unset tls_advertise_hosts is everybody from Exim 4.87 on, and nobody before", "[remedy]")
{
    CHECK(gnutls_forecast("", {}, {.exim = Release{4, 87, 0}}).offer == TlsOffer::optional);
    CHECK(gnutls_forecast("", {}, {.exim = Release{4, 86, 0}}).offer == TlsOffer::none);
    CHECK(
        has_rule(explain_exim_text("", {}, {.exim = Release{4, 86, 0}}).findings, "exim_no_advertise_default:missing"));
    CHECK(gnutls_forecast("tls_advertise_hosts = *\n", {}, {.exim = Release{4, 86, 0}}).offer == TlsOffer::optional);
}

TEST_CASE("a tls_advertise_hosts of some hosts is said to be one", "[remedy]")
{
    for (const char* list : {"127.0.0.1 : 192.0.2.0/24", "!192.0.2.1 : *", "+tls_hosts", "<; 2001:db8::/32"}) {
        INFO(list);
        const auto some = explain_exim_text("tls_advertise_hosts = " + std::string(list) + "\n");
        CHECK(some.services[0].now.note == "only for the hosts in tls_advertise_hosts");
        CHECK(has_rule(some.findings, "exim_advertise_some:missing"));
    }
    CHECK(gnutls_forecast("tls_advertise_hosts = * : !192.0.2.1\n").note.empty());
    CHECK_FALSE(gnutls_forecast("tls_advertise_hosts = ${if eq{a}{b}{*}}\n").certain);
}

TEST_CASE("a value that is worked out for each connection cannot be told", "[remedy]")
{
    const auto each = explain_exim_text("tls_require_ciphers = ${if x{a}{b}}\n").services;
    CHECK_FALSE(each[0].now.certain);
    CHECK_FALSE(each[1].now.certain);
    CHECK(has_rule(each[0].findings, "exim_not_told:missing"));
    CHECK_FALSE(gnutls_forecast("tls_require_ciphers = @SYSTEM\n").certain);
}

TEST_CASE("OpenSSL 3 refuses TLS 1.0 and 1.1 whatever openssl_options says, but at security level 0", "[remedy]")
{
    CHECK(versions(openssl_service_of("openssl_options = -no_tlsv1\n").now) == "1.2 1.3");
    CHECK(versions(openssl_service_of("tls_require_ciphers = DEFAULT:@SECLEVEL=1\n").now) == "1.2 1.3");
    const auto lowered = openssl_service_of("tls_require_ciphers = DEFAULT:@SECLEVEL=0\n");
    CHECK(versions(lowered.now) == "1.0 1.1 1.2 1.3");
    CHECK(has_rule(lowered.findings, "exim_old_versions_left:missing"));
    CHECK(versions(
              openssl_service_of("tls_require_ciphers = DEFAULT:@SECLEVEL=2\n", {.openssl = Release{1, 1, 1}}).now) ==
          "1.0 1.1 1.2 1.3");
}

TEST_CASE("a stricter list of the owner's own stays where a file that is included was not read", "[remedy]")
{
    for (const char* const list : {"SECURE256:-VERS-ALL:+VERS-TLS1.3", "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%COMPAT"}) {
        INFO(list);
        const auto advice =
            explain_exim_text(std::string("tls_require_ciphers = ") + list + "\n.include /a\n").services[0].advice;
        REQUIRE_FALSE(advice.empty());
        CHECK(advice[0].goal == "TLS 1.2 and newer only");
        CHECK(advice[0].changes.empty());
        CHECK(advice[0].before.size() == 1);
    }
    const auto openssl =
        explain_exim_text("tls_require_ciphers = ECDHE+AESGCM:!aNULL:!AES128\n.include /a\n").services[1];
    CHECK(openssl.advice.at(0).changes.empty());
}

TEST_CASE("a line that takes TLS 1.2 away for sending too is harmful, and goes", "[remedy]")
{
    const auto service = openssl_service_of("openssl_options = +no_tlsv1_2\n");
    CHECK(has_rule(service.findings, "exim_options_both_ways:harmful"));
    REQUIRE_FALSE(service.advice.at(0).changes.empty());
    CHECK(service.advice[0].changes[0].remove.size() == 1);
}

TEST_CASE("what is said of OpenSSL's security level agrees with the forecast", "[remedy]")
{
    const auto refusing = openssl_service_of("openssl_options = +no_sslv3\n");
    CHECK(has_rule(refusing.findings, "exim_level_refuses:right"));
    CHECK_FALSE(has_rule(refusing.findings, "exim_old_versions_left:missing"));
    CHECK(refusing.why.find("refuses TLS 1.0 and 1.1 at its security level 1") != std::string::npos);
    CHECK(refusing.why.find("may") == std::string::npos);
    const auto older = openssl_service_of("openssl_options = +no_sslv3\n", {.openssl = Release{1, 1, 1}});
    CHECK(has_rule(older.findings, "exim_old_versions_left:missing"));
    CHECK(older.why.find("refuses") == std::string::npos);
}

TEST_CASE("openssl_options adds and takes away in its order", "[remedy]")
{
    const EximSetup older = {.openssl = Release{1, 1, 1}};
    CHECK(versions(openssl_service_of("openssl_options = +no_tlsv1 +no_tlsv1_1\n", older).now) == "1.2 1.3");
    CHECK(versions(openssl_service_of("openssl_options = +no_tlsv1 -no_tlsv1\n", older).now) == "1.0 1.1 1.2 1.3");
    CHECK(versions(openssl_service_of("openssl_options = +no_tlsv1_3\n", older).now) == "1.0 1.1 1.2");
    CHECK(has_rule(openssl_service_of("openssl_options = +no_tlsv1\n", older).findings,
                   "exim_options_both_ways:harmful"));
}

TEST_CASE("names of suites with underscores are OpenSSL's names too", "[remedy]")
{
    const auto now = openssl_service_of("tls_require_ciphers = ECDHE_RSA_AES128_GCM_SHA256\n").now;
    CHECK(now.suites.size() == 1);
}

TEST_CASE("what is about ports and sending is said for both libraries once", "[remedy]")
{
    CHECK(has_rule(explain_exim_text("daemon_smtp_ports = 25 : 465\n").findings, "exim_no_implicit:missing"));
    CHECK(explain_exim_text("daemon_smtp_ports = 25 : 465\ntls_on_connect_ports = 465\n").findings.empty());
    const auto sending = explain_exim_text("begin transports\nsmtp:\ntls_require_ciphers = X\n").findings;
    CHECK(rules(sending) == std::vector<std::string>{"exim_transport:right"});
}

TEST_CASE("each advice for Exim leaves TLS 1.2 and newer, whatever was there", "[remedy]")
{
    for (const char* text :
         {"", "tls_advertise_hosts =\n", "tls_require_ciphers = PFS\n", "tls_require_ciphers = HIGH\n",
          "openssl_options = +no_tlsv1_2 +no_tlsv1_3\n", "openssl_options = x\n", "gnutls_require_kx = RSA\n",
          "tls_require_ciphers = ${if x{a}{b}}\n", ".ifdef _HAVE_DANE\ntls_require_ciphers = NONE\n.endif\n",
          "tls_require_ciphers = NORMAL:-VERS-TLS1.2\n", "tls_require_ciphers = SUITEB128\n"}) {
        INFO(text);
        for (const auto& service : explain_exim_text(text).services) {
            CHECK_FALSE(service.advice.empty());
            for (const auto& advice : service.advice) {
                for (const auto& outcome : advice.after) {
                    CHECK(versions(outcome.forecast) == "1.2 1.3");
                    CHECK(outcome.forecast.offer == TlsOffer::optional);
                }
            }
        }
    }
}

TEST_CASE("an advice that is followed is not given again", "[remedy]")
{
    for (const std::size_t library : {0U, 1U}) {
        const auto before = explain_exim_text("").services[library];
        for (const auto& advice : before.advice) {
            if (advice.changes.empty() || advice.changes[0].lines[0].find('$') != std::string::npos) {
                continue;
            }
            const auto after = explain_exim_text(advice.changes[0].lines[0] + "\n").services[library];
            for (const ConfigFinding& finding : after.findings) {
                CHECK(finding.kind == FindingKind::right);
            }
            const auto same = std::find_if(after.advice.begin(), after.advice.end(),
                                           [&](const ConfigAdvice& one) { return one.goal == advice.goal; });
            CHECK(same->changes.empty());
        }
    }
}

TEST_CASE("what an owner chose of GnuTLS's words stays in the advice", "[remedy]")
{
    const auto advice = explain_exim_text("tls_require_ciphers = PFS:%SERVER_PRECEDENCE\n").services[0].advice;
    CHECK(advice.at(0).changes.at(0).lines.at(0) ==
          "  tls_require_ciphers = PFS:%SERVER_PRECEDENCE:-VERS-TLS1.0:-VERS-TLS1.1");
    const auto one = explain_exim_text("tls_require_ciphers = NORMAL:-VERS-TLS1.0\n").services[0].advice;
    CHECK(one.at(0).changes.at(0).lines.at(0) == "  tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1");
}

TEST_CASE("an advice names each line that it takes the place of", "[remedy]")
{
    const auto change = explain_exim_text("tls_require_ciphers = PFS\nopenssl_options = +no_sslv3\n")
                            .services[0]
                            .advice.at(0)
                            .changes[0];
    REQUIRE(change.remove.size() == 2);
    CHECK(change.remove[0].place->line == 1);
    CHECK(change.remove[1].place->line == 2);
}

TEST_CASE("an advice goes above a macro that would change it", "[remedy]")
{
    const auto where = [](const std::string& text) {
        return explain_exim_text(text).services[0].advice.at(0).changes.at(0).where.escaped();
    };
    CHECK(where("VERS = x\n") == "the main section, as the first lines of the file, above its macros");
    CHECK(where("VERSION = x\n") == "the main section, before the first \"begin\"");
}

}  // namespace
}  // namespace smtptls::remedy

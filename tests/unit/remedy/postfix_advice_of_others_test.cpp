// The advice that mail administrators found on the net, statement by statement: what explain says of each.
// The configurations are those of a question of 2016 about a webshop that arrives with TLS 1.0, of its
// answers, and of an article with two recipes; each was measured.
#include "base/text_layout.hpp"
#include "catch.hpp"
#include "report/remedy/explanation_text.hpp"
#include "unit/remedy/postfix_sample.hpp"
#include "unit/table.hpp"

namespace smtptls::remedy {
namespace {

// "2016", "2025", or a release of Postfix.
PostfixChoice machine(const std::string& name)
{
    if (name == "2016" || name == "2025") {
        return name == "2016" ? of_2016 : of_2025;
    }
    return {parse_release(name).value(), std::nullopt, false};
}

TEST_CASE("each piece of advice is called what it was measured to be", "[remedy]")
{
    for (const test::Row& row : test::read_table("postfix_advice_of_others.txt", 5)) {
        INFO(row[0]);
        const auto service = explain_service(machine(row[1]), "submission", test::words_of(row[4]));
        CHECK(versions(service.now) == row[2]);
        for (const std::string& rule : test::words_of(row[3])) {
            INFO(rule);
            CHECK(has_rule(service.findings, rule));
        }
    }
}

TEST_CASE("a range that is too new is TLS broken and not TLS off: 454 behind a listed STARTTLS", "[remedy]")
{
    const auto service = explain_service(
        of_2016, "submission", {"smtpd_tls_security_level=encrypt", "smtpd_tls_mandatory_protocols=>=TLSv1.2"});
    CHECK(service.now.offer == remedy::TlsOffer::broken);
    const auto found = std::find_if(service.findings.begin(), service.findings.end(),
                                    [](const auto& finding) { return finding.rule == "range_too_new"; });
    REQUIRE(found != service.findings.end());
    CHECK(found->sentence.find("454") != std::string::npos);
    CHECK(found->sentence.find(no_old) != std::string::npos);
}

TEST_CASE("encrypt in main.cf breaks the public port 25", "[remedy]")
{
    const auto explanation =
        explain_text(of_2016, std::string(certificate_lines) + "smtpd_tls_security_level = encrypt\n",
                     "smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd\n");
    CHECK(has_rule(explanation.services[0].findings, "encrypt_on_exchanger:harmful"));
    CHECK(has_rule(explanation.services[1].findings, "encrypt_at_submission:right"));
}

TEST_CASE("encrypt for sending makes mail to servers without TLS wait", "[remedy]")
{
    const auto explanation = explain_text(of_2016, "smtp_tls_security_level = encrypt\n", "");
    CHECK(has_rule(explanation.findings, "client_encrypt:harmful"));
}

TEST_CASE("lists for sending that leave old versions out send mail in clear text", "[remedy]")
{
    for (const char* list : {"!SSLv2, !SSLv3, !TLSv1", "!TLSv1, !TLSv1.1, TLSv1.2"}) {
        INFO(list);
        const auto explanation = explain_text(of_2016, std::string("smtp_tls_protocols = ") + list + "\n", "");
        CHECK(has_rule(explanation.findings, "client_versions:harmful"));
    }
    CHECK(rules(explain_text(of_2016, "smtp_tls_protocols = !SSLv2, !SSLv3\n", "").findings) ==
          std::vector<std::string>{"client_line:right"});
}

TEST_CASE("the exclusions of recipe 2 leave DES-CBC3-SHA and static RSA", "[remedy]")
{
    const auto service =
        explain_service(of_2016, "submission",
                        {"smtpd_tls_security_level=may",
                         "smtpd_tls_exclude_ciphers=aNULL,eNULL,EXPORT,DES,RC4,MD5,PSK,aECDH,EDH-DSS-DES-CBC3-SHA,"
                         "EDH-RSA-DES-CBC3-SHA,KRB5-DES,CBC3-SHA"});
    CHECK(has_suite(service.now, "DES-CBC3-SHA"));
    CHECK(has_suite(service.now, "ECDHE-RSA-DES-CBC3-SHA"));
    CHECK(has_suite(service.now, "AES128-SHA"));
    const auto found = std::find_if(service.findings.begin(), service.findings.end(),
                                    [](const auto& finding) { return finding.rule == "some_unknown_words"; });
    REQUIRE(found != service.findings.end());
    CHECK(found->sentence.find("KRB5-DES and CBC3-SHA") != std::string::npos);
}

TEST_CASE("the grade high of an old Postfix takes RC4 and SEED away and leaves 3DES", "[remedy]")
{
    const auto service = explain_service(of_2016, "submission",
                                         {"smtpd_tls_security_level=encrypt", "smtpd_tls_mandatory_ciphers=high"});
    CHECK_FALSE(has_suite(service.now, "RC4-SHA"));
    CHECK_FALSE(has_suite(service.now, "SEED-SHA"));
    CHECK(has_suite(service.now, "DES-CBC3-SHA"));
}

TEST_CASE("the list with ECDSA, as a comment has it: useful, and harmful with an ECDSA certificate", "[remedy]")
{
    const std::string list =
        "smtpd_tls_exclude_ciphers=aNULL,LOW,EXP,MEDIUM,ADH,AECDH,MD5,DSS,ECDSA,CAMELLIA128,3DES,CAMELLIA256,RSA+AES,"
        "eNULL";
    const std::string main = "smtpd_tls_eccert_file = /etc/ec.pem\n";
    const std::string master = "submission inet n - n - - smtpd\n -o smtpd_tls_security_level=may\n -o " + list + "\n";
    const auto now = explain_text(of_2025, main, master).services[0];
    CHECK(versions(now.now) == "1.3");
    CHECK(has_rule(now.findings, "ecdsa_excluded:harmful"));
    const auto then = explain_text(of_2016, main, master).services[0];
    CHECK(has_suite(then.now, "ECDH-ECDSA-AES256-GCM-SHA384"));
    CHECK(versions(then.now) == "1.0 1.1 1.2");
    const auto with_rsa = explain_service(of_2016, "submission", {"smtpd_tls_security_level=may", list});
    CHECK_FALSE(has_suite(with_rsa.now, "AES128-SHA"));
    CHECK(has_suite(with_rsa.now, "ECDHE-RSA-AES256-SHA"));
}

TEST_CASE("465 for legacy clients is no place for them", "[remedy]")
{
    const auto explanation = explain_text(of_2016, certificate_lines,
                                          "submission inet n - n - - smtpd\n"
                                          " -o smtpd_tls_security_level=encrypt\n"
                                          " -o smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n"
                                          "smtps inet n - n - - smtpd\n"
                                          " -o smtpd_tls_wrappermode=yes\n");
    CHECK_FALSE(has_rule(explanation.services[0].findings, "weaker_submissions:harmful"));
    CHECK(has_rule(explanation.services[1].findings, "weaker_submissions:harmful"));
}

TEST_CASE("how to check says what s_client and openssl ciphers do not show", "[remedy]")
{
    const std::string text = base::joined(explain_text(of_2016, "", "").notes);
    CHECK(text.find("shows that TLS 1.2 works, not that older versions are refused") != std::string::npos);
    CHECK(text.find("not what Postfix offers") != std::string::npos);
}

TEST_CASE("a client that arrives with TLS 1.0 is old itself, and PHP is named", "[remedy]")
{
    const auto advice =
        explain_advice(of_2016, "submission", {"smtpd_tls_security_level=may", "smtp_tls_mandatory_protocols=TLSv1"});
    REQUIRE_FALSE(advice.empty());
    std::string said;
    for (const std::string& sentence : advice[0].before) {
        said += sentence;
    }
    for (const char* words :
         {"already accepts TLS 1.2", "offers nothing newer", "no longer connect", "update it first", "5.6.7 to 7.1",
          "STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT", "\"TLSv1 with cipher\" and \"TLSv1.1 with cipher\""}) {
        INFO(words);
        CHECK(said.find(words) != std::string::npos);
    }
}

}  // namespace
}  // namespace smtptls::remedy

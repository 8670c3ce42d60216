// The end of the story first: the owner's questions, answered in at most five sentences.
#include "base/text_layout.hpp"
#include "catch.hpp"
#include "report/remedy/explanation_text.hpp"
#include "unit/remedy/postfix_sample.hpp"

namespace smtptls::remedy {
namespace {

const std::string with_level = std::string(certificate_lines) + "smtpd_tls_security_level = may\n";

std::vector<std::string> summary_of(const PostfixChoice& choice, const std::string& main, const std::string& master)
{
    return explain_text(choice, main, master).summary;
}

TEST_CASE("the webshop's story is told in five lines of a terminal", "[remedy]")
{
    const auto summary = summary_of(of_2016, with_level,
                                    "smtp inet n - n - - smtpd\n"
                                    "submission inet n - n - - smtpd\n -o smtp_tls_mandatory_protocols=TLSv1\n");
    REQUIRE(summary.size() == 5);
    CHECK(summary[0] == "Does nothing: master.cf:3 smtp_tls_mandatory_protocols.");
    CHECK(summary[1] == "Clients get TLS 1.0, TLS 1.1 and TLS 1.2 on ports 25 and 587.");
    CHECK(summary[2] == "Who comes with less than TLS 1.2 is old itself: this server has TLS 1.2.");
    CHECK(summary[3] == "For TLS 1.2 from your users: 2 lines to write, 1 to take out (see below).");
    CHECK(summary[4] == "First update the clients without TLS 1.2: else they can no longer send.");
    for (const std::string& sentence : summary) {
        CHECK(sentence.size() <= 78);
    }
}

TEST_CASE("a server that has nothing newer is the old party itself", "[remedy]")
{
    const auto summary =
        summary_of(of_2025, with_level + "smtpd_tls_protocols = TLSv1\n", "smtp inet n - n - - smtpd\n");
    CHECK(summary.at(0).find("Does harm: main.cf:4 smtpd_tls_protocols.") == 0);
    CHECK(summary.at(2) == "The old party is this server: it has nothing newer than TLS 1.1.");
}

TEST_CASE("where one port has nothing newer it is named, whatever the others have", "[remedy]")
{
    const auto summary = summary_of(of_2025, with_level,
                                    "smtp inet n - n - - smtpd\n -o smtpd_tls_protocols=TLSv1\n"
                                    "587 inet n - n - - smtpd\n -o smtpd_tls_security_level=encrypt\n");
    CHECK(summary.at(2) == "The old party is this server on port 25: it has nothing newer than TLS 1.1 there.");
}

TEST_CASE("TLS 1.2 is not promised to users who have nothing else", "[remedy]")
{
    const auto summary =
        summary_of(of_2025, with_level + "smtpd_tls_mandatory_protocols = >=TLSv1.2\nsmtp_use_tls = true\n",
                   "587 inet n - n - - smtpd\n -o smtpd_tls_security_level=encrypt\n");
    CHECK(summary.at(2).rfind("To mend it: 1 line to write", 0) == 0);
}

TEST_CASE("a log-in in the clear at another port is told although there are lines to write", "[remedy]")
{
    const auto summary = summary_of(of_2025, with_level + "smtpd_sasl_auth_enable = yes\n",
                                    "smtp inet n - n - - smtpd\n587 inet n - n - - smtpd\n");
    CHECK(summary.back() == "First see to passwords: they may go in the clear at smtp (port 25).");
}

TEST_CASE("where users have TLS 1.2 and no line is idle there is nothing to write", "[remedy]")
{
    const auto summary = summary_of(of_2025, with_level + "smtpd_tls_mandatory_protocols = >=TLSv1.2\n",
                                    "smtp inet n - n - - smtpd\n587 inet n - n - - smtpd\n"
                                    " -o smtpd_tls_security_level=encrypt\n");
    CHECK(summary.at(0) == "Each line about TLS does something, and none does harm.");
    CHECK(summary.at(3) == "There is nothing that must be written.");
    CHECK(summary.at(4) == "Leave port 25 as it is, unless a rule demands more: see below.");
}

TEST_CASE("a port that answers nobody is told as what clients meet", "[remedy]")
{
    const auto summary = summary_of(of_2025, with_level,
                                    "587 inet n - n - - smtpd\n -o smtpd_tls_wrappermode=yes\n"
                                    "465 inet n - n - - smtpd\n");
    CHECK(summary.at(1) ==
          "Clients get nothing but silence (wrapper mode on a port for STARTTLS) on port 587; a greeting "
          "in the clear where they begin TLS on port 465.");
}

TEST_CASE("ports for this machine are left out where the world has others, and a pass service is port 25", "[remedy]")
{
    const auto summary = summary_of(of_2025, with_level + "smtpd_tls_protocols = >=TLSv1.3\n",
                                    "smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n"
                                    "tlsproxy unix - - n - 0 tlsproxy\n127.0.0.1:10025 inet n - n - - smtpd\n");
    CHECK(summary.at(1) == "Clients get TLS 1.3 on port 25.");
}

TEST_CASE("what no line brings is said first: a certificate, and what becomes of passwords", "[remedy]")
{
    const char* const level = "smtpd_tls_security_level = may\n";
    const char* const master = "2525 inet n - n - - smtpd\n";
    CHECK(summary_of(of_2025, level, master).back() ==
          "First name a certificate in main.cf: without one TLS never works.");
    CHECK(summary_of(of_2025, "", "587 inet n - n - - smtpd\n").back() ==
          "First name a certificate in main.cf: without one TLS never works.");
    const std::string sasl = "smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = ";
    CHECK(summary_of(of_2025, sasl + "no\n", master).back() ==
          "First see to passwords: they may go in the clear at 2525.");
    CHECK(summary_of(of_2025, sasl + "yes\n", master).back() == "First switch TLS on: nobody can log in at 2525.");
}

TEST_CASE("many lines are told by their places, and no more than three", "[remedy]")
{
    std::string main = with_level;
    for (const char* name : {"smtpd_tls_protocol", "smtpd_tls_cipher", "smtpd_tls_logleve", "smtp_tls_protocol"}) {
        main += std::string(name) + " = x\n";
    }
    const auto summary = summary_of(of_2025, main, "smtp inet n - n - - smtpd\n");
    CHECK(summary.at(0) == "Does nothing: main.cf:4, main.cf:5, main.cf:6 and 1 more.");
}

TEST_CASE("the answer stands before the services, and what to write before them too", "[remedy]")
{
    const std::string text = write_text(explain_text(of_2025, with_level, "smtp inet n - n - - smtpd\n"));
    const std::size_t answer = text.find("in short");
    const std::size_t lines = text.find("what to write");
    const std::size_t service = text.find("smtp (port 25), master.cf:1");
    CHECK(answer < lines);
    CHECK(lines < service);
    CHECK(service != std::string::npos);
}

}  // namespace
}  // namespace smtptls::remedy

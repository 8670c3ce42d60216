// What Postfix really reads: which parameters there are in which release, who reads them, and what a value must
// look like. The facts: `postconf -d` of Debian 11's, 12's and 13's Postfix, and the releases' own source.
#include "catch.hpp"
#include "report/remedy/postfix_values.hpp"
#include "unit/remedy/postfix_sample.hpp"
#include "unit/table.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

namespace smtptls::remedy {
namespace {

constexpr Release debian_12 = {3, 7, 11};

// Each release, and the file with what its `postconf -d` prints. tests/lab/test_closed_loop.py holds the files to that.
constexpr std::array printed = {
    std::pair(Release{3, 5, 25}, "postfix_3.5.25_defaults.txt"),
    std::pair(debian_12, "postfix_3.7.11_defaults.txt"),
    std::pair(Release{3, 10, 13}, "postfix_3.10.13_defaults.txt"),
};

// Lists that change with the library, and a condition: their defaults are not in the table.
constexpr std::array without_default = {"smtp_tls_dane_insecure_mx_policy", "tls_eecdh_auto_curves",
                                        "tls_ffdhe_auto_groups"};

TEST_CASE("the defaults of a release are what its postconf -d prints", "[remedy]")
{
    for (const auto& [release, file] : printed) {
        for (const test::Row& row : test::read_table(file, 2)) {
            if (std::find(without_default.begin(), without_default.end(), row[0]) != without_default.end()) {
                continue;
            }
            INFO(file << " " << row[0]);
            const auto value = default_of(row[0], release);
            REQUIRE(value.has_value());
            CHECK(*value == row[1]);
        }
    }
}

TEST_CASE("a release has the parameters of its postconf -d and no others", "[remedy]")
{
    constexpr std::array all = {
#define PARAMETER(name, side, type, part, since, until) std::string_view(#name),
#define DEFAULT(name, since, value)
#include "report/remedy/postfix_parameters.def"
#undef PARAMETER
#undef DEFAULT
    };
    for (const auto& [release, file] : printed) {
        std::set<std::string, std::less<>> in_release;
        for (const test::Row& row : test::read_table(file, 2)) {
            in_release.insert(row[0]);
        }
        for (const std::string_view name : all) {
            // Not printed any more, and read all the same, since the defaults of their successors name them.
            const bool named = name == "tlsproxy_client_level" || name == "tlsproxy_client_policy";
            if (!named && name.find("tls") != std::string_view::npos) {
                INFO(file << " " << name);
                CHECK(is_in(*find_parameter(name), release) == (in_release.count(name) != 0));
            }
        }
    }
}

TEST_CASE("a parameter for sending is known, and a name that is none is called a mistake", "[remedy]")
{
    const auto found =
        explain_text(of_2025,
                     "smtp_tls_loglevel = 1\nsmtp_tls_note_starttls_offer = yes\n"
                     "smtp_tls_chain_files = /k\nlmtp_tls_ciphers = medium\ntlsproxy_tls_ciphers = high\n"
                     "smtp_tls_eckey_file =\nsmtp_tls_wrappermode = no\nlmtp_use_tls = no\n",
                     "smtp inet n - n - - smtpd\n")
            .findings;
    CHECK_FALSE(has_rule(found, "misspelt:useless"));
    for (const char* wrong : {"smtp_tls_protocol", "smtp_tls_log_level", "smtpd_tls_chiphers", "smtp_tls_auth_only"}) {
        INFO(wrong);
        CHECK(has_rule(explain_text(of_2025, std::string(wrong) + " = x\n", "").findings, "misspelt:useless"));
    }
}

TEST_CASE("a parameter that came later or went is not called a mistake but by its release", "[remedy]")
{
    const auto sentence = [](const Release& release, const std::string& main) {
        const auto found = explain_text({release, std::nullopt, false}, main, "").findings;
        REQUIRE(found.size() == 1);
        CHECK(found[0].rule == "not_in_release");
        return found[0].sentence;
    };
    CHECK(sentence({3, 3, 1}, "smtpd_tls_chain_files = /c\n").find("it came with 3.4") != std::string::npos);
    CHECK(sentence({3, 5, 0}, "tls_dane_digest_agility = on\n").find("it went with 3.4") != std::string::npos);
}

TEST_CASE("a certificate in a parameter that the release does not have is none", "[remedy]")
{
    const std::string main = "smtpd_tls_chain_files = /c\nsmtpd_tls_security_level = may\n";
    const char* const master = "smtp inet n - n - - smtpd\n";
    const PostfixChoice old = {Release{3, 3, 1}, std::nullopt, false};
    CHECK(explain_text(old, main, master).services[0].now.offer == TlsOffer::broken);
    CHECK(explain_text(of_2025, main, master).services[0].now.offer == TlsOffer::optional);
}

TEST_CASE("names with dashes and dots are names", "[remedy]")
{
    const auto explanation =
        explain_text(of_2025, "policyd-spf_time_limit = 3600s\nmy.filter_destination_recipient_limit = 1\n", "");
    CHECK(explanation.problems.empty());
    CHECK(explanation.findings.empty());
}

TEST_CASE("what is neither yes nor no ends the programs that read it", "[remedy]")
{
    for (const char* word : {"true", "on", "1", "", "yes # for the shop", "\"yes\""}) {
        INFO(word);
        const auto explanation =
            explain_text(of_2025, std::string(certificate_lines) + "smtpd_tls_wrappermode = " + word + "\n",
                         "2525 inet n - n - - smtpd\n");
        CHECK(explanation.services[0].now.offer == TlsOffer::dead);
        CHECK(explanation.findings.size() == 1);
        CHECK(explanation.findings[0].kind == FindingKind::harmful);
    }
    for (const char* word : {"yes", "YES", "No"}) {
        INFO(word);
        CHECK_FALSE(is_fatal(*find_parameter("smtpd_tls_wrappermode"), word));
    }
}

TEST_CASE("a wrong tls_ parameter ends the programs that have TLS on, and no others", "[remedy]")
{
    const std::string wrong = std::string(certificate_lines) + "tls_preempt_cipherlist = enabled\n";
    const char* const master = "2525 inet n - n - - smtpd\n";
    CHECK(explain_text(of_2025, wrong, master).services[0].now.offer == TlsOffer::none);
    CHECK(explain_text(of_2025, wrong + "smtpd_tls_security_level = may\n", master).services[0].now.offer ==
          TlsOffer::dead);
}

TEST_CASE("a text that must not be empty, a number and a time are held to their types", "[remedy]")
{
    struct Case {
        const char* name;
        const char* value;
        bool fatal;
    };
    for (const Case& one : {Case{"smtpd_tls_ciphers", "", true}, Case{"smtpd_tls_ciphers", "high", false},
                            Case{"smtpd_tls_protocols", "", false}, Case{"smtpd_tls_ccert_verifydepth", "nine", true},
                            Case{"smtpd_tls_ccert_verifydepth", "9", false}, Case{"smtp_starttls_timeout", "5m", false},
                            Case{"smtp_starttls_timeout", "5 minutes", true}}) {
        INFO(one.name << " = " << one.value);
        CHECK(is_fatal(*find_parameter(one.name), one.value) == one.fatal);
    }
}

TEST_CASE("a comment behind a value is part of the value, and is called so", "[remedy]")
{
    const auto service = explain_service(of_2025, "submission", {"{ smtpd_tls_exclude_ciphers = RC4 # PCI }"});
    CHECK(has_rule(service.findings, "comment_in_value:harmful"));
    const auto main = explain_text(of_2025, "smtpd_tls_security_level = \"may\"\n", "").findings;
    CHECK(has_rule(main, "quotes_in_value:harmful"));
}

TEST_CASE("a parameter of another program below a service does nothing there, whoever it is for", "[remedy]")
{
    const auto service =
        explain_service(of_2025, "submission", {"tlsproxy_tls_protocols=>=TLSv1.2", "lmtp_tls_protocols=>=TLSv1.2"});
    CHECK(has_rule(service.findings, "other_program:useless"));
    CHECK(has_rule(service.findings, "client_parameter:useless"));
}

}  // namespace
}  // namespace smtptls::remedy

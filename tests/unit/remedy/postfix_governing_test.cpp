// Which parameter counts at which level: the recipes as they were measured on Postfix 3.1.0 with OpenSSL
// 1.0.2h and on Postfix 3.10.13 with OpenSSL 3.5.7, each with an RSA certificate.
#include "catch.hpp"
#include "unit/remedy/postfix_sample.hpp"

namespace smtptls::remedy {
namespace {

struct Recipe {
    const char* name;
    std::vector<std::string> old_options;  // for Postfix 3.1.0
    std::vector<std::string> new_options;  // for Postfix 3.10.13
    const char* old_versions;
    const char* new_versions;
    const char* rule;  // empty: none is demanded
};

std::vector<Recipe> recipes()
{
    const auto set = [](const char* name, const char* value) { return std::string(name) + "=" + value; };
    const std::string may = "smtpd_tls_security_level=may";
    const std::string encrypt = "smtpd_tls_security_level=encrypt";
    const std::string wrapper = "smtpd_tls_wrappermode=yes";
    const char* const opportunistic = "smtpd_tls_protocols";
    const char* const mandatory = "smtpd_tls_mandatory_protocols";
    const char* const all = "1.0 1.1 1.2";
    const char* const all_new = "1.0 1.1 1.2 1.3";
    return {
        {"may, nothing else", {may}, {may}, all, all_new, "nothing_set:missing"},
        {"may and the mandatory list",
         {may, set(mandatory, no_old)},
         {may, set(mandatory, ">=TLSv1.2")},
         all,
         all_new,
         "mandatory_at_may:useless"},
        {"encrypt and the list that is not mandatory",
         {encrypt, set(opportunistic, no_old)},
         {encrypt, set(opportunistic, ">=TLSv1.2")},
         all,
         all_new,
         "opportunistic_at_encrypt:useless"},
        {"wrapper mode and the list that is not mandatory",
         {wrapper, set(opportunistic, no_old)},
         {wrapper, set(opportunistic, ">=TLSv1.2")},
         all,
         all_new,
         "opportunistic_in_wrapper:useless"},
        {"wrapper mode and the mandatory list",
         {wrapper, set(mandatory, no_old)},
         {wrapper, set(mandatory, ">=TLSv1.2")},
         "1.2",
         "1.2 1.3",
         "enforced:right"},
        {"encrypt and the mandatory list",
         {encrypt, set(mandatory, no_old)},
         {encrypt, set(mandatory, ">=TLSv1.2")},
         "1.2",
         "1.2 1.3",
         "enforced:right"},
        {"may and the list that counts there",
         {may, set(opportunistic, no_old)},
         {may, set(opportunistic, no_old)},
         "1.2",
         "1.2 1.3",
         "enforced:right"},
        {"no level", {set(opportunistic, no_old)}, {set(opportunistic, no_old)}, "", "", "tls_is_off:useless"},
        {"level none",
         {"smtpd_tls_security_level=none"},
         {"smtpd_tls_security_level=none"},
         "",
         "",
         "tls_not_on:missing"},
    };
}

TEST_CASE("each level and mode has its list, and the other one does nothing", "[remedy]")
{
    for (const Recipe& recipe : recipes()) {
        INFO(recipe.name);
        const auto then = explain_service(of_2016, "2525", recipe.old_options);
        const auto now = explain_service(of_2025, "2525", recipe.new_options);
        CHECK(versions(then.now) == recipe.old_versions);
        CHECK(versions(now.now) == recipe.new_versions);
        CHECK(has_rule(then.findings, recipe.rule));
        CHECK(has_rule(now.findings, recipe.rule));
    }
}

TEST_CASE("the mandatory exclusions do nothing at may: 3DES, RC4 and anonymous suites stay", "[remedy]")
{
    const auto service = explain_service(
        of_2016, "2525", {"smtpd_tls_security_level=may", "smtpd_tls_mandatory_exclude_ciphers=aNULL,3DES,RC4"});
    CHECK(has_rule(service.findings, "mandatory_at_may:useless"));
    CHECK(has_suite(service.now, "DES-CBC3-SHA"));
    CHECK(has_suite(service.now, "RC4-SHA"));
    CHECK(has_suite(service.now, "ADH-AES256-SHA"));
}

TEST_CASE("the default grade leaves 3DES, RC4, anonymous and static RSA on an old Postfix", "[remedy]")
{
    const auto then = explain_service(
        of_2016, "2525", {"smtpd_tls_security_level=encrypt", std::string("smtpd_tls_mandatory_protocols=") + no_old});
    for (const char* name :
         {"DES-CBC3-SHA", "RC4-SHA", "ADH-AES256-SHA", "AES256-SHA", "CAMELLIA256-SHA", "SEED-SHA"}) {
        INFO(name);
        CHECK(has_suite(then.now, name));
    }
    const auto now = explain_service(of_2025, "2525",
                                     {"smtpd_tls_security_level=encrypt", "smtpd_tls_mandatory_protocols=>=TLSv1.2"});
    for (const char* name : {"AES128-CCM8", "ARIA128-GCM-SHA256", "CAMELLIA256-SHA", "AES256-SHA", "ADH-AES256-SHA"}) {
        INFO(name);
        CHECK(has_suite(now.now, name));
    }
    CHECK_FALSE(has_suite(now.now, "DES-CBC3-SHA"));
    CHECK_FALSE(has_suite(now.now, "RC4-SHA"));
}

TEST_CASE("the exclusions for AEAD with forward secrecy leave what was measured", "[remedy]")
{
    struct Case {
        PostfixChoice choice;
        const char* exclusions;
        std::vector<std::string> left;
    };
    const std::vector<Case> cases = {
        {of_2016,
         "aNULL,kRSA,kEDH,kDH,kECDHr,kECDHe,PSK,SRP,aDSS,SHA1,SHA256,SHA384,ARIA,AESCCM",
         {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"}},
        {of_2025,
         "aNULL,kRSA,DHE,SHA1,SHA256,SHA384,ARIA,AESCCM",
         {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"}},
        {of_2016,
         "aNULL,kRSA,SHA1,SHA256,SHA384",
         {"DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256",
          "ECDHE-RSA-AES256-GCM-SHA384"}},
    };
    for (const Case& one : cases) {
        INFO(one.exclusions);
        const auto service = explain_service(one.choice, "2525",
                                             {"smtpd_tls_security_level=encrypt", "smtpd_tls_mandatory_ciphers=high",
                                              std::string("smtpd_tls_mandatory_exclude_ciphers=") + one.exclusions});
        CHECK(names(service.now) == one.left);
        CHECK(has_rule(service.findings, "exclusions_count:right"));
    }
}

TEST_CASE("both exclusion lists count where TLS is demanded", "[remedy]")
{
    const auto service =
        explain_service(of_2025, "2525",
                        {"smtpd_tls_security_level=encrypt", "smtpd_tls_exclude_ciphers=SHA1,SHA256,SHA384",
                         "smtpd_tls_mandatory_exclude_ciphers=aNULL,kRSA,DHE,ARIA,AESCCM"});
    CHECK(names(service.now).size() == 3);
}

TEST_CASE("the whole default of each machine has as many suites as it was seen to accept", "[remedy]")
{
    // 103 cells: 45 in TLS 1.2, 29 in TLS 1.1 and 1.0 each. Debian 12: 56, 16 and 16.
    const auto then = explain_service(of_2016, "2525", {"smtpd_tls_security_level=may"});
    CHECK(then.now.suites.size() == 45);
    const auto older = explain_service(of_2016, "2525", {"smtpd_tls_security_level=may", "smtpd_tls_protocols=TLSv1"});
    CHECK(older.now.suites.size() == 29);
    const PostfixChoice debian_12;
    CHECK(explain_service(debian_12, "2525", {"smtpd_tls_security_level=may"}).now.suites.size() == 56);
}

}  // namespace
}  // namespace smtptls::remedy

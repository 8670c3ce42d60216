// GnuTLS priority strings: what they leave of versions and suites. Where nothing else is said, the expected values are
// what `gnutls-cli --list --priority` of GnuTLS 3.7.9 prints, without the suites for other certificates.
#include "catch.hpp"
#include "report/remedy/gnutls_priority.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

std::string priority_versions(std::string_view text)
{
    std::string out;
    for (const tls::ProtocolVersion version : evaluate_priority(text).versions) {
        out += (out.empty() ? "" : " ") + tls::format(version).substr(4);
    }
    return out;
}

bool has_suite(std::string_view text, tls::CipherSuite suite, bool ecdsa = false)
{
    const auto suites = evaluate_priority(text, ecdsa).suites;
    return std::find(suites.begin(), suites.end(), suite) != suites.end();
}

TEST_CASE("a priority string of GnuTLS leaves its versions", "[remedy]")
{
    CHECK(priority_versions("") == "1.0 1.1 1.2 1.3");
    CHECK(priority_versions("normal") == "1.0 1.1 1.2 1.3");
    CHECK(priority_versions("NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-RSA") == "1.2 1.3");
    CHECK(priority_versions("NORMAL:-VERS-ALL:+VERS-TLS1.2") == "1.2");
    CHECK(priority_versions("NORMAL:-VERS-TLS-ALL:+VERS-TLS1.2:+VERS-TLS1.3") == "1.2 1.3");
    CHECK(priority_versions("SECURE128:!VERS-TLS1.3:%COMPAT") == "1.0 1.1 1.2");
    CHECK(priority_versions("NONE:+VERS-TLS1.2:+RSA:+AES-128-CBC:+SHA1:+SIGN-ALL:+GROUP-ALL") == "1.2");
}

TEST_CASE("a version that is left without a suite is not spoken", "[remedy]")
{
    CHECK(priority_versions("NORMAL:-CIPHER-ALL:+AES-128-GCM") == "1.2 1.3");
    CHECK(priority_versions("NORMAL:-CIPHER-ALL:+AES-128-CBC") == "1.0 1.1 1.2");
    CHECK(priority_versions("SECURE256") == "1.2 1.3");
    CHECK(priority_versions("NORMAL:-MAC-ALL:+SHA256") == "1.2");
    CHECK(priority_versions("SUITEB128").empty());
}

TEST_CASE("GnuTLS gives up TLS 1.3 beside NULL, without a group, and over a gap", "[remedy]")
{
    CHECK(priority_versions("NORMAL:+NULL") == "1.0 1.1 1.2");
    CHECK(priority_versions("NORMAL:-GROUP-ALL") == "1.0 1.1 1.2");
    CHECK(priority_versions("NORMAL:-VERS-TLS1.2") == "1.0 1.1");
    CHECK(priority_versions("NORMAL:-SIGN-ALL") == "1.0 1.1");
}

TEST_CASE("a priority string of GnuTLS leaves its suites", "[remedy]")
{
    CHECK(evaluate_priority("NORMAL").suites.size() == 18);
    CHECK(evaluate_priority("PFS").suites.size() == 12);
    CHECK(evaluate_priority("SECURE192").suites.size() == 7);
    CHECK(evaluate_priority("NORMAL:-VERS-ALL:+VERS-TLS1.3").suites.empty());
    CHECK(has_suite("NORMAL", tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA));
    CHECK_FALSE(has_suite("NORMAL:-RSA", tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA));
    CHECK(has_suite("NORMAL:+3DES-CBC", tls::CipherSuite::TLS_RSA_WITH_3DES_EDE_CBC_SHA));
    CHECK_FALSE(has_suite("NORMAL:-VERS-TLS1.2", tls::CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256));
}

TEST_CASE("a key exchange by Diffie-Hellman wants a group of its kind", "[remedy]")
{
    CHECK(evaluate_priority("NORMAL:-GROUP-DH-ALL").suites.size() == 11);
    CHECK(has_suite("NORMAL:-GROUP-DH-ALL:+GROUP-FFDHE3072", tls::CipherSuite::TLS_DHE_RSA_WITH_AES_256_CCM));
    CHECK_FALSE(has_suite("NORMAL:-GROUP-EC-ALL", tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256));
    CHECK(evaluate_priority("NORMAL:-GROUP-EC-ALL").versions.count(tls::ProtocolVersion::tls1_3) == 1);
}

TEST_CASE("the suites are those of the certificate", "[remedy]")
{
    constexpr auto by_rsa = tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    constexpr auto by_ecdsa = tls::CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    CHECK(has_suite("NORMAL", by_rsa));
    CHECK_FALSE(has_suite("NORMAL", by_ecdsa));
    CHECK(has_suite("SUITEB128", by_ecdsa, true));
    CHECK_FALSE(has_suite("NORMAL", by_rsa, true));
}

TEST_CASE("a string that GnuTLS refuses is told from one that it takes", "[remedy]")
{
    CHECK(evaluate_priority("NORMAL:-VERS-SSL2.0").refused == "-VERS-SSL2.0");
    CHECK(evaluate_priority("NORMAL:TLS1.2").refused == "TLS1.2");
    CHECK(evaluate_priority("ECDHE+AESGCM:!aNULL").refused == "ECDHE+AESGCM");
    CHECK(evaluate_priority("NONE:+VERS-TLS1.3").refused == "NONE:+VERS-TLS1.3");
    CHECK_FALSE(evaluate_priority("NORMAL:-VERS-SSL3.0:-ARCFOUR-40:%SERVER_PRECEDENCE:+COMP-NULL").refused);
    CHECK(evaluate_priority("@SYSTEM:-RSA").by_system);
    CHECK(is_priority_string("@SYSTEM:-RSA"));
    CHECK_FALSE(is_priority_string("ECDHE+AESGCM"));
}

}  // namespace
}  // namespace smtptls::remedy

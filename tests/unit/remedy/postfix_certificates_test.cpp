// Which lines name the certificate that clients get, which do nothing, and that no advice touches them.
#include "catch.hpp"
#include "report/remedy/postfix_apply.hpp"
#include "unit/remedy/postfix_sample.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

const std::string tls_on = "smtpd_tls_security_level = may\n";
const std::string single = "smtpd_tls_cert_file = /etc/a.pem\nsmtpd_tls_key_file = /etc/a.key\n";
const std::string smtp_alone = "smtp inet n - y - - smtpd\n";
const std::string chained = "smtpd_tls_chain_files = /etc/b.key, /etc/b.pem\n";

// "name:line" of those that count at a port and name a certificate or a key.
std::vector<std::string> certificate_lines_of(const ServiceExplanation& service)
{
    std::vector<std::string> lines;
    for (const GoverningSetting& one : service.governing) {
        if (one.name.ends_with("_file") || one.name.ends_with("_files")) {
            lines.push_back(one.name + ":" + (one.place ? std::to_string(one.place->line) : ""));
        }
    }
    return lines;
}

using Names = std::vector<std::string>;

TEST_CASE("a port says which lines name the certificate that its clients get", "[remedy]")
{
    const auto at_25 = [](const PostfixChoice& choice, const std::string& main) {
        return certificate_lines_of(explain_text(choice, main, smtp_alone).services.at(0));
    };
    CHECK(at_25(of_2025, tls_on + single) == Names{"smtpd_tls_cert_file:2", "smtpd_tls_key_file:3"});
    CHECK(at_25(of_2025, tls_on + "smtpd_tls_cert_file = /both.pem\n") == Names{"smtpd_tls_cert_file:2"});
    CHECK(at_25(of_2025, tls_on + single + chained) == Names{"smtpd_tls_chain_files:4"});
    CHECK(at_25(of_2016, tls_on + single + chained) == Names{"smtpd_tls_cert_file:2", "smtpd_tls_key_file:3"});
    CHECK(at_25(of_2025, tls_on).empty());
    CHECK(at_25(of_2025, single).empty());  // TLS is off
}

TEST_CASE("the certificate of clients that postscreen does not know is tlsproxy's", "[remedy]")
{
    const auto explanation = explain_text(of_2025, tls_on + single,
                                          "smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\n"
                                          "tlsproxy unix - - y - 0 tlsproxy\n");
    CHECK(certificate_lines_of(explanation.services.at(0)) ==
          Names{"tlsproxy_tls_cert_file:2", "tlsproxy_tls_key_file:3"});
}

TEST_CASE("beside chain files a certificate of its own line does nothing", "[remedy]")
{
    const auto idle = [](const PostfixChoice& choice, const std::string& main, const std::string& master) {
        const auto explanation = explain_text(choice, main, master);
        const auto is_it = [](const ConfigFinding& one) { return one.rule == "behind_chain_files"; };
        auto count = std::count_if(explanation.findings.begin(), explanation.findings.end(), is_it);
        for (const ServiceExplanation& service : explanation.services) {
            count += std::count_if(service.findings.begin(), service.findings.end(), is_it);
        }
        return count;
    };
    CHECK(idle(of_2025, tls_on + single + chained, smtp_alone) == 2);
    CHECK(idle(of_2025, tls_on + chained, smtp_alone) == 0);
    CHECK(idle(of_2025, tls_on + single, smtp_alone) == 0);
    CHECK(idle(of_2016, tls_on + single + chained, smtp_alone) == 0);
    CHECK(idle(of_2025, tls_on + "smtpd_tls_chain_files =\n" + single, smtp_alone) == 0);
    // A port with an empty list of its own lives by them.
    CHECK(idle(of_2025, tls_on + single + chained,
               smtp_alone + "2525 inet n - y - - smtpd\n  -o smtpd_tls_chain_files=\n") == 0);
    CHECK(idle(of_2025, tls_on + chained, "smtp inet n - y - - smtpd\n  -o smtpd_tls_cert_file=/c.pem\n") == 1);
    // What is for sending has chain files of its own.
    CHECK(idle(of_2025, tls_on + chained + "smtp_tls_cert_file = /c.pem\n", smtp_alone) == 0);
}

TEST_CASE("an advice that is applied leaves every line about certificates as it is", "[remedy]")
{
    const std::string main = tls_on + single + chained;
    const base::UntrustedText name("main.cf");
    const std::string master = smtp_alone + "submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n";
    for (const Goal goal : {Goal::users, Goal::suites, Goal::world}) {
        const auto applied = apply_advice({main, name, master, base::UntrustedText("master.cf")}, of_2025, goal);
        REQUIRE(applied);
        CHECK(applied->main.starts_with(main));
        CHECK(applied->main.size() > main.size());
    }
}

}  // namespace
}  // namespace smtptls::remedy

// Postfix configurations in a line or two, for the tests of report/remedy.
#pragma once

#include "report/remedy/explain_postfix.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace smtptls::remedy {

/// The two machines that were measured: Postfix 3.1.0 with OpenSSL 1.0.2h of 2016, Debian 13's of 2025.
inline const PostfixChoice of_2016 = {Release{3, 1, 0}, Release{1, 0, 2}, false};
inline const PostfixChoice of_2025 = {Release{3, 10, 13}, Release{3, 5, 7}, false};

/// TLS 1.2 and newer, as every Postfix understands it.
inline constexpr const char* no_old = "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1";

inline constexpr const char* certificate_lines = "smtpd_tls_cert_file = /etc/cert.pem\nsmtpd_tls_loglevel = 1\n";

inline remedy::Explanation explain_text(const PostfixChoice& choice, const std::string& main, const std::string& master)
{
    const PostfixFiles files{parse_main(main, base::UntrustedText("main.cf")),
                             parse_master(master, base::UntrustedText("master.cf"))};
    return explain_postfix(files, choice);
}

/// A service with these -o lines ("name=value" or "{ name = value }"), and a certificate.
inline remedy::ServiceExplanation explain_service(const PostfixChoice& choice, const std::string& name,
                                                  const std::vector<std::string>& options)
{
    std::string master = name + " inet n - n - - smtpd\n";
    for (const std::string& option : options) {
        master += "  -o " + option + "\n";
    }
    return explain_text(choice, certificate_lines, master).services.at(0);
}

/// What is advised for a configuration with this one service.
inline std::vector<remedy::ConfigAdvice> explain_advice(const PostfixChoice& choice, const std::string& name,
                                                        const std::vector<std::string>& options)
{
    std::string master = name + " inet n - n - - smtpd\n";
    for (const std::string& option : options) {
        master += "  -o " + option + "\n";
    }
    return explain_text(choice, certificate_lines, master).advice;
}

/// The rules of findings, one word each, with their kind: "mandatory_at_may:useless".
inline std::vector<std::string> rules(const std::vector<remedy::ConfigFinding>& findings)
{
    std::vector<std::string> out;
    for (const remedy::ConfigFinding& finding : findings) {
        out.push_back(finding.rule + ":" + std::string(remedy::format(finding.kind)));
    }
    return out;
}

inline bool has_rule(const std::vector<remedy::ConfigFinding>& findings, const std::string& rule)
{
    const std::vector<std::string> all = rules(findings);
    return std::find(all.begin(), all.end(), rule) != all.end();
}

/// "1.0 1.1 1.2"
inline std::string versions(const remedy::TlsForecast& forecast)
{
    std::vector<tls::ProtocolVersion> sorted = forecast.versions;
    std::sort(sorted.begin(), sorted.end());
    std::string text;
    for (const tls::ProtocolVersion version : sorted) {
        text += (text.empty() ? "" : " ") + tls::format(version).substr(4);
    }
    return text;
}

/// OpenSSL's names of the suites, by code.
inline std::vector<std::string> names(const remedy::TlsForecast& forecast)
{
    std::vector<std::string> out;
    for (const tls::CipherSuite suite : forecast.suites) {
        out.emplace_back(tls::find(suite)->openssl_name);
    }
    return out;
}

inline bool has_suite(const remedy::TlsForecast& forecast, const std::string& name)
{
    const std::vector<std::string> all = names(forecast);
    return std::find(all.begin(), all.end(), name) != all.end();
}

}  // namespace smtptls::remedy

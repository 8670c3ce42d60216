#include "report/policy/remedies.hpp"

#include "report/policy/checks.hpp"
#include "report/remedy/explain_postfix.hpp"
#include "report/remedy/postfix_advice.hpp"

#include <algorithm>
#include <array>

namespace smtptls::policy {
namespace {

using model::Judgement;
using model::Role;
using model::Verdict;
using tls::CipherSuite;
using tls::ProtocolVersion;

/// What the violated rules of a judgement are about.
struct Wanted {
    bool versions = false;
    bool suites = false;
    bool only_tls13 = false;
    bool no_chacha = false;
};

bool is_violated(const Judgement& judgement, const std::string& rule)
{
    return std::ranges::any_of(judgement.findings, [&](const model::Finding& one) {
        return one.rule == rule && (one.verdict == Verdict::fail || one.verdict == Verdict::warn);
    });
}

Wanted wanted_of(const model::Policy& policy, const Judgement& judgement)
{
    Wanted wanted;
    for (const model::PolicyRule& rule : policy.rules) {
        if (!is_violated(judgement, rule.id)) {
            continue;
        }
        const auto* const versions = std::get_if<model::check::VersionsForbidden>(&rule.check);
        const bool suites = std::holds_alternative<model::check::SuitesAllowed>(rule.check) ||
                            std::holds_alternative<model::check::SuitesForbidden>(rule.check);
        wanted.versions = wanted.versions || versions != nullptr;
        wanted.suites = wanted.suites || suites;
        wanted.only_tls13 =
            wanted.only_tls13 || (versions != nullptr && forbids(rule.check, ProtocolVersion::tls1_2, CipherSuite{}));
        wanted.no_chacha =
            wanted.no_chacha || (suites && forbids(rule.check, ProtocolVersion::tls1_2,
                                                   CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256));
    }
    return wanted;
}

// A service as it may stand in master.cf; what it says now is not known, and each line that counts is written.
std::string service_for(Role role)
{
    switch (role) {
        case Role::mx:
        case Role::mx_mandatory: return "smtp inet n - y - - smtpd\n  -o smtpd_tls_security_level=may\n";
        case Role::submission: return "submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=may\n";
        case Role::submissions: return "submissions inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n";
    }
    return "";
}

void replace(std::string& line, const std::string& from, const std::string& to)
{
    if (const std::size_t at = line.find(from); at != std::string::npos) {
        line.replace(at, from.size(), to);
    }
}

std::vector<model::ConfigAdvice> postfix_advice(Role role)
{
    using namespace remedy;
    const base::UntrustedText file("master.cf");
    const MainCf main = parse_main("smtpd_tls_cert_file = /etc/postfix/cert.pem\n", file);
    const MasterCf master = parse_master(service_for(role), file);
    const Setup setup{assumed_postfix, usual_openssl(assumed_postfix), false};
    const MasterService& service = master.services.front();
    const Parameters parameters(main, &service, setup.postfix);
    const Mode mode = mode_of(parameters);
    const ServiceView view{parameters, setup, mode, duty_of(service, mode), forecast(parameters, setup)};
    return advise(view);
}

// Made once: it depends on nothing but the role, and takes longer than all else that is said of an endpoint.
const std::vector<model::ConfigAdvice>& postfix_advice_for(Role role)
{
    static const auto by_role = [] {
        std::array<std::vector<model::ConfigAdvice>, model::all_roles.size()> all;
        std::ranges::transform(model::all_roles, all.begin(), postfix_advice);
        return all;
    }();
    return by_role.at(static_cast<std::size_t>(role));
}

std::vector<std::string> postfix_lines(Role role, const Wanted& wanted)
{
    const std::vector<model::ConfigAdvice>& advice = postfix_advice_for(role);
    const std::size_t which = wanted.suites ? 1 : 0;
    if (which >= advice.size() || advice[which].changes.empty()) {
        return {};
    }
    std::vector<std::string> lines = {"# Postfix, " + advice[which].changes.front().where.escaped() + ":"};
    for (std::string line : advice[which].changes.front().lines) {
        if (wanted.only_tls13) {
            replace(line, ">=TLSv1.2", ">=TLSv1.3");
        }
        if (wanted.no_chacha) {
            replace(line, "ARIA, AESCCM", "ARIA, AESCCM, CHACHA20");
        }
        lines.push_back(std::move(line));
    }
    lines.emplace_back("# Postfix before 3.6 knows no >=: !SSLv2,!SSLv3,!TLSv1,!TLSv1.1 instead.");
    if (wanted.no_chacha) {
        lines.emplace_back(
            "# ChaCha20 of TLS 1.3 is switched off in OpenSSL's configuration (Ciphersuites), not here.");
    }
    lines.emplace_back(
        "# Then: postfix reload. What your own files say now: smtptls-scan explain postfix /etc/postfix");
    return lines;
}

std::vector<std::string> exim_lines(Role role, const Wanted& wanted)
{
    if (wanted.only_tls13) {
        return {};
    }
    const bool everybody = role == Role::mx || role == Role::mx_mandatory;
    const std::string suites = wanted.no_chacha ? "ECDHE+AESGCM:!aNULL" : "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
    const std::string gnutls =
        wanted.no_chacha ? "+AES-128-GCM:+AES-256-GCM" : "+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305";
    std::vector<std::string> lines = {"# Exim with OpenSSL (exim -bV tells; these lists know TLS 1.2 suites only):"};
    lines.push_back(everybody ? "tls_require_ciphers = " + suites
                              : "tls_require_ciphers = ${if =={$received_port}{25}{DEFAULT}{" + suites + "}}");
    lines.emplace_back("# Exim with GnuTLS (Debian and Ubuntu):");
    lines.push_back("tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:" + gnutls +
                    ":-RSA:-DHE-RSA");
    lines.emplace_back("# openssl_options = +no_tlsv1 +no_tlsv1_1 would also bind the mail that Exim sends.");
    return lines;
}

bool speaks_of(const std::string& greeting, std::string_view product)
{
    return greeting.find("ESMTP " + std::string(product)) != std::string::npos;
}

}  // namespace

std::string cost_of_port_25(const model::Policy& policy, Role role, const Judgement& judgement)
{
    const Wanted wanted = wanted_of(policy, judgement);
    if ((role != Role::mx && role != Role::mx_mandatory) || (!wanted.versions && !wanted.suites)) {
        return "";
    }
    return "To harden port 25 has a cost: a sender that knows nothing newer than what goes falls back to clear text or "
           "gives up, depending on the sender (RFC 7435 section 1.2, RFC 9325 section 5.2). The mail log knows who "
           "they are: smtptls-scan log.";
}

std::vector<std::string> remedy_lines(const model::Policy& policy, const Judgement& judgement, const Seen& seen)
{
    const Wanted wanted = wanted_of(policy, judgement);
    if (!wanted.versions && !wanted.suites) {
        return {};
    }
    const std::string greeting = seen.text("smtp.greeting");
    if (speaks_of(greeting, "Postfix")) {
        return postfix_lines(judgement.role, wanted);
    }
    return speaks_of(greeting, "Exim") ? exim_lines(judgement.role, wanted) : std::vector<std::string>();
}

}  // namespace smtptls::policy

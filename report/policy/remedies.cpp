#include "report/policy/remedies.hpp"

#include "report/policy/certificate_remedy.hpp"
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

bool is_violated(const Judgement& judgement, const std::string& rule)
{
    return std::ranges::any_of(judgement.findings, [&](const model::Finding& one) {
        return one.rule == rule && (one.verdict == Verdict::fail || one.verdict == Verdict::warn);
    });
}

Hardening change_of(const Policy& policy, const Judgement& judgement)
{
    Hardening wanted;
    for (const PolicyRule& rule : policy.rules) {
        if (!is_violated(judgement, rule.id)) {
            continue;
        }
        const auto* const versions = std::get_if<check::VersionsForbidden>(&rule.check);
        const bool suites = std::holds_alternative<check::SuitesAllowed>(rule.check) ||
                            std::holds_alternative<check::SuitesForbidden>(rule.check);
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

std::vector<remedy::ConfigAdvice> postfix_advice(Role role)
{
    using namespace remedy;
    const base::UntrustedText file("master.cf");
    const MainCf main = parse_main("smtpd_tls_cert_file = /etc/postfix/cert.pem\n", file);
    const MasterCf master = parse_master(service_for(role), file);
    const Setup setup{assumed_postfix, usual_openssl(assumed_postfix), false};
    return advise_alone(main, master.services.front(), setup);
}

// Made once: it depends on nothing but the role, and takes longer than all else that is said of an endpoint.
const std::vector<remedy::ConfigAdvice>& postfix_advice_for(Role role)
{
    static const auto by_role = [] {
        std::array<std::vector<remedy::ConfigAdvice>, all_roles.size()> all;
        std::ranges::transform(all_roles, all.begin(), postfix_advice);
        return all;
    }();
    return by_role.at(static_cast<std::size_t>(role));
}

std::vector<std::string> postfix_lines(Role role, const Hardening& wanted)
{
    const std::vector<remedy::ConfigAdvice>& advice = postfix_advice_for(role);
    const std::size_t which = wanted.suites ? 1 : 0;
    if (which >= advice.size() || advice[which].changes.empty()) {
        return {};
    }
    const std::string service = service_for(role);
    std::vector<std::string> lines = {"# Postfix, master.cf, below the line that begins with " +
                                      service.substr(0, service.find(" n ")) + ":"};
    for (std::string line : advice[which].changes.front().lines) {
        if (wanted.only_tls13) {
            replace(line, ">=TLSv1.2", ">=TLSv1.3");
        }
        if (wanted.no_chacha) {
            replace(line, "ARIA, AESCCM", "ARIA, AESCCM, CHACHA20");
        }
        lines.push_back(std::move(line));
    }
    lines.emplace_back("# Take other lines of these names below it out: of several the last counts.");
    lines.emplace_back("# Postfix before 3.6 knows no >=: !SSLv2,!SSLv3,!TLSv1,!TLSv1.1 instead.");
    if (wanted.no_chacha) {
        lines.emplace_back(
            "# ChaCha20 of TLS 1.3 is switched off in OpenSSL's configuration (Ciphersuites), not here.");
    }
    lines.emplace_back(
        "# Then: postfix reload. What your own files say now: smtptls-scan explain postfix /etc/postfix");
    return lines;
}

std::vector<std::string> exim_lines(Role role, const Hardening& wanted)
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

// Whether servers that offer this keep the rule, as far as versions and suites go.
bool is_met(const PolicyRule& rule, const Offer& offer)
{
    const auto accepts = [&offer](const auto& which) { return std::ranges::any_of(offer, which); };
    if (const auto* const wanted = std::get_if<check::VersionsRequired>(&rule.check)) {
        const auto is_there = [&](ProtocolVersion version) {
            return accepts([version](const auto& one) { return one.first == version; });
        };
        return wanted->any ? std::ranges::any_of(wanted->versions, is_there)
                           : std::ranges::all_of(wanted->versions, is_there);
    }
    if (const auto* const wanted = std::get_if<check::SuitesRequired>(&rule.check)) {
        const auto of_versions = [&](const auto& one) {
            return std::ranges::find(wanted->versions, one.first) != wanted->versions.end();
        };
        return !accepts(of_versions) || accepts([&](const auto& one) {
            return of_versions(one) && std::ranges::binary_search(wanted->suites, one.second);
        });
    }
    return !accepts([&rule](const auto& one) { return forbids(rule.check, one.first, one.second); });
}

/// One change, and the judgements that it serves.
struct Plan {
    Hardening change;
    std::vector<std::size_t> places;
    CertificateTrouble certificate;

    // With another's change in it, each rule that must hold does so as with the change for its policy alone. Who asks
    // for TLS 1.3 alone asks too much of the others' clients, and of an Exim, for which there are no such lines.
    bool serves(std::span<const Policy> policies, std::size_t place, const Hardening& own, Role role) const
    {
        if (!places.empty() && change.only_tls13 != own.only_tls13) {
            return false;
        }
        const Offer both = offer_after(change | own, role);
        const auto is_as_good = [&](std::size_t one, const Hardening& alone) {
            const Offer own_offer = offer_after(alone, role);
            return std::ranges::all_of(policies[one].rules, [&](const PolicyRule& rule) {
                return rule.level(role) != Level::must || !is_met(rule, own_offer) || is_met(rule, both);
            });
        };
        return is_as_good(place, own) &&
               std::ranges::all_of(places, [&](std::size_t one) { return is_as_good(one, change); });
    }

    void add(std::size_t place, const Hardening& own, const CertificateTrouble& with_certificate)
    {
        change = change | own;
        places.push_back(place);
        certificate.add(with_certificate);
    }

    std::vector<std::string> lines(Role role, const Seen& seen) const
    {
        std::vector<std::string> all;
        if (!change.nothing()) {
            const Product product = product_of(seen);
            all = product == Product::postfix ? postfix_lines(role, change)
                  : product == Product::exim  ? exim_lines(role, change)
                                              : std::vector<std::string>();
        }
        const std::vector<std::string> more = certificate_lines(certificate, seen);
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
};

}  // namespace

std::string cost_of_port_25(const Policy& policy, Role role, const Judgement& judgement)
{
    const Hardening wanted = change_of(policy, judgement);
    if ((role != Role::mx && role != Role::mx_mandatory) || (!wanted.versions && !wanted.suites)) {
        return "";
    }
    return "To harden port 25 has a cost: a sender that knows nothing newer than what goes falls back to clear text or "
           "gives up, depending on the sender (RFC 7435 section 1.2, RFC 9325 section 5.2). The mail log knows who "
           "they are: smtptls-scan log.";
}

Hardening Hardening::operator|(const Hardening& other) const
{
    return {versions || other.versions, suites || other.suites, only_tls13 || other.only_tls13,
            no_chacha || other.no_chacha};
}

Offer offer_after(const Hardening& change, Role role)
{
    using enum CipherSuite;
    Offer offer = {{ProtocolVersion::tls1_3, TLS_AES_128_GCM_SHA256},
                   {ProtocolVersion::tls1_3, TLS_AES_256_GCM_SHA384}};
    if (!change.no_chacha) {
        offer.emplace_back(ProtocolVersion::tls1_3, TLS_CHACHA20_POLY1305_SHA256);
    }
    const std::vector<remedy::ConfigAdvice>& advice = postfix_advice_for(role);
    const std::size_t which = change.suites ? 1 : 0;
    if (change.only_tls13 || which >= advice.size()) {
        return offer;
    }
    for (const CipherSuite suite : advice[which].after.front().forecast.suites) {
        const tls::SuiteInfo* const info = tls::find(suite);
        if (info == nullptr || !change.no_chacha || info->family != tls::CipherFamily::chacha20) {
            offer.emplace_back(ProtocolVersion::tls1_2, suite);
        }
    }
    return offer;
}

bool is_met_by(const Policy& policy, Role role, const Offer& offer)
{
    return std::ranges::all_of(
        policy.rules, [&](const PolicyRule& rule) { return rule.level(role) != Level::must || is_met(rule, offer); });
}

void give_remedies(std::span<const Policy> policies, const Seen& seen, std::vector<Judgement>& judgements)
{
    std::vector<Plan> plans;
    for (std::size_t i = 0; i < judgements.size(); ++i) {
        const Hardening own = change_of(policies[i], judgements[i]);
        const CertificateTrouble certificate = certificate_trouble(policies[i], judgements[i], seen);
        if (own.nothing() && certificate.none()) {
            continue;
        }
        const auto serves = [&](const Plan& plan) { return plan.serves(policies, i, own, judgements[i].role); };
        const auto found = std::ranges::find_if(plans, serves);
        Plan& plan = found == plans.end() ? plans.emplace_back() : *found;
        plan.add(i, own, certificate);
    }
    for (const Plan& plan : plans) {
        for (const std::size_t place : plan.places) {
            judgements[place].remedy = plan.lines(judgements[place].role, seen);
        }
    }
}

}  // namespace smtptls::policy

#include "report/remedy/explain_exim.hpp"

#include "report/remedy/cipher_list.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/gnutls_priority.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Findings = std::vector<ConfigFinding>;
using Versions = std::set<ProtocolVersion>;

constexpr const char* modern_options =
    "openssl_options = +no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1 +single_dh_use +no_ticket +no_renegotiation";
constexpr const char* modern_list = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
constexpr const char* modern_priority =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:-RSA:-DHE-RSA";
constexpr const char* least_priority = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1";

struct OptionName {
    std::string_view written;
    ProtocolVersion version;
};

constexpr std::array option_names = {
    OptionName{"no_tlsv1", ProtocolVersion::tls1_0}, OptionName{"no_tlsv1_1", ProtocolVersion::tls1_1},
    OptionName{"no_tlsv1_2", ProtocolVersion::tls1_2}, OptionName{"no_tlsv1_3", ProtocolVersion::tls1_3}};

// The last definition of an option of the main section; nullptr if it is not set.
const Setting* find(const EximConfig& config, std::string_view name)
{
    const auto found =
        std::find_if(config.main.rbegin(), config.main.rend(), [name](const Setting& one) { return one.name == name; });
    return found == config.main.rend() ? nullptr : &*found;
}

bool is_expanded(const Setting* at)
{
    return at != nullptr && at->value.find('$') != std::string::npos;
}

std::string names_of(const Versions& versions)
{
    std::vector<std::string> words;
    std::transform(versions.begin(), versions.end(), std::back_inserter(words),
                   [](ProtocolVersion version) { return tls::format(version); });
    return words.empty() ? "no version" : enumerated(words);
}

// The versions that openssl_options leaves; words it does not know go to `unknown`.
Versions left_by_options(const Setting* at, const Release& openssl, std::vector<std::string>& unknown)
{
    Versions left = versions_of(openssl);
    for (const std::string& word : words_of(at == nullptr ? "" : at->value, " \t:")) {
        const std::string name = word.substr(word.find_first_not_of("+-") == 0 ? 0 : 1);
        const auto found = std::find_if(option_names.begin(), option_names.end(),
                                        [&](const OptionName& one) { return one.written == name; });
        if (found != option_names.end() && word.front() == '-') {
            left.insert(found->version);
        } else if (found != option_names.end()) {
            left.erase(found->version);
        } else if (name.rfind("no_tls", 0) == 0) {
            unknown.push_back(base::UntrustedText(word).escaped());
        }
    }
    return left;
}

TlsForecast as_forecast(const Versions& versions)
{
    TlsForecast forecast;
    forecast.offer = TlsOffer::optional;
    forecast.versions.assign(versions.rbegin(), versions.rend());
    return forecast;
}

TlsForecast untold()
{
    TlsForecast forecast = as_forecast({});
    forecast.certain = false;
    forecast.note = "tls_require_ciphers is worked out for each connection";
    return forecast;
}

TlsForecast openssl_forecast(const Versions& by_options, const std::string& list, const Release& openssl)
{
    const CipherList ciphers = evaluate_cipher_list(list.empty() ? "DEFAULT" : list, openssl);
    if (ciphers.suites.empty()) {
        return {TlsOffer::broken, true, {}, {}, "OpenSSL finds no suite in tls_require_ciphers"};
    }
    Versions versions;
    for (const ProtocolVersion version : by_options) {
        const bool suite = std::any_of(ciphers.suites.begin(), ciphers.suites.end(), [&](tls::CipherSuite one) {
            return version == ProtocolVersion::tls1_2 || tls::find(one)->lowest < ProtocolVersion::tls1_2;
        });
        if (suite || version == ProtocolVersion::tls1_3) {
            versions.insert(version);
        }
    }
    return as_forecast(versions);
}

// What a line that counts leaves on: right or not enough.
void judge_left(const Setting& at, const TlsForecast& now, Findings& findings)
{
    const Versions all(now.versions.begin(), now.versions.end());
    const Versions old(all.begin(), all.lower_bound(ProtocolVersion::tls1_2));
    if (!now.certain) {
        findings.push_back(finding(RuleId::exim_not_told, at, {}));
    } else if (old.empty()) {
        findings.push_back(finding(RuleId::exim_enforced, at, {at.name, names_of(all)}));
    } else {
        findings.push_back(finding(RuleId::exim_old_versions_left, at, {at.name, names_of(old)}));
    }
}

void add_governing(const EximConfig& config, std::string_view name, std::string_view preset,
                   ServiceExplanation& service)
{
    const Setting* const at = find(config, name);
    service.governing.push_back({std::string(name), base::UntrustedText(at == nullptr ? preset : at->value),
                                 at == nullptr ? std::nullopt : std::optional(at->place)});
}

ConfigAdvice advice_of(std::string goal, std::vector<std::string> lines, TlsForecast after)
{
    ConfigAdvice advice;
    advice.goal = std::move(goal);
    advice.before = {
        "Clients that offer nothing newer than TLS 1.1 can then no longer use TLS: find them in the log "
        "(X=TLS1.0 or X=TLSv1) and update them first."};
    ConfigChange change;
    change.where = base::UntrustedText("the main section, before the first \"begin\"");
    change.lines = std::move(lines);
    advice.changes.push_back(std::move(change));
    advice.after.push_back({"", std::move(after)});
    return advice;
}

ServiceExplanation with_openssl(const EximConfig& config, const Release& openssl)
{
    const Setting* const options = find(config, "openssl_options");
    const Setting* const list = find(config, "tls_require_ciphers");
    ServiceExplanation service;
    service.title = "Exim built with OpenSSL";
    service.name = base::UntrustedText(service.title);
    service.role = "other";
    service.why =
        "openssl_options switches versions off, tls_require_ciphers is an OpenSSL cipher list and does not "
        "touch TLS 1.3. OpenSSL's own configuration (MinProtocol, security level) may switch off more.";
    std::vector<std::string> unknown;
    const Versions left = left_by_options(options, openssl, unknown);
    service.now = is_expanded(list) ? untold() : openssl_forecast(left, list == nullptr ? "" : list->value, openssl);
    add_governing(config, "openssl_options", "+no_sslv2 +no_sslv3 +single_dh_use +no_ticket +no_renegotiation",
                  service);
    add_governing(config, "tls_require_ciphers", "", service);
    if (!unknown.empty()) {
        service.findings.push_back(finding(RuleId::exim_options_unknown, *options, {enumerated(unknown)}));
        service.now = TlsForecast{TlsOffer::dead, true, {}, {}, "Exim refuses the configuration"};
    } else if (options != nullptr) {
        judge_left(*options, as_forecast(left), service.findings);
        if (left.count(ProtocolVersion::tls1_0) == 0 || left.count(ProtocolVersion::tls1_1) == 0) {
            service.findings.push_back(finding(RuleId::exim_options_both_ways, *options, {}));
        }
    }
    if (list != nullptr && is_priority_string(list->value)) {
        service.findings.push_back(finding(RuleId::exim_priority_for_openssl, *list, {}));
    } else if (list != nullptr) {
        judge_left(*list, service.now, service.findings);
    }
    service.advice = {
        advice_of("TLS 1.2 and newer, AEAD suites with forward secrecy only",
                  {std::string("  ") + modern_options, std::string("  tls_require_ciphers = ") + modern_list},
                  openssl_forecast({ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}, modern_list, openssl)),
        advice_of("the same on submission ports only, with port 25 and sending left as they are",
                  {std::string("  tls_require_ciphers = ${if =={$received_port}{25}{DEFAULT}{") + modern_list + "}}"},
                  openssl_forecast(versions_of(openssl), modern_list, openssl))};
    return service;
}

ServiceExplanation with_gnutls(const EximConfig& config)
{
    const Setting* const priority = find(config, "tls_require_ciphers");
    ServiceExplanation service;
    service.title = "Exim built with GnuTLS (Debian, Ubuntu)";
    service.name = base::UntrustedText(service.title);
    service.role = "other";
    service.why =
        "tls_require_ciphers is a GnuTLS priority string and decides about versions too; there is no "
        "openssl_options.";
    service.now = is_expanded(priority)
                      ? untold()
                      : as_forecast(parse_priority_versions(priority == nullptr ? "" : priority->value));
    add_governing(config, "tls_require_ciphers", "NORMAL", service);
    if (const Setting* const options = find(config, "openssl_options")) {
        service.findings.push_back(finding(RuleId::exim_openssl_only, *options, {}));
    }
    for (const char* name : {"gnutls_require_protocols", "gnutls_require_kx", "gnutls_require_mac"}) {
        if (const Setting* const removed = find(config, name)) {
            service.findings.push_back(finding(RuleId::exim_required_removed, *removed, {name}));
        }
    }
    if (priority != nullptr && !priority->value.empty() && !is_expanded(priority) &&
        !is_priority_string(priority->value)) {
        service.findings.push_back(finding(RuleId::exim_openssl_list_for_gnutls, *priority, {}));
        service.now = TlsForecast{TlsOffer::broken, true, {}, {}, "GnuTLS does not understand tls_require_ciphers"};
    } else if (priority != nullptr) {
        judge_left(*priority, service.now, service.findings);
    }
    service.advice = {advice_of("TLS 1.2 and newer only", {std::string("  tls_require_ciphers = ") + least_priority},
                                as_forecast(parse_priority_versions(least_priority))),
                      advice_of("TLS 1.2 and newer, AEAD suites with forward secrecy only",
                                {std::string("  tls_require_ciphers = ") + modern_priority},
                                as_forecast(parse_priority_versions(modern_priority)))};
    return service;
}

bool lists_port(const Setting* at, std::string_view port, std::string_view name)
{
    const std::vector<std::string> words = words_of(at == nullptr ? "" : at->value, " \t:,;<");
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return word == port || word == name; });
}

Findings judge_all(const EximConfig& config)
{
    Findings findings;
    for (const Setting& at : config.main) {
        const Setting* const last = find(config, at.name);
        const bool about_tls = at.name.rfind("tls_", 0) == 0 || at.name == "openssl_options";
        if (about_tls && last != &at) {
            findings.push_back(finding(RuleId::exim_overridden, at, {std::to_string(last->place.line)}));
        }
    }
    const Setting* const advertise = find(config, "tls_advertise_hosts");
    if (advertise != nullptr && advertise->value.empty()) {
        findings.push_back(finding(RuleId::exim_no_advertise, *advertise, {}));
    }
    const Setting* const ports = find(config, "daemon_smtp_ports");
    if (lists_port(ports, "465", "smtps") && !lists_port(find(config, "tls_on_connect_ports"), "465", "smtps")) {
        findings.push_back(finding(RuleId::exim_no_implicit, *ports, {}));
    }
    for (const Setting& at : config.transports) {
        if (at.name == "tls_require_ciphers" || at.name == "hosts_require_tls" || at.name == "hosts_avoid_tls") {
            findings.push_back(finding(RuleId::exim_transport, at, {}));
        }
    }
    return findings;
}

}  // namespace

Explanation explain_exim(const EximConfig& config, const std::optional<Release>& openssl)
{
    constexpr Release usual = {3, 0, 0};
    Explanation explanation;
    explanation.product = "Exim";
    explanation.assumptions = {
        "which library Exim is built with is not in the file (exim -bV prints it), so both are "
        "explained"};
    if (!openssl) {
        explanation.assumptions.push_back("OpenSSL " + format(usual) +
                                          ", GnuTLS 3.7; say --openssl-version if yours is another");
    }
    explanation.services = {with_gnutls(config), with_openssl(config, openssl.value_or(usual))};
    explanation.findings = judge_all(config);
    for (const FileProblem& problem : config.problems) {
        explanation.problems.push_back({"unreadable", FindingKind::missing, problem.place,
                                        base::UntrustedText(problem.text), problem.sentence,
                                        "Exim specification, chapter 6"});
    }
    explanation.notes = {"exim -bV prints the library; exim -bP tls_require_ciphers prints what Exim reads.",
                         "After a change: restart Exim, then smtptls-scan HOST:PORT."};
    return explanation;
}

}  // namespace smtptls::remedy

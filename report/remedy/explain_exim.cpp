#include "report/remedy/explain_exim.hpp"

#include "report/remedy/cipher_list.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/exim_advice.hpp"
#include "report/remedy/gnutls_priority.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Findings = std::vector<ConfigFinding>;
using Versions = std::set<ProtocolVersion>;

constexpr std::array deciding_options = {"tls_require_ciphers", "openssl_options", "tls_advertise_hosts",
                                         "tls_on_connect_ports"};

// A configuration as one build of Exim reads it, and what clients get.
struct EximView {
    EximBuild build;
    bool ecdsa;
    EximConfig config;
    EximClients clients;
};

EximView exim_view(const EximText& text, const EximBuild& build, bool ecdsa)
{
    EximView view{build, ecdsa, parse_exim(text, build), {}};
    view.clients = forecast_exim(view.config, build, ecdsa);
    return view;
}

bool is_worked_out(const Setting& at)
{
    return at.value.find('$') != std::string::npos;
}

std::string version_names(const Versions& versions)
{
    std::vector<std::string> words;
    std::transform(versions.begin(), versions.end(), std::back_inserter(words),
                   [](ProtocolVersion version) { return tls::format(version); });
    return words.empty() ? "no version" : enumerated(words);
}

Versions outdated(const Versions& versions)
{
    return {versions.begin(), versions.lower_bound(ProtocolVersion::tls1_2)};
}

// What a line that counts leaves on: right or not enough.
void judge_exim_list(const Setting& at, const TlsForecast& tls, Findings& findings)
{
    const Versions all(tls.versions.begin(), tls.versions.end());
    const Versions old = outdated(all);
    if (is_worked_out(at)) {
        findings.push_back(finding(RuleId::exim_not_told, at, {}));
    } else if (!tls.certain || tls.offer == TlsOffer::none || tls.offer == TlsOffer::dead) {
        return;
    } else if (old.empty()) {
        findings.push_back(finding(RuleId::exim_enforced, at, {at.name, version_names(all)}));
    } else {
        findings.push_back(finding(RuleId::exim_old_versions_left, at, {at.name, version_names(old)}));
    }
}

void add_exim_governing(const EximConfig& config, std::string_view name, std::string_view preset,
                        ServiceExplanation& service)
{
    const Setting* const at = find_setting(config, name);
    service.governing.push_back({std::string(name), base::UntrustedText(at == nullptr ? preset : at->value),
                                 at == nullptr ? std::nullopt : std::optional(at->place)});
}

// The lines that name what clients are shown; without them Exim makes a self-signed certificate of its own.
void add_exim_certificate(const EximConfig& config, ServiceExplanation& service)
{
    for (const char* const name : {"tls_certificate", "tls_privatekey"}) {
        if (find_setting(config, name) != nullptr) {
            add_exim_governing(config, name, "", service);
        }
    }
}

void judge_exim_options(const EximView& view, Findings& findings)
{
    const Setting* const at = find_setting(view.config, "openssl_options");
    if (at == nullptr) {
        return;
    }
    const Release& openssl = view.build.openssl;
    const OpensslOptions options = evaluate_openssl_options(at->value, openssl);
    if (is_worked_out(*at)) {
        findings.push_back(finding(RuleId::exim_not_told, *at, {}));
        return;
    }
    if (!options.wrong.empty()) {
        findings.push_back(finding(RuleId::exim_options_unknown, *at, {enumerated(options.wrong)}));
        return;
    }
    const Setting* const list = find_setting(view.config, "tls_require_ciphers");
    const int level = security_level(list == nullptr ? "" : list->value, openssl);
    const Versions old = outdated(options.left);
    Versions refused;
    std::copy_if(old.begin(), old.end(), std::inserter(refused, refused.end()),
                 [&](ProtocolVersion version) { return !is_allowed(version, level, openssl); });
    if (!refused.empty()) {
        findings.push_back(
            finding(RuleId::exim_level_refuses, *at, {version_names(refused), format(openssl), std::to_string(level)}));
    } else if (old.empty()) {
        findings.push_back(finding(RuleId::exim_enforced, *at, {at->name, version_names(options.left)}));
    } else {
        findings.push_back(finding(RuleId::exim_old_versions_left, *at, {at->name, version_names(old)}));
    }
    if (options.left.size() < versions_of(openssl).size()) {
        findings.push_back(finding(RuleId::exim_options_both_ways, *at, {}));
    }
}

// What keeps TLS 1.0 and 1.1 out with OpenSSL 3 though nothing in the configuration does.
std::string why_of_openssl(const EximView& view)
{
    const Release& openssl = view.build.openssl;
    const Setting* const list = find_setting(view.config, "tls_require_ciphers");
    const int level = security_level(list == nullptr ? "" : list->value, openssl);
    std::string why =
        "openssl_options switches versions off, tls_require_ciphers is an OpenSSL cipher list and does not touch TLS "
        "1.3.";
    if (!is_allowed(ProtocolVersion::tls1_0, level, openssl)) {
        why += " OpenSSL " + format(openssl) + " refuses " +
               (is_allowed(ProtocolVersion::tls1_1, level, openssl) ? "TLS 1.0" : "TLS 1.0 and 1.1") +
               " at its security level " + std::to_string(level) + ", whatever openssl_options says";
        why += openssl >= Release{3, 0, 0} ? "; only @SECLEVEL=0 in tls_require_ciphers lets them in." : ".";
    }
    return why;
}

// The lines whose condition cannot be told.
void judge_unsure(const EximConfig& config, Findings& findings)
{
    for (const EximUnsure& one : config.unsure) {
        if (std::find(deciding_options.begin(), deciding_options.end(), one.setting.name) != deciding_options.end()) {
            findings.push_back(finding(RuleId::exim_unsure, one.setting, {one.why}));
        }
    }
}

ServiceExplanation exim_service(const EximView& view, std::string title, std::string why)
{
    ServiceExplanation service;
    service.title = std::move(title);
    service.name = base::UntrustedText(service.title);
    service.role = "other";
    service.why = std::move(why);
    service.now = view.clients.starttls;
    return service;
}

ServiceExplanation openssl_service(const EximView& view)
{
    ServiceExplanation service = exim_service(view, "Exim built with OpenSSL", why_of_openssl(view));
    add_exim_governing(view.config, "openssl_options",
                       "+no_sslv2 +no_sslv3 +single_dh_use +no_ticket +no_renegotiation", service);
    add_exim_governing(view.config, "tls_require_ciphers", "", service);
    add_exim_certificate(view.config, service);
    judge_exim_options(view, service.findings);
    const Setting* const list = find_setting(view.config, "tls_require_ciphers");
    if (list != nullptr && is_priority_string(list->value)) {
        service.findings.push_back(finding(RuleId::exim_priority_for_openssl, *list, {}));
    } else if (list != nullptr && !list->value.empty()) {
        judge_exim_list(*list, view.clients.starttls, service.findings);
    }
    return service;
}

void judge_priority(const Setting& at, const EximView& view, Findings& findings)
{
    const GnutlsPriority priority = is_worked_out(at) ? GnutlsPriority{} : evaluate_priority(at.value);
    if (!priority.refused) {
        judge_exim_list(at, view.clients.starttls, findings);
    } else if (is_priority_string(at.value)) {
        findings.push_back(finding(RuleId::exim_priority_wrong, at, {in_quotes(*priority.refused)}));
    } else {
        findings.push_back(finding(RuleId::exim_openssl_list_for_gnutls, at, {}));
    }
}

ServiceExplanation gnutls_service(const EximView& view)
{
    ServiceExplanation service = exim_service(
        view, "Exim built with GnuTLS (Debian, Ubuntu)",
        "tls_require_ciphers is a GnuTLS priority string and decides about versions too; openssl_options is "
        "for OpenSSL builds only.");
    add_exim_governing(view.config, "tls_require_ciphers", "NORMAL", service);
    add_exim_certificate(view.config, service);
    if (const Setting* const options = find_setting(view.config, "openssl_options")) {
        service.findings.push_back(finding(RuleId::exim_openssl_only, *options, {}));
    }
    const Setting* const priority = find_setting(view.config, "tls_require_ciphers");
    if (priority != nullptr && !priority->value.empty()) {
        judge_priority(*priority, view, service.findings);
    }
    return service;
}

std::optional<std::uint16_t> only_port(std::string_view ports)
{
    const std::vector<std::string> words = words_of(ports, " \t:");
    std::uint16_t port = 0;
    const std::string one = words.size() == 1 ? words[0] : "";
    const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), port);
    return error == std::errc() && end == one.data() + one.size() && port != 0 ? std::optional(port) : std::nullopt;
}

// The ports where TLS begins with the first byte, if STARTTLS is not what all clients of the others get.
std::optional<ServiceExplanation> implicit_of(const EximView& view, const std::string& title)
{
    const TlsForecast& starttls = view.clients.starttls;
    const bool same = starttls.certain && starttls.offer == TlsOffer::optional && starttls.note.empty();
    if (!view.clients.implicit || same || starttls.offer == TlsOffer::dead) {
        return std::nullopt;
    }
    ServiceExplanation service = exim_service(
        view, title + ", ports of tls_on_connect_ports",
        "Here TLS begins with the first byte, so tls_advertise_hosts does not count; all else is as above.");
    service.now = *view.clients.implicit;
    add_exim_governing(view.config, "tls_on_connect_ports", "", service);
    service.port = only_port(find_setting(view.config, "tls_on_connect_ports")->value);
    return service;
}

bool lists_port(const Setting* at, std::string_view port, std::string_view name)
{
    const std::vector<std::string> words = words_of(at == nullptr ? "" : at->value, " \t:,;<");
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return word == port || word == name; });
}

void judge_repetitions(const EximConfig& config, Findings& findings)
{
    std::map<std::string_view, const Setting*> last;
    for (const Setting& at : config.main) {
        const auto [known, is_new] = last.try_emplace(at.name, &at);
        if (!is_new) {
            findings.push_back(finding(RuleId::exim_overridden, *known->second, {exim_place(at.place)}));
            known->second = &at;
        }
    }
}

void judge_removed(const EximConfig& config, Findings& findings)
{
    for (const char* name : {"gnutls_require_protocols", "gnutls_require_kx", "gnutls_require_mac"}) {
        if (const Setting* const removed = find_setting(config, name)) {
            findings.push_back(finding(RuleId::exim_required_removed, *removed, {name}));
        }
    }
}

void judge_offer(const EximView& view, Findings& findings)
{
    const Setting* const advertise = find_setting(view.config, "tls_advertise_hosts");
    switch (advertised(view.config, view.build)) {
        case Advertised::nobody:
            findings.push_back(advertise != nullptr ? finding(RuleId::exim_no_advertise, *advertise, {})
                                                    : finding(RuleId::exim_no_advertise_default, {}));
            break;
        case Advertised::some: findings.push_back(finding(RuleId::exim_advertise_some, *advertise, {})); break;
        case Advertised::unclear: findings.push_back(finding(RuleId::exim_not_told, *advertise, {})); break;
        case Advertised::everyone: break;
    }
    const Setting* const ports = find_setting(view.config, "daemon_smtp_ports");
    if (lists_port(ports, "465", "smtps") &&
        !lists_port(find_setting(view.config, "tls_on_connect_ports"), "465", "smtps")) {
        findings.push_back(finding(RuleId::exim_no_implicit, *ports, {}));
    }
}

Findings judge_exim(const EximView& view)
{
    Findings findings;
    judge_repetitions(view.config, findings);
    judge_removed(view.config, findings);
    judge_offer(view, findings);
    judge_unsure(view.config, findings);
    for (const Setting& at : view.config.transports) {
        if (at.name == "tls_require_ciphers" || at.name == "hosts_require_tls" || at.name == "hosts_avoid_tls") {
            findings.push_back(finding(RuleId::exim_transport, at, {}));
        }
    }
    constexpr std::size_t most = 200;
    findings.resize(std::min(findings.size(), most));
    return findings;
}

Findings exim_problems(const EximView& view)
{
    Findings problems;
    for (const EximProblem& one : view.config.problems) {
        problems.push_back({"unreadable",
                            one.trouble == EximTrouble::refusal ? FindingKind::harmful : FindingKind::missing,
                            one.place, base::UntrustedText(one.text), one.sentence, "Exim specification, chapter 6"});
    }
    return problems;
}

// What the two builds have in common is said once.
void merge_findings(Findings& all, const Findings& more)
{
    const auto same = [](const ConfigFinding& one, const ConfigFinding& other) {
        return one.rule == other.rule && one.place == other.place && one.sentence == other.sentence;
    };
    for (const ConfigFinding& next : more) {
        if (std::none_of(all.begin(), all.end(), [&](const ConfigFinding& one) { return same(one, next); })) {
            all.push_back(next);
        }
    }
}

}  // namespace

Explanation explain_exim(const EximText& text, const EximSetup& setup)
{
    constexpr Release usual_openssl = {3, 0, 0};
    const EximBuild usual;
    const Release exim = setup.exim.value_or(usual.exim);
    const Release openssl = setup.openssl.value_or(usual_openssl);
    Explanation explanation;
    explanation.product = "Exim " + std::to_string(exim.major) + "." + std::to_string(exim.minor);
    explanation.assumptions = {
        "which library Exim is built with is not in the file (exim -bV prints it), so both are "
        "explained"};
    if (!setup.exim) {
        explanation.assumptions.push_back("Exim 4.96, Debian 12's; say --exim-version if yours is another");
    }
    const int level = preset_security_level(openssl);
    explanation.assumptions.push_back("GnuTLS 3.7, and OpenSSL " + format(openssl) +
                                      (setup.openssl ? "" : " (say --openssl-version if yours is another)") +
                                      (level == 0 ? std::string()
                                                  : " at its own security level, " + std::to_string(level) +
                                                        (level == 1 ? " (Debian's and Ubuntu's is 2)" : "")) +
                                      ", and an openssl.cnf that says nothing of versions");
    for (const bool gnutls : {true, false}) {
        const EximView view = exim_view(text, {exim, gnutls, openssl}, setup.ecdsa_seen);
        ServiceExplanation service = gnutls ? gnutls_service(view) : openssl_service(view);
        service.advice = advise_exim(view.config, view.build, setup.ecdsa_seen);
        auto implicit = implicit_of(view, service.title);
        explanation.services.push_back(std::move(service));
        if (implicit) {
            explanation.services.push_back(std::move(*implicit));
        }
        merge_findings(explanation.findings, judge_exim(view));
        merge_findings(explanation.problems, exim_problems(view));
    }
    explanation.notes = {"exim -bV prints the library; exim -bP tls_require_ciphers prints what Exim reads.",
                         "After a change: restart Exim, then smtptls-scan HOST:PORT."};
    return explanation;
}

}  // namespace smtptls::remedy

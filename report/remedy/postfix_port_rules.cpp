// The rules about what a port is for: who connects there, what may be demanded of them, and how TLS begins;
// and about what is not there: a level, a certificate, protection of passwords, a line in the log.
#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_rules.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Findings = std::vector<ConfigFinding>;

ConfigFinding at_line(RuleId id, const ServiceView& view, const Setting* line, std::initializer_list<std::string> gaps)
{
    if (line != nullptr) {
        return finding(id, *line, gaps);
    }
    ConfigFinding found = finding(id, gaps);
    found.place = view.at->place;
    return found;
}

bool is_for_starttls(const ServiceView& view)
{
    const auto port = port_of(*view.at);
    return port == 25 || port == 587 || view.at->type == "pass";
}

// About a level that counts, at its line.
std::optional<ConfigFinding> judge_level(const ServiceView& view, const Setting& at)
{
    if (view.mode == Mode::invalid) {
        const std::string level = view.parameters.value(view.parameters.own("smtpd_tls_security_level"));
        return finding(RuleId::bad_level, at, {base::UntrustedText(level).escaped()});
    }
    if (view.mode == Mode::encrypt) {
        switch (view.duty) {
            case Duty::exchanger: return finding(RuleId::encrypt_on_exchanger, at, {});
            case Duty::internal: return finding(RuleId::encrypt_on_internal, at, {});
            default: return finding(RuleId::encrypt_at_submission, at, {});
        }
    }
    const bool lax = view.mode == Mode::may && view.duty == Duty::submission;
    return lax ? std::optional(finding(RuleId::submission_in_clear, at, {})) : std::nullopt;
}

ConfigFinding judge_switched_on(const ServiceView& view, const Setting& at)
{
    const std::string level = view.mode == Mode::encrypt ? "encrypt" : "may";
    return finding(RuleId::obsolete_switch_counts, at, {label(view), "smtpd_tls_security_level = " + level});
}

bool offers_plaintext(const ServiceView& view)
{
    const auto options = words_of(lower(view.parameters.value("smtpd_sasl_security_options")), ", \t");
    return std::find(options.begin(), options.end(), "noplaintext") == options.end();
}

Findings judge_passwords(const ServiceView& view)
{
    const Parameters& parameters = view.parameters;
    const bool sasl = parameters.yes("smtpd_sasl_auth_enable");
    const bool asked_for = sasl || view.duty == Duty::submission;
    if (view.is_postscreen() || (view.mode != Mode::may && view.mode != Mode::off) || !asked_for) {
        return {};
    }
    if (parameters.yes("smtpd_tls_auth_only")) {
        return view.mode == Mode::off && sasl ? Findings{finding(RuleId::nobody_can_log_in, {})} : Findings{};
    }
    if (!offers_plaintext(view)) {
        return {};
    }
    const bool off = view.mode == Mode::off;
    return {
        finding(RuleId::password_in_clear, {off ? ", since there is no TLS" : "",
                                            off ? " and switch TLS on" : ", or the level encrypt, which implies it"})};
}

// "main.cf:7 sets smtpd_tls_mandatory_protocols, which does not count here": what was perhaps meant to.
std::string beside_the_point(const ServiceView& view, const std::string& counts)
{
    const bool mandatory = counts.find("_mandatory_") != std::string::npos;
    const std::string other = view.parameters.own(mandatory ? "smtpd_tls_protocols" : "smtpd_tls_mandatory_protocols");
    const Setting* const line = view.parameters.origin(other);
    return line == nullptr ? ""
                           : " (" + line->place.file.escaped() + ":" + std::to_string(line->place.line) + " sets " +
                                 line->name + ", which does not count here.)";
}

Findings judge_unset_protocols(const ServiceView& view)
{
    const std::string protocols = governing(view.parameters, view.mode).protocols;
    std::vector<ProtocolVersion> old;
    std::copy_if(view.now.versions.begin(), view.now.versions.end(), std::back_inserter(old),
                 [](ProtocolVersion version) { return version < ProtocolVersion::tls1_2; });
    if (view.parameters.origin(protocols) != nullptr || old.empty() || view.duty == Duty::internal) {
        return {};
    }
    return {finding(RuleId::nothing_set, {protocols, format(view.setup.postfix), "it leaves " + named(old),
                                          beside_the_point(view, protocols)})};
}

// Below TLS 1.3 a suite is for one kind of key.
bool has_ecdsa_alone(const ServiceView& view)
{
    const Certificates found = certificates_of(view.parameters, view.setup);
    const bool older = std::any_of(view.now.versions.begin(), view.now.versions.end(),
                                   [](ProtocolVersion version) { return version < ProtocolVersion::tls1_3; });
    return found.ecdsa && !found.rsa && older && view.duty != Duty::internal;
}

ConfigFinding judge_off(const ServiceView& view)
{
    const Parameters front = view.front();
    const std::string name = front.own("smtpd_tls_security_level");
    const Setting* const line = front.origin(name);
    const std::string value = front.value(name);
    return line == nullptr || value.empty() ? finding(RuleId::tls_not_on, {name + " is not set"})
                                            : finding(RuleId::tls_not_on, *line, {name + " is " + lower(value)});
}

}  // namespace

std::string broken_tls(Mode mode)
{
    return mode == Mode::wrapper ? ": each connection is dropped before the greeting"
                                 : ": EHLO still lists STARTTLS, and the answer to STARTTLS is \"454 4.7.0 TLS not "
                                   "available due to local problem\"";
}

Findings judge_port(const ServiceView& view)
{
    const auto port = port_of(*view.at);
    const Setting* const line = mode_line(view.parameters);
    if (view.mode == Mode::wrapper) {
        const std::string what = view.at->type == "pass" ? "What postscreen hands over" : "This";
        return is_for_starttls(view) ? Findings{at_line(RuleId::wrapper_on_starttls_port, view, line,
                                                        {port ? "Port " + std::to_string(*port) : what})}
                                     : Findings{};
    }
    if (port == 465) {
        return {at_line(RuleId::no_wrapper_on_465, view, view.parameters.origin("smtpd_tls_wrappermode"), {})};
    }
    if (line == nullptr) {
        return {};
    }
    Findings findings;
    if (auto level = judge_level(view, *line)) {
        findings.push_back(std::move(*level));
    }
    const bool old_switch = line->name == "smtpd_use_tls" || line->name == "smtpd_enforce_tls";
    const bool harms = !findings.empty() && findings.front().kind == FindingKind::harmful;
    if (old_switch && view.parameters.yes(line->name) && !harms) {
        findings.insert(findings.begin(), judge_switched_on(view, *line));
    }
    return findings;
}

Findings judge_missing(const ServiceView& view)
{
    if (view.now.offer == TlsOffer::dead) {
        return {};  // nothing that is missing matters before the program starts
    }
    Findings findings = judge_passwords(view);
    if (view.mode == Mode::off) {
        if (view.duty != Duty::internal) {
            findings.push_back(judge_off(view));
        }
        return findings;
    }
    if (!certificates_of(view.parameters, view.setup).any) {
        const bool chain = has_since(view.setup.postfix, "3.4");
        findings.push_back(finding(RuleId::no_certificate,
                                   {chain ? "smtpd_tls_chain_files or smtpd_tls_cert_file" : "smtpd_tls_cert_file",
                                    "Postfix cannot speak TLS" + broken_tls(view.mode)}));
    }
    if (has_ecdsa_alone(view)) {
        findings.push_back(finding(RuleId::ecdsa_alone, {}));
    }
    const Findings unset = judge_unset_protocols(view);
    findings.insert(findings.end(), unset.begin(), unset.end());
    const std::string log = view.parameters.own("smtpd_tls_loglevel");
    if (view.parameters.value(log) == "0" && view.duty != Duty::internal) {
        findings.push_back(finding(RuleId::no_tls_log, {}));
    }
    return findings;
}

}  // namespace smtptls::remedy

#include "report/remedy/postfix_rules.hpp"

#include "report/remedy/config_lines.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Findings = std::vector<ConfigFinding>;

bool begins(std::string_view name, std::string_view prefix)
{
    return name.substr(0, prefix.size()) == prefix;
}

void append(Findings& to, Findings from)
{
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

// The parameter that counts where `name` does not, or nothing if `name` counts.
std::optional<std::string_view> rival(std::string_view name, Mode mode)
{
    const Governing names = governing(mode);
    const Parameter* const parameter = find_parameter(name);
    if (parameter == nullptr || parameter->part == Part::sending) {
        return std::nullopt;
    }
    if (parameter->part == Part::protocols && name != names.protocols) {
        return names.protocols;
    }
    if (parameter->part == Part::ciphers && name != names.ciphers) {
        return names.ciphers;
    }
    const bool counts = std::find(names.exclusions.begin(), names.exclusions.end(), name) != names.exclusions.end();
    return parameter->part == Part::exclusions && !counts ? std::optional(names.exclusions.front()) : std::nullopt;
}

ConfigFinding without_effect(const Setting& at, std::string_view counts, Mode mode)
{
    const std::string name(counts);
    switch (mode) {
        case Mode::encrypt: return finding(RuleId::opportunistic_at_encrypt, at, {name});
        case Mode::wrapper: return finding(RuleId::opportunistic_in_wrapper, at, {name});
        default: return finding(RuleId::mandatory_at_may, at, {name});
    }
}

Findings judge_level(const ServiceView& view, const Setting& at)
{
    const std::string level = lower(view.parameters.value("smtpd_tls_security_level"));
    if (view.mode == Mode::invalid) {
        return {finding(RuleId::bad_level, at, {base::UntrustedText(level).escaped()})};
    }
    if (view.mode == Mode::wrapper) {
        const bool weaker = level == "may" || level == "none";
        return weaker ? Findings{finding(RuleId::level_in_wrapper, at, {level})} : Findings{};
    }
    if (view.mode == Mode::encrypt) {
        const bool exchanger = view.duty == Duty::exchanger;
        return {finding(exchanger ? RuleId::encrypt_on_exchanger : RuleId::encrypt_at_submission, at, {})};
    }
    if (view.mode == Mode::may && view.duty == Duty::submission) {
        return {finding(RuleId::submission_in_clear, at, {})};
    }
    return {};
}

// About a parameter that is not about protocols or ciphers.
Findings judge_other(const ServiceView& view, const Setting& at)
{
    if (at.name == "smtpd_tls_security_level") {
        return judge_level(view, at);
    }
    const bool obsolete = at.name == "smtpd_use_tls" || at.name == "smtpd_enforce_tls";
    if (obsolete && view.parameters.is_set("smtpd_tls_security_level")) {
        return {finding(RuleId::obsolete_switch, at, {at.name})};
    }
    return {};
}

bool is_about_tls(const Setting& at)
{
    return begins(at.name, "smtpd_tls_") || begins(at.name, "tls_");
}

Findings judge_setting(const ServiceView& view, const Setting& at)
{
    const Parameter* const parameter = find_parameter(at.name);
    if (parameter != nullptr && parameter->part == Part::level) {
        return judge_other(view, at);
    }
    if (view.mode == Mode::off && is_about_tls(at)) {
        return {finding(RuleId::tls_is_off, at, {})};
    }
    if (const auto counts = rival(at.name, view.mode)) {
        return {without_effect(at, *counts, view.mode)};
    }
    if (at.name == governing(view.mode).protocols) {
        return judge_protocols(view, at);
    }
    return {};
}

Findings judge_option(const ServiceView& view, const ServiceOption& option)
{
    const Setting& at = option.setting;
    Findings findings;
    if (option.braces && !has_since(view.setup.postfix, "3.0")) {
        findings.push_back(finding(RuleId::braces_too_new, at, {format(view.setup.postfix)}));
    }
    if (begins(at.name, "smtp_tls_") || begins(at.name, "lmtp_tls_") || at.name == "smtp_use_tls" ||
        at.name == "smtp_enforce_tls") {
        findings.push_back(finding(RuleId::client_parameter, at, {at.name}));
        return findings;
    }
    if (auto common = judge_common(view.parameters, at, view.setup)) {
        findings.push_back(std::move(*common));
    } else {
        append(findings, judge_setting(view, at));
    }
    return findings;
}

// A line of main.cf is spoken of here if it counts, or if the one that counts instead is not set: then it
// was probably meant to.
Findings judge_inherited(const ServiceView& view, const Setting& at)
{
    const auto counts = rival(at.name, view.mode);
    if (view.mode == Mode::off || (counts && view.parameters.is_set(*counts))) {
        return {};
    }
    return judge_setting(view, at);
}

Findings judge_missing(const ServiceView& view)
{
    Findings findings;
    if (view.mode == Mode::off) {
        findings.push_back(finding(RuleId::tls_not_on, {}));
        return findings;
    }
    if (!certificates_of(view.parameters, view.setup).any) {
        findings.push_back(finding(RuleId::no_certificate, {}));
    }
    const std::string protocols(governing(view.mode).protocols);
    std::vector<ProtocolVersion> old;
    std::copy_if(view.now.versions.begin(), view.now.versions.end(), std::back_inserter(old),
                 [](ProtocolVersion version) { return version < ProtocolVersion::tls1_2; });
    if (!view.parameters.is_set(protocols) && !old.empty()) {
        findings.push_back(
            finding(RuleId::nothing_set, {protocols, format(view.setup.postfix), "it leaves " + named(old)}));
    }
    const bool clear_allowed = view.mode == Mode::may && !view.parameters.yes("smtpd_tls_auth_only");
    if (clear_allowed && (view.parameters.yes("smtpd_sasl_auth_enable") || view.duty == Duty::submission)) {
        findings.push_back(finding(RuleId::password_in_clear, {}));
    }
    if (view.parameters.value("smtpd_tls_loglevel") == "0") {
        findings.push_back(finding(RuleId::no_tls_log, {}));
    }
    return findings;
}

}  // namespace

std::string named(const std::vector<ProtocolVersion>& versions)
{
    std::vector<ProtocolVersion> sorted = versions;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::string> words;
    std::transform(sorted.begin(), sorted.end(), std::back_inserter(words),
                   [](ProtocolVersion version) { return tls::format(version); });
    return words.empty() ? "no version" : enumerated(words);
}

Findings judge_service(const ServiceView& view)
{
    Findings findings;
    const MasterService& service = *view.parameters.service();
    for (const FileProblem& problem : service.problems) {
        ConfigFinding bad = finding(RuleId::bad_argument, {in_quotes(problem.text) + ": " + problem.sentence});
        bad.place = problem.place;
        findings.push_back(std::move(bad));
    }
    if (!findings.empty()) {
        return findings;
    }
    for (const ServiceOption& option : service.options) {
        append(findings, judge_option(view, option));
    }
    for (const Setting* const at : view.parameters.inherited()) {
        append(findings, judge_inherited(view, *at));
    }
    append(findings, judge_ciphers(view));
    append(findings, judge_missing(view));
    return findings;
}

Findings judge_client(const MasterService& service)
{
    Findings findings;
    for (const ServiceOption& option : service.options) {
        if (begins(option.setting.name, "smtpd_tls_") || option.setting.name == "smtpd_use_tls") {
            findings.push_back(finding(RuleId::server_parameter_at_client, option.setting, {option.setting.name}));
        }
    }
    return findings;
}

}  // namespace smtptls::remedy

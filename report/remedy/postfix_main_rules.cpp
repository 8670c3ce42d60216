// The rules about main.cf as a whole. A line is judged by every service that reads it: it is useless only if none
// lives by it.
#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_certificates.hpp"
#include "report/remedy/postfix_rules.hpp"
#include "report/remedy/postfix_values.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using Findings = std::vector<ConfigFinding>;

bool is_about_tls(const std::string& name)
{
    return name.find("_tls_") != std::string::npos || name.rfind("tls_", 0) == 0;
}

std::optional<ConfigFinding> judge_value(const Parameter& parameter, const Setting& at, const Effective& effective)
{
    const std::string shown_value = base::UntrustedText(effective.value).escaped();
    const std::string end = is_fatal(parameter, effective.value)
                                ? ", and each program that reads it ends with an error and serves nobody"
                                : "";
    switch (stray_of(effective.value)) {
        case Stray::comment: return finding(RuleId::comment_in_value, at, {shown_value, end});
        case Stray::quotes: return finding(RuleId::quotes_in_value, at, {shown_value, end});
        case Stray::none: break;
    }
    if (!effective.certain || !is_fatal(parameter, effective.value)) {
        return std::nullopt;
    }
    switch (parameter.type) {
        case ValueType::boolean: return finding(RuleId::bad_boolean, at, {shown_value, at.name});
        case ValueType::number: return finding(RuleId::bad_number, at, {shown_value, "number", at.name});
        case ValueType::time: return finding(RuleId::bad_number, at, {shown_value, "time such as 300s", at.name});
        default: return finding(RuleId::empty_value, at, {at.name});
    }
}

std::string when_it_had(const Parameter& parameter, const Release& postfix)
{
    const std::string_view releases = has_since(postfix, parameter.since) ? parameter.until : parameter.since;
    const std::string newest(
        releases.substr(releases.rfind(' ') == std::string_view::npos ? 0 : releases.rfind(' ') + 1));
    return (has_since(postfix, parameter.since) ? "it went with " : "it came with ") + newest;
}

// The reasons why a line does nothing, each with the services for which it holds; empty if it counts for one.
std::string nowhere(const Deployment& all, const Setting& at)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
    for (const ServiceView* const view : all.reached()) {
        const auto reason = why_not(*view, at);
        if (!reason) {
            return "";
        }
        const auto same =
            std::find_if(reasons.begin(), reasons.end(), [&](const auto& one) { return one.first == *reason; });
        (same == reasons.end() ? reasons.emplace_back(*reason, std::vector<std::string>()) : *same)
            .second.push_back(label(*view));
    }
    std::string text;
    for (const auto& [reason, services] : reasons) {
        text += (text.empty() ? "at " : "; at ") + enumerated(services) + " " + reason;
    }
    return text;
}

bool is_for_servers(const Parameter& parameter)
{
    const bool side =
        parameter.side == Side::smtpd || parameter.side == Side::tlsproxy || parameter.side == Side::postscreen;
    const bool part = parameter.part == Part::level || parameter.part == Part::protocols ||
                      parameter.part == Part::ciphers || parameter.part == Part::exclusions;
    return side && part && parameter.name.find("_client_") == std::string_view::npos;
}

std::optional<ConfigFinding> judge_main_line(const Deployment& all, const Setting& at)
{
    if (auto wrong = judge_line(all.common, at, all.setup)) {
        return wrong;
    }
    const Parameter* const parameter = find_parameter(at.name);
    if (parameter == nullptr) {
        return std::nullopt;
    }
    if (is_for_servers(*parameter)) {
        const std::string reasons = nowhere(all, at);
        return reasons.empty() ? std::nullopt : std::optional(finding(RuleId::counts_nowhere, at, {reasons}));
    }
    if (is_server_certificate(at)) {
        return judge_certificate_line(all, at);
    }
    if (parameter->part == Part::cipherlist) {
        return judge_cipherlist(all, at);
    }
    if (parameter->part == Part::groups) {
        return judge_groups(at, all.setup, all.common.value(at.name));
    }
    return parameter->side == Side::smtp ? judge_sending(all, at) : std::nullopt;
}

// Why a line about the level does nothing at a port whose level is decided by another.
std::string other_level(const ServiceView& view, const Setting& at)
{
    const Setting* const line = mode_line(view.parameters);
    if (view.mode == Mode::wrapper && line != nullptr && line->name == "smtpd_tls_wrappermode") {
        return "smtpd_tls_wrappermode is on, whatever the level";
    }
    if (line != nullptr && line->option) {
        return "an -o line decides (" + line->place.file.escaped() + ":" + std::to_string(line->place.line) + ")";
    }
    return line != nullptr && line->name != at.name ? line->name + " decides" : "it is not looked at";
}

std::string in_effect(Mode mode)
{
    switch (mode) {
        case Mode::encrypt: return ", since TLS is demanded (encrypt)";
        case Mode::wrapper: return ", since TLS is demanded (smtpd_tls_wrappermode)";
        default: return ", since TLS is offered and not demanded (may)";
    }
}

}  // namespace

std::optional<std::string> why_not(const ServiceView& view, const Setting& at)
{
    const Parameter& parameter = *find_parameter(at.name);
    const bool front = view.is_postscreen() && (parameter.part == Part::level || parameter.side == Side::postscreen);
    const std::string rest = at.name.substr(at.name.find('_') + 1);
    const std::string own = front ? "postscreen_" + rest : view.parameters.own("smtpd_" + rest);
    if (parameter.side != Side::smtpd && own != at.name) {
        return "it is not read";
    }
    if (parameter.part == Part::level) {
        const bool is_level = rest != "tls_wrappermode" && rest != "discard_ehlo_keywords";
        const bool reads = view.parameters.origin(own) == &at;
        const bool decides = mode_line(view.parameters) == &at || (view.mode == Mode::off && reads);
        if (view.is_postscreen() && rest == "tls_wrappermode") {
            return "it is not read";
        }
        return (is_level ? decides : reads) ? std::nullopt : std::optional(other_level(view, at));
    }
    if (view.mode == Mode::off) {
        return "TLS is off";
    }
    if (const auto counts = rival(view, own)) {
        return *counts + " counts" + in_effect(view.mode);
    }
    if (view.parameters.origin(own) == &at) {
        return std::nullopt;
    }
    const Setting& line = *view.parameters.origin(own);
    return "another line counts (" + line.place.file.escaped() + ":" + std::to_string(line.place.line) + ")";
}

std::optional<ConfigFinding> judge_line(const Parameters& parameters, const Setting& at, const Setup& setup)
{
    const Parameter* const parameter = find_parameter(at.name);
    if (parameter == nullptr) {
        const std::string_view meant = is_about_tls(at.name) ? similar_parameter(at.name) : std::string_view();
        return meant.empty() ? std::nullopt
                             : std::optional(finding(RuleId::misspelt, at,
                                                     {base::UntrustedText(at.name).escaped(), std::string(meant)}));
    }
    if (!is_in(*parameter, setup.postfix)) {
        return finding(RuleId::not_in_release, at,
                       {format(setup.postfix), at.name, when_it_had(*parameter, setup.postfix)});
    }
    const Effective effective = parameters.find(at.name);
    if (effective.setting != &at) {
        return finding(RuleId::overridden, at, {std::to_string(effective.setting->place.line)});
    }
    return judge_value(*parameter, at, effective);
}

std::optional<ConfigFinding> judge_groups(const Setting& at, const Setup& setup, const std::string& value)
{
    const bool dh = at.name == "smtpd_tls_dh1024_param_file" && !value.empty() && lower(value) != "auto";
    if (dh && has_since(setup.postfix, "3.7")) {
        return finding(RuleId::dh_file_worse, at, {});
    }
    if (dh && has_since(setup.postfix, "3.1")) {
        return finding(RuleId::dh_file_not_needed, at, {});
    }
    const bool grade = at.name == "smtpd_tls_eecdh_grade";
    if (grade && has_since(setup.postfix, "3.6")) {
        return finding(RuleId::eecdh_grade_ignored, at, {});
    }
    const bool narrow = grade && has_since(setup.postfix, "3.2") && lower(value) != "auto";
    return narrow ? std::optional(finding(RuleId::eecdh_grade_narrow, at, {base::UntrustedText(value).escaped()}))
                  : std::nullopt;
}

Findings judge_main(const Deployment& all)
{
    Findings findings;
    for (const Setting& at : all.files.main.settings) {
        if (auto one = judge_main_line(all, at)) {
            findings.push_back(std::move(*one));
        }
    }
    return findings;
}

}  // namespace smtptls::remedy

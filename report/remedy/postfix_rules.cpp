// The rules about one port: its own lines, the lines of main.cf that count there, and its level.
#include "report/remedy/postfix_rules.hpp"

#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_certificates.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Findings = std::vector<ConfigFinding>;

void append(Findings& to, Findings from)
{
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

ConfigFinding without_effect(const Setting& at, const std::string& counts, Mode mode)
{
    switch (mode) {
        case Mode::encrypt: return finding(RuleId::opportunistic_at_encrypt, at, {counts});
        case Mode::wrapper: return finding(RuleId::opportunistic_in_wrapper, at, {counts});
        default: return finding(RuleId::mandatory_at_may, at, {counts});
    }
}

bool is_switch(std::string_view name)
{
    return name == "smtpd_use_tls" || name == "smtpd_enforce_tls";
}

// About an option of the service that is about the level.
Findings judge_own_level(const ServiceView& view, const Setting& at)
{
    const std::string level = lower(view.parameters.value("smtpd_tls_security_level"));
    if (view.mode == Mode::wrapper && at.name == "smtpd_tls_security_level" && (level == "may" || level == "none")) {
        return {finding(RuleId::level_in_wrapper, at, {level})};
    }
    return is_switch(at.name) && !level.empty() ? Findings{finding(RuleId::obsolete_switch, at, {at.name})}
                                                : Findings{};
}

std::string programs_of(Side side)
{
    switch (side) {
        case Side::smtpd: return "smtpd(8)";
        case Side::postscreen: return "postscreen(8)";
        case Side::tlsproxy: return "tlsproxy(8)";
        case Side::smtp: return "smtp(8)";
        case Side::lmtp: return "lmtp(8)";
        case Side::tlsmgr: return "tlsmgr(8)";
        case Side::common: return "each program with TLS";
    }
    return "";
}

// A line that another program would read.
std::optional<ConfigFinding> judge_side(const Parameter& parameter, const Setting& at, Side reader)
{
    const bool sends = reader == Side::smtp || reader == Side::lmtp;
    const bool for_sending = parameter.side == Side::smtp || parameter.side == Side::lmtp;
    if (parameter.side == reader || parameter.side == Side::common) {
        return std::nullopt;
    }
    if (for_sending && !sends) {
        return finding(RuleId::client_parameter, at, {at.name});
    }
    if (parameter.side == Side::smtpd && sends) {
        return finding(RuleId::server_parameter_at_client, at, {at.name});
    }
    return finding(RuleId::other_program, at, {at.name, programs_of(parameter.side), programs_of(reader)});
}

Findings judge_setting(const ServiceView& view, const Parameter& parameter, const Setting& at)
{
    if (parameter.part == Part::level) {
        return judge_own_level(view, at);
    }
    const bool about_passwords = at.name == "smtpd_tls_auth_only" || at.name.rfind("smtpd_sasl_", 0) == 0;
    if (view.mode == Mode::off && !about_passwords) {
        return {finding(RuleId::tls_is_off, at, {})};
    }
    if (parameter.part == Part::cipherlist) {
        const std::string used = cipherlist_of(view.parameters, view.mode);
        const Governing names = governing(view.parameters, view.mode);
        return {at.name == used
                    ? finding(RuleId::cipherlist_changed, at, {"This service uses the list.", names.exclusions.back()})
                    : finding(RuleId::cipherlist_not_used, at,
                              {names.ciphers + " is " + in_quotes(view.parameters.value(names.ciphers))})};
    }
    if (const auto counts = rival(view, at.name)) {
        return {without_effect(at, *counts, view.mode)};
    }
    if (is_behind_chain_files(view.parameters, at)) {
        return {finding(RuleId::behind_chain_files, at, {})};
    }
    if (auto groups = judge_groups(at, view.setup, view.parameters.value(at.name))) {
        return {std::move(*groups)};
    }
    return at.name == governing(view.parameters, view.mode).protocols ? judge_protocols(view, at) : Findings{};
}

Findings judge_option(const ServiceView& view, const ServiceOption& option)
{
    const Setting& at = option.setting;
    Findings findings;
    if (option.braces && !has_since(view.setup.postfix, "3.0")) {
        findings.push_back(finding(RuleId::braces_too_new, at, {format(view.setup.postfix)}));
    }
    const Parameter* const parameter = find_parameter(at.name);
    const Side reader = view.is_postscreen() ? Side::postscreen : Side::smtpd;
    if (auto wrong = judge_line(view.front(), at, view.setup)) {
        findings.push_back(std::move(*wrong));
    } else if (reader == Side::postscreen && view.front().origin(name_at(reader, at.name)) == &at) {
        // postscreen_tls_security_level = $smtpd_tls_security_level: it counts by the other name.
    } else if (auto other = parameter == nullptr ? std::nullopt : judge_side(*parameter, at, reader)) {
        findings.push_back(std::move(*other));
    } else if (parameter != nullptr && reader == Side::smtpd) {
        append(findings, judge_setting(view, *parameter, at));
    }
    return findings;
}

// Below a service whose header is a comment further options follow, which belong to the one before.
Findings judge_swallowed(const MasterService& service)
{
    Findings findings;
    for (const CommentedHeader& header : service.swallowed) {
        const auto first = std::find_if(service.options.begin(), service.options.end(),
                                        [&](const ServiceOption& one) { return one.setting.place.line > header.line; });
        if (first != service.options.end() && header.name != service.name) {
            const std::string line = std::to_string(header.line);
            findings.push_back(finding(
                RuleId::swallowed_options, first->setting,
                {line, base::UntrustedText(header.name).escaped(), base::UntrustedText(service.name).escaped(), line}));
        }
    }
    return findings;
}

// An option below "smtpd pass" that makes a difference holds only for clients that postscreen knows.
Findings judge_behind_postscreen(const Deployment& all, const ServiceView& view)
{
    const auto front = std::find_if(all.servers.begin(), all.servers.end(),
                                    [](const ServiceView& one) { return one.is_postscreen(); });
    if (view.at->type != "pass" || front == all.servers.end() || front->now.versions == view.now.versions) {
        return {};
    }
    Findings findings;
    const Governing names = governing(view.parameters, view.mode);
    for (const ServiceOption& option : view.at->options) {
        if (option.setting.name == names.protocols || option.setting.name == "smtpd_tls_security_level") {
            findings.push_back(finding(RuleId::not_at_postscreen, option.setting, {named(front->now.versions)}));
        }
    }
    return findings;
}

}  // namespace

bool swallows(const MasterService& service)
{
    return !judge_swallowed(service).empty();
}

std::optional<std::string> rival(const ServiceView& view, std::string_view name)
{
    const Parameter* const parameter = find_parameter(name);
    if (parameter == nullptr) {
        return std::nullopt;
    }
    const Governing names = governing(view.parameters, view.mode);
    if (parameter->part == Part::protocols) {
        return name == names.protocols ? std::nullopt : std::optional(names.protocols);
    }
    if (parameter->part == Part::ciphers) {
        return name == names.ciphers ? std::nullopt : std::optional(names.ciphers);
    }
    const bool counts = std::find(names.exclusions.begin(), names.exclusions.end(), name) != names.exclusions.end();
    return parameter->part == Part::exclusions && !counts ? std::optional(names.exclusions.front()) : std::nullopt;
}

std::string named(const std::vector<ProtocolVersion>& versions)
{
    std::vector<ProtocolVersion> sorted = versions;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::string> words;
    std::transform(sorted.begin(), sorted.end(), std::back_inserter(words),
                   [](ProtocolVersion version) { return tls::format(version); });
    return words.empty() ? "no version" : enumerated(words);
}

Findings judge_service(const Deployment& all, const ServiceView& view)
{
    Findings findings;
    for (const FileProblem& problem : view.at->problems) {
        ConfigFinding bad = finding(RuleId::bad_argument, {in_quotes(problem.text) + ": " + problem.sentence});
        bad.place = problem.place;
        findings.push_back(std::move(bad));
    }
    append(findings, judge_swallowed(*view.at));
    if (!view.at->problems.empty()) {
        return findings;
    }
    if (view.duty == Duty::unreached) {
        findings.push_back(finding(RuleId::pass_unreached, {}));
        findings.back().place = view.at->place;
        return findings;
    }
    for (const ServiceOption& option : view.at->options) {
        append(findings, judge_option(view, option));
    }
    append(findings, judge_port(view));
    const Setting* const list = view.parameters.origin(governing(view.parameters, view.mode).protocols);
    const bool on = view.mode != Mode::off && view.mode != Mode::invalid;
    if (on && list != nullptr && !list->option) {
        append(findings, judge_protocols(view, *list));
    }
    append(findings, judge_ciphers(view));
    append(findings, judge_missing(view));
    append(findings, judge_behind_postscreen(all, view));
    return findings;
}

Findings judge_client(const MasterService& service, const Setup& setup)
{
    Findings findings;
    const MainCf nothing;
    const Side side = service.command == "smtp" ? Side::smtp : Side::lmtp;
    const Parameters parameters(nothing, &service, setup.postfix, side);
    for (const ServiceOption& option : service.options) {
        const Parameter* const parameter = find_parameter(option.setting.name);
        if (auto wrong = judge_line(parameters, option.setting, setup)) {
            findings.push_back(std::move(*wrong));
        } else if (auto other = parameter == nullptr ? std::nullopt : judge_side(*parameter, option.setting, side)) {
            findings.push_back(std::move(*other));
        }
    }
    return findings;
}

}  // namespace smtptls::remedy

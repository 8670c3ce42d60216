// The rules about main.cf as a whole: lines that count for every service, and lines for sending.
#include "report/remedy/cipher_list.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_rules.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Findings = std::vector<ConfigFinding>;

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

bool demands_tls(const std::string& level)
{
    return level == "encrypt" || level == "verify" || level == "secure" || level == "fingerprint" ||
           level == "dane-only";
}

// Lines for sending: only those that count at the level in effect.
std::optional<ConfigFinding> judge_sending(const Parameters& parameters, const Setting& at, const Setup& setup)
{
    const std::string level = lower(parameters.value("smtp_tls_security_level"));
    if (at.name == "smtp_tls_security_level") {
        return demands_tls(level) ? std::optional(finding(RuleId::client_encrypt, at, {})) : std::nullopt;
    }
    if (at.name != (demands_tls(level) ? "smtp_tls_mandatory_protocols" : "smtp_tls_protocols")) {
        return std::nullopt;
    }
    const ProtocolList list = parse_protocol_list(parameters.value(at.name), setup.postfix);
    if (list.unknown) {
        return finding(RuleId::unknown_protocol, at, {format(setup.postfix), in_quotes(*list.unknown)});
    }
    std::vector<ProtocolVersion> off;
    for (const ProtocolVersion version : versions_of(setup.openssl)) {
        if (list.left.count(version) == 0) {
            off.push_back(version);
        }
    }
    return off.empty() ? std::nullopt : std::optional(finding(RuleId::client_versions, at, {named(off)}));
}

}  // namespace

std::optional<ConfigFinding> judge_common(const Parameters& parameters, const Setting& at, const Setup& setup)
{
    const Parameter* const parameter = find_parameter(at.name);
    if (parameter == nullptr) {
        const std::string_view meant = similar_parameter(at.name);
        const bool tls = at.name.find("_tls_") != std::string::npos || at.name.rfind("tls_", 0) == 0;
        return meant.empty() || !tls ? std::nullopt
                                     : std::optional(finding(RuleId::misspelt, at, {at.name, std::string(meant)}));
    }
    const Setting& last = *parameters.find(at.name).setting;
    if (&last != &at) {
        return finding(RuleId::overridden, at, {std::to_string(last.place.line)});
    }
    switch (parameter->part) {
        case Part::cipherlist: return finding(RuleId::cipherlist_changed, at, {});
        case Part::groups: return judge_groups(at, setup, parameters.value(at.name));
        case Part::sending: return judge_sending(parameters, at, setup);
        default: return std::nullopt;
    }
}

Findings judge_main(const MainCf& main, const Setup& setup)
{
    const Parameters parameters(main, nullptr, setup.postfix);
    Findings findings;
    for (const Setting& at : main.settings) {
        if (auto one = judge_common(parameters, at, setup)) {
            findings.push_back(std::move(*one));
        }
    }
    return findings;
}

}  // namespace smtptls::remedy

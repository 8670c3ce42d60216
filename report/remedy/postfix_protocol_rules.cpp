// The rules about protocol lists: what a list that counts leaves on, and how it was written.
#include "report/remedy/cipher_list.hpp"
#include "report/remedy/postfix_rules.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Findings = std::vector<ConfigFinding>;
using VersionList = std::vector<ProtocolVersion>;

// What a list makes of the versions that the library has.
struct Effect {
    VersionList on;
    VersionList old_on;
    VersionList off;
    VersionList new_off;
};

Effect effect_of(const ProtocolList& list, const std::set<ProtocolVersion>& library)
{
    Effect effect;
    for (const ProtocolVersion version : library) {
        const bool on = list.left.count(version) != 0;
        const bool old = version < ProtocolVersion::tls1_2;
        (on ? effect.on : effect.off).push_back(version);
        if (on && old) {
            effect.old_on.push_back(version);
        }
        if (!on && !old) {
            effect.new_off.push_back(version);
        }
    }
    return effect;
}

Findings judge_unknown(const ServiceView& view, const Setting& at, const ProtocolList& list)
{
    const std::string release = format(view.setup.postfix);
    if (list.range_too_new) {
        return {finding(
            RuleId::range_too_new, at,
            {in_quotes(*list.unknown), release, broken_tls(view.mode) + ".", modern_protocols(view.setup.postfix)})};
    }
    return {finding(RuleId::unknown_protocol, at, {release, in_quotes(*list.unknown), broken_tls(view.mode) + "."})};
}

// About a list that has names without "!".
std::optional<ConfigFinding> judge_included(const std::string& value, const Setting& at, const ProtocolList& list,
                                            const Effect& effect)
{
    if (list.included.empty() || effect.new_off.empty()) {
        return std::nullopt;
    }
    const bool modern = std::any_of(effect.on.begin(), effect.on.end(),
                                    [](ProtocolVersion version) { return version >= ProtocolVersion::tls1_2; });
    const RuleId rule = modern ? RuleId::mixed_list : RuleId::only_old_version;
    const std::string shown = base::UntrustedText(value).escaped();
    return finding(rule, at, {shown, named(effect.on), named(effect.off)});
}

std::optional<ConfigFinding> judge_ssl(const Setting& at, const ProtocolList& list, const Setup& setup)
{
    std::vector<std::string> left;
    if (list.left.count(ProtocolVersion::ssl2) != 0 && !has_since(setup.postfix, ranges_since)) {
        left.emplace_back("SSLv2");
    }
    if (list.left.count(ProtocolVersion::ssl3) != 0) {
        left.emplace_back("SSLv3");
    }
    if (left.empty()) {
        return std::nullopt;
    }
    return finding(RuleId::ssl_not_excluded, at, {enumerated(left), left.size() == 1 ? "it" : "them"});
}

}  // namespace

Findings judge_protocols(const ServiceView& view, const Setting& at)
{
    const std::string value = view.parameters.value(governing(view.parameters, view.mode).protocols);
    const ProtocolList list = parse_protocol_list(value, view.setup.postfix);
    if (list.unknown) {
        return judge_unknown(view, at, list);
    }
    if (value.empty()) {
        return {finding(RuleId::empty_list, at, {})};
    }
    const Effect effect = effect_of(list, versions_of(view.setup.openssl));
    Findings findings;
    for (const std::string& word : list.without_effect) {
        findings.push_back(finding(RuleId::tls13_name_too_new, at, {format(view.setup.postfix), word}));
    }
    const auto included = judge_included(value, at, list, effect);
    if (included) {
        findings.push_back(*included);
    }
    if (!effect.old_on.empty() && view.duty != Duty::internal && !(included && included->rule == "only_old_version")) {
        findings.push_back(finding(RuleId::old_versions_left, at, {named(effect.old_on)}));
    }
    if (effect.old_on.empty() && effect.new_off.empty()) {
        const bool by_name = !list.included.empty();
        findings.push_back(finding(by_name ? RuleId::enforced_by_name : RuleId::enforced, at, {named(effect.on)}));
    }
    if (const auto ssl = judge_ssl(at, list, view.setup)) {
        findings.push_back(*ssl);
    }
    return findings;
}

}  // namespace smtptls::remedy

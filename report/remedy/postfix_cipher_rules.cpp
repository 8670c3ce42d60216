// The rules about cipher grades and exclusion lists, and about versions that are left without a suite.
#include "report/remedy/cipher_list.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_rules.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Findings = std::vector<ConfigFinding>;

constexpr std::string_view separators = ", \t\r\n:";

bool is_signed(const std::string& word)
{
    return std::string_view("!+-@").find(word.front()) != std::string_view::npos;
}

// How many suites a cipher list without one of its exclusion parameters has more.
std::size_t suites_taken(const ServiceView& view, std::string_view name)
{
    const std::string whole = whole_cipher_list(view.parameters, view.mode);
    std::string without = view.parameters.value(cipherlist_of(view.parameters, view.mode));
    for (const std::string& other : governing(view.parameters, view.mode).exclusions) {
        for (const std::string& word : words_of(other == name ? "" : view.parameters.value(other), separators)) {
            without += ":!" + word;
        }
    }
    const std::size_t before = evaluate_cipher_list(without, view.setup.openssl).suites.size();
    const std::size_t after = evaluate_cipher_list(whole, view.setup.openssl).suites.size();
    return before > after ? before - after : 0;
}

ConfigFinding judge_ecdsa(const ServiceView& view, const Setting& at, const std::string& word)
{
    std::string consequence =
        "With an RSA certificate that does no harm; with an ECDSA one, clients without TLS 1.3 can no longer connect.";
    if (certificates_of(view.parameters, view.setup).ecdsa) {
        const bool below = std::any_of(view.now.versions.begin(), view.now.versions.end(),
                                       [](ProtocolVersion version) { return version < ProtocolVersion::tls1_3; });
        consequence = "This server has one: ";
        consequence += below ? "what is left is anonymous, static, or needs another certificate."
                             : "only TLS 1.3 works, and clients without it can no longer connect.";
    }
    return finding(RuleId::ecdsa_excluded, at, {word, consequence});
}

// `name`: what the program that reads calls it, which need not be the name at the line.
Findings judge_exclusion(const ServiceView& view, const std::string& name, const Setting& at)
{
    Findings findings;
    std::vector<std::string> unknown;
    const std::vector<std::string> words = words_of(view.parameters.value(name), separators);
    for (const std::string& word : words) {
        if (is_signed(word)) {
            findings.push_back(finding(RuleId::signed_exclusion, at, {base::UntrustedText(word).escaped()}));
        } else if (!is_cipher_word(word)) {
            unknown.push_back(base::UntrustedText(word).escaped());
        } else if (word == "ECDSA" || word == "aECDSA") {
            findings.push_back(judge_ecdsa(view, at, word));
        }
    }
    if (!unknown.empty()) {
        constexpr std::size_t most = 10;
        const RuleId rule = unknown.size() == words.size() ? RuleId::unknown_cipher_word : RuleId::some_unknown_words;
        unknown.resize(std::min(unknown.size(), most));
        findings.push_back(finding(rule, at, {enumerated(unknown)}));
    }
    if (const std::size_t taken = suites_taken(view, name); taken > 0) {
        findings.push_back(finding(RuleId::exclusions_count, at, {std::to_string(taken)}));
    }
    return findings;
}

// What rules of the trade would not have, among what is accepted: "3DES (6 suites)".
std::string weak_left(const ServiceView& view)
{
    struct Class {
        const char* name;
        bool (*has)(const tls::SuiteInfo&);
        bool at_exchanger;  // RFC 7672 section 8.2: opportunistic TLS has no use for who the server is
    };
    static constexpr std::array classes = {
        Class{"3DES (SWEET32)", [](const tls::SuiteInfo& s) { return s.cipher == tls::Cipher::triple_des; }, true},
        Class{"RC4", [](const tls::SuiteInfo& s) { return s.cipher == tls::Cipher::rc4; }, true},
        Class{"static RSA, without forward secrecy",
              [](const tls::SuiteInfo& s) { return s.key_exchange == tls::KeyExchange::rsa; }, true},
        Class{"suites without a certificate (aNULL)",
              [](const tls::SuiteInfo& s) { return s.authentication == tls::Authentication::anonymous; }, false}};
    std::vector<std::string> left;
    for (const Class& one : classes) {
        const auto count = std::count_if(view.now.suites.begin(), view.now.suites.end(),
                                         [&](tls::CipherSuite suite) { return one.has(*tls::find(suite)); });
        if (count > 0 && (one.at_exchanger || view.duty != Duty::exchanger)) {
            left.push_back(std::string(one.name) + " (" + std::to_string(count) +
                           (count == 1 ? " suite)" : " suites)"));
        }
    }
    return enumerated(left);
}

Findings judge_grade(const ServiceView& view, const Setting* at)
{
    if (at == nullptr) {
        return {};
    }
    const std::string grade = view.parameters.value(governing(view.parameters, view.mode).ciphers);
    if (cipherlist_of(view.parameters, view.mode).empty()) {
        return {finding(RuleId::wrong_grade, *at, {base::UntrustedText(grade).escaped()})};
    }
    const bool high = lower(grade) == "high";
    return high && has_since(view.setup.postfix, "3.8") ? Findings{finding(RuleId::high_grade, *at, {})} : Findings{};
}

// The line that is to blame when suites are missing: an exclusion, the list, or the grade.
const Setting* cipher_line(const ServiceView& view)
{
    const Governing names = governing(view.parameters, view.mode);
    std::vector<std::string> candidates(names.exclusions.begin(), names.exclusions.end());
    candidates.push_back(cipherlist_of(view.parameters, view.mode));
    candidates.emplace_back(names.ciphers);
    for (const std::string& name : candidates) {
        if (const Setting* const at = view.parameters.origin(name); at != nullptr) {
            return at;
        }
    }
    return nullptr;
}

Findings judge_starved(const ServiceView& view)
{
    const Setting* const at = cipher_line(view);
    const Governing names = governing(view.parameters, view.mode);
    const bool works = view.now.offer == TlsOffer::optional || view.now.offer == TlsOffer::required ||
                       view.now.offer == TlsOffer::implicit;
    if (at == nullptr || !works || cipherlist_of(view.parameters, view.mode).empty()) {
        return {};
    }
    if (evaluate_cipher_list(whole_cipher_list(view.parameters, view.mode), view.setup.openssl).suites.empty()) {
        return {finding(RuleId::no_suite, *at, {})};
    }
    const ProtocolList list = parse_protocol_list(view.parameters.value(names.protocols), view.setup.postfix);
    std::vector<ProtocolVersion> starved;
    for (const ProtocolVersion version : versions_of(view.setup.openssl)) {
        const bool accepted =
            std::find(view.now.versions.begin(), view.now.versions.end(), version) != view.now.versions.end();
        if (list.left.count(version) != 0 && !accepted) {
            starved.push_back(version);
        }
    }
    if (starved.empty()) {
        return {};
    }
    const std::string them = starved.size() == 1 ? "it" : "them";
    // TLS 1.2 is not to be switched off: it lacks a suite that goes with the key.
    const bool needed = *std::max_element(starved.begin(), starved.end()) >= ProtocolVersion::tls1_2;
    return {finding(RuleId::starved, *at,
                    {named(starved), them,
                     needed ? "What is left does not go with the key of the certificate, or is for other versions."
                            : "Switch " + them + " off in " + names.protocols + " instead."})};
}

}  // namespace

Findings judge_ciphers(const ServiceView& view)
{
    if (view.mode == Mode::off || view.mode == Mode::invalid) {
        return {};
    }
    const Governing names = governing(view.parameters, view.mode);
    Findings findings = judge_grade(view, view.parameters.origin(names.ciphers));
    bool excludes = false;
    for (const std::string& name : names.exclusions) {
        if (const Setting* const at = view.parameters.origin(name); at != nullptr) {
            excludes = true;
            const Findings more = judge_exclusion(view, name, *at);
            findings.insert(findings.end(), more.begin(), more.end());
        }
    }
    if (const std::string left = weak_left(view); excludes && !left.empty()) {
        findings.push_back(finding(RuleId::weak_suites_left, {left}));
    }
    const Findings starved = judge_starved(view);
    findings.insert(findings.end(), starved.begin(), starved.end());
    return findings;
}

}  // namespace smtptls::remedy

// A policy for reading: snapshots of this text are under test, so that no policy changes unseen.
#include "report/policy/show.hpp"

#include "base/text_layout.hpp"
#include "report/policy/policies.hpp"
#include "report/policy/text.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

using base::padded;

namespace check = check;

template <typename Range, typename Word>
std::string listed(const Range& range, Word word)
{
    std::string out;
    for (const auto& one : range) {
        out += (out.empty() ? "" : ", ") + std::string(word(one));
    }
    return out;
}

const auto as_is = [](const std::string& word) { return word; };

std::string versions(const check::Versions& all)
{
    return all.empty() ? "every version" : listed(all, [](tls::ProtocolVersion one) { return tls::format(one); });
}

std::string suites(const check::Suites& all)
{
    return listed(all, [](tls::CipherSuite one) { return tls::format(one); });
}

std::string key(const check::KeyKind& kind)
{
    return kind.type + (kind.bits > 0 ? " from " + std::to_string(kind.bits) + " bits" : "") +
           (kind.curves.empty() ? "" : " (" + listed(kind.curves, as_is) + ")");
}

std::string whose(check::Of of)
{
    return of == check::Of::leaf ? "the leaf's" : of == check::Of::issuers ? "each issuer's" : "each certificate's";
}

std::string which(check::Of of)
{
    return of == check::Of::leaf ? "the leaf is" : of == check::Of::issuers ? "each issuer is" : "each certificate is";
}

// What the document does not know is no fault.
std::vector<std::string> with_silent(std::string line, const std::vector<std::string>& silent)
{
    std::vector<std::string> lines = {std::move(line)};
    if (!silent.empty()) {
        lines.push_back("not judged: " + listed(silent, as_is));
    }
    return lines;
}

/// One line for each part of a check.
struct Lines {
    std::vector<std::string> operator()(const check::VersionsForbidden& one) const
    {
        return {"not accepted: " + versions(one.versions)};
    }
    std::vector<std::string> operator()(const check::VersionsRequired& one) const
    {
        return {(one.any ? "one of these accepted: " : "accepted: ") + versions(one.versions)};
    }
    std::vector<std::string> operator()(const check::SuitesAllowed& one) const
    {
        std::vector<std::string> lines;
        for (const check::SuiteGroup& group : one.groups) {
            lines.push_back("in " + versions(group.versions) + (group.until.empty() ? "" : " until " + group.until) +
                            " nothing but: " + suites(group.suites));
        }
        return lines;
    }
    std::vector<std::string> operator()(const check::SuitesForbidden& one) const
    {
        std::vector<std::string> parts;
        if (one.below_bits > 0) {
            parts.push_back("less than " + std::to_string(one.below_bits) + " bits");
        }
        std::ranges::transform(one.properties, std::back_inserter(parts),
                               [](SuiteProperty property) { return std::string(phrase_of(property)); });
        if (!one.suites.empty()) {
            parts.push_back(suites(one.suites));
        }
        return {(one.versions.empty() ? "in no version" : "not in " + versions(one.versions)) + ": " +
                listed(parts, as_is)};
    }
    std::vector<std::string> operator()(const check::SuitesRequired& one) const
    {
        return {"accepted in " + versions(one.versions) + ", one of: " + suites(one.suites)};
    }
    std::vector<std::string> operator()(const check::SuitesPreferred& one) const
    {
        return {"by the server's order first: " + suites(one.suites)};
    }
    std::vector<std::string> operator()(const check::ServerOrder& one) const
    {
        return {one.wanted ? "the server's order decides" : "the client's order decides"};
    }
    std::vector<std::string> operator()(const check::CertificateKeys& one) const
    {
        return with_silent(whose(one.of) + " key: " + listed(one.kinds, key), one.silent);
    }
    std::vector<std::string> operator()(const check::CertificateSignatures& one) const
    {
        std::vector<std::string> parts = one.algorithms;
        std::ranges::transform(one.hashes, std::back_inserter(parts), [](const std::string& hash) {
            return hash == "none" ? "Ed25519 or Ed448" : "any with " + hash;
        });
        return with_silent(which(one.of) + " signed with: " + listed(parts, as_is), one.silent);
    }
    std::vector<std::string> operator()(const check::CertificateDates& one) const { return {whose(one.of) + " dates"}; }
    std::vector<std::string> operator()(const check::CertificateTrusted&) const { return {"the leaf's chain"}; }
    std::vector<std::string> operator()(const check::CertificateName&) const { return {"the leaf's names"}; }
    std::vector<std::string> operator()(const check::CertificateNoWildcard&) const
    {
        return {"no * in the leaf's names"};
    }
    std::vector<std::string> operator()(const check::CertificateHasNames&) const { return {"the leaf has names"}; }
    std::vector<std::string> operator()(const check::CertificateValidity& one) const
    {
        return {"days from " + whose(one.of) + " first to its last: " + std::to_string(one.days) + " at most"};
    }
    std::vector<std::string> operator()(const check::GroupsAllowed& one) const
    {
        return with_silent("no group but: " + listed(one.groups, as_is), one.silent);
    }
    std::vector<std::string> operator()(const check::GroupsRequired& one) const
    {
        return {"one of the groups: " + listed(one.groups, as_is)};
    }
    std::vector<std::string> operator()(const check::GroupsPreferred& one) const
    {
        return {"by the server's order before other groups: " + listed(one.groups, as_is)};
    }
    std::vector<std::string> operator()(const check::SchemesAllowed& one) const
    {
        return with_silent("key exchanges are signed by nothing but: " + listed(one.schemes, as_is), one.silent);
    }
    std::vector<std::string> operator()(const check::DhBits& one) const
    {
        return {"finite field groups of " + std::to_string(one.bits) + " bits or more"};
    }
    std::vector<std::string> operator()(const check::HasFeature& one) const
    {
        std::string line = (one.wanted ? "has " : "has not ") + std::string(phrase_of(one.feature));
        line += one.only_with_cbc ? ", if it accepts CBC" : "";
        line += one.only_with_old ? ", if it accepts a version below TLS 1.2" : "";
        line += one.only_without_tls13 ? ", if it does not accept TLS 1.3" : "";
        line += one.of == check::Of::leaf ? "" : one.of == check::Of::all ? ", and so its issuers" : ", of its issuers";
        return {line + "; by the observation " + std::string(model::format(observation_of(one.feature)))};
    }
    std::vector<std::string> operator()(const check::StarttlsOffered&) const { return {"STARTTLS is offered"}; }
    std::vector<std::string> operator()(const check::NoAuthBeforeTls&) const
    {
        return {"no AUTH among the EHLO keywords in the clear"};
    }
    std::vector<std::string> operator()(const check::NoPlaintextAfterStarttls&) const
    {
        return {"no bytes in the clear behind the 220 to STARTTLS"};
    }
};

std::string levels_of_roles(const PolicyRule& rule)
{
    std::string out;
    for (const model::Role role : all_roles) {
        const auto level = rule.level(role);
        out += (out.empty() ? "" : ", ") + std::string(format(role)) + " " + std::string(level ? format(*level) : "-");
    }
    const auto first = rule.levels.front();
    const bool alike = std::ranges::all_of(rule.levels, [first](const auto& one) { return one == first; });
    return alike && first ? std::string(format(*first)) : out;
}

std::string dates_of(const PolicyRule& rule)
{
    return (rule.from.empty() ? "" : " from " + rule.from + " on") + (rule.until.empty() ? "" : " until " + rule.until);
}

// "RFC 9325 section 3.1.1, MUST NOT: negotiate TLS 1.0"
std::string cite_text(const Cite& cite)
{
    return cite.document + " " + cite.section + ", " + cite.verb + ": " + cite.demand;
}

std::string rule_text(const PolicyRule& rule)
{
    std::string out = "\n" +
                      wrapped(rule.id + ": ", levels_of_roles(rule) + dates_of(rule) + (rule.ours ? ", ours" : ""), 4) +
                      wrapped("  ", rule.asks, 2);
    for (const std::string& line : std::visit(Lines(), rule.check)) {
        out += wrapped("  check:  ", line, 10);
    }
    if (rule.cites.empty()) {
        out += wrapped("  source: ", rule.source, 10);
    }
    for (const Cite& cite : rule.cites) {
        out += wrapped("  source: ", cite_text(cite), 10);
    }
    const auto more = [&out](const std::string& label, const std::string& text) {
        out += text.empty() ? "" : wrapped("  " + padded(label, 8), text, 10);
    };
    more("why:", rule.why);
    more("note:", rule.note);
    more("unread:", rule.unverified);
    return out;
}

std::string not_judged_text(const Policy& policy)
{
    std::string out = policy.not_judged.empty() ? "" : "\nNot judged:\n";
    for (const NotJudged& one : policy.not_judged) {
        std::string where;
        for (const Cite& cite : one.cites) {
            where += (where.empty() ? " (" : "; ") + cite.document + " " + cite.section;
        }
        out += wrapped("- ", one.demand + (where.empty() ? "" : where + ")") + ": " + one.because, 2);
    }
    return out;
}

// "38 rules, 7 of ours, 2 unread; follows rfc9325"
std::string counts_of(const Policy& policy)
{
    const auto count = [&policy](auto is) { return static_cast<std::size_t>(std::ranges::count_if(policy.rules, is)); };
    const std::size_t ours = count([](const PolicyRule& rule) { return rule.ours; });
    const std::size_t unread = count([](const PolicyRule& rule) { return !rule.unverified.empty(); });
    return base::plural(policy.rules.size(), "rule") + (ours > 0 ? ", " + std::to_string(ours) + " of ours" : "") +
           (unread > 0 ? ", " + std::to_string(unread) + " unverified" : "") + (policy.draft ? "; a draft" : "") +
           (policy.supersedes.empty() ? "" : "; follows " + base::joined(policy.supersedes));
}

}  // namespace

std::vector<std::string> check_lines(const Check& check)
{
    return std::visit(Lines(), check);
}

std::string levels_text(const PolicyRule& rule)
{
    return levels_of_roles(rule) + dates_of(rule) + (rule.ours ? ", ours" : "");
}

std::string show(const Policy& policy)
{
    std::string out = policy.name + (policy.draft ? " (draft)" : "") + "\n" + policy.title + ", " + policy.date + "\n" +
                      wrapped("read: ", policy.document, 6);
    for (const Document& one : policy.documents) {
        out +=
            wrapped("document: ",
                    one.title + ", " + one.edition + " (" + std::string(format(one.read)) + ": " + one.where + ")", 10);
    }
    if (!policy.supersedes.empty()) {
        out += wrapped("follows: ", base::joined(policy.supersedes), 9);
    }
    for (const std::string& note : policy.notes) {
        out += wrapped("note: ", note, 6);
    }
    for (const model::Role role : all_roles) {
        for (const std::string& note : policy.role_notes.at(static_cast<std::size_t>(role))) {
            out += wrapped("note for " + std::string(format(role)) + ": ", note, 6);
        }
    }
    for (const PolicyRule& rule : policy.rules) {
        out += rule_text(rule);
    }
    return out + not_judged_text(policy);
}

std::string list_policies()
{
    std::string out;
    for (const std::string& name : policy_names()) {
        const auto policy = find_policy(name);
        if (!policy) {
            continue;
        }
        const std::vector<std::string> aliases = aliases_of(name);
        const std::string label = aliases.empty() ? "" : aliases.size() == 1 ? "alias: " : "aliases: ";
        const std::string date = aliases.empty() ? policy->date : padded(policy->date, 12);
        out += padded(name, 26) + date + label + listed(aliases, as_is) + "\n    " + policy->title + "\n    " +
               counts_of(*policy) + "\n";
    }
    return out;
}

}  // namespace smtptls::policy

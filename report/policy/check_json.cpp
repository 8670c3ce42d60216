#include "report/policy/check_json.hpp"

#include "base/text_layout.hpp"
#include "base/untrusted_text.hpp"
#include "report/policy/policy_json.hpp"

#include <algorithm>
#include <map>

namespace smtptls::policy {
namespace {

namespace check = check;

using Lists = std::vector<NamedSuites>;

tls::ProtocolVersion decode_version_word(const json::Node& node)
{
    const std::string word = node.text();
    const auto version = tls::parse_version(word);
    if (!version) {
        node.err(base::escaped(word) + " is no version: SSL 2, SSL 3, TLS 1.0, TLS 1.1, TLS 1.2 or TLS 1.3");
    }
    return version.value_or(tls::ProtocolVersion::tls1_2);
}

check::Versions decode_versions(const json::Node& node)
{
    check::Versions versions;
    for (const json::Node& one : node.elements()) {
        versions.push_back(decode_version_word(one));
    }
    if (versions.empty()) {
        node.err("names no version");
    }
    return versions;
}

// The longest there can be: every DH size and key in use is below it.
int decode_size(const json::Node& node, int most)
{
    const std::int64_t number = node.number();
    if (number > most) {
        node.err("is more than " + std::to_string(most));
        return 0;
    }
    return static_cast<int>(number);
}

std::vector<std::string> decode_words(const json::Node& node)
{
    std::vector<std::string> words;
    for (const json::Node& one : node.elements()) {
        words.push_back(one.text());
        if (base::escaped(words.back()) != words.back() || words.back().empty()) {
            one.err("is empty, or has a backslash or an invisible character in it");
        }
    }
    return words;
}

std::vector<SuiteProperty> decode_properties(const json::Node& node)
{
    std::vector<SuiteProperty> properties;
    for (const json::Node& one : node.elements()) {
        properties.push_back(one.one_of(tls::last_property));
    }
    return properties;
}

// The one kind of field that is left out where it asks nothing.
template <typename Value, typename Decode>
Value optional(const json::Node& node, std::string_view key, Decode decode)
{
    return node.has(key) ? decode(node.at(key)) : Value();
}

Check suites_allowed(const json::Node& node, const Lists& lists)
{
    node.demand_keys({"kind", "groups"});
    check::SuitesAllowed allowed;
    for (const json::Node& group : node.at("groups").elements()) {
        group.demand_keys({"versions", "suites"}, {"until"});
        allowed.groups.push_back({decode_versions(group.at("versions")), decode_suites(group.at("suites"), lists),
                                  group.has("until") ? group.at("until").text() : ""});
        if (group.has("until") && !is_day(allowed.groups.back().until)) {
            group.at("until").err("is not a day such as 2026-12-31");
        }
    }
    return allowed;
}

Check suites_forbidden(const json::Node& node, const Lists& lists)
{
    node.demand_keys({"kind"}, {"versions", "suites", "properties", "below_bits"});
    check::SuitesForbidden forbidden;
    forbidden.versions = optional<check::Versions>(node, "versions", decode_versions);
    if (node.has("suites")) {
        forbidden.suites = decode_suites(node.at("suites"), lists);
    }
    if (node.has("properties")) {
        forbidden.properties = decode_properties(node.at("properties"));
    }
    forbidden.below_bits = node.has("below_bits") ? decode_size(node.at("below_bits"), 256) : 0;
    if (forbidden.suites.empty() && forbidden.properties.empty() && forbidden.below_bits == 0) {
        node.err(R"(forbids nothing: it wants "suites", "properties" or "below_bits")");
    }
    return forbidden;
}

Check suites_required(const json::Node& node, const Lists& lists)
{
    node.demand_keys({"kind", "versions", "suites"});
    return check::SuitesRequired{decode_versions(node.at("versions")), decode_suites(node.at("suites"), lists)};
}

check::Of of_which(const json::Node& node)
{
    return node.has("of") ? node.at("of").one_of(check::Of::all) : check::Of::leaf;
}

Check certificate_keys(const json::Node& node, const Lists&)
{
    node.demand_keys({"kind", "keys"}, {"of"});
    check::CertificateKeys keys;
    keys.of = of_which(node);
    for (const json::Node& one : node.at("keys").elements()) {
        one.demand_keys({"type"}, {"bits", "curves"});
        check::KeyKind kind;
        kind.type = one.at("type").text();
        static const std::vector<std::string> types = {"RSA",   "RSA-PSS",   "EC",        "DSA",      "ED25519",
                                                       "ED448", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"};
        if (std::find(types.begin(), types.end(), kind.type) == types.end()) {
            one.at("type").err(base::escaped(kind.type) + " is no type of key: " + base::joined(types));
        }
        kind.bits = one.has("bits") ? decode_size(one.at("bits"), 65536) : 0;
        kind.curves = one.has("curves") ? decode_words(one.at("curves")) : std::vector<std::string>();
        keys.kinds.push_back(std::move(kind));
    }
    return keys;
}

Check certificate_signatures(const json::Node& node, const Lists&)
{
    node.demand_keys({"kind", "hashes"}, {"algorithms", "of"});
    static const std::vector<std::string> known = {"MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "none"};
    check::CertificateSignatures signatures;
    for (const json::Node& one : node.at("hashes").elements()) {
        signatures.hashes.push_back(one.text());
        if (std::find(known.begin(), known.end(), signatures.hashes.back()) == known.end()) {
            one.err(base::escaped(signatures.hashes.back()) +
                    " is no hash: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512 or none");
        }
    }
    signatures.of = of_which(node);
    signatures.algorithms = optional<std::vector<std::string>>(node, "algorithms", decode_words);
    return signatures;
}

Check feature(const json::Node& node, const Lists&)
{
    node.demand_keys({"kind", "feature", "wanted"}, {"only_with_cbc", "only_with_old", "only_without_tls13", "of"});
    check::HasFeature has;
    has.feature = node.at("feature").one_of(last_feature);
    has.wanted = node.at("wanted").boolean();
    has.only_with_cbc = node.has("only_with_cbc") && node.at("only_with_cbc").boolean();
    has.only_with_old = node.has("only_with_old") && node.at("only_with_old").boolean();
    has.of = of_which(node);
    has.only_without_tls13 = node.has("only_without_tls13") && node.at("only_without_tls13").boolean();
    return has;
}

// A check without anything to say.
template <typename Plain>
Check plain(const json::Node& node, const Lists&)
{
    node.demand_keys({"kind"});
    return Plain();
}

// One word at least: a list of none would be kept by nobody, or by everybody.
std::vector<std::string> some_words(const json::Node& node)
{
    std::vector<std::string> words = decode_words(node);
    if (words.empty()) {
        node.err("names none");
    }
    return words;
}

template <typename Groups>
Check of_groups(const json::Node& node, const Lists&)
{
    node.demand_keys({"kind", "groups"});
    return Groups{some_words(node.at("groups"))};
}

Check schemes_allowed(const json::Node& node, const Lists&)
{
    node.demand_keys({"kind", "schemes"});
    return check::SchemesAllowed{some_words(node.at("schemes"))};
}

using Decode = Check (*)(const json::Node&, const Lists&);

const std::map<std::string, Decode>& decoders()
{
    static const std::map<std::string, Decode> all = {
        {"versions_forbidden",
         [](const json::Node& node, const Lists&) -> Check {
             node.demand_keys({"kind", "versions"});
             return check::VersionsForbidden{decode_versions(node.at("versions"))};
         }},
        {"versions_required",
         [](const json::Node& node, const Lists&) -> Check {
             node.demand_keys({"kind", "versions"}, {"any"});
             return check::VersionsRequired{decode_versions(node.at("versions")),
                                            node.has("any") && node.at("any").boolean()};
         }},
        {"suites_allowed", suites_allowed},
        {"suites_forbidden", suites_forbidden},
        {"suites_required", suites_required},
        {"suites_preferred",
         [](const json::Node& node, const Lists& lists) -> Check {
             node.demand_keys({"kind", "suites"});
             return check::SuitesPreferred{decode_suites(node.at("suites"), lists)};
         }},
        {"server_order",
         [](const json::Node& node, const Lists&) -> Check {
             node.demand_keys({"kind", "wanted"});
             return check::ServerOrder{node.at("wanted").boolean()};
         }},
        {"certificate_keys", certificate_keys},
        {"certificate_signatures", certificate_signatures},
        {"certificate_dates",
         [](const json::Node& node, const Lists&) -> Check {
             node.demand_keys({"kind"}, {"of"});
             return check::CertificateDates{of_which(node)};
         }},
        {"certificate_trusted", plain<check::CertificateTrusted>},
        {"certificate_name", plain<check::CertificateName>},
        {"certificate_no_wildcard", plain<check::CertificateNoWildcard>},
        {"certificate_has_names", plain<check::CertificateHasNames>},
        {"certificate_validity",
         [](const json::Node& node, const Lists&) -> Check {
             node.demand_keys({"kind", "days"}, {"of"});
             return check::CertificateValidity{decode_size(node.at("days"), 36500), of_which(node)};
         }},
        {"groups_allowed", of_groups<check::GroupsAllowed>},
        {"groups_required", of_groups<check::GroupsRequired>},
        {"groups_preferred", of_groups<check::GroupsPreferred>},
        {"schemes_allowed", schemes_allowed},
        {"dh_bits",
         [](const json::Node& node, const Lists&) -> Check {
             node.demand_keys({"kind", "bits"});
             return check::DhBits{decode_size(node.at("bits"), 65536)};
         }},
        {"feature", feature},
        {"starttls_offered", plain<check::StarttlsOffered>},
        {"no_auth_before_tls", plain<check::NoAuthBeforeTls>},
        {"no_plaintext_after_starttls", plain<check::NoPlaintextAfterStarttls>},
    };
    return all;
}

void append_suites(const json::Node& node, const Lists& lists, std::vector<tls::CipherSuite>& suites)
{
    const std::string word = node.text();
    const auto list =
        std::find_if(lists.begin(), lists.end(), [&](const NamedSuites& one) { return one.name == word; });
    if (list != lists.end()) {
        suites.insert(suites.end(), list->suites.begin(), list->suites.end());
        return;
    }
    const tls::SuiteInfo* const info = tls::find_suite(word);
    if (info == nullptr || info->name != word) {
        node.err(base::escaped(word) + " is no suite by IANA's name, and none of this policy's lists");
        return;
    }
    suites.push_back(info->code);
}

}  // namespace

std::vector<tls::CipherSuite> decode_suites(const json::Node& node, const Lists& lists)
{
    std::vector<tls::CipherSuite> suites;
    for (const json::Node& one : node.elements()) {
        append_suites(one, lists, suites);
    }
    std::sort(suites.begin(), suites.end());
    suites.erase(std::unique(suites.begin(), suites.end()), suites.end());
    return suites;
}

Check decode_check(const json::Node& node, const Lists& lists)
{
    if (!node.has("kind")) {
        node.err(R"(is not an object with a "kind")");
        return {};
    }
    const std::string kind = node.at("kind").text();
    const auto found = decoders().find(kind);
    if (found == decoders().end()) {
        std::string known;
        for (const auto& [name, decode] : decoders()) {
            known += (known.empty() ? "" : ", ") + name;
        }
        node.at("kind").err(base::escaped(kind) + " is no check: " + known);
        return {};
    }
    return found->second(node, lists);
}

}  // namespace smtptls::policy

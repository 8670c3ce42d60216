#include "report/policy/policy_json.hpp"

#include "base/text_layout.hpp"
#include "json/json.hpp"
#include "json/node.hpp"
#include "json/parse.hpp"
#include "report/policy/check_json.hpp"

#include <algorithm>
#include <set>

namespace smtptls::policy {
namespace {

constexpr std::size_t most_rules = 200;

bool is_word(std::string_view text)
{
    return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_';
    });
}

std::string word(const json::Node& node)
{
    const std::string text = node.text();
    if (!is_word(text)) {
        node.err("is not a name of letters, digits, '-', '.' and '_', 80 at most");
    }
    return text;
}

std::string sentence(const json::Node& node)
{
    const std::string text = node.text();
    // Shown as it is: nothing in it may move a cursor or hide from a reader.
    if (base::UntrustedText(text).escaped() != text) {
        node.err("has a backslash or an invisible character in it, or more than 1024 bytes");
    }
    if (text.empty()) {
        node.err("is empty");
    }
    return text;
}

std::vector<std::string> sentences(const json::Node& node)
{
    std::vector<std::string> all;
    for (const json::Node& one : node.elements()) {
        all.push_back(sentence(one));
    }
    return all;
}

// A level for all roles, or an object of levels by role; a role that is left out is asked nothing.
void decode_levels(const json::Node& node, PolicyRule& rule)
{
    if (node.is_text()) {
        rule.levels.fill(node.one_of(Level::may));
        return;
    }
    node.demand_keys({}, {"mx", "mx-mandatory", "submission", "submissions"});
    for (const model::Role role : all_roles) {
        if (node.has(format(role))) {
            rule.levels.at(static_cast<std::size_t>(role)) = node.at(format(role)).one_of(Level::may);
        }
    }
}

std::string day(const json::Node& node)
{
    const std::string text = sentence(node);
    if (!is_day(text)) {
        node.err("is not a day such as 2026-12-31");
    }
    return text;
}

template <typename Decode>
auto if_there(const json::Node& node, std::string_view key, Decode decode) -> decltype(decode(node))
{
    return node.has(key) ? decode(node.at(key)) : decltype(decode(node))();
}

std::vector<Document> decode_documents(const json::Node& node)
{
    std::vector<Document> documents;
    if (!node.is_object()) {
        node.err("is not an object of documents by a short name");
        return documents;
    }
    for (const json::Node& one : node.members()) {
        one.demand_keys({"title", "edition", "read", "where"});
        documents.push_back({std::string(one.key()), sentence(one.at("title")), sentence(one.at("edition")),
                             one.at("read").one_of(Read::extract), sentence(one.at("where"))});
    }
    return documents;
}

std::vector<Cite> decode_cites(const json::Node& node, const std::vector<Document>& documents)
{
    std::vector<Cite> cites;
    for (const json::Node& one : node.elements()) {
        one.demand_keys({"document", "section", "verb", "demand"});
        const std::string key = word(one.at("document"));
        const auto document = std::ranges::find(documents, key, &Document::key);
        if (document == documents.end()) {
            one.at("document").err(key + " is none of the policy's documents");
            return cites;
        }
        const std::string place = sentence(one.at("section"));
        const bool number = !place.empty() && place.front() >= '0' && place.front() <= '9';
        cites.push_back({document->title, (number ? "section " : "") + place, sentence(one.at("verb")),
                         sentence(one.at("demand"))});
    }
    if (cites.empty()) {
        node.err("cites nothing");
    }
    return cites;
}

// "RFC 9325 section 3.1.1; RFC 8996 section 4": of each document the first place.
std::string source_of(const std::vector<Cite>& cites)
{
    std::string source;
    std::vector<std::string> documents;
    for (const Cite& one : cites) {
        if (std::ranges::find(documents, one.document) == documents.end()) {
            documents.push_back(one.document);
            source += (source.empty() ? "" : "; ") + one.document + " " + one.section;
        }
    }
    return source;
}

void decode_provenance(const json::Node& node, const Policy& policy, PolicyRule& rule)
{
    if (node.has("cites") == node.has("source")) {
        node.err(R"(has either "source" or "cites")");
        return;
    }
    if (node.has("cites")) {
        rule.cites = decode_cites(node.at("cites"), policy.documents);
        rule.source = source_of(rule.cites);
    } else {
        rule.source = sentence(node.at("source"));
    }
    if (node.has("origin")) {
        const std::string origin = node.at("origin").text();
        rule.ours = origin == "ours";
        if (!rule.ours && origin != "document") {
            node.at("origin").err("is neither document nor ours");
        }
    }
    rule.why = if_there(node, "why", sentence);
    rule.unverified = if_there(node, "unverified", sentence);
    rule.from = if_there(node, "from", day);
    rule.until = if_there(node, "until", day);
}

PolicyRule decode_rule(const json::Node& node, const Policy& policy)
{
    node.demand_keys({"id", "asks", "level", "check"},
                     {"source", "cites", "origin", "why", "unverified", "note", "from", "until"});
    PolicyRule rule;
    rule.id = word(node.at("id"));
    rule.asks = sentence(node.at("asks"));
    decode_provenance(node, policy, rule);
    rule.note = if_there(node, "note", sentence);
    decode_levels(node.at("level"), rule);
    rule.check = decode_check(node.at("check"), policy.lists);
    if (!rule.until.empty() && rule.until < rule.from) {
        node.at("until").err("is before from");
    }
    return rule;
}

std::vector<NotJudged> decode_not_judged(const json::Node& node, const std::vector<Document>& documents)
{
    std::vector<NotJudged> all;
    for (const json::Node& one : node.elements()) {
        one.demand_keys({"demand", "because"}, {"cites"});
        NotJudged left;
        left.demand = sentence(one.at("demand"));
        left.because = sentence(one.at("because"));
        if (one.has("cites")) {
            left.cites = decode_cites(one.at("cites"), documents);
        }
        all.push_back(std::move(left));
    }
    return all;
}

std::vector<NamedSuites> decode_lists(const json::Node& node)
{
    std::vector<NamedSuites> lists;
    if (!node.is_object()) {
        node.err("is not an object of lists of suites by name");
        return lists;
    }
    for (const json::Node& list : node.members()) {
        const std::string name(list.key());
        if (!is_word(name)) {
            node.err("the list " + base::UntrustedText(name).escaped() +
                     " is not named in letters, digits, '-', '.' and '_', 80 at most");
        }
        lists.push_back({name, decode_suites(list, {})});
    }
    return lists;
}

void decode_notes(const json::Node& node, Policy& policy)
{
    if (node.has("notes")) {
        policy.notes = sentences(node.at("notes"));
    }
    if (!node.has("role_notes")) {
        return;
    }
    const json::Node by_role = node.at("role_notes");
    by_role.demand_keys({}, {"mx", "mx-mandatory", "submission", "submissions"});
    for (const model::Role role : all_roles) {
        if (by_role.has(format(role))) {
            policy.role_notes.at(static_cast<std::size_t>(role)) = sentences(by_role.at(format(role)));
        }
    }
}

// What the document does not know, since it is older.
struct Silent {
    std::vector<std::string> keys;
    std::vector<std::string> groups;
};

Silent decode_silent(const json::Node& node)
{
    node.demand_keys({}, {"keys", "groups"});
    return {if_there(node, "keys", sentences), if_there(node, "groups", sentences)};
}

// The schemes of kinds of keys that have one each: "mldsa65" of "ML-DSA-65".
std::vector<std::string> schemes_of(const std::vector<std::string>& keys)
{
    std::vector<std::string> schemes;
    for (const std::string& key : keys) {
        std::string scheme = base::lower(key);
        std::erase(scheme, '-');
        schemes.push_back(std::move(scheme));
    }
    return schemes;
}

void tell(const Silent& silent, Check& check)
{
    if (auto* const keys = std::get_if<check::CertificateKeys>(&check)) {
        keys->silent = silent.keys;
    } else if (auto* const signatures = std::get_if<check::CertificateSignatures>(&check)) {
        signatures->silent = silent.keys;
    } else if (auto* const groups = std::get_if<check::GroupsAllowed>(&check)) {
        groups->silent = silent.groups;
    } else if (auto* const schemes = std::get_if<check::SchemesAllowed>(&check)) {
        schemes->silent = schemes_of(silent.keys);
    }
}

Policy decode_policy_document(const json::Node& node)
{
    node.demand_keys({"format", "schema_version", "name", "title", "date", "document", "rules"},
                     {"notes", "role_notes", "lists", "documents", "supersedes", "draft", "silent", "not_judged"});
    Policy policy;
    policy.name = word(node.at("name"));
    policy.title = sentence(node.at("title"));
    policy.date = sentence(node.at("date"));
    policy.document = sentence(node.at("document"));
    decode_notes(node, policy);
    policy.lists = if_there(node, "lists", decode_lists);
    policy.documents = if_there(node, "documents", decode_documents);
    policy.draft = node.has("draft") && node.at("draft").boolean();
    policy.supersedes = if_there(node, "supersedes", sentences);
    if (node.has("not_judged")) {
        policy.not_judged = decode_not_judged(node.at("not_judged"), policy.documents);
    }
    const auto rules = node.at("rules").elements();
    if (rules.empty() || rules.size() > most_rules) {
        node.at("rules").err("has none, or more than " + std::to_string(most_rules) + " rules");
        return policy;
    }
    const Silent silent = if_there(node, "silent", decode_silent);
    std::set<std::string> ids;
    for (const json::Node& one : rules) {
        policy.rules.push_back(decode_rule(one, policy));
        tell(silent, policy.rules.back().check);
        if (!ids.insert(policy.rules.back().id).second) {
            one.at("id").err(policy.rules.back().id + " is the id of a rule before it");
        }
    }
    return policy;
}

Waiver decode_waiver(const json::Node& node)
{
    node.demand_keys({"owner", "reason", "expires"}, {"finding", "rule", "endpoints", "subjects"});
    Waiver waiver;
    const bool by_rule = node.has("rule") && node.has("endpoints");
    const bool by_id = node.has("finding") && !node.has("rule") && !node.has("endpoints");
    if (!by_id && (!by_rule || node.has("finding"))) {
        node.err("names what it waives by \"finding\", or by \"rule\" and \"endpoints\"");
    }
    waiver.finding = node.has("finding") ? sentence(node.at("finding")) : "";
    waiver.rule = node.has("rule") ? sentence(node.at("rule")) : "";
    waiver.endpoints = node.has("endpoints") ? sentence(node.at("endpoints")) : "";
    if (node.has("rule") && waiver.rule.find('/') == std::string::npos) {
        node.at("rule").err(
            "is not a policy's full name, a slash and the id of a rule, such as pci-dss-4.0.1/versions");
    }
    if (node.has("subjects")) {
        waiver.subjects = sentences(node.at("subjects"));
    }
    waiver.owner = sentence(node.at("owner"));
    waiver.reason = sentence(node.at("reason"));
    waiver.expires = sentence(node.at("expires"));
    if (!is_day(waiver.expires)) {
        node.at("expires").err("is not a day such as 2026-12-31");
    }
    return waiver;
}

std::vector<Waiver> decode_waivers_document(const json::Node& node)
{
    node.demand_keys({"format", "schema_version", "waivers"});
    std::vector<Waiver> waivers;
    for (const json::Node& one : node.at("waivers").elements()) {
        waivers.push_back(decode_waiver(one));
    }
    return waivers;
}

/// What `decode_all` makes of a document that says it is a `format` of this version.
template <typename Document, typename Decode>
base::Expected<Document, std::string> decode_document(std::string_view text, const std::string& name, int version,
                                                      Decode decode_all)
{
    const auto refuse = [](std::string sentence) { return base::Unexpected<std::string>(std::move(sentence)); };
    if (text.size() > policy_limit) {
        return refuse("more than 1 MiB");
    }
    const auto value = json::parse(text);
    if (!value) {
        return refuse(value.error());
    }
    json::Reading reading(*value);
    const json::Node node = reading.node();
    if (!node.at("format").is(name)) {
        return refuse(R"(has no "format": ")" + name + "\"");
    }
    if (!node.at("schema_version").is(version)) {
        return refuse("has another schema_version than " + std::to_string(version));
    }
    Document document = decode_all(node);
    if (!reading.error().empty()) {
        return refuse(reading.error());
    }
    return document;
}

int number_at(std::string_view text, std::size_t from, std::size_t count)
{
    int value = 0;
    for (const char c : text.substr(from, count)) {
        value = c >= '0' && c <= '9' && value >= 0 ? value * 10 + (c - '0') : -1;
    }
    return value;
}

}  // namespace

bool is_day(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    const int year = number_at(text, 0, 4);
    const int month = number_at(text, 5, 2);
    const int day = number_at(text, 8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1) {
        return false;
    }
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const std::array<int, 12> days = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return day <= days.at(static_cast<std::size_t>(month) - 1);
}

base::Expected<Policy, std::string> decode_policy(std::string_view text)
{
    return decode_document<Policy>(text, "smtptls-scan policy", policy_schema_version, decode_policy_document);
}

base::Expected<std::vector<Waiver>, std::string> decode_waivers(std::string_view text)
{
    return decode_document<std::vector<Waiver>>(text, "smtptls-scan waivers", waivers_schema_version,
                                                decode_waivers_document);
}

}  // namespace smtptls::policy

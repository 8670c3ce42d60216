#include "report/policy/policy_json.hpp"

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

PolicyRule decode_rule(const json::Node& node, const std::vector<NamedSuites>& lists)
{
    node.demand_keys({"id", "asks", "source", "level", "check"}, {"note"});
    PolicyRule rule;
    rule.id = word(node.at("id"));
    rule.asks = sentence(node.at("asks"));
    rule.source = sentence(node.at("source"));
    rule.note = node.has("note") ? sentence(node.at("note")) : "";
    decode_levels(node.at("level"), rule);
    rule.check = decode_check(node.at("check"), lists);
    return rule;
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

Policy decode_policy_document(const json::Node& node)
{
    node.demand_keys({"format", "schema_version", "name", "title", "date", "document", "rules"},
                     {"notes", "role_notes", "lists"});
    Policy policy;
    policy.name = word(node.at("name"));
    policy.title = sentence(node.at("title"));
    policy.date = sentence(node.at("date"));
    policy.document = sentence(node.at("document"));
    decode_notes(node, policy);
    if (node.has("lists")) {
        policy.lists = decode_lists(node.at("lists"));
    }
    const auto rules = node.at("rules").elements();
    if (rules.empty() || rules.size() > most_rules) {
        node.at("rules").err("has none, or more than " + std::to_string(most_rules) + " rules");
        return policy;
    }
    std::set<std::string> ids;
    for (const json::Node& one : rules) {
        policy.rules.push_back(decode_rule(one, policy.lists));
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

#include "model_json/judgement.hpp"

#include "json/json.hpp"
#include "model_json/parts.hpp"

#include <algorithm>

namespace smtptls::model_json {
namespace {

json::Value encode_waiver(const model::AppliedWaiver& waiver)
{
    return {{"owner", base::shown(waiver.owner)},
            {"reason", base::shown(waiver.reason)},
            {"expires", base::shown(waiver.expires)},
            {"expired", waiver.expired}};
}

// A list that is left out where it is empty.
std::vector<std::string> decode_some(const json::Node& node, std::string_view key)
{
    if (!node.has(key)) {
        return {};
    }
    std::vector<std::string> texts = decode_texts(node.at(key));
    if (texts.empty()) {
        node.at(key).err("is empty");
    }
    return texts;
}

// The enumerator up to `last` whose word() it is; errs if there is none.
template <typename Enum>
Enum decode_word(const json::Node& node, Enum last)
{
    const auto parse = [last](std::string_view text) -> std::optional<Enum> {
        for (int i = 0; i <= static_cast<int>(last); ++i) {
            if (word(format(static_cast<Enum>(i))) == text) {
                return static_cast<Enum>(i);
            }
        }
        return std::nullopt;
    };
    return node.parsed<Enum>(parse, last);
}

model::AppliedWaiver decode_waiver(const json::Node& node)
{
    node.demand_keys({"owner", "reason", "expires", "expired"});
    return {node.at("owner").text(), node.at("reason").text(), node.at("expires").text(), node.at("expired").boolean()};
}

}  // namespace

std::string word(std::string_view formatted)
{
    std::string out(formatted);
    std::ranges::replace(out, ' ', '_');
    return out;
}

json::Value encode_policy(const model::UsedPolicy& policy)
{
    return {{"name", base::shown(policy.name)},
            {"title", base::shown(policy.title)},
            {"date", base::shown(policy.date)},
            {"notes", encode_texts(policy.notes)}};
}

json::Value encode_finding(const model::Finding& finding)
{
    constexpr std::size_t most_members = 15;
    json::Value out = json::object(most_members);
    json::put(out, "id", base::shown(finding.id.str()));
    json::put(out, "rule", base::shown(finding.rule));
    json::put(out, "verdict", word(model::format(finding.verdict)));
    if (finding.level) {
        json::put(out, "level", model::format(*finding.level));
    }
    json::put(out, "requirement", base::shown(finding.requirement));
    json::put(out, "source", base::shown(finding.source));
    json::put(out, "sentence", base::shown(finding.sentence));
    json::put(out, "subjects", encode_texts(finding.subjects));
    json::put(out, "evidence", finding.evidence);
    const auto some = [&out](const char* key, const std::vector<std::string>& texts) {
        if (!texts.empty()) {
            out[key] = encode_texts(texts);
        }
    };
    if (finding.ours) {
        out["origin"] = "ours";
    }
    if (finding.waiver) {
        out["waiver"] = encode_waiver(*finding.waiver);
    }
    if (finding.change != model::Change::none) {
        out["change"] = word(model::format(finding.change));
    }
    some("new_subjects", finding.new_subjects);
    some("lost_subjects", finding.lost_subjects);
    some("open_subjects", finding.open_subjects);
    return out;
}

json::Value encode_judgement(const model::Judgement& judgement, bool with_endpoint)
{
    constexpr std::size_t most_members = 7;
    json::Value out = json::object(most_members);
    if (with_endpoint) {
        json::put(out, "endpoint", judgement.endpoint);
    }
    json::put(out, "policy", base::shown(judgement.policy));
    json::put(out, "role", model::format(judgement.role));
    json::put(out, "verdict", word(model::format(judgement.verdict)));
    json::Value& findings = json::put(out, "findings", json::Value::array());
    findings.get_ref<json::Value::array_t&>().reserve(judgement.findings.size());
    for (const model::Finding& finding : judgement.findings) {
        findings.push_back(encode_finding(finding));
    }
    json::put(out, "notes", encode_texts(judgement.notes));
    json::put(out, "remedy", encode_texts(judgement.remedy));
    return out;
}

model::Finding decode_finding(const json::Node& node)
{
    node.demand_keys({"id", "rule", "verdict", "requirement", "source", "sentence", "subjects", "evidence"},
                     {"level", "origin", "waiver", "change", "new_subjects", "lost_subjects", "open_subjects"});
    model::Finding finding;
    finding.id = node.at("id").text();
    finding.rule = node.at("rule").text();
    finding.verdict = decode_word(node.at("verdict"), model::Verdict::not_applicable);
    if (node.has("level")) {
        finding.level = node.at("level").one_of(model::Level::may);
    }
    finding.ours = node.has("origin") && node.at("origin").is("ours");
    if (node.has("origin") && !finding.ours) {
        node.at("origin").err("is not ours");
    }
    finding.requirement = node.at("requirement").text();
    finding.source = node.at("source").text();
    finding.sentence = node.at("sentence").text();
    finding.subjects = decode_texts(node.at("subjects"));
    finding.evidence = decode_evidence(node.at("evidence"));
    if (node.has("waiver")) {
        finding.waiver = decode_waiver(node.at("waiver"));
    }
    if (node.has("change")) {
        finding.change = decode_word(node.at("change"), model::Change::lost);
        if (finding.change == model::Change::none) {
            node.at("change").err("says nothing");
        }
    }
    finding.new_subjects = decode_some(node, "new_subjects");
    finding.lost_subjects = decode_some(node, "lost_subjects");
    finding.open_subjects = decode_some(node, "open_subjects");
    return finding;
}

model::UsedPolicy decode_policy(const json::Node& node)
{
    node.demand_keys({"name", "title", "date", "notes"});
    return {node.at("name").text(), node.at("title").text(), node.at("date").text(), decode_texts(node.at("notes"))};
}

model::Judgement decode_judgement(const json::Node& node, std::optional<std::size_t> endpoint)
{
    node.demand_keys({"policy", "role", "verdict", "findings", "notes", "remedy"},
                     {endpoint ? std::string_view("policy") : std::string_view("endpoint")});
    model::Judgement judgement;
    judgement.endpoint = endpoint ? *endpoint : static_cast<std::size_t>(node.at("endpoint").number());
    judgement.policy = node.at("policy").text();
    judgement.role = node.at("role").one_of(model::Role::submissions);
    judgement.verdict = decode_word(node.at("verdict"), model::Verdict::not_applicable);
    for (const json::Node& one : node.at("findings").elements()) {
        judgement.findings.push_back(decode_finding(one));
    }
    judgement.notes = decode_texts(node.at("notes"));
    judgement.remedy = decode_texts(node.at("remedy"));
    return judgement;
}

}  // namespace smtptls::model_json

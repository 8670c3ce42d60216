#include "record/judgement.hpp"

#include "record/parts.hpp"

#include <algorithm>

namespace smtptls::record {
namespace {

Json encode_texts(const std::vector<std::string>& texts)
{
    Json out = Json::array();
    for (const std::string& text : texts) {
        out.push_back(base::shown(text));
    }
    return out;
}

void write_waiver(const model::AppliedWaiver& waiver, Writer& out)
{
    out.begin_object();
    out.key("owner"), out.text(base::shown(waiver.owner));
    out.key("reason"), out.text(base::shown(waiver.reason));
    out.key("expires"), out.text(base::shown(waiver.expires));
    out.key("expired"), out.boolean(waiver.expired);
    out.end_object();
}

std::vector<std::string> decode_texts(const Node& node)
{
    std::vector<std::string> texts;
    for (const Node& one : node.elements()) {
        texts.push_back(one.text());
    }
    return texts;
}

// A list that is left out where it is empty.
std::vector<std::string> decode_some(const Node& node, std::string_view key)
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
Enum decode_word(const Node& node, Enum last)
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

model::AppliedWaiver decode_waiver(const Node& node)
{
    node.demand_keys({"owner", "reason", "expires", "expired"});
    return {node.at("owner").text(), node.at("reason").text(), node.at("expires").text(), node.at("expired").boolean()};
}

model::Finding decode_finding(const Node& node)
{
    node.demand_keys({"id", "rule", "verdict", "requirement", "source", "sentence", "subjects", "evidence"},
                     {"waiver", "change", "new_subjects", "lost_subjects", "open_subjects"});
    model::Finding finding;
    finding.id = node.at("id").text();
    finding.rule = node.at("rule").text();
    finding.verdict = decode_word(node.at("verdict"), model::Verdict::not_applicable);
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

model::UsedPolicy decode_policy(const Node& node)
{
    node.demand_keys({"name", "title", "date", "notes"});
    return {node.at("name").text(), node.at("title").text(), node.at("date").text(), decode_texts(node.at("notes"))};
}

model::Judgement decode_judgement(const Node& node, const model::Report& report)
{
    node.demand_keys({"endpoint", "policy", "role", "verdict", "findings", "notes", "remedy"});
    model::Judgement judgement;
    judgement.endpoint = static_cast<std::size_t>(node.at("endpoint").number());
    if (judgement.endpoint >= report.scan.endpoints.size()) {
        node.at("endpoint").err("is no endpoint of this scan");
    }
    judgement.policy = node.at("policy").text();
    const auto same = [&judgement](const model::UsedPolicy& policy) { return policy.name == judgement.policy; };
    if (std::ranges::none_of(report.policies, same)) {
        node.at("policy").err("is none of the policies");
    }
    judgement.role = node.at("role").one_of(model::Role::submissions);
    judgement.verdict = decode_word(node.at("verdict"), model::Verdict::not_applicable);
    for (const Node& one : node.at("findings").elements()) {
        judgement.findings.push_back(decode_finding(one));
    }
    judgement.notes = decode_texts(node.at("notes"));
    judgement.remedy = decode_texts(node.at("remedy"));
    return judgement;
}

}  // namespace

std::string word(std::string_view formatted)
{
    std::string out(formatted);
    std::ranges::replace(out, ' ', '_');
    return out;
}

Json encode_policy(const model::UsedPolicy& policy)
{
    return {{"name", base::shown(policy.name)},
            {"title", base::shown(policy.title)},
            {"date", base::shown(policy.date)},
            {"notes", encode_texts(policy.notes)}};
}

void write_finding(const model::Finding& finding, Writer& out)
{
    const auto some = [&out](const char* key, const std::vector<std::string>& texts) {
        if (!texts.empty()) {
            out.key(key), out.texts(texts);
        }
    };
    out.begin_object();
    out.key("id"), out.text(base::shown(finding.id));
    out.key("rule"), out.text(base::shown(finding.rule));
    out.key("verdict"), out.text(word(model::format(finding.verdict)));
    out.key("requirement"), out.text(base::shown(finding.requirement));
    out.key("source"), out.text(base::shown(finding.source));
    out.key("sentence"), out.text(base::shown(finding.sentence));
    out.key("subjects"), out.texts(finding.subjects);
    out.key("evidence"), out.numbers(finding.evidence);
    if (finding.waiver) {
        out.key("waiver"), write_waiver(*finding.waiver, out);
    }
    if (finding.change != model::Change::none) {
        out.key("change"), out.text(word(model::format(finding.change)));
    }
    some("new_subjects", finding.new_subjects);
    some("lost_subjects", finding.lost_subjects);
    some("open_subjects", finding.open_subjects);
    out.end_object();
}

void write_judgement(const model::Judgement& judgement, bool with_endpoint, Writer& out)
{
    out.begin_object();
    if (with_endpoint) {
        out.key("endpoint"), out.number(static_cast<std::int64_t>(judgement.endpoint));
    }
    out.key("policy"), out.text(base::shown(judgement.policy));
    out.key("role"), out.text(model::format(judgement.role));
    out.key("verdict"), out.text(word(model::format(judgement.verdict)));
    out.key("findings"), out.begin_list();
    for (const model::Finding& finding : judgement.findings) {
        write_finding(finding, out);
    }
    out.end_list();
    out.key("notes"), out.texts(judgement.notes);
    out.key("remedy"), out.texts(judgement.remedy);
    out.end_object();
}

void decode_judgements(const Node& document, model::Report& report)
{
    if (!document.has("policies")) {
        for (const std::string_view key : {"judgements", "baseline", "gone"}) {
            if (document.has(key)) {
                document.at(key).err("is there, and no policies are");
            }
        }
        return;
    }
    for (const Node& one : document.at("policies").elements()) {
        report.policies.push_back(decode_policy(one));
    }
    if (report.policies.empty()) {
        document.at("policies").err("is empty");
    }
    if (document.has("baseline")) {
        report.baseline = document.at("baseline").text();
        if (report.baseline.empty()) {
            document.at("baseline").err("is empty");
        }
    }
    for (const Node& one : document.at("judgements").elements()) {
        report.judgements.push_back(decode_judgement(one, report));
    }
    for (const Node& one : document.at("gone").elements()) {
        report.gone.push_back(decode_finding(one));
    }
}

}  // namespace smtptls::record

#include "record/sarif.hpp"

#include "base/untrusted_text.hpp"
#include "record/document.hpp"
#include "record/parts.hpp"

#include <map>

namespace smtptls::record {
namespace {

using model::Change;
using model::Finding;
using model::Verdict;

constexpr std::string_view schema = "https://json.schemastore.org/sarif-2.1.0.json";

// "pci-dss-4.0.1/versions" -> its place in the list of rules.
using RulePlaces = std::map<std::string, std::size_t>;

Json message(const std::string& text)
{
    return {{"text", base::shown(text)}};
}

std::string rule_id(const std::string& policy, const Finding& finding)
{
    return base::shown(policy + "/" + finding.rule);
}

Json encode_rule(const std::string& id, const Finding& finding)
{
    return {{"id", id},
            {"shortDescription", message(finding.requirement)},
            {"fullDescription", message(finding.requirement + " Source: " + finding.source)},
            {"help", message(finding.requirement + " Source: " + finding.source)},
            {"properties", {{"source", base::shown(finding.source)}}}};
}

// Section 3.27.9 and 3.27.10: a kind other than "fail" has the level "none".
std::pair<std::string_view, std::string_view> kind_and_level(const Finding& finding)
{
    if (finding.change == Change::lost) {
        return {"open", "none"};
    }
    switch (finding.verdict) {
        case Verdict::fail: return {"fail", "error"};
        case Verdict::warn: return {"fail", "warning"};
        case Verdict::advice: return {"fail", "note"};
        case Verdict::inconclusive: return {"open", "none"};
        case Verdict::not_asked: return {"open", "none"};
        case Verdict::not_applicable: return {"notApplicable", "none"};
        case Verdict::pass: break;
    }
    return {"pass", "none"};
}

// Section 3.27.24. "lost" has no word there: the result is not absent but open, and says so in its properties.
std::string_view baseline_state(Change change)
{
    switch (change) {
        case Change::added: return "new";
        case Change::unchanged: return "unchanged";
        case Change::fixed: return "absent";
        case Change::lost: return "updated";
        case Change::none: break;
    }
    return "";
}

Json encode_location(const model::Endpoint& endpoint)
{
    const std::string name = base::shown(endpoint.host + " " + model::format(endpoint));
    return {{"logicalLocations",
             Json::array({{{"name", model::format(endpoint)}, {"fullyQualifiedName", name}, {"kind", "resource"}}})}};
}

Json encode_properties(const Finding& finding)
{
    Json subjects = Json::array();
    for (const std::string& subject : finding.subjects) {
        subjects.push_back(base::shown(subject));
    }
    Json out = {{"verdict", model::format(finding.verdict)}, {"subjects", subjects}, {"exchanges", finding.evidence}};
    if (finding.change != Change::none) {
        out["change"] = model::format(finding.change);
    }
    return out;
}

void add_waiver(Json& result, const model::AppliedWaiver& waiver)
{
    const std::string words = waiver.owner + ": " + waiver.reason + " (until " + waiver.expires + ")";
    result["suppressions"] = Json::array({{{"kind", "external"},
                                           {"status", waiver.expired ? "rejected" : "accepted"},
                                           {"justification", base::shown(words)}}});
}

Json encode_result(const std::string& id, const Finding& finding)
{
    const auto [kind, level] = kind_and_level(finding);
    std::string text = finding.sentence.empty() ? finding.requirement : finding.sentence;
    for (const std::string& subject : finding.subjects) {
        text += (&subject == &finding.subjects.front() ? ": " : ", ") + subject;
    }
    Json out = {{"ruleId", id},
                {"kind", kind},
                {"level", level},
                {"message", message(text)},
                {"partialFingerprints", {{"smtptlsFinding/v1", base::shown(finding.id)}}}};
    if (finding.change != Change::none) {
        out["baselineState"] = baseline_state(finding.change);
    }
    if (finding.waiver) {
        add_waiver(out, *finding.waiver);
    }
    out["properties"] = encode_properties(finding);
    return out;
}

bool is_result(const Finding& finding)
{
    return finding.verdict != Verdict::not_applicable && finding.verdict != Verdict::not_asked;
}

// The rules of all judgements, each once, in the order of first use.
Json rules_of(const model::Report& report, RulePlaces& places)
{
    Json rules = Json::array();
    for (const model::Judgement& judgement : report.judgements) {
        for (const Finding& finding : judgement.findings) {
            const std::string id = rule_id(judgement.policy, finding);
            if (places.emplace(id, rules.size()).second) {
                rules.push_back(encode_rule(id, finding));
            }
        }
    }
    return rules;
}

Json notification(const std::string& text)
{
    return {{"level", "error"}, {"message", message(text)}};
}

Json encode_invocation(const model::ScanResult& scan)
{
    Json notifications = Json::array();
    for (const model::TargetFailure& failure : scan.failures) {
        const std::string words = failure.failure.text.escaped();
        notifications.push_back(notification(base::UntrustedText(failure.target).escaped() + ": " +
                                             std::string(format(failure.failure.reason)) + " " + words));
    }
    for (const model::EndpointResult& one : scan.endpoints) {
        if (one.status == model::EndpointStatus::failed || one.status == model::EndpointStatus::incomplete) {
            const std::string words = one.failure ? ": " + one.failure->text.escaped() : "";
            notifications.push_back(notification(one.endpoint.host + " " + model::format(one.endpoint) + " " +
                                                 std::string(model::format(one.status)) + words));
        }
    }
    return {{"executionSuccessful", scan.complete()},
            {"startTimeUtc", scan.started},
            {"endTimeUtc", scan.finished},
            {"toolExecutionNotifications", std::move(notifications)}};
}

void write_results(const model::Report& report, const RulePlaces& places, Document& run)
{
    run.begin_list("results");
    for (const model::Judgement& judgement : report.judgements) {
        for (const Finding& finding : judgement.findings) {
            if (is_result(finding)) {
                const std::string id = rule_id(judgement.policy, finding);
                Json result = encode_result(id, finding);
                result["ruleIndex"] = places.at(id);
                result["locations"] =
                    Json::array({encode_location(report.scan.endpoints.at(judgement.endpoint).endpoint)});
                run.add(result);
            }
        }
    }
    for (const Finding& finding : report.gone) {
        run.add(encode_result(base::shown(finding.id.substr(0, finding.id.find(' '))), finding));
    }
    run.end_list();
}

}  // namespace

void encode_sarif(const model::Report& report, const base::Sink& sink)
{
    RulePlaces places;
    const Json driver = {{"name", "smtptls-scan"},
                         {"semanticVersion", report.scan.program_version},
                         {"rules", rules_of(report, places)}};
    Document log(sink);
    log.member("$schema", schema);
    log.member("version", "2.1.0");
    log.begin_list("runs");
    log.begin_element();
    Document run(sink, 2);
    run.member("tool", {{"driver", driver}});
    run.member("columnKind", "utf16CodeUnits");
    run.member("invocations", Json::array({encode_invocation(report.scan)}));
    if (!report.baseline.empty()) {
        run.member("properties", {{"baseline", base::shown(report.baseline)}});
    }
    write_results(report, places, run);
    run.end();
    log.end_list();
    log.end();
    sink("\n");
}

}  // namespace smtptls::record

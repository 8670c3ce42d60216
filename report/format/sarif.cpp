// SARIF 2.1.0, for what collects findings of code scanners (OASIS):
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. One log with one run. Rules are those of the
// policies that were used; results are all findings but those that do not apply or were not asked, with the finding's
// id as fingerprint and the endpoint as logical location.
#include "base/spool.hpp"
#include "base/untrusted_text.hpp"
#include "json/json.hpp"
#include "json/layout.hpp"
#include "model_json/parts.hpp"
#include "report/format/format.hpp"

#include <map>

namespace smtptls::report {

std::unique_ptr<Writer> begin_sarif(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

using model::Change;
using model::Finding;
using model::Verdict;

constexpr std::string_view schema = "https://json.schemastore.org/sarif-2.1.0.json";

// "pci-dss-4.0.1/versions" -> its place in the list of rules.
using RulePlaces = std::map<std::string, std::size_t>;

json::Value message(const std::string& text)
{
    return {{"text", base::shown(text)}};
}

std::string rule_id(const std::string& policy, const Finding& finding)
{
    return base::shown(policy + "/" + finding.rule);
}

json::Value encode_rule(const std::string& id, const Finding& finding)
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
        case Verdict::not_asked:
        case Verdict::not_judged: return {"open", "none"};
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

// RFC 3986 section 2.1: all but unreserved characters, and the colons of an address.
std::string percent_encoded(std::string_view host)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : host) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~:").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : std::string{'%', digits[byte >> 4U], digits[byte & 0xfU]};
    }
    return out;
}

// Dashboards show results at an artifact: the server itself, as "smtp://mail.example.com:25" or
// "smtps://[2001:db8::1]:465".
std::string uri_of(const model::Endpoint& endpoint)
{
    const std::string host = percent_encoded(endpoint.host);
    return (endpoint.mode == model::TlsMode::implicit ? "smtps://" : "smtp://") +
           (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(endpoint.port);
}

json::Value encode_location(const model::Endpoint& endpoint)
{
    const std::string name = base::shown(endpoint.host + " " + model::format(endpoint));
    return {{"physicalLocation", {{"artifactLocation", {{"uri", uri_of(endpoint)}}}}},
            {"logicalLocations",
             json::Value::array(
                 {{{"name", model::format(endpoint)}, {"fullyQualifiedName", name}, {"kind", "resource"}}})}};
}

json::Value encode_properties(const Finding& finding)
{
    json::Value subjects = json::Value::array();
    for (const std::string& subject : finding.subjects) {
        subjects.push_back(base::shown(subject));
    }
    json::Value out = {
        {"verdict", model::format(finding.verdict)}, {"subjects", subjects}, {"exchanges", finding.evidence}};
    if (finding.change != Change::none) {
        out["change"] = model::format(finding.change);
    }
    return out;
}

void add_waiver(json::Value& result, const model::AppliedWaiver& waiver)
{
    const std::string words = waiver.owner + ": " + waiver.reason + " (until " + waiver.expires + ")";
    result["suppressions"] = json::Value::array({{{"kind", "external"},
                                                  {"status", waiver.expired ? "rejected" : "accepted"},
                                                  {"justification", base::shown(words)}}});
}

json::Value encode_result(const std::string& id, const Finding& finding)
{
    const auto [kind, level] = kind_and_level(finding);
    std::string text = finding.sentence.empty() ? finding.requirement : finding.sentence;
    for (const std::string& subject : finding.subjects) {
        text += (&subject == &finding.subjects.front() ? ": " : ", ") + subject;
    }
    json::Value out = {{"ruleId", id},
                       {"kind", kind},
                       {"level", level},
                       {"message", message(text)},
                       {"partialFingerprints", {{"smtptlsFinding/v1", base::shown(finding.id.str())}}}};
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
    return finding.verdict != Verdict::not_applicable && finding.verdict != Verdict::not_asked &&
           finding.verdict != Verdict::not_judged;
}

json::Value notification(const std::string& text)
{
    return {{"level", "error"}, {"message", message(text)}};
}

std::string notification_of(const model::TargetFailure& failure)
{
    return base::UntrustedText(failure.target).escaped() + ": " + std::string(format(failure.failure.reason)) + " " +
           failure.failure.text.escaped();
}

// Empty if there is nothing to say.
std::string notification_of(const model::EndpointResult& one)
{
    if (!one.is_open()) {
        return "";
    }
    const std::string words = one.failure ? ": " + one.failure->text.escaped() : "";
    return one.endpoint.host + " " + model::format(one.endpoint) + " " + std::string(model::format(one.status)) + words;
}

constexpr std::size_t run_depth = 2;  // of the run in the log

class Sarif : public Writer {
public:
    using Writer::Writer;

    void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) override
    {
        if (const std::string words = notification_of(result); !words.empty()) {
            notifications_.add(place, words);
        }
        const json::Value location = json::Value::array({encode_location(result.endpoint)});
        std::vector<json::Value> results;
        for (const model::Judgement& judgement : judgements) {
            for (const Finding& finding : judgement.findings) {
                const std::string id = rule_id(judgement.policy, finding);
                const std::size_t rule = place_of(id, finding);
                if (is_result(finding)) {
                    results.push_back(encode_result(id, finding));
                    results.back()["ruleIndex"] = rule;
                    results.back()["locations"] = location;
                }
            }
        }
        results_.add(place, json::elements_text(results, run_depth));
    }

    void end() override
    {
        const json::Value driver = {
            {"name", "smtptls-scan"}, {"semanticVersion", head_.scan.program_version}, {"rules", rules_}};
        json::Document log(sink_);
        log.member("$schema", schema);
        log.member("version", "2.1.0");
        log.begin_list("runs");
        log.begin_element();
        json::Document run(sink_, run_depth);
        run.member("tool", {{"driver", driver}});
        run.member("columnKind", "utf16CodeUnits");
        run.member("invocations", json::Value::array({invocation()}));
        if (!head_.baseline.empty()) {
            run.member("properties", {{"baseline", base::shown(head_.baseline)}});
        }
        run.begin_list("results");
        results_.give([&run](std::string_view results) { run.add_text(results); });
        for (const Finding& finding : head_.gone) {
            run.add(encode_result(base::shown(finding.id.rule), finding));
        }
        run.end_list();
        run.end();
        log.end_list();
        log.end();
    }

private:
    // Each endpoint has a finding for each rule of each policy: the order of first use is that of the policies.
    std::size_t place_of(const std::string& id, const Finding& finding)
    {
        const auto [found, fresh] = places_.emplace(id, rules_.size());
        if (fresh) {
            rules_.push_back(encode_rule(id, finding));
        }
        return found->second;
    }

    json::Value invocation() const
    {
        json::Value notifications = json::Value::array();
        for (const model::TargetFailure& failure : head_.scan.failures) {
            notifications.push_back(notification(notification_of(failure)));
        }
        notifications_.give(
            [&notifications](std::string_view words) { notifications.push_back(notification(std::string(words))); });
        return {{"executionSuccessful", head_.complete()},
                {"startTimeUtc", head_.scan.started},
                {"endTimeUtc", head_.scan.finished},
                {"toolExecutionNotifications", std::move(notifications)}};
    }

    RulePlaces places_;
    json::Value rules_ = json::Value::array();
    base::Spool notifications_;
    base::Spool results_;
};

}  // namespace

std::unique_ptr<Writer> begin_sarif(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<Sarif>(head, style, sink);
}

}  // namespace smtptls::report

// The report as one self-contained page: nothing is loaded, nothing of a server's is in a style or a script, and it
// can be read without the script, which only filters. The Content-Security-Policy allows the one style and the one
// script by their hashes and nothing else.
#include "base/untrusted_text.hpp"
#include "report/format/escape.hpp"
#include "report/format/format.hpp"
#include "report/format/html_matrix.hpp"
#include "report/format/html_parts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <array>

namespace smtptls::report {

void write_html(const model::Report& report, const Style&, const Sink& sink);

namespace {

// So many endpoints can be read from top to bottom; of more only those to look at are unfolded.
constexpr std::size_t few_endpoints = 3;
constexpr std::size_t most_unfolded = 20;

bool is_open(const model::EndpointResult& endpoint)
{
    return endpoint.status == model::EndpointStatus::failed || endpoint.status == model::EndpointStatus::incomplete;
}

// "not offered".
std::string words_of(model::EndpointStatus status)
{
    std::string words(format(status));
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string head(const model::Report& report)
{
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '";
    out.append(html_style_hash).append("'; script-src '").append(html_script_hash);
    out +=
        "'; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
        "content=\"no-referrer\">\n<meta name=\"generator\" content=\"smtptls-scan\">\n<title>";
    out += report.policies.empty() ? "TLS of " : "TLS verdicts of ";
    out += report.scan.endpoints.size() == 1 ? markup(place_of(report.scan.endpoints.front().endpoint))
                                             : plural(report.scan.endpoints.size(), "mail endpoint");
    out.append("</title>\n<style>").append(html_style).append("</style>\n</head>\n<body>\n");
    return out + "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n";
}

std::string source_of(const model::ScanResult& scan)
{
    for (const model::EndpointResult& endpoint : scan.endpoints) {
        if (!endpoint.source_address.empty()) {
            return " from " + endpoint.source_address;
        }
    }
    return "";
}

std::string interruption_of(const model::ScanResult& scan)
{
    if (scan.interruption == model::Interruption::none) {
        return "";
    }
    return scan.interruption == model::Interruption::signal ? " <b>interrupted</b>" : " <b>ended by --max-time</b>";
}

std::string banner(const model::ScanResult& scan)
{
    std::string options;
    for (const auto& [name, value] : scan.options) {
        options += (options.empty() ? "" : ", ") + name + " " + value;
    }
    return "<header>\n<h1>Mail servers and their TLS</h1>\n<p class=\"who\">smtptls-scan " +
           markup(scan.program_version) + ", " + markup(scan.library_version) + markup(source_of(scan)) + "<br>" +
           markup(scan.started) + " to " + markup(scan.finished) + " (" + seconds(scan.duration_ms) + ")" +
           interruption_of(scan) + "<br>options: " + markup(options) + "</p>\n</header>\n";
}

struct Numbers {
    std::size_t open = 0;
    std::vector<Tally> by_policy;  // of the endpoints' verdicts
    std::size_t violating = 0;     // endpoints
};

Numbers numbers_of(const model::Report& report)
{
    Numbers numbers;
    numbers.by_policy.resize(report.policies.size());
    std::size_t last = report.scan.endpoints.size();
    for (const model::Judgement& judgement : report.judgements) {
        for (std::size_t i = 0; i < report.policies.size(); ++i) {
            if (report.policies[i].name == judgement.policy) {
                numbers.by_policy[i].add(shown_as(judgement.verdict));
            }
        }
        if (judgement.verdict == model::Verdict::fail && judgement.endpoint != last) {
            ++numbers.violating;
            last = judgement.endpoint;
        }
    }
    numbers.open =
        report.scan.failures.size() + static_cast<std::size_t>(std::ranges::count_if(report.scan.endpoints, is_open));
    return numbers;
}

std::string big(Shown shown, std::size_t count, const std::string& words)
{
    return "<li class=\"big\">" + chip(shown, std::to_string(count)) + " <span>" + words + "</span></li>\n";
}

std::string policy_table(const model::Report& report, const Numbers& numbers)
{
    static constexpr std::array columns = {Shown::fail, Shown::inconclusive, Shown::warn, Shown::advice, Shown::pass};
    std::string out =
        "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Policies\"><table class=\"policies\">"
        "<caption>Verdicts on endpoints, by policy</caption><thead><tr><th scope=\"col\">Policy</th>";
    for (const Shown shown : columns) {
        out += "<th scope=\"col\">" + chip(shown) + "</th>";
    }
    out += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < report.policies.size(); ++i) {
        const model::UsedPolicy& policy = report.policies[i];
        out += "<tr><th scope=\"row\">" + markup(policy.name) + "<span class=\"role\">" + markup(policy.title) + ", " +
               markup(policy.date) + "</span>";
        for (const std::string& note : policy.notes) {
            out += "<span class=\"role\">" + markup(note) + "</span>";
        }
        out += "</th>";
        for (const Shown shown : columns) {
            const std::size_t count = numbers.by_policy[i].of(shown);
            out += "<td" + std::string(count == 0 ? " class=\"zero\"" : "") + ">" + std::to_string(count) + "</td>";
        }
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

std::string summary(const model::Report& report)
{
    const Numbers numbers = numbers_of(report);
    const bool judged = !report.policies.empty();
    std::string out = "<section aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n<ul class=\"bigs\">\n";
    out += "<li class=\"big\"><span class=\"chip quiet\">" + std::to_string(report.scan.endpoints.size()) +
           "</span> <span>" + (report.scan.endpoints.size() == 1 ? "endpoint" : "endpoints") +
           " looked at</span></li>\n";
    if (judged) {
        out += big(numbers.violating > 0 ? Shown::fail : Shown::pass, numbers.violating, "violate a policy");
    }
    out += big(numbers.open > 0 ? Shown::inconclusive : Shown::pass, numbers.open, "could not be tested to the end") +
           "</ul>\n";
    out += judged ? policy_table(report, numbers) : "";
    out += report.baseline.empty() ? "" : "<p>Compared with " + markup(report.baseline) + ".</p>\n";
    return out + "</section>\n";
}

std::string failures(const model::ScanResult& scan)
{
    std::string out;
    for (const model::TargetFailure& failure : scan.failures) {
        out += "<li>" + chip(Shown::inconclusive, "not reached") + " <b>" +
               markup(base::UntrustedText(failure.target).escaped()) +
               "</b>: " + markup(sentence_with_words(failure.failure)) + "</li>\n";
    }
    return out.empty()
               ? ""
               : "<section aria-labelledby=\"failures\"><h2 id=\"failures\">Targets without an endpoint</h2><ul>\n" +
                     out + "</ul></section>\n";
}

std::string overview_row(const model::EndpointResult& endpoint, const std::vector<const model::Judgement*>& judgements,
                         std::size_t number, bool judged)
{
    const Shown worst = is_open(endpoint) ? std::min(worst_of(judgements), Shown::inconclusive) : worst_of(judgements);
    std::string out = "<tr class=\"" + std::string(worst <= Shown::warn ? "look" : "fine") +
                      "\"><th scope=\"row\"><a href=\"#e" + std::to_string(number) + "\">" +
                      markup(place_of(endpoint.endpoint)) + "</a></th><td>";
    const std::string status = markup(words_of(endpoint.status));
    if (judged) {
        const bool whole = endpoint.status == model::EndpointStatus::scanned;
        out += chip(worst) + (whole ? "" : " <span class=\"status\">" + status + "</span>");
    } else {
        out += is_open(endpoint) ? chip(Shown::inconclusive, status) : status;
    }
    out += "</td>";
    const Faults faults = faults_of(judgements);
    for (const tls::ProtocolVersion version : shown_versions()) {
        out += version_cell(endpoint, version, faults);
    }
    return out + "</tr>\n";
}

// Hidden until the script shows it: without the script it would do nothing.
constexpr std::string_view filter =
    "<form id=\"filter\" role=\"search\" hidden><label for=\"words\">Show endpoints with</label> <input id=\"words\" "
    "type=\"search\" autocomplete=\"off\" spellcheck=\"false\"> <label><input id=\"look\" type=\"checkbox\"> only "
    "those to look "
    "at</label> <output id=\"count\"></output></form>\n";

void write_overview(const model::Report& report, const Sink& sink)
{
    const bool judged = !report.policies.empty();
    std::string out =
        "<section aria-labelledby=\"overview\">\n<h2 id=\"overview\">Endpoints and versions</h2>\n" +
        matrix_legend(judged) + std::string(filter) +
        "<nav aria-label=\"Endpoints\"><div class=\"scroll\" role=\"group\" tabindex=\"0\" "
        "aria-label=\"Endpoints and versions\"><table id=\"all\" class=\"matrix\"><caption>Accepted suites by "
        "endpoint and version</caption><thead><tr><th scope=\"col\">Endpoint</th><th scope=\"col\">";
    out += judged ? "Verdict" : "Status";
    out += "</th>";
    for (const tls::ProtocolVersion version : shown_versions()) {
        out += "<th scope=\"col\">" + markup(tls::format(version)) + "</th>";
    }
    sink(out + "</tr></thead><tbody>\n");
    JudgementsInOrder judgements(report);
    for (std::size_t i = 0; i < report.scan.endpoints.size(); ++i) {
        sink(overview_row(report.scan.endpoints[i], judgements.of(i), i + 1, judged));
    }
    sink("</tbody></table></div></nav></section>\n");
}

void write_endpoints(const model::Report& report, const Sink& sink)
{
    sink("<section aria-labelledby=\"endpoints\">\n<h2 id=\"endpoints\">Endpoint by endpoint</h2>\n");
    JudgementsInOrder judgements(report);
    std::size_t unfolded = 0;
    for (std::size_t i = 0; i < report.scan.endpoints.size(); ++i) {
        const model::EndpointResult& endpoint = report.scan.endpoints[i];
        const auto about = judgements.of(i);
        const bool look = worst_of(about) <= Shown::warn || is_open(endpoint);
        const bool open = report.scan.endpoints.size() <= few_endpoints || (look && unfolded < most_unfolded);
        unfolded += open ? 1U : 0U;
        sink(endpoint_section(endpoint, about, i + 1, open));
    }
    sink("</section>\n");
}

}  // namespace

void write_html(const model::Report& report, const Style&, const Sink& sink)
{
    sink(head(report) + banner(report.scan) + "<main id=\"main\">\n" + summary(report) + failures(report.scan));
    write_overview(report, sink);
    write_endpoints(report, sink);
    sink(gone_section(report.gone) +
         "</main>\n<footer><p>What is rejected was proved so: a timeout never counts as a "
         "refusal. The JSON of the same scan has every exchange.</p></footer>\n<script>");
    sink(html_script);
    sink("</script>\n</body>\n</html>\n");
}

}  // namespace smtptls::report

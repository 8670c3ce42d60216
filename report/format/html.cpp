// The report as one self-contained page: nothing is loaded, nothing of a server's is in a style or a script, and it
// can be read without the script, which only filters. The Content-Security-Policy allows the one style and the one
// script by their hashes and nothing else.
#include "base/spool.hpp"
#include "base/untrusted_text.hpp"
#include "report/format/escape.hpp"
#include "report/format/fleet.hpp"
#include "report/format/format.hpp"
#include "report/format/html_matrix.hpp"
#include "report/format/html_paper.hpp"
#include "report/format/html_parts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace smtptls::report {

std::unique_ptr<Writer> begin_html(const model::ReportHead& head, const Style& style, const Sink& sink);

namespace {

// So many endpoints can be read from top to bottom; of more only those to look at are unfolded.
constexpr std::size_t few_endpoints = 3;
constexpr std::size_t most_unfolded = 20;

// "not offered".
std::string words_of(model::EndpointStatus status)
{
    std::string words(format(status));
    std::ranges::replace(words, '_', ' ');
    return words;
}

// "TLS verdicts of mail.example.com": the day follows it.
std::string title_of(const model::ReportHead& report, const std::string& only)
{
    constexpr std::size_t most_hosts = 3;
    const std::vector<std::string>& targets = report.scan.targets;
    const std::string hosts = targets.empty() ? plural(report.totals.endpoints(), "mail endpoint")
                                              : markup(joined(some_of(shown_targets(targets), most_hosts)));
    return (report.policies.empty() ? "TLS of " : "TLS verdicts of ") + (report.totals.endpoints() == 1 ? only : hosts);
}

std::string day_of(const model::ReportHead& report)
{
    return markup(report.scan.started.substr(0, 10));
}

std::string head_of_page(const model::ReportHead& report, const std::string& only)
{
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '";
    out.append(html_style_hash).append("'; script-src '").append(html_script_hash);
    out +=
        "'; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
        "content=\"no-referrer\">\n<meta name=\"generator\" content=\"smtptls-scan\">\n<title>";
    out += title_of(report, only) + ", " + day_of(report);
    out.append("</title>\n<style>").append(html_style).append("</style>\n</head>\n<body>\n");
    return out + "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n";
}

std::string interruption_of(const model::ScanHead& scan)
{
    if (scan.interruption == model::Interruption::none) {
        return "";
    }
    return scan.interruption == model::Interruption::signal ? " <b>interrupted</b>" : " <b>ended by --max-time</b>";
}

std::string banner(const model::ReportHead& report, const std::string& only)
{
    const model::ScanHead& scan = report.scan;
    const std::string& source = report.totals.source_address();
    std::string options;
    for (const auto& [name, value] : scan.options) {
        options += (options.empty() ? "" : ", ") + name + " " + value;
    }
    return "<header>\n<h1>" + title_of(report, only) + ", <span class=\"day\">" + day_of(report) +
           "</span></h1>\n<p class=\"who\">smtptls-scan " + markup(scan.program_version) + ", " +
           markup(scan.library_version) + markup(source.empty() ? "" : " from " + source) + "<br>" +
           markup(scan.started) + " to " + markup(scan.finished) + " (" + seconds(scan.duration_ms) + ")" +
           interruption_of(scan) + "<br>options: " + markup(options) + "</p>\n</header>\n";
}

struct Numbers {
    std::size_t open = 0;
    std::size_t untested = 0;      // there is no way to these addresses from here
    std::vector<Tally> by_policy;  // of the endpoints' verdicts
    std::size_t violating = 0;     // endpoints
    std::size_t waived = 0;        // endpoints with violations that somebody has taken on themselves

    void add(const model::EndpointResult& endpoint, Judgements judgements)
    {
        open += endpoint.is_open() ? 1U : 0U;
        untested += endpoint.status == model::EndpointStatus::not_tested ? 1U : 0U;
        by_policy.resize(std::max(by_policy.size(), judgements.size()));
        for (std::size_t i = 0; i < judgements.size(); ++i) {
            by_policy[i].add(shown_as(judgements[i]));
        }
        const bool fails =
            std::ranges::any_of(judgements, [](const model::Judgement& one) { return shown_as(one) == Shown::fail; });
        violating += fails ? 1U : 0U;
        const bool waives = std::ranges::any_of(
            judgements, [](const model::Judgement& one) { return tally_of(one).of(Shown::waived) > 0; });
        waived += waives ? 1U : 0U;
    }
};

std::string big(Shown shown, std::size_t count, const std::string& words)
{
    return "<li class=\"big\">" + chip(shown, std::to_string(count)) + " <span>" + words + "</span></li>\n";
}

std::string policy_table(const model::ReportHead& report, const Numbers& numbers)
{
    static constexpr std::array columns = {Shown::fail,   Shown::inconclusive, Shown::warn,
                                           Shown::waived, Shown::advice,       Shown::pass};
    std::string out =
        "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Policies\"><table class=\"policies\">"
        "<caption>Verdicts on endpoints, by policy</caption><thead><tr><th scope=\"col\">Policy</th>";
    for (const Shown shown : columns) {
        out += "<th scope=\"col\">" + chip(shown) + "</th>";
    }
    out += "<th scope=\"col\">" + chip(Shown::not_asked, "other") + "</th></tr></thead><tbody>\n";
    const auto cell = [](std::size_t count) {
        return "<td" + std::string(count == 0 ? " class=\"zero\"" : "") + ">" + std::to_string(count) + "</td>";
    };
    for (std::size_t i = 0; i < report.policies.size(); ++i) {
        const model::UsedPolicy& policy = report.policies[i];
        out += "<tr><th scope=\"row\">" + markup(policy.name) + "<span class=\"role\">" + markup(policy.title) + ", " +
               markup(policy.date) + "</span>";
        for (const std::string& note : policy.notes) {
            out += "<span class=\"role\">" + markup(note) + "</span>";
        }
        out += "</th>";
        std::size_t others = numbers.by_policy[i].all();
        for (const Shown shown : columns) {
            const std::size_t count = numbers.by_policy[i].of(shown);
            out += cell(count);
            others -= count;
        }
        out += cell(others) + "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

std::string summary(const model::ReportHead& report, const Numbers& numbers)
{
    const bool judged = !report.policies.empty();
    std::string out = "<section aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n<ul class=\"bigs\">\n";
    out += "<li class=\"big\"><span class=\"chip quiet\">" + std::to_string(report.totals.endpoints()) +
           "</span> <span>" + (report.totals.endpoints() == 1 ? "endpoint" : "endpoints") + " looked at</span></li>\n";
    if (judged) {
        out += big(numbers.violating > 0 ? Shown::fail : Shown::pass, numbers.violating,
                   numbers.violating == 1 ? "violates a policy" : "violate a policy");
    }
    out += numbers.waived > 0 ? big(Shown::waived, numbers.waived, "with waived violations") : "";
    out += big(numbers.open > 0 ? Shown::inconclusive : Shown::pass, numbers.open, "could not be tested to the end");
    out += numbers.untested > 0 ? big(Shown::inconclusive, numbers.untested, "not tested") : "";
    out += "</ul>\n";
    out += judged ? policy_table(report, numbers) : "";
    out += report.baseline.empty() ? "" : "<p>Compared with " + markup(report.baseline) + ".</p>\n";
    return out + "</section>\n";
}

std::string failures(const model::ScanHead& scan)
{
    std::string out;
    for (const model::TargetFailure& failure : scan.failures) {
        out += "<li>" + chip(Shown::inconclusive, "not reached") + " <b>" + markup(shown_target(failure.target)) +
               "</b>: " + markup(sentence_with_words(failure.failure)) + "</li>\n";
    }
    return out.empty()
               ? ""
               : "<section aria-labelledby=\"failures\"><h2 id=\"failures\">Targets without an endpoint</h2><ul>\n" +
                     out + "</ul></section>\n";
}

std::string overview_row(const model::EndpointResult& endpoint, Judgements judgements, std::size_t number, bool judged)
{
    const Shown worst = endpoint.is_open() ? std::min(worst_of(judgements), Shown::inconclusive) : worst_of(judgements);
    std::string out = "<tr class=\"" + std::string(worst <= Shown::warn ? "look" : "fine") +
                      "\"><th scope=\"row\"><a href=\"#e" + std::to_string(number) + "\">" +
                      markup(place_of(endpoint.endpoint)) + "</a></th><td>";
    const std::string status = markup(words_of(endpoint.status));
    if (judged) {
        const bool whole = endpoint.status == model::EndpointStatus::scanned;
        out += chip(worst) + (whole ? "" : " <span class=\"status\">" + status + "</span>");
    } else {
        out += endpoint.is_open() ? chip(Shown::inconclusive, status) : status;
    }
    out += "</td>";
    const Faults faults = faults_of(judgements);
    for (const tls::ProtocolVersion version : shown_versions()) {
        out += version_cell(endpoint, version, faults, judged);
    }
    return out + "</tr>\n";
}

// Which rules fail at how many endpoints, and where most do.
std::string fleet_section(const Fleet& fleet)
{
    const auto table = [](std::string_view label, std::string_view first, std::string_view second) {
        std::string out = "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"";
        out.append(label).append("\"><table class=\"rules\"><caption>").append(label);
        out.append("</caption><thead><tr><th scope=\"col\">").append(first).append("</th><th scope=\"col\">");
        return out.append(second).append("</th></tr></thead><tbody>\n");
    };
    std::string out = "<section aria-labelledby=\"fleet\">\n<h2 id=\"fleet\">Failed rules</h2>\n" +
                      table("Rules by the number of endpoints that fail", "Rule", "Endpoints");
    for (const auto& [rule, count] : fleet.totals()) {
        out += "<tr><th scope=\"row\">" + markup(rule) + "</th><td>" + std::to_string(count) + "</td></tr>\n";
    }
    out += "</tbody></table></div>\n" + table("Endpoints, the worst first", "Endpoint", "Failed rules");
    for (const Fleet::Worst& one : fleet.worst()) {
        out += "<tr><th scope=\"row\"><a href=\"#e" + std::to_string(one.place + 1) + "\">" + markup(one.where) +
               "</a></th><td>" + markup(joined(one.rules)) + "</td></tr>\n";
    }
    out += "</tbody></table></div>\n";
    if (fleet.failing() > fleet.worst().size()) {
        out += "<p>and " + plural(fleet.failing() - fleet.worst().size(), "more endpoint") + "</p>\n";
    }
    return out + "</section>\n";
}

// Hidden until the script shows it: without the script it would do nothing.
constexpr std::string_view filter =
    "<form id=\"filter\" role=\"search\" hidden><label for=\"words\">Show endpoints with</label> <input id=\"words\" "
    "type=\"search\" autocomplete=\"off\" spellcheck=\"false\"> <label><input id=\"look\" type=\"checkbox\"> only "
    "those to look "
    "at</label> <output id=\"count\"></output></form>\n";

std::string overview_begin(bool judged)
{
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
    return out + "</tr></thead><tbody>\n";
}

class Html : public Writer {
public:
    using Writer::Writer;

    void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) override
    {
        numbers_.add(result, judgements);
        fleet_.add(place, result, judgements);
        paper_.add(place, result, judgements);
        only_ = markup(place_of(result.endpoint));
        if (worst_of(judgements) <= Shown::warn || result.is_open()) {
            to_look_at_.insert(place);
        }
        rows_.add(place, overview_row(result, judgements, place + 1, judged()));
        sections_.add(place, endpoint_section(result, judgements, head_, place + 1));
    }

    void end() override
    {
        numbers_.by_policy.resize(head_.policies.size());
        numbers_.open += head_.scan.failures.size();
        sink_(head_of_page(head_, only_) + banner(head_, only_) + "<main id=\"main\">\n" + summary(head_, numbers_) +
              failures(head_.scan) + paper_.section(head_) + fleet() + side_by_side_section(head_.side_by_side) +
              overview_begin(judged()));
        rows_.give(sink_);
        sink_("</tbody></table></div></nav></section>\n");
        give_sections();
        sink_(gone_section(head_.gone) +
              "</main>\n<footer><p>What is rejected was proved so: a timeout never counts as a "
              "refusal. The JSON of the same scan has every exchange.</p></footer>\n<script>");
        sink_(html_script);
        sink_("</script>\n</body>\n</html>\n");
    }

private:
    // One endpoint has its rules in its own section.
    std::string fleet() const
    {
        return head_.totals.endpoints() > 1 && fleet_.failing() > 0 ? fleet_section(fleet_) : "";
    }

    void give_sections() const
    {
        sink_("<section aria-labelledby=\"endpoints\">\n<h2 id=\"endpoints\">Endpoint by endpoint</h2>\n");
        std::size_t unfolded = 0;
        sections_.each([&](std::size_t place, std::string_view section) {
            const bool open =
                head_.totals.endpoints() <= few_endpoints || (to_look_at_.contains(place) && unfolded < most_unfolded);
            unfolded += open ? 1U : 0U;
            sink_(endpoint_section_begin(open));
            sink_(section);
        });
        sink_("</section>\n");
    }

    Numbers numbers_;
    Fleet fleet_;
    Paper paper_;
    std::string only_;                  // if there is one endpoint, where it is
    std::set<std::size_t> to_look_at_;  // places
    base::Spool rows_;
    base::Spool sections_;
};

}  // namespace

std::unique_ptr<Writer> begin_html(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return begin_writer<Html>(head, style, sink);
}

}  // namespace smtptls::report

// One endpoint, as a part of the HTML page.
#include "report/format/escape.hpp"
#include "report/format/hints.hpp"
#include "report/format/html_matrix.hpp"
#include "report/format/html_parts.hpp"
#include "report/format/words.hpp"
#include "report/format/worth_a_look.hpp"

#include <algorithm>
#include <map>

namespace smtptls::report {
namespace {

using model::CellState;
using model::EndpointResult;
using model::EndpointStatus;

std::string row(std::string_view label, const std::string& markup_value)
{
    return "<dt>" + std::string(label) + "</dt><dd>" + markup_value + "</dd>\n";
}

// As a row begins; a label may quote a server, whose text is escaped and marked up.
std::string capitalized(std::string label)
{
    if (!label.empty() && label.front() >= 'a' && label.front() <= 'z') {
        label.front() = static_cast<char>(label.front() - 'a' + 'A');
    }
    return markup(label);
}

std::string certificate_rows(const EndpointResult& endpoint)
{
    std::string out;
    const std::vector<std::string> subjects = certificates_of(endpoint);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        auto leaf = facts_of(endpoint, subjects[i]);
        const auto of = [&leaf](model::Fact id) { return leaf[id]; };
        const bool outside = of(model::Fact::certificate_outside_its_dates) == "yes";
        const std::string issuer = issuer_words(leaf);
        std::string remarks;
        for (const std::string& remark : remarks_on_certificate(leaf)) {
            remarks += "<br>" + markup(remark);
        }
        const std::string dates = of(model::Fact::certificate_not_before).substr(0, 10) + " to " +
                                  of(model::Fact::certificate_not_after).substr(0, 10);
        const std::string place = place_among(i + 1, subjects.size(), leaf);
        out += row("Certificate",
                   (place.empty() ? "" : markup(place) + "<br>") + markup(of(model::Fact::certificate_subject)) +
                       "<br>" + markup(key_words(leaf) + ", " + of(model::Fact::certificate_signature_algorithm)) +
                       "<br>" + markup(dates) + (outside ? " <b>outside its dates</b>" : "") + "<br>" + markup(issuer) +
                       (of(model::Fact::certificate_dns_names).empty()
                            ? ""
                            : "<br>for " + markup(of(model::Fact::certificate_dns_names))) +
                       remarks);
    }
    return out;
}

std::string open_rows(const EndpointResult& endpoint)
{
    std::map<std::pair<tls::ProtocolVersion, std::string>, std::vector<std::string>, std::greater<>> by_note;
    for (const model::CellView& cell : endpoint.matrix.cells()) {
        if (endpoint.leaves_open(cell)) {
            by_note[{cell.version, std::string(cell.note)}].push_back(tls::format(cell.suite));
        }
    }
    std::string out;
    for (const auto& [key, names] : by_note) {
        const std::string what = names.size() <= 3 ? joined(names) : plural(names.size(), "suite");
        out += row("Open", markup(tls::format(key.first) + " " + what + ": " + key.second));
    }
    return out;
}

// What no policy was asked about, or no policy asks, and what could help.
std::string remark_rows(const EndpointResult& endpoint, const model::ReportHead& head)
{
    std::string remarks;
    for (const Remark& one : head.policies.empty() ? worth_a_look(endpoint, head.scan.started)
                                                   : ends_of_certificates(endpoint, head.scan.started)) {
        const std::string what = one.loud ? "<b>" + markup(one.what) + "</b>" : markup(one.what);
        remarks += (remarks.empty() ? "" : "<br>") + what + ": " + markup(one.more);
    }
    std::string out = remarks.empty() ? "" : row("Worth a look", remarks);
    for (const Hints& hints : {endpoint.status == EndpointStatus::failed ? hints_of_failure(endpoint) : Hints(),
                               hints_of_manners(endpoint), hints_of_name(endpoint, head.scan.options)}) {
        for (const auto& [label, sentence] : hints) {
            out += row(label.empty() ? "Hint" : capitalized(label), capitalized(sentence));
        }
    }
    return out;
}

std::string facts_list(const EndpointResult& endpoint, const model::ReportHead& head)
{
    std::string out = "<dl class=\"facts\">";
    if (endpoint.status != EndpointStatus::scanned) {
        out += row("Ended", markup(sentence_of_end(endpoint)));
    }
    out += remark_rows(endpoint, head);
    out += certificate_rows(endpoint);
    for (const LabelledFact& one : labelled_facts(endpoint, {})) {
        out += row(capitalized(one.label), markup(one.value));
    }
    if (!endpoint.asked_for.empty()) {
        out += row("Asked", markup("what " + joined(endpoint.asked_for) +
                                   " needs; + and · stand for suites that were not "
                                   "asked about"));
    }
    out += open_rows(endpoint);
    return out + row("Cost", plural(endpoint.connections, "connection") + ", " + seconds(endpoint.duration_ms)) +
           "</dl>\n";
}

std::string suites_list(const EndpointResult& endpoint)
{
    std::string out;
    std::size_t count = 0;
    std::optional<tls::ProtocolVersion> last;
    for (const model::CellView& cell : endpoint.matrix.cells()) {
        if (cell.state != CellState::accepted) {
            continue;
        }
        if (last != cell.version) {
            out += (last ? "</ul>" : "") + std::string("<p>") + markup(tls::format(cell.version)) +
                   "</p><ul class=\"suites\">";
        }
        const bool weaker = cell.grade == model::Grade::server_flight || cell.grade == model::Grade::hello_retry;
        const std::string grade = weaker ? " <span class=\"grade\">" + markup(format(*cell.grade)) + "</span>" : "";
        out += "<li>" + markup(tls::format(cell.suite)) + grade + "</li>";
        last = cell.version;
        ++count;
    }
    return count == 0 ? ""
                      : "<details class=\"more\"><summary>" + plural(count, "accepted suite") +
                            " by version</summary>" + out + "</ul></details>\n";
}

std::string verdict_chips(const EndpointResult& endpoint, Judgements judgements)
{
    std::string out;
    for (const model::Judgement& judgement : judgements) {
        out += " " + chip(shown_as(judgement), judgement.policy + ": " + std::string(word_of(shown_as(judgement))));
    }
    const bool open = endpoint.is_open();
    return out + (open ? " " + chip(Shown::inconclusive, format(endpoint.status)) : "");
}

}  // namespace

std::string_view endpoint_section_begin(bool open)
{
    return open ? "<details class=\"endpoint\" open>" : "<details class=\"endpoint\">";
}

std::string endpoint_section(const EndpointResult& endpoint, Judgements judgements, const model::ReportHead& head,
                             std::size_t number)
{
    std::string out = "<summary><h3>" + markup(shown_place_of(endpoint.endpoint)) + " <span class=\"mode\">" +
                      mode_of(endpoint.endpoint) + "</span></h3>" + verdict_chips(endpoint, judgements) +
                      "</summary>\n<div class=\"body\" id=\"e" + std::to_string(number) + "\">\n";
    for (const model::Judgement& judgement : judgements) {
        out += judgement_section(endpoint, judgement);
    }
    if (!judgements.empty()) {
        out += "<h4>What was found</h4>\n";
    }
    if (!endpoint.matrix.empty()) {
        out += matrix_table(endpoint, faults_of(judgements), !head.policies.empty()) + suites_list(endpoint);
    }
    return out + facts_list(endpoint, head) +
           "<p class=\"back\"><a href=\"#overview\">All endpoints</a></p></div></details>\n";
}

}  // namespace smtptls::report

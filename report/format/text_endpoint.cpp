#include "report/format/text_endpoint.hpp"

#include "report/format/hints.hpp"
#include "report/format/text_facts.hpp"
#include "report/format/text_matrix.hpp"
#include "report/format/text_verdicts.hpp"
#include "report/format/words.hpp"
#include "report/format/worth_a_look.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace smtptls::report {
namespace {

using model::CellView;
using model::EndpointResult;
using model::EndpointStatus;
using model::Fact;
using tls::ProtocolVersion;

class EndpointText {
public:
    EndpointText(const EndpointResult& endpoint, const model::ReportHead& head, Page& page)
        : endpoint_(endpoint), head_(head), page_(page)
    {
    }

    void write(Judgements judgements);

private:
    void explain(Judgements judgements);
    void tested();
    void worth_looking();
    void changes();
    void proof();
    void open_cells();
    void members();
    void certificates();
    void client_certificate();
    void observations();
    void other_observations();

    const EndpointResult& endpoint_;
    const model::ReportHead& head_;
    Page& page_;
};

// "124 connections: 109 hellos, 15 handshakes".
std::string cost(const EndpointResult& endpoint)
{
    return plural(endpoint.connections, "connection") + ": " +
           plural(endpoint.connections - endpoint.handshakes, "hello") + ", " +
           plural(endpoint.handshakes, "handshake");
}

std::string day(const std::string& utc)
{
    return utc.substr(0, 10);
}

// Unreachable, no STARTTLS and their like, in a sentence each.
void EndpointText::explain(Judgements judgements)
{
    const std::string end = sentence_of_end(endpoint_);
    switch (endpoint_.status) {
        case EndpointStatus::not_offered: page_.fact("not offered", end); return;
        case EndpointStatus::no_starttls: page_.fact("no STARTTLS", end); return;
        case EndpointStatus::not_tested: page_.fact("not tested", end); return;
        case EndpointStatus::failed: page_.fact("FAILED", end + unknown_rules(endpoint_, judgements)); break;
        default: return;
    }
    page_.say(hints_of_failure(endpoint_));
}

// How the accepted cells were proved, and whose order of preference decides.
void EndpointText::proof()
{
    std::map<model::Grade, std::size_t> grades;
    for (const CellView& cell : endpoint_.matrix.cells()) {
        if (cell.grade) {
            ++grades[*cell.grade];
        }
    }
    static const std::map<model::Grade, std::string> words = {
        {model::Grade::handshake, "by a completed handshake"},
        {model::Grade::family, "by the server's flight and a handshake of the same family"},
        {model::Grade::server_flight, "by the server's flight"},
        {model::Grade::hello_retry, "by its HelloRetryRequest"}};
    std::string text;
    for (const auto& [grade, count] : grades) {
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + words.at(grade);
    }
    if (!text.empty()) {
        page_.fact("proof", text);
    }
    std::map<std::string, std::string> orders;
    for (const model::Observation& observation : endpoint_.observations) {
        if (observation.id == Fact::suites_order) {
            std::string& versions = orders[shown_value(observation.value)];
            versions += (versions.empty() ? "" : ", ") + observation.subject;
        }
    }
    for (const auto& [who, versions] : orders) {
        page_.fact("order", "the " + who + "'s preference decides in " + versions);
    }
}

void EndpointText::open_cells()
{
    std::map<std::pair<ProtocolVersion, std::string>, std::vector<std::string>, std::greater<>> by_note;
    for (const CellView& cell : endpoint_.matrix.cells()) {
        if (endpoint_.leaves_open(cell)) {
            by_note[{cell.version, std::string(cell.note)}].push_back(tls::format(cell.suite));
        }
    }
    for (const auto& [key, names] : by_note) {
        const std::string what = names.size() <= 3 ? "" : plural(names.size(), "suite");
        std::string list;
        for (std::size_t i = 0; i < names.size() && names.size() <= 3; ++i) {
            list += (i == 0 ? "" : ", ") + names[i];
        }
        page_.fact("open", tls::format(key.first) + " " + what + list + ": " + key.second);
    }
}

void EndpointText::certificates()
{
    const std::vector<std::string> subjects = certificates_of(endpoint_);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        std::map<model::Fact, std::string> leaf = facts_of(endpoint_, subjects[i]);
        const auto of = [&leaf](model::Fact id) { return leaf[id]; };
        const std::string place = place_among(i + 1, subjects.size(), leaf);
        if (!place.empty()) {
            page_.fact("certificate", place);
        }
        page_.fact(place.empty() ? "certificate" : "", of(Fact::certificate_subject));
        page_.fact("", key_words(leaf) + ", " + of(Fact::certificate_signature_algorithm) + ", " +
                           day(of(Fact::certificate_not_before)) + " to " + day(of(Fact::certificate_not_after)) +
                           (of(Fact::certificate_outside_its_dates) == "yes" ? " OUTSIDE ITS DATES" : ""));
        page_.fact("", issuer_words(leaf));
        if (!of(Fact::certificate_dns_names).empty()) {
            page_.fact("", "for " + of(Fact::certificate_dns_names));
        }
        for (const std::string& remark : remarks_on_certificate(leaf)) {
            page_.fact("", remark);
        }
    }
}

// More than one server behind the address?
void EndpointText::members()
{
    std::string versions;
    for (const model::Observation& one : endpoint_.observations) {
        if (one.id == Fact::server_contradicts) {
            versions += (versions.empty() ? "" : ", ") + one.subject;
        } else if (one.id == Fact::server_perhaps_several) {
            page_.fact("perhaps several",
                       "servers behind this address: " + one.subject + " differs: " + shown_value(one.value));
        } else if (one.id == Fact::tls_internal_error) {
            page_.fact(
                "", "its TLS library fails in " + one.subject + " (alert internal_error): nobody can use that version");
        }
    }
    if (!versions.empty()) {
        page_.fact("CONTRADICTION",
                   "in " + versions + " the same was accepted and refused: more than one server behind this address?");
    }
}

void EndpointText::client_certificate()
{
    std::map<std::string, std::string> versions;
    for (const model::Observation& observation : endpoint_.observations) {
        if (observation.id == Fact::client_certificate) {
            std::string& all = versions[shown_value(observation.value)];
            all += (all.empty() ? "" : ", ") + observation.subject;
        }
    }
    for (const auto& [how, all] : versions) {
        const bool required = how == "required";
        page_.fact("client cert", how + " in " + all + (required ? ": no handshake was completed without one" : ""));
    }
}

void EndpointText::observations()
{
    std::map<model::Fact, std::string> server = facts_of(endpoint_, "");
    members();
    if (server.contains(Fact::double_check_asked)) {
        const std::string unanswered = server[Fact::double_check_unanswered];
        page_.fact("double check", server[Fact::double_check_asked] + " cells asked again, " +
                                       server[Fact::double_check_differ] + " differ" +
                                       (unanswered == "0" ? "" : ", " + unanswered + " not answered"));
    }
    page_.say(hints_of_manners(endpoint_));
    if (server.contains(Fact::smtp_greeting)) {
        page_.fact("greeting", server[Fact::smtp_greeting]);
    }
    if (server.contains(Fact::smtp_overwritten)) {
        page_.fact("MIDDLEBOX",
                   "something on the way writes over what the server says: " + server[Fact::smtp_overwritten]);
    }
    if (server.contains(Fact::smtp_starttls_in_first_line)) {
        page_.fact("", "STARTTLS is in the first line of the EHLO reply, where most clients do not find it");
    }
    if (server.contains(Fact::smtp_plaintext_after_starttls)) {
        page_.fact("INJECTION",
                   "bytes in the clear behind the answer to STARTTLS: " + server[Fact::smtp_plaintext_after_starttls]);
    }
    certificates();
    if (server.contains(Fact::key_exchange_groups_seen)) {
        page_.fact("key exchange", server[Fact::key_exchange_groups_seen]);
    }
    client_certificate();
    if (server.contains(Fact::ssl2_without_certificate)) {
        page_.fact("SSL 2", "it answers with suites and without a certificate: nobody can complete such a handshake");
    }
    if (const std::string traits = intolerances(server); !traits.empty()) {
        page_.fact("intolerance", "it does not answer hellos with " + traits);
    }
}

// Below what most readers came for.
void EndpointText::other_observations()
{
    bool first = true;
    for (const LabelledFact& one : facts_without_words(endpoint_)) {
        page_.fact(first ? "also" : "", one.label + ": " + one.value);
        first = false;
    }
}

// What no policy was asked about, or no policy asks: how long the certificate lasts.
void EndpointText::worth_looking()
{
    bool first = true;
    const bool judged = !head_.policies.empty();
    for (const Remark& one :
         judged ? ends_of_certificates(endpoint_, head_.scan.started) : worth_a_look(endpoint_, head_.scan.started)) {
        const std::string what = one.loud ? base::upper(one.what) : one.what;
        page_.fact(first ? "worth a look" : "", what + ": " + one.more);
        first = false;
    }
}

// Beside a baseline without policies.
void EndpointText::changes()
{
    static constexpr std::array words = {std::pair(Fact::baseline_accepted, "accepted now, and not then: "),
                                         std::pair(Fact::baseline_refused, "refused now, and accepted then: "),
                                         std::pair(Fact::baseline_not_known, "not known now, and accepted then: "),
                                         std::pair(Fact::baseline_certificates, "a certificate that is new: "),
                                         std::pair(Fact::baseline_certificates_gone, "a certificate that is gone: ")};
    std::map<Fact, std::string> facts = facts_of(endpoint_, "");
    if (facts.contains(Fact::baseline_has_it)) {
        page_.fact("since then", "new: the baseline has no such endpoint");
    } else if (facts.contains(Fact::baseline_same)) {
        page_.fact("since then", "nothing has changed: the same suites, the same certificates");
    }
    const char* label = "since then";
    for (const auto& [fact, what] : words) {
        if (facts.contains(fact)) {
            page_.fact(label, what + facts[fact]);
            label = "";
        }
    }
}

void EndpointText::tested()
{
    observations();
    page_.line();
    matrix_text(endpoint_, page_);
    page_.line();
    if (page_.style().suites) {
        suites_text(endpoint_, page_);
        page_.line();
    }
    if (endpoint_.status == EndpointStatus::incomplete) {
        page_.fact("INCOMPLETE", sentence_of_end(endpoint_));
        page_.say(hints_of_name(endpoint_, head_.scan.options));
    }
    if (!endpoint_.asked_for.empty()) {
        page_.fact("asked", "what " + joined(endpoint_.asked_for) +
                                " needs (--verdict-only): + and . stand for suites that were not asked about");
    }
    open_cells();
    changes();
    worth_looking();
    proof();
    other_observations();
    page_.fact("cost", cost(endpoint_) + "; " + seconds(endpoint_.duration_ms));
}

void EndpointText::write(Judgements judgements)
{
    page_.line();
    page_.heading(shown_place_of(endpoint_.endpoint) + ", " + mode_of(endpoint_.endpoint));
    const bool tls = endpoint_.status == EndpointStatus::scanned || endpoint_.status == EndpointStatus::incomplete;
    if (!tls) {
        explain(judgements);
    }
    verdicts_text(endpoint_, judgements, page_);
    if (tls) {
        tested();
    } else {
        observations();
        changes();
        other_observations();
    }
}

}  // namespace

void endpoint_text(const EndpointResult& endpoint, Judgements judgements, const model::ReportHead& head, Page& page)
{
    EndpointText(endpoint, head, page).write(judgements);
}

}  // namespace smtptls::report

// The scan for people: who scanned, then for each endpoint the matrix of versions and families, the
// suites found, the certificate, and what could not be told. 100 columns are enough.
#include "report/format/format.hpp"
#include "report/format/text_hints.hpp"
#include "report/format/text_verdicts.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace smtptls::report {

void write_text(const model::Report& report, const Style& style, const Sink& sink);

namespace {

using model::Cell;
using model::CellState;
using model::EndpointResult;
using model::EndpointStatus;
using tls::CipherFamily;
using tls::ProtocolVersion;

constexpr std::size_t label_width = 16;
constexpr std::size_t column_width = 9;

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string right(const std::string& text, std::size_t width)
{
    return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

class Text {
public:
    Text(const model::Report& report, const Style& style, const Sink& sink)
        : report_(report), result_(report.scan), style_(style), sink_(sink), judgements_(report)
    {
    }
    void write();

private:
    void header();
    void endpoint(const EndpointResult& endpoint);
    void explain(const EndpointResult& endpoint);
    void matrix(const model::EndpointResult& endpoint);
    void suites(const EndpointResult& endpoint);
    void proof(const EndpointResult& endpoint);
    void open_cells(const model::EndpointResult& endpoint);
    void members(const EndpointResult& endpoint);
    void certificates(const EndpointResult& endpoint);
    void client_certificate(const EndpointResult& endpoint);
    void observations(const EndpointResult& endpoint);
    void verdicts(const EndpointResult& endpoint);
    void fact(const std::string& label, const std::string& value) { out_ += wrapped("  " + label, value, label_width); }
    void say(const Hints& hints)
    {
        std::ranges::for_each(hints, [this](const Hint& hint) { fact(hint.first, hint.second); });
    }
    void line(const std::string& text) { out_ += text + "\n"; }
    std::string bold(const std::string& text) const { return style_.colour ? "\x1b[1m" + text + "\x1b[0m" : text; }
    std::string dim(const std::string& text) const { return style_.colour ? "\x1b[2m" + text + "\x1b[0m" : text; }

    const model::Report& report_;
    const model::ScanResult& result_;
    Style style_;
    const Sink& sink_;
    JudgementsInOrder judgements_;
    std::string out_;
};

std::vector<std::string> server_order(const EndpointResult& endpoint, ProtocolVersion version)
{
    std::vector<std::string> names;
    for (const model::Observation& observation : endpoint.observations) {
        const auto* const list = std::get_if<std::vector<base::UntrustedText>>(&observation.value);
        if (observation.id == "suites.server_order" && observation.subject == tls::format(version) && list != nullptr) {
            for (const base::UntrustedText& name : *list) {
                names.push_back(name.escaped());
            }
        }
    }
    return names;
}

// "124 connections: 109 hellos, 15 handshakes".
std::string cost(const std::vector<model::Exchange>& exchanges)
{
    const auto handshakes = std::count_if(exchanges.begin(), exchanges.end(),
                                          [](const model::Exchange& exchange) { return exchange.handshake; });
    const std::size_t confirming = static_cast<std::size_t>(handshakes);
    return plural(exchanges.size(), "connection") + ": " + plural(exchanges.size() - confirming, "hello") + ", " +
           plural(confirming, "confirming handshake");
}

std::string day(const std::string& utc)
{
    return utc.substr(0, 10);
}

void Text::header()
{
    std::string source;
    for (const EndpointResult& endpoint : result_.endpoints) {
        if (!endpoint.source_address.empty()) {
            source = " from " + endpoint.source_address;
            break;
        }
    }
    line("smtptls-scan " + result_.program_version + ", " + result_.library_version + source);
    std::string when = result_.started + " to " + result_.finished + " (" + seconds(result_.duration_ms) + ")";
    if (result_.interruption == model::Interruption::signal) {
        when += ", INTERRUPTED";
    } else if (result_.interruption == model::Interruption::max_time) {
        when += ", ENDED BY --max-time";
    }
    line(when);
    std::string options;
    for (const auto& [name, value] : result_.options) {
        options += (options.empty() ? "" : ", ") + name + " " + value;
    }
    line("options: " + options);
}

// Unreachable, no STARTTLS and their like, in a sentence each.
void Text::explain(const EndpointResult& endpoint)
{
    const std::string end = sentence_of_end(endpoint);
    switch (endpoint.status) {
        case EndpointStatus::not_offered: fact("not offered", end); return;
        case EndpointStatus::no_starttls: fact("no STARTTLS", end); return;
        case EndpointStatus::not_tested: fact("not tested", end); return;
        case EndpointStatus::failed: fact("FAILED", end); break;
        default: return;
    }
    say(hints_of_failure(endpoint));
}

// What stands in one place of the matrix.
struct Sum {
    std::size_t accepted = 0;
    bool open = false;
    bool left_out = false;

    void add(const model::EndpointResult& endpoint, const Cell& cell)
    {
        accepted += cell.state == CellState::accepted ? 1U : 0U;
        open = open || endpoint.leaves_open(cell);
        left_out = left_out || endpoint.leaves_out(cell);
    }

    // "8+": eight, and some were not asked about.
    std::string text() const
    {
        const std::string none = open ? "" : left_out ? "." : "-";
        const std::string number = accepted == 0 ? none : std::to_string(accepted);
        return number + (open ? "?" : left_out && accepted > 0 ? "+" : "");
    }
};

void Text::matrix(const model::EndpointResult& endpoint)
{
    const model::Matrix& matrix = endpoint.matrix;
    std::vector<ProtocolVersion> versions;
    std::set<CipherFamily> found;
    std::map<ProtocolVersion, Sum> all;
    std::map<std::pair<CipherFamily, ProtocolVersion>, Sum> by_family;
    for (const Cell& cell : matrix.cells) {
        if (std::find(versions.begin(), versions.end(), cell.version) == versions.end()) {
            versions.push_back(cell.version);
        }
        const tls::SuiteInfo* const info = tls::find(cell.suite);
        if (info != nullptr) {
            by_family[{info->family, cell.version}].add(endpoint, cell);
        }
        all[cell.version].add(endpoint, cell);
        if (cell.state == CellState::accepted || endpoint.leaves_open(cell)) {
            found.insert(info != nullptr ? info->family : CipherFamily::null);
        }
    }
    const auto row = [&](const std::string& label, auto sum_of) {
        std::string text = "  " + padded(label, label_width - 2);
        for (const ProtocolVersion version : versions) {
            text += right(sum_of(version), column_width);
        }
        return text;
    };
    line(bold(row("accepted", [](ProtocolVersion version) { return tls::format(version); })));
    for (const CipherFamily family : tls::all_families()) {
        if (found.contains(family)) {
            line(row(std::string(tls::format(family)), [&](ProtocolVersion version) {
                return by_family[{family, version}].text();
            }));
        }
    }
    line(row("all suites", [&](ProtocolVersion version) { return all[version].text(); }));
}

// In the server's own order where that was seen in full, else in the registry's.
void Text::suites(const EndpointResult& endpoint)
{
    std::map<ProtocolVersion, std::vector<const Cell*>, std::greater<>> accepted;
    for (const Cell& cell : endpoint.matrix.cells) {
        if (cell.state == CellState::accepted) {
            accepted[cell.version].push_back(&cell);
        }
    }
    for (auto& [version, cells] : accepted) {
        const std::vector<std::string> order = server_order(endpoint, version);
        const auto place = [&order](const Cell* cell) {
            return std::find(order.begin(), order.end(), tls::format(cell->suite)) - order.begin();
        };
        std::stable_sort(cells.begin(), cells.end(), [&](const Cell* a, const Cell* b) { return place(a) < place(b); });
        line("  " + bold(tls::format(version)) + (order.empty() ? "" : ", in the server's order"));
        for (const Cell* const cell : cells) {
            const bool weaker = cell->grade == model::Grade::server_flight || cell->grade == model::Grade::hello_retry;
            const std::string grade = weaker ? dim("  (" + std::string(model::format(*cell->grade)) + ")") : "";
            line("    " + tls::format(cell->suite) + grade);
        }
    }
}

// How the accepted cells were proved, and whose order of preference decides.
void Text::proof(const EndpointResult& endpoint)
{
    std::map<model::Grade, std::size_t> grades;
    for (const Cell& cell : endpoint.matrix.cells) {
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
        fact("proof", text);
    }
    std::map<std::string, std::string> orders;
    for (const model::Observation& observation : endpoint.observations) {
        if (observation.id == "suites.order") {
            std::string& versions = orders[shown_value(observation.value)];
            versions += (versions.empty() ? "" : ", ") + observation.subject;
        }
    }
    for (const auto& [who, versions] : orders) {
        fact("order", "the " + who + "'s preference decides in " + versions);
    }
}

void Text::open_cells(const model::EndpointResult& endpoint)
{
    std::map<std::pair<ProtocolVersion, std::string>, std::vector<std::string>, std::greater<>> by_note;
    for (const Cell& cell : endpoint.matrix.cells) {
        if (endpoint.leaves_open(cell)) {
            by_note[{cell.version, cell.note}].push_back(tls::format(cell.suite));
        }
    }
    for (const auto& [key, names] : by_note) {
        const std::string what = names.size() <= 3 ? "" : plural(names.size(), "suite");
        std::string list;
        for (std::size_t i = 0; i < names.size() && names.size() <= 3; ++i) {
            list += (i == 0 ? "" : ", ") + names[i];
        }
        fact("open", tls::format(key.first) + " " + what + list + ": " + key.second);
    }
}

// docs/probes/intolerance.md
std::string intolerances(const std::map<std::string, std::string>& facts)
{
    static constexpr std::array<std::pair<const char*, const char*>, 10> words = {{
        {"tls1_3_hello", "TLS 1.3 on offer"},
        {"server_name", "a server name"},
        {"extensions", "many extensions"},
        {"unknown_extension", "an unknown extension"},
        {"grease", "GREASE"},
        {"length_256_to_511", "256 to 511 bytes"},
        {"over_one_segment", "more bytes than one segment holds"},
        {"over_64_suites", "more than 64 suites"},
        {"over_128_suites", "more than 128 suites"},
        {"high_suites", "suites above 0x00ff"},
    }};
    std::string text;
    for (const auto& [trait, word] : words) {
        const auto found = facts.find("intolerance." + std::string(trait));
        const bool over_64_said = std::string_view(trait) == "over_128_suites" && text.ends_with("64 suites");
        if (found != facts.end() && found->second == "yes" && !over_64_said) {
            text += (text.empty() ? "" : ", ") + std::string(word);
        }
    }
    return text;
}

void Text::certificates(const EndpointResult& endpoint)
{
    const std::vector<std::string> subjects = certificates_of(endpoint);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        std::map<std::string, std::string> leaf = facts_of(endpoint, subjects[i]);
        const auto of = [&leaf](const char* id) { return leaf["certificate." + std::string(id)]; };
        const std::string place = place_among(i + 1, subjects.size(), leaf);
        if (!place.empty()) {
            fact("certificate", place);
        }
        fact(place.empty() ? "certificate" : "", of("subject"));
        fact("", key_words(leaf) + ", " + of("signature_algorithm") + ", " + day(of("not_before")) + " to " +
                     day(of("not_after")) + (of("outside_its_dates") == "yes" ? " OUTSIDE ITS DATES" : ""));
        fact("", of("self_signed") == "yes" ? "self-signed" : "issued by " + of("issuer"));
        if (!of("dns_names").empty()) {
            fact("", "for " + of("dns_names"));
        }
    }
}

// More than one server behind the address?
void Text::members(const EndpointResult& endpoint)
{
    std::string versions;
    for (const model::Observation& one : endpoint.observations) {
        if (one.id == "server.contradicts") {
            versions += (versions.empty() ? "" : ", ") + one.subject;
        } else if (one.id == "server.perhaps_several") {
            fact("perhaps several",
                 "servers behind this address: " + one.subject + " differs: " + shown_value(one.value));
        } else if (one.id == "tls.internal_error") {
            fact("",
                 "its TLS library fails in " + one.subject + " (alert internal_error): nobody can use that version");
        }
    }
    if (!versions.empty()) {
        fact("CONTRADICTION",
             "in " + versions + " the same was accepted and refused: more than one server behind this address?");
    }
}

void Text::client_certificate(const EndpointResult& endpoint)
{
    std::map<std::string, std::string> versions;
    for (const model::Observation& observation : endpoint.observations) {
        if (observation.id == "client_certificate") {
            std::string& all = versions[shown_value(observation.value)];
            all += (all.empty() ? "" : ", ") + observation.subject;
        }
    }
    for (const auto& [how, all] : versions) {
        const bool required = how == "required";
        fact("client cert", how + " in " + all + (required ? ": no handshake was completed without one" : ""));
    }
}

void Text::observations(const EndpointResult& endpoint)
{
    std::map<std::string, std::string> server = facts_of(endpoint, "");
    members(endpoint);
    if (server.contains("double_check.asked")) {
        const std::string unanswered = server["double_check.unanswered"];
        fact("double check", server["double_check.asked"] + " cells asked again, " + server["double_check.differ"] +
                                 " differ" + (unanswered == "0" ? "" : ", " + unanswered + " not answered"));
    }
    say(hints_of_manners(endpoint));
    if (server.contains("smtp.greeting")) {
        fact("greeting", server["smtp.greeting"]);
    }
    if (server.contains("smtp.overwritten")) {
        fact("MIDDLEBOX", "something on the way writes over what the server says: " + server["smtp.overwritten"]);
    }
    if (server.contains("smtp.starttls_in_first_line")) {
        fact("", "STARTTLS is in the first line of the EHLO reply, where most clients do not find it");
    }
    if (server.contains("smtp.plaintext_after_starttls")) {
        fact("INJECTION",
             "bytes in the clear behind the answer to STARTTLS: " + server["smtp.plaintext_after_starttls"]);
    }
    certificates(endpoint);
    if (server.contains("key_exchange.groups_seen")) {
        fact("key exchange", server["key_exchange.groups_seen"]);
    }
    client_certificate(endpoint);
    if (server.contains("ssl2.without_certificate")) {
        fact("SSL 2", "it answers with suites and without a certificate: nobody can complete such a handshake");
    }
    if (const std::string traits = intolerances(server); !traits.empty()) {
        fact("intolerance", "it does not answer hellos with " + traits);
    }
}

void Text::endpoint(const EndpointResult& endpoint)
{
    line("");
    line(bold(place_of(endpoint.endpoint) + ", " + mode_of(endpoint.endpoint)));
    verdicts(endpoint);
    if (endpoint.status != EndpointStatus::scanned && endpoint.status != EndpointStatus::incomplete) {
        explain(endpoint);
        observations(endpoint);
        return;
    }
    observations(endpoint);
    line("");
    matrix(endpoint);
    line("");
    if (style_.suites) {
        suites(endpoint);
        line("");
    }
    if (endpoint.status == EndpointStatus::incomplete) {
        fact("INCOMPLETE", sentence_of_end(endpoint));
        say(hints_of_name(endpoint, result_.options));
    }
    if (!endpoint.asked_for.empty()) {
        fact("asked", "what " + join(endpoint.asked_for) +
                          " needs (--verdict-only): + and . stand for suites that were not asked about");
    }
    open_cells(endpoint);
    proof(endpoint);
    fact("cost", cost(endpoint.exchanges) + "; " + seconds(endpoint.duration_ms));
}

void Text::verdicts(const EndpointResult& endpoint)
{
    for (const model::Judgement* const one :
         judgements_.of(static_cast<std::size_t>(&endpoint - result_.endpoints.data()))) {
        out_ += verdict_text(*one, style_);
    }
}

void Text::write()
{
    header();
    out_ += policies_text(report_, style_);
    for (const model::TargetFailure& failure : result_.failures) {
        line("");
        line(bold(base::UntrustedText(failure.target).escaped()));
        fact("FAILED", sentence_with_words(failure.failure));
    }
    for (const EndpointResult& one : result_.endpoints) {
        endpoint(one);
        sink_(out_);
        out_.clear();
    }
    out_ += gone_text(report_, style_);
    sink_(out_);
}

}  // namespace

void write_text(const model::Report& report, const Style& style, const Sink& sink)
{
    Text(report, style, sink).write();
}

}  // namespace smtptls::report

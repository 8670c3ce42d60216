#include "report/remedy/explanation_text.hpp"

#include "base/text_layout.hpp"
#include "report/remedy/config_lines.hpp"

#include <algorithm>
#include <set>

namespace smtptls::remedy {
namespace {

constexpr std::size_t page_width = 80;

// At least one blank stands behind the text.
std::string column(const std::string& text, std::size_t width)
{
    return base::padded(text + " ", width);
}

std::string place_text(const std::optional<ConfigPlace>& place)
{
    if (!place) {
        return "";
    }
    const std::string file = place->file.escaped();
    return place->line == 0 ? file : file + ":" + std::to_string(place->line);
}

std::string versions_text(const std::vector<tls::ProtocolVersion>& versions)
{
    std::vector<tls::ProtocolVersion> sorted = versions;
    std::sort(sorted.begin(), sorted.end());
    std::string text;
    for (const tls::ProtocolVersion version : sorted) {
        text += (text.empty() ? "" : ", ") + tls::format(version);
    }
    return text.empty() ? "no version" : text;
}

std::string offer_text(TlsOffer offer)
{
    switch (offer) {
        case TlsOffer::none: return "no TLS";
        case TlsOffer::optional: return "TLS offered (STARTTLS), not demanded";
        case TlsOffer::required: return "TLS demanded (STARTTLS)";
        case TlsOffer::implicit: return "TLS from the first byte";
        case TlsOffer::broken: return "TLS offered, and it never works";
        case TlsOffer::dead: return "nobody is served";
    }
    return "";
}

std::string forecast_text(const TlsForecast& forecast)
{
    const bool works = forecast.offer == TlsOffer::optional || forecast.offer == TlsOffer::required ||
                       forecast.offer == TlsOffer::implicit;
    std::string text;
    if (!forecast.certain) {
        text = "cannot be told";
    } else if (works) {
        const bool newest = !forecast.versions.empty() && forecast.versions.front() == tls::ProtocolVersion::tls1_3;
        text = versions_text(forecast.versions);
        if (!forecast.suites.empty()) {
            text += ", with " + std::to_string(forecast.suites.size()) + " cipher suites";
            text += newest ? " below TLS 1.3" : "";
        }
    } else {
        text = offer_text(forecast.offer);
    }
    return forecast.note.empty() ? text : text + " (" + forecast.note + ")";
}

std::string finding_text(const ConfigFinding& finding)
{
    const std::string place = place_text(finding.place);
    const std::string setting = finding.setting.empty() ? "" : finding.setting.escaped();
    std::string head = column("  " + std::string(format(finding.kind)), 11) + place;
    if (!setting.empty()) {
        head += (place.empty() ? "" : "  ") + setting;
    }
    while (!head.empty() && head.back() == ' ') {
        head.pop_back();
    }
    const bool alone = place.empty() && setting.empty();
    if (alone) {
        return column(head, 11) + wrapped(finding.sentence, 11).substr(11);
    }
    return head + "\n" + wrapped(finding.sentence, 11);
}

// The first words of a sentence that was printed in full before.
std::string again_text(const ConfigFinding& finding)
{
    constexpr std::string_view cut = " ... (as above)";
    constexpr std::size_t least = 20;
    const std::string head = column("  " + std::string(format(finding.kind)), 11) + place_text(finding.place) + "  ";
    const std::size_t room = std::max(page_width, head.size() + cut.size() + least) - head.size() - cut.size();
    const bool whole = finding.sentence.size() <= room;
    return head +
           (whole ? finding.sentence + " (as above)"
                  : finding.sentence.substr(0, finding.sentence.rfind(' ', room)) + std::string(cut)) +
           "\n";
}

// What was printed already: a line of main.cf has the same finding at each service.
using Said = std::set<std::string>;

// What hurts first.
std::string findings_text(const std::vector<ConfigFinding>& findings, Said& said)
{
    std::string text;
    for (const FindingKind kind :
         {FindingKind::harmful, FindingKind::useless, FindingKind::missing, FindingKind::right}) {
        for (const ConfigFinding& finding : findings) {
            if (finding.kind != kind) {
                continue;
            }
            const std::string whole = finding_text(finding);
            text += !finding.place || said.insert(whole).second ? whole : again_text(finding);
        }
    }
    return text;
}

std::string governing_text(const ServiceExplanation& service)
{
    std::string text;
    for (const GoverningSetting& setting : service.governing) {
        const std::string value = setting.value.empty() ? "(empty)" : setting.value.escaped();
        const std::string origin = setting.place ? place_text(setting.place) : "the default of this version";
        const std::string row = "    " + column(setting.name + " = " + value, 48);
        const bool fits = row.size() + origin.size() <= page_width;
        text += (fits ? row : row.substr(0, row.find_last_not_of(' ') + 1) + "\n        from ") + origin + "\n";
    }
    return text;
}

std::string change_text(const ConfigChange& change)
{
    std::string text = "      in " + change.where.escaped() + (change.lines.empty() ? "" : ", write\n");
    for (const std::string& line : change.lines) {
        text += "        " + line.substr(std::min(line.find_first_not_of(' '), line.size())) + "\n";
    }
    if (!change.remove.empty()) {
        text += change.lines.empty() ? ", remove\n" : "      and remove\n";
    }
    for (const ConfigFinding& line : change.remove) {
        text += "        " + line.setting.escaped() + "  (" + (line.place ? place_text(line.place) : "written above") +
                ")\n";
    }
    return text;
}

// "    - " before the first line.
std::string item(const std::string& lines)
{
    return "    - " + lines.substr(std::min(lines.size(), std::size_t{6}));
}

// Services that get the same, together.
std::string outcomes_text(const std::vector<ConfigOutcome>& outcomes)
{
    std::vector<std::pair<std::string, std::string>> groups;
    for (const ConfigOutcome& one : outcomes) {
        const std::string what = forecast_text(one.forecast);
        auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == what; });
        if (found == groups.end()) {
            groups.emplace_back(what, one.service);
        } else {
            found->second += ", " + one.service;
        }
    }
    std::string text;
    for (const auto& [what, services] : groups) {
        const std::string_view begin = what.starts_with("nobody")   ? "then "
                                       : what.starts_with("cannot") ? "then what clients get "
                                                                    : "then clients get ";
        text += item(wrapped(std::string(begin) + what + (services.empty() ? "" : ": " + services), 6));
    }
    return text;
}

std::string advice_text(const ConfigAdvice& advice, const ConfigAdvice* said_before)
{
    const bool to_change = !advice.changes.empty();
    const bool nothing = !to_change && advice.before.empty();
    std::string text = "\n" + wrapped("For " + advice.goal + (nothing ? ": nothing to change" : ""), 2);
    if (nothing) {
        return text;
    }
    if (said_before != nullptr && said_before->before == advice.before && !advice.before.empty()) {
        text += "    - as above first\n";
    } else {
        for (const std::string& sentence : advice.before) {
            text += item(wrapped(sentence, 6));
        }
    }
    for (const ConfigChange& change : advice.changes) {
        text += item(change_text(change));
    }
    return to_change ? text + outcomes_text(advice.after) : text;
}

// "; harmful: master.cf:9": the lines of one kind, each once.
std::string places_text(const ServiceExplanation& service, FindingKind kind, const std::string& word, Said& seen)
{
    std::string text;
    for (const ConfigFinding& finding : service.findings) {
        const std::string place = place_text(finding.place);
        if (finding.kind == kind && !place.empty() && seen.insert(place).second) {
            text += (text.empty() ? "" : ", ") + place;
        }
    }
    return text.empty() ? "" : "; " + word + ": " + text;
}

// The answer first: the owner's questions answered, or else an entry for each service.
std::string short_text(const Explanation& explanation)
{
    std::string text = "\nin short\n";
    for (const std::string& sentence : explanation.summary) {
        text += wrapped(sentence, 2);
    }
    for (const ServiceExplanation& service : explanation.services) {
        if (!explanation.summary.empty()) {
            break;
        }
        Said seen;
        const std::string harmful = places_text(service, FindingKind::harmful, "harmful", seen);
        const std::string useless = places_text(service, FindingKind::useless, "without effect", seen);
        text += wrapped(service.title + ": " + forecast_text(service.now) + harmful + useless, 2);
    }
    return text;
}

std::string all_advice_text(const std::vector<ConfigAdvice>& all)
{
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i) {
        text += advice_text(all[i], i == 0 ? nullptr : &all[i - 1]);
    }
    return text;
}

std::string service_text(const ServiceExplanation& service, Said& said)
{
    std::string text = "\n" + service.title + (service.place ? ", " + place_text(service.place) : "") + "\n";
    text += wrapped("accepts now: " + forecast_text(service.now), 2);
    // What counts for nobody is no answer.
    text += service.now.offer == TlsOffer::dead ? "" : wrapped(service.why, 2) + governing_text(service);
    const std::string findings = findings_text(service.findings, said);
    text += findings.empty() ? "" : "\n" + findings;
    for (const ConfigComparison& comparison : service.comparisons) {
        text += "\n" + wrapped("scanned " + comparison.endpoint + ": " + comparison.sentence, 2);
    }
    return text + all_advice_text(service.advice);
}

}  // namespace

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width)
{
    std::string out;
    std::string line;
    for (const std::string& word : words_of(text, " ")) {
        if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
            out += std::string(indent, ' ') + line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    return line.empty() ? out : out + std::string(indent, ' ') + line + "\n";
}

std::string write_text(const Explanation& explanation)
{
    std::string text = explanation.product + "\n";
    for (const std::string& assumption : explanation.assumptions) {
        text += wrapped("assumed: " + assumption, 2);
    }
    Said said;
    text += explanation.services.empty() ? "" : short_text(explanation);
    if (!explanation.advice.empty()) {
        text += "\nwhat to write\n" + all_advice_text(explanation.advice).substr(1);
    }
    for (const ServiceExplanation& service : explanation.services) {
        text += service_text(service, said);
    }
    if (explanation.services.empty()) {
        text += "\nNo service that receives mail was found.\n";
    }
    if (!explanation.findings.empty()) {
        text += "\nall services, and sending\n" + findings_text(explanation.findings, said);
    }
    if (!explanation.problems.empty()) {
        text += "\nlines that could not be read\n" + findings_text(explanation.problems, said);
    }
    text += "\nto check\n";
    for (const std::string& note : explanation.notes) {
        text += wrapped(note, 2);
    }
    return text;
}

}  // namespace smtptls::remedy

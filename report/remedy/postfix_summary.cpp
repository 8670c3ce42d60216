#include "report/remedy/postfix_summary.hpp"

#include "report/remedy/postfix_wishes.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;

bool is_old(ProtocolVersion version)
{
    return version < ProtocolVersion::tls1_2;
}

bool accepts_old(const ServiceView& view)
{
    return std::any_of(view.now.versions.begin(), view.now.versions.end(), is_old);
}

bool accepts_new(const ServiceView& view)
{
    return std::any_of(view.now.versions.begin(), view.now.versions.end(),
                       [](ProtocolVersion version) { return !is_old(version); });
}

std::string offer_words(const TlsForecast& forecast)
{
    switch (forecast.offer) {
        case TlsOffer::none: return "no TLS";
        case TlsOffer::broken: return "TLS that is offered and never works";
        case TlsOffer::dead: return "no answer at all";
        default: break;
    }
    if (!forecast.certain) {
        return "what cannot be told from these files";
    }
    return forecast.versions.empty() ? "TLS that never works" : named(forecast.versions);
}

// What a client meets at a port, in a few words.
std::string met_at(const ServiceView& view)
{
    const auto port = port_of(*view.at);
    if (view.mode == Mode::wrapper && (port == 25 || port == 587)) {
        return "nothing but silence (wrapper mode on a port for STARTTLS)";
    }
    if (port == 465 && view.mode != Mode::wrapper && view.now.offer != TlsOffer::dead) {
        return "a greeting in the clear where they begin TLS";
    }
    return offer_words(view.now);
}

// "25", "25 behind postscreen", or the whole name where it says no port.
std::string short_label(const ServiceView& view)
{
    const auto port = port_of(*view.at);
    return view.at->type == "pass" ? "25 behind postscreen" : port ? std::to_string(*port) : label(view);
}

void add_once(std::vector<std::string>& words, const std::string& word)
{
    if (std::find(words.begin(), words.end(), word) == words.end()) {
        words.push_back(word);
    }
}

// "Clients get TLS 1.2 on port 25; TLS 1.0 on port 587.": services with the same answer together.
std::string what_clients_get(const std::vector<const ServiceView*>& views)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    for (const ServiceView* const view : views) {
        const std::string met = met_at(*view);
        auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.first == met; });
        auto& ports = (found == groups.end() ? groups.emplace_back(met, std::vector<std::string>()) : *found).second;
        const bool told = view->at->type == "pass" && std::find(ports.begin(), ports.end(), "25") != ports.end();
        if (!told) {
            add_once(ports, short_label(*view));
        }
    }
    std::string text;
    for (const auto& [met, ports] : groups) {
        text += (text.empty() ? "Clients get " : "; ") + met + (ports.size() == 1 ? " on port " : " on ports ") +
                enumerated(ports);
    }
    return text + ".";
}

struct LineName {
    std::string file;
    std::size_t line = 0;
    std::string name;

    auto operator<=>(const LineName&) const = default;
};

void take_lines(const std::vector<ConfigFinding>& findings, FindingKind kind, std::vector<LineName>& lines)
{
    for (const ConfigFinding& one : findings) {
        // What has a service for its place is missing there; that is no line, but it does harm.
        if (one.kind != kind || !one.place || (one.setting.empty() && kind != FindingKind::harmful)) {
            continue;
        }
        const std::string setting = one.setting.escaped();
        const std::size_t from = setting.rfind("-o ", 0) == 0 ? 3 : 0;
        lines.push_back({one.place->file.escaped(), one.place->line,
                         setting.substr(from, setting.find_first_of(" =", from) - from)});
    }
}

// "master.cf:9 smtp_tls_mandatory_protocols", or the places of the first three lines.
std::string lines_of(const Explanation& explanation, FindingKind kind)
{
    constexpr std::size_t most = 3;
    std::vector<LineName> lines;
    for (const ServiceExplanation& service : explanation.services) {
        take_lines(service.findings, kind, lines);
    }
    take_lines(explanation.findings, kind, lines);
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    const auto place = [](const LineName& line) { return line.file + ":" + std::to_string(line.line); };
    if (lines.size() == 1) {
        return place(lines[0]) + (lines[0].name.empty() ? "" : " " + lines[0].name);
    }
    std::vector<std::string> places;
    for (std::size_t i = 0; i < std::min(lines.size(), most); ++i) {
        places.push_back(place(lines[i]));
    }
    if (lines.size() > most) {
        places.push_back(std::to_string(lines.size() - most) + " more");
    }
    return enumerated(places);
}

std::string what_lines_do(const Explanation& explanation)
{
    const std::string harmful = lines_of(explanation, FindingKind::harmful);
    const std::string useless = lines_of(explanation, FindingKind::useless);
    if (harmful.empty() && useless.empty()) {
        return "Each line about TLS does something, and none does harm.";
    }
    return (harmful.empty() ? "" : "Does harm: " + harmful + ".") + (harmful.empty() || useless.empty() ? "" : " ") +
           (useless.empty() ? "" : "Does nothing: " + useless + ".");
}

std::string who_is_old(const std::vector<const ServiceView*>& views)
{
    std::vector<std::string> stale;
    bool old = false;
    bool all = true;  // that accept old versions have nothing newer
    for (const ServiceView* const view : views) {
        old = old || accepts_old(*view);
        all = all && !accepts_new(*view);
        if (accepts_old(*view) && !accepts_new(*view)) {
            add_once(stale, short_label(*view));
        }
    }
    if (!old) {
        return "";
    }
    if (stale.empty()) {
        return "Who comes with less than TLS 1.2 is old itself: this server has TLS 1.2.";
    }
    return "The old party is this server" + (all ? "" : " on port " + enumerated(stale)) +
           ": it has nothing newer than TLS 1.1" + (all ? "." : " there.");
}

bool has_finding(const ServiceExplanation& service, std::string_view rule)
{
    return std::any_of(service.findings.begin(), service.findings.end(),
                       [&](const ConfigFinding& one) { return one.rule == rule; });
}

// What is missing, and what no line of the advice brings: TLS comes to a port for users, and what is demanded of them
// there keeps passwords out of the clear; other ports where there is a log-in stay as they are.
std::string urgent(const std::vector<const ServiceView*>& views, const Explanation& explanation)
{
    const bool changes = !explanation.advice.empty() && !explanation.advice.front().changes.empty();
    const auto lacking = [&](std::string_view rule) {
        std::vector<std::string> titles;
        for (const ServiceExplanation& service : explanation.services) {
            if (has_finding(service, rule) && !(changes && service.role == "submission")) {
                titles.push_back(service.title);
            }
        }
        return enumerated(titles);
    };
    if (!lacking("swallowed_options").empty()) {
        return "First see to the options below a line that is a comment, and run this again.";
    }
    if (std::any_of(views.begin(), views.end(), [](const ServiceView* view) { return lacks_certificate(*view); })) {
        return "First name a certificate in main.cf: without one TLS never works.";
    }
    const std::string clear = lacking("password_in_clear");
    if (!clear.empty()) {
        return "First see to passwords: they may go in the clear at " + clear + ".";
    }
    const std::string closed = lacking("nobody_can_log_in");
    return closed.empty() ? "" : "First switch TLS on: nobody can log in at " + closed + ".";
}

std::string what_to_write(const std::vector<const ServiceView*>& views, const Explanation& explanation)
{
    if (explanation.advice.empty()) {
        return "";
    }
    std::size_t lines = 0;
    std::size_t gone = 0;
    for (const ConfigChange& change : explanation.advice.front().changes) {
        lines += change.lines.size();
        gone += change.remove.size();
    }
    if (lines + gone == 0) {
        return urgent(views, explanation).empty() ? "There is nothing that must be written." : "";
    }
    const auto counted = [](std::size_t count) { return std::to_string(count) + (count == 1 ? " line" : " lines"); };
    const std::string written = lines == 0 ? "" : counted(lines) + " to write";
    const std::string taken = gone == 0 ? "" : (lines == 0 ? counted(gone) : std::to_string(gone)) + " to take out";
    const bool users = explanation.advice.front().goal.rfind("TLS 1.2", 0) == 0;
    return std::string(users ? "For TLS 1.2 from your users: " : "To mend it: ") + written +
           (lines != 0 && gone != 0 ? ", " : "") + taken + " (see below).";
}

std::string who_is_first(const std::vector<const ServiceView*>& views, const Explanation& explanation)
{
    if (const std::string first = urgent(views, explanation); !first.empty()) {
        return first;
    }
    const bool changes = !explanation.advice.empty() && !explanation.advice.front().changes.empty();
    const bool users = std::any_of(views.begin(), views.end(),
                                   [](const ServiceView* view) { return is_for_users(*view) && accepts_old(*view); });
    std::vector<std::string> world;
    for (const ServiceView* const view : views) {
        if (is_for_the_world(*view) && accepts_old(*view)) {
            add_once(world, view->at->type == "pass" ? "25" : short_label(*view));
        }
    }
    if (changes && users) {
        return "First update the clients without TLS 1.2: else they can no longer send.";
    }
    return world.empty() ? "" : "Leave port " + enumerated(world) + " as it is, unless a rule demands more: see below.";
}

}  // namespace

std::vector<std::string> summarise(const Deployment& all, const Explanation& explanation)
{
    std::vector<const ServiceView*> views = all.reached();
    const auto is_internal = [](const ServiceView* view) { return view->duty == Duty::internal; };
    if (!std::all_of(views.begin(), views.end(), is_internal)) {
        views.erase(std::remove_if(views.begin(), views.end(), is_internal), views.end());
    }
    if (views.empty()) {
        return {};
    }
    std::vector<std::string> sentences;
    for (std::string sentence : {what_lines_do(explanation), what_clients_get(views), who_is_old(views),
                                 what_to_write(views, explanation), who_is_first(views, explanation)}) {
        if (!sentence.empty()) {
            sentences.push_back(std::move(sentence));
        }
    }
    return sentences;
}

}  // namespace smtptls::remedy

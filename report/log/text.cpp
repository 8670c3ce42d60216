// The mail log for people: what was read, who spoke what by service, and what a higher lowest version costs.
#include "base/text_layout.hpp"
#include "report/log/format.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace smtptls::log {
namespace {

using base::padded;
using base::plural;
using base::right;

constexpr std::size_t text_width = 100;
constexpr std::size_t losses_shown = 100;
constexpr std::size_t suites_shown = 6;
constexpr std::size_t longest_name = 80;

std::string percent(std::uint64_t part, std::uint64_t whole)
{
    const double share = whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    if (part > 0 && share < 0.05) {
        return "under 0.1 %";
    }
    std::array<char, 32> text{};
    // What is not all is not 100 %.
    const double shown = part < whole ? std::min(share, 99.9) : share;
    const int size = std::snprintf(text.data(), text.size(), "%.1f %%", shown);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string span_text(const LogSpan& span)
{
    if (!span.first) {
        return "times unknown";
    }
    const std::string first = format(*span.first);
    const std::string last = format(*span.last);
    return first == last ? first : first + " to " + last;
}

// A name in a line for people; the other formats have it whole.
std::string legible(const base::UntrustedText& text)
{
    const std::string whole = text.escaped();
    return whole.size() <= longest_name ? whole : whole.substr(0, longest_name) + "...";
}

std::string who(const MailPeer& peer)
{
    const std::string name = legible(peer.name);
    const std::string address = legible(peer.address);
    return name.empty() ? "[" + address + "]" : address.empty() ? name : name + " [" + address + "]";
}

// "TLSv1 11, TLSv1.2 3", as the log writes them.
std::string protocols(const MailPeer& peer)
{
    std::vector<std::pair<std::string, std::uint64_t>> sums;
    for (const TlsUse& use : peer.uses) {
        const std::string name = use.protocol.escaped();
        const auto found = std::ranges::find(sums, name, &std::pair<std::string, std::uint64_t>::first);
        if (found == sums.end()) {
            sums.emplace_back(name, use.sessions);
        } else {
            found->second += use.sessions;
        }
    }
    if (sums.size() == 1) {
        return sums.front().first;
    }
    std::string out;
    for (const auto& [name, count] : sums) {
        out.append(out.empty() ? "" : ", ").append(name).append(" ").append(std::to_string(count));
    }
    return out;
}

// "DHE-RSA-CAMELLIA256-SHA 11, ECDHE-RSA-AES256-SHA 1 and 3 more".
std::string suites(const std::vector<TlsUse>& uses, bool counted)
{
    std::string out;
    for (std::size_t i = 0; i < std::min(uses.size(), suites_shown); ++i) {
        if (uses[i].suite.empty()) {
            continue;  // Dovecot's "TLS"
        }
        out.append(out.empty() ? "" : ", ").append(uses[i].suite.escaped());
        out += counted && uses.size() > 1 ? " " + std::to_string(uses[i].sessions) : "";
    }
    return out + (uses.size() > suites_shown ? " and " + std::to_string(uses.size() - suites_shown) + " more" : "");
}

// "TLSv1 DHE-RSA-CAMELLIA256-SHA 11, TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 1".
std::string spoken(const MailPeer& peer)
{
    std::string out;
    for (std::size_t i = 0; i < std::min(peer.uses.size(), suites_shown); ++i) {
        const TlsUse& use = peer.uses[i];
        out.append(out.empty() ? "" : ", ").append(use.protocol.escaped());
        out += use.suite.empty() ? "" : " " + use.suite.escaped();
        out += peer.uses.size() > 1 ? " " + std::to_string(use.sessions) : "";
    }
    const std::size_t shown = std::min(peer.uses.size(), suites_shown);
    return out + (peer.uses.size() > shown ? " and " + std::to_string(peer.uses.size() - shown) + " more" : "");
}

class Text {
public:
    Text(const MailLog& log, const TextStyle& style, const Sink& sink) : log_(log), style_(style), sink_(sink) {}
    void write();

private:
    void header();
    void troubles();
    void direction(MailDirection direction);
    void service(const MailService& service);
    void impact(MailDirection direction);
    void headline(const DirectionImpact& impact, MailDirection direction);
    void loss(const PeerLoss& loss);
    void losses(const DirectionImpact& impact, PeerLoss::Kind kind);
    void consequence(const ServiceImpact& impact, MailDirection direction);
    std::string own_side(const ServiceImpact& impact, MailDirection direction) const;
    void peers(MailDirection direction);
    void not_kept(MailDirection direction);
    void untold(const DirectionImpact& impact);
    void without_tls();
    void wrapped(const std::string& lead, const std::string& text);
    void line(const std::string& text) { sink_(text + "\n"); }
    std::string below() const { return tls::format(log_.below); }

    const MailLog& log_;
    const TextStyle& style_;
    const Sink& sink_;
};

// The text wrapped at blanks, and aligned under its beginning behind the lead.
void Text::wrapped(const std::string& lead, const std::string& text)
{
    std::string row = lead;
    bool begun = false;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string word = text.substr(at, end - at);
        if (begun && row.size() + 1 + word.size() > text_width) {
            line(row);
            row = std::string(lead.size(), ' ');
            begun = false;
        }
        row += (begun ? " " : "") + word;
        begun = true;
        at = end + 1;
    }
    line(row);
}

void Text::header()
{
    std::string names;
    for (std::size_t i = 0; i < std::min<std::size_t>(log_.sources.size(), 3); ++i) {
        const std::string name = log_.sources[i].name.escaped();
        names += (i == 0 ? "" : ", ") + (name == "-" ? "standard input" : name);
    }
    names += log_.sources.size() > 3 ? " and " + std::to_string(log_.sources.size() - 3) + " more" : "";
    line("smtptls-scan " + style_.program_version + ", mail log: " + names);
    line(plural(log_.lines, "line") + ", sessions from " + span_text(log_.span));
}

void Text::troubles()
{
    for (const LogSource& source : log_.sources) {
        if (!source.problem.empty()) {
            line("NOT READ to its end: " + source.name.escaped() + ": " + source.problem.escaped());
        }
    }
    const std::pair<std::uint64_t, std::string> counts[] = {
        {log_.malformed, "in no form that is known here, or broken: not read"},
        {log_.over_long, "too long: only their beginning was read"},
    };
    for (const auto& [count, words] : counts) {
        if (count > 0) {
            line(plural(count, "line") + " " + words);
        }
    }
    if (log_.early > 0) {
        line(plural(log_.early, "session") + " before --since: not counted");
    }
    if (log_.ignored > 0) {
        line(plural(log_.ignored, "session") + " with addresses of --ignore: not counted");
    }
    if (log_.evicted > 0) {
        line(plural(log_.evicted, "session") + " counted before the end was seen: too many were open at a time");
    }
}

void Text::service(const MailService& service)
{
    std::string facts = plural(service.peers, service.direction == MailDirection::inbound ? "sender" : "server");
    facts +=
        ", " + plural(service.split.sessions(), service.mailer == Mailer::exim ? "message" : "session") + " with TLS";
    facts += service.clear > 0 ? ", " + std::to_string(service.clear) + " in clear text" : "";
    facts += service.failed > 0 ? ", " + plural(service.failed, "failed handshake") : "";
    facts += service.reused > 0 ? ", " + std::to_string(service.reused) + " more over the same connections" : "";
    line("  " + service.name.escaped() + " (" + std::string(format(service.mailer)) + "): " + facts);
    std::map<std::string, std::vector<TlsUse>, std::greater<>> versions;
    for (const TlsUse& use : service.uses) {
        versions[use.version ? tls::format(*use.version) : use.protocol.escaped()].push_back(use);
    }
    for (const auto& [name, uses] : versions) {
        std::uint64_t sum = 0;
        for (const TlsUse& use : uses) {
            sum += use.sessions;
        }
        const std::string row = "    " + padded(name, 12) + right(std::to_string(sum), 8) +
                                right(percent(sum, service.split.sessions()), 12);
        const std::string named = suites(uses, true);
        named.empty() ? line(row) : wrapped(row + "  ", named);
    }
    for (const FailureCount& failure : service.failures) {
        wrapped("    " + padded("failed", 12) + right(std::to_string(failure.count), 8) + std::string(14, ' '),
                failure.reason.escaped());
    }
    const bool silent = service.mailer == Mailer::postfix && service.split.sessions() == 0 && service.clear > 0;
    if (service.unlogged > 0 || silent) {
        wrapped("    ", (service.unlogged > 0 ? plural(service.unlogged, "session") + " used TLS that was not logged: "
                                              : "No TLS is logged here. ") +
                            "Postfix logs it with smtpd_tls_loglevel = 1.");
    }
}

void Text::direction(MailDirection direction)
{
    bool begun = false;
    for (const MailService& one : log_.services) {
        if (one.direction != direction) {
            continue;
        }
        if (!begun) {
            line("");
            line(direction == MailDirection::inbound ? "INBOUND: who connects to this server"
                                                     : "OUTBOUND: where this server connects to");
            begun = true;
        }
        service(one);
    }
    if (begun) {
        impact(direction);
        peers(direction);
    }
}

void Text::headline(const DirectionImpact& impact, MailDirection direction)
{
    const bool inbound = direction == MailDirection::inbound;
    const std::string noun = inbound ? "sender" : "server";
    const bool estimated = log_.not_kept[inbound ? 0 : 1].peers > 0;
    if (impact.cut == 0) {
        line("If everything below " + below() + " goes, none of " + (estimated ? "about " : "") +
             plural(impact.peers, noun) + " loses TLS" + (impact.mixed > 0 ? " altogether." : "."));
    } else {
        wrapped("", "If everything below " + below() + " goes, " + std::to_string(impact.cut) + " of " +
                        (estimated ? "about " : "") + plural(impact.peers, noun) + " (" +
                        percent(impact.cut_sessions, impact.split.sessions()) + " of sessions) can no longer " +
                        (inbound ? "use TLS:" : "be reached by TLS:"));
    }
}

void Text::loss(const PeerLoss& loss)
{
    const MailPeer& peer = log_.peers[loss.peer];
    const std::string facts = peer.login.empty() ? "" : "sasl " + legible(peer.login) + ", ";
    line("  " + who(peer) + " (" + facts + protocols(peer) + ")");
    const std::string after = loss.then == PeerLoss::Then::fails        ? "will fail"
                              : loss.then == PeerLoss::Then::falls_back ? "will probably fall back to clear text"
                                                                        : "will fail or fall back to clear text";
    const std::string helo = peer.helo.empty() ? "" : ", HELO " + legible(peer.helo);
    const std::string what = log_.services[peer.service].mailer == Mailer::exim ? "message" : "session";
    wrapped("      ", (loss.kind == PeerLoss::Kind::cut ? after + "; " : "") + plural(peer.split.below, what) +
                          " below on " + log_.services[peer.service].name.escaped() + helo + ", " +
                          span_text(peer.below) + "; " + spoken(peer));
}

void Text::losses(const DirectionImpact& impact, PeerLoss::Kind kind)
{
    std::size_t count = 0;
    for (const PeerLoss& one : impact.losses) {
        if (one.kind == kind && ++count <= losses_shown) {
            loss(one);
        }
    }
    if (count > losses_shown) {
        line("  and " + std::to_string(count - losses_shown) + " more; --format csv lists them all");
    }
}

// What the log proves about our own side, and so who has to change.
std::string Text::own_side(const ServiceImpact& impact, MailDirection direction) const
{
    const MailService& service = log_.services[impact.service];
    const bool inbound = direction == MailDirection::inbound;
    if (impact.own_side == OwnSide::unseen) {
        const std::string counted = log_.ignored > 0 ? " that was counted" : " in this log";
        return inbound ? "No session of " + service.name.escaped() + counted + " was " + below() +
                             " or later: whether your server can speak it cannot be told from here. Scan it."
                       : "Your server spoke " + below() +
                             " or later with nobody in this log: whether it can cannot be told from here.";
    }
    const std::string where =
        impact.own_side == OwnSide::here
            ? "in " + plural(service.split.enough, service.mailer == Mailer::exim ? "message" : "session") +
                  " of this log"
            : "on another service of this log";
    return "Your server already speaks " + below() + " or later: it did so " + where + ". " +
           (inbound ? "These clients do not: update them first." : "These servers do not.");
}

void Text::consequence(const ServiceImpact& impact, MailDirection direction)
{
    const bool inbound = direction == MailDirection::inbound;
    const std::string outcome =
        !inbound || impact.then == PeerLoss::Then::unknown ? "they fail or fall back to clear text: "
        : impact.then == PeerLoss::Then::fails             ? "they fail, because "
                                                           : "they fall back to clear text (a login fails), because ";
    wrapped("  ", log_.services[impact.service].name.escaped() + ": " + std::to_string(impact.cut) + " of " +
                      std::to_string(impact.peers) + " lose TLS" +
                      (impact.mixed > 0 ? ", " + std::to_string(impact.mixed) + " may" : "") + "; " + outcome +
                      impact.why + ". " + own_side(impact, direction));
}

void Text::impact(MailDirection direction)
{
    const DirectionImpact& impact = log_.impact[direction == MailDirection::inbound ? 0 : 1];
    if (impact.split.sessions() == 0) {
        return;
    }
    line("");
    headline(impact, direction);
    losses(impact, PeerLoss::Kind::cut);
    if (impact.mixed > 0) {
        wrapped("", plural(impact.mixed, direction == MailDirection::inbound ? "sender" : "server") +
                        " spoke both old and new versions; an old program may share the address with a new one:");
        losses(impact, PeerLoss::Kind::mixed);
    }
    for (const ServiceImpact& one : impact.services) {
        if (one.cut + one.mixed > 0) {
            consequence(one, direction);
        }
    }
    if (impact.split.unknown > 0) {
        untold(impact);
    }
    if (impact.php_may_be) {
        wrapped("  ",
                "A login with TLS 1.0 may be a PHP program: from PHP 5.6.7 to 7.1 a mailer that asks for "
                "STREAM_CRYPTO_METHOD_TLS_CLIENT speaks TLS 1.0 only after STARTTLS, whatever its OpenSSL can. Update "
                "PHP or the mailer; no setting of the server makes such a client speak more.");
    }
    not_kept(direction);
}

void Text::untold(const DirectionImpact& impact)
{
    bool dovecot = false;
    bool older = false;
    for (const ServiceImpact& one : impact.services) {
        const MailService& service = log_.services[one.service];
        bool& which = service.mailer == Mailer::dovecot ? dovecot : older;
        which = which || service.split.unknown > 0;
    }
    std::string why = older ? "the \"TLSv1/SSLv3\" of an old Sendmail or OpenSMTPD is anything up to TLS 1.2" : "";
    why += older && dovecot ? "; " : "";
    why += dovecot ? "Dovecot writes \"TLS\" alone unless login_log_format_elements has %k" : "";
    wrapped("  ", plural(impact.split.unknown, "session") + " of a version that the log does not tell (" + why + ").");
}

void Text::not_kept(MailDirection direction)
{
    const NotKept& rest = log_.not_kept[direction == MailDirection::inbound ? 0 : 1];
    if (rest.sessions > 0) {
        wrapped("  ", "And about " + std::to_string(rest.peers) + " others not kept by name (" +
                          plural(rest.sessions, "session") + "), about " + std::to_string(rest.peers_below) +
                          " of them below " + below() + " (" + plural(rest.below, "session") + ").");
    }
}

void Text::peers(MailDirection direction)
{
    std::vector<const MailPeer*> all;
    for (const MailPeer& peer : log_.peers) {
        if (log_.services[peer.service].direction == direction) {
            all.push_back(&peer);
        }
    }
    std::ranges::stable_sort(all, std::greater<>(), [](const MailPeer* peer) { return peer->split.sessions(); });
    const std::size_t shown = std::min(all.size(), style_.peers);
    if (shown == 0) {
        return;
    }
    line("");
    line(std::string(direction == MailDirection::inbound ? "Senders" : "Servers") + " by sessions" +
         (shown < all.size()
              ? " (" + std::to_string(shown) + " of " + std::to_string(all.size()) + "; --format csv lists them all)"
              : "") +
         ":");
    for (std::size_t i = 0; i < shown; ++i) {
        const MailPeer& peer = *all[i];
        std::string facts = who(peer) + (peer.login.empty() ? "" : ", sasl " + legible(peer.login)) +
                            (peer.helo.empty() ? "" : ", HELO " + legible(peer.helo)) + ", " +
                            log_.services[peer.service].name.escaped();
        const std::string named = suites(peer.uses, false);
        facts += peer.uses.empty() ? "" : ": " + protocols(peer) + (named.empty() ? "" : ", " + named);
        facts += peer.clear > 0 ? "; " + std::to_string(peer.clear) + " in clear text" : "";
        facts += peer.failed > 0 ? "; " + std::to_string(peer.failed) + " failed" : "";
        wrapped("  " + right(std::to_string(peer.split.sessions()), 7) + "  ", facts);
    }
}

void Text::write()
{
    header();
    troubles();
    direction(MailDirection::inbound);
    direction(MailDirection::outbound);
    const bool tls =
        std::ranges::any_of(log_.services, [](const MailService& one) { return one.split.sessions() > 0; });
    if (!tls) {
        without_tls();
    }
}

// Of a log that was not read there is nothing to advise.
void Text::without_tls()
{
    const bool opened =
        log_.lines > 0 || std::ranges::any_of(log_.sources, [](const LogSource& one) { return one.problem.empty(); });
    if (!opened) {
        return;
    }
    line("");
    if (log_.mail_lines > 0) {
        // What was not read may hold what is missed here.
        const std::string none = log_.malformed > 0 ? "No TLS in the lines that were read. " : "No TLS in this log. ";
        wrapped("", none +
                        "Postfix logs it with smtpd_tls_loglevel = 1 and smtp_tls_loglevel = 1, Exim with "
                        "its default log_selector (tls_cipher), Sendmail with LogLevel 9 and up, OpenSMTPD always.");
    } else if (log_.malformed > 0) {
        wrapped("",
                "Whether there is TLS in this log cannot be told: of a mail server no line could be read. docs/log.md "
                "lists the forms in which a log can be read.");
    } else {
        line("There is no line of a mail server in this log.");
    }
}

}  // namespace

void write_text(const MailLog& log, const TextStyle& style, const Sink& sink)
{
    Text(log, style, sink).write();
}

}  // namespace smtptls::log

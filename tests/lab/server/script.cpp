// The table of behaviours. Texts are Postfix's where Postfix has one.
#include "script.hpp"

#include <charconv>
#include <stdexcept>

namespace smtptls::lab {

namespace {

using namespace std::string_literals;

constexpr double longest = 1e6;

void refuse_everything(Script& script, const std::string& greeting, const std::string& refusal)
{
    script.greeting = greeting;
    script.ehlo_refusal = refusal;
    script.helo_refusal = refusal;
    script.starttls_reply = refusal;
}

// 14,000 bytes of one reply, all but its last line.
std::string long_lines(const std::string& code)
{
    std::string lines;
    for (int i = 0; i < 100; ++i) {
        lines += code + std::string(134, 'x') + "\r\n";
    }
    return lines;
}

constexpr Behaviour table[] = {
    {"silent", "", 0, "accepts and never says a word", [](Script& s, double) { s.opening = Opening::silent; }},
    {"reset-on-connect", "", 0, "RST as soon as it has accepted",
     [](Script& s, double) { s.opening = Opening::reset; }},
    {"close-on-connect", "", 0, "FIN as soon as it has accepted",
     [](Script& s, double) { s.opening = Opening::close; }},
    {"421-after", "N", 5, "serves N connections per listener, 421 to every later one",
     [](Script& s, double n) { s.serve_first = static_cast<std::uint64_t>(n); }},
    {"421-rest", "SECONDS", 10, "after every fifth connection it serves, 421 to all that come so soon",
     [](Script& s, double pause) { s.rest = Seconds(pause); }},
    {"window", "SECONDS", 10, "serves five connections of a listener in each such span, RST to the others",
     [](Script& s, double span) { s.window = Seconds(span); }},
    {"slow-greeting", "SECONDS", 3, "waits before it greets",
     [](Script& s, double pause) { s.greeting_delay = Seconds(pause); }},
    {"drip", "SECONDS", 0.02, "one byte at a time outside TLS, with this pause",
     [](Script& s, double pause) { s.byte_pause = Seconds(pause); }},
    {"drip-tls", "SECONDS", 0.002, "one byte at a time inside TLS, with this pause",
     [](Script& s, double pause) { s.tls_byte_pause = Seconds(pause); }},
    {"greeting-421", "", 0, "greets with 421 and closes",
     [](Script& s, double) {
         s.greeting = "421 4.7.0 " + s.hostname + " Error: too many connections from you\r\n";
         s.close_after_greeting = true;
     }},
    {"greeting-554", "", 0, "greets with 554 and refuses everything but QUIT",
     [](Script& s, double) {
         refuse_everything(s, "554 5.7.1 " + s.hostname + " No SMTP service here\r\n", "503 5.5.1 Bad sequence\r\n");
     }},
    {"at-most", "N", 2, "serves N connections of a listener at a time, RST to every other",
     [](Script& s, double n) { s.most_at_once = static_cast<std::uint64_t>(n); }},
    {"teaser", "SECONDS", 3, "a 220- line at once and the rest after this pause, as postscreen does",
     [](Script& s, double pause) {
         s.teaser = "220-" + s.hostname + " ESMTP\r\n";
         s.greeting_delay = Seconds(pause);
     }},
    {"greeting-421-multiline", "", 0, "greets with 421- lines and closes",
     [](Script& s, double) {
         s.greeting = "421-4.7.0 " + s.hostname + " Error: too many connections\r\n421-4.7.0 from your address\r\n" +
                      "421 4.7.0 come back later\r\n";
         s.close_after_greeting = true;
     }},
    {"multiline-greeting", "", 0, "220- lines before the last one, all at once",
     [](Script& s, double) {
         s.greeting = "220-" + s.hostname + " ESMTP\r\n220-wait for the next line\r\n" + s.greeting;
     }},
    {"control-bytes", "", 0, "terminal escapes, NUL, BEL and 8-bit bytes in the greeting",
     [](Script& s, double) {
         s.greeting =
             "220 " + s.hostname + " \x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b" + "2J nul[\0] \xff\xfe ESMTP\r\n"s;
     }},
    {"control-bytes-in-ehlo", "", 0, "the same bytes in the EHLO reply and in the one to STARTTLS",
     [](Script& s, double) {
         s.ehlo_extra = "X\x1b[2J\x1b]0;title\x07 nul[\0] \x9b"s + "2J \xff\xfe";
         s.starttls_reply = "220 2.0.0 \x1b[31mReady\x1b[0m nul[\0] \xff\r\n"s;
     }},
    {"bare-lf", "", 0, "ends its lines in LF alone", [](Script& s, double) { s.bare_lf = true; }},
    {"long-replies", "", 0, "greeting and replies of 14 KB each to EHLO and STARTTLS",
     [](Script& s, double) {
         s.greeting = long_lines("220-") + s.greeting;
         s.ehlo_extra = long_lines("250-").substr(4) + "250-END";
         s.starttls_reply = long_lines("220-") + s.starttls_reply;
     }},
    {"endless-line", "", 0, "a greeting line that never ends",
     [](Script& s, double) { s.flood = Flood::greeting_line; }},
    {"endless-reply", "", 0, "an EHLO reply that never ends", [](Script& s, double) { s.flood = Flood::ehlo_reply; }},
    {"endless-starttls-reply", "", 0, "a reply to STARTTLS that never ends",
     [](Script& s, double) { s.flood = Flood::starttls_reply; }},
    {"ehlo-5xx", "", 0, "550 to EHLO and HELO",
     [](Script& s, double) {
         s.ehlo_refusal = "550 5.7.1 Access denied\r\n";
         s.helo_refusal = s.ehlo_refusal;
     }},
    {"helo-only", "", 0, "502 to EHLO, 250 to HELO",
     [](Script& s, double) { s.ehlo_refusal = "502 5.5.1 Error: command not implemented\r\n"; }},
    {"no-starttls", "", 0, "does not list STARTTLS and answers it 502",
     [](Script& s, double) {
         s.starttls_keyword.clear();
         s.starttls_reply = "502 5.5.1 Error: command not implemented\r\n";
     }},
    {"without-starttls", "EACH", 3, "every EACH-th connection of a listener does not list STARTTLS and answers it 502",
     [](Script& s, double each) { s.without_starttls = static_cast<std::uint64_t>(each); }},
    {"withdraw-starttls", "N", 1, "N connections of a listener list STARTTLS, no later one does",
     [](Script& s, double n) { s.withdraw_after = static_cast<std::uint64_t>(n); }},
    {"stripped", "", 0, "lists XXXXXXXA instead, as a middlebox leaves it",
     [](Script& s, double) {
         s.starttls_keyword = "XXXXXXXA";
         s.starttls_reply = "500 5.5.1 Command unrecognized: \"XXXXXXXX\"\r\n";
     }},
    {"stripped-stars", "", 0, "lists **** instead and greets with asterisks, as another middlebox leaves them",
     [](Script& s, double) {
         s.greeting = "220 ********************************\r\n";
         s.starttls_keyword = "****";
         s.starttls_reply = "500 5.5.1 Command unrecognized: \"XXXXXXXX\"\r\n";
     }},
    {"starttls-first-line", "", 0, "lists STARTTLS in the first line of the EHLO reply, before its own name",
     [](Script& s, double) { s.starttls_first = true; }},
    {"starttls-lower-case", "", 0, "lists starttls", [](Script& s, double) { s.starttls_keyword = "starttls"; }},
    {"starttls-parameters", "", 0, "lists STARTTLS REQUIRED tls1.2",
     [](Script& s, double) { s.starttls_keyword = "STARTTLS REQUIRED tls1.2"; }},
    {"starttls-in-pieces", "SECONDS", 0.1, "the 220 to STARTTLS in three segments, with this pause between them",
     [](Script& s, double pause) {
         s.starttls_reply = "220-2.0.0 Ready\r\n220 to start TLS\r\n";
         s.starttls_pieces = {"220-2.0.0 Ready\r\n22", "0 to start TLS", "\r\n"};
         s.piece_pause = Seconds(pause);
     }},
    {"auth-before-tls", "", 0, "lists AUTH in the clear too",
     [](Script& s, double) { s.ehlo_extra = "AUTH PLAIN LOGIN"; }},
    {"starttls-454", "", 0, "454 to STARTTLS",
     [](Script& s, double) { s.starttls_reply = "454 4.7.0 TLS not available due to local problem\r\n"; }},
    {"starttls-5xx", "CODE", 554, "this code to STARTTLS",
     [](Script& s, double code) {
         s.starttls_reply = std::to_string(static_cast<unsigned>(code)) + " 5.5.1 Error: no TLS for you\r\n";
     }},
    {"inject", "", 0, "plaintext replies in the same segment as the 220 to STARTTLS",
     [](Script& s, double) { s.starttls_reply += "250-injected.example\r\n250 AUTH PLAIN\r\n"; }},
    {"garbage-tls", "", 0, "bytes that are no TLS: for the hello after STARTTLS, at once on an implicit port",
     [](Script& s, double) { s.tls_turn = TlsTurn::garbage; }},
    {"close-after-starttls", "", 0, "FIN when TLS is due", [](Script& s, double) { s.tls_turn = TlsTurn::close; }},
    {"reset-after-starttls", "", 0, "RST when TLS is due", [](Script& s, double) { s.tls_turn = TlsTurn::reset; }},
    {"silent-after-starttls", "", 0, "nothing more when TLS is due",
     [](Script& s, double) { s.tls_turn = TlsTurn::silent; }},
    {"slow-hello", "SECONDS", 3, "waits before it answers the client's first TLS bytes",
     [](Script& s, double pause) { s.hello_delay = Seconds(pause); }},
    {"close-on-hello", "", 0, "FIN when the client's first TLS bytes have come",
     [](Script& s, double) { s.tls_turn = TlsTurn::close_on_hello; }},
    {"smtp-on-implicit", "", 0, "plain SMTP on an implicit port",
     [](Script& s, double) { s.plain_on_implicit = true; }},
    {"tls-at-once", "", 0, "speaks TLS at once on a STARTTLS port, without a greeting before it",
     [](Script& s, double) { s.tls_at_once = true; }},
    {"mute-in-tunnel", "", 0, "completes handshakes and then never says a word",
     [](Script& s, double) { s.mute_in_tunnel = true; }},
    {"no-inner-ehlo", "", 0, "closes after the completed handshake",
     [](Script& s, double) { s.close_in_tunnel = true; }},
};

double parse_value(const Behaviour& row, std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || !(value >= 0 && value <= longest)) {
        throw std::runtime_error("behaviour " + std::string(row.name) + ": bad value " + std::string(text));
    }
    return value;
}

}  // namespace

std::span<const Behaviour> behaviours()
{
    return table;
}

Script polite_script(const std::string& hostname, const std::string& product)
{
    Script script;
    script.hostname = hostname;
    script.greeting = "220 " + hostname + " ESMTP " + product + "\r\n";
    return script;
}

void apply_behaviour(Script& script, std::string_view text)
{
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    for (const auto& row : table) {
        if (row.name != name) {
            continue;
        }
        if (equals == std::string_view::npos) {
            row.edit(script, row.fallback);
            return;
        }
        if (row.unit.empty()) {
            throw std::runtime_error("behaviour " + std::string(name) + " takes no value");
        }
        row.edit(script, parse_value(row, text.substr(equals + 1)));
        return;
    }
    throw std::runtime_error("unknown behaviour " + std::string(text) + " (see --list-behaviours)");
}

}  // namespace smtptls::lab

// A connection's line of JSON, written by hand: one flat object does not need a library.
#include "transcript.hpp"

namespace smtptls::lab {

namespace {

constexpr std::size_t most_kept_commands = 64;
constexpr std::size_t longest_kept = 256;
constexpr std::size_t most_kept_hellos = 4;
constexpr std::size_t most_kept_alerts = 8;

std::string_view word_of(Ending ending)
{
    switch (ending) {
        case Ending::quit: return "quit";
        case Ending::fin: return "fin";
        case Ending::rst: return "rst";
        case Ending::timeout: return "timeout";
        case Ending::closed: return "closed";
        case Ending::shutdown: return "shutdown";
    }
    return "closed";
}

std::string quote(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string quoted = "\"";
    for (const char character : text.substr(0, longest_kept)) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte >= 0x7f) {
            quoted += "\\u00";
            quoted += digits[byte >> 4U];
            quoted += digits[byte & 0x0fU];
            continue;
        }
        if (character == '"' || character == '\\') {
            quoted += '\\';
        }
        quoted += character;
    }
    return quoted + '"';
}

std::string list(const std::vector<std::string>& texts)
{
    std::string joined;
    for (const auto& text : texts) {
        joined += (joined.empty() ? "" : ",") + quote(text);
    }
    return "[" + joined + "]";
}

std::string object(const HelloNote& note)
{
    auto text = "{\"version\":" + quote(note.version) + ",\"suites\":" + std::to_string(note.suites);
    text += ",\"bytes\":" + std::to_string(note.bytes) + ",\"answered\":" + quote(note.answered);
    return text + ",\"chosen\":" + list(note.chosen) + ",\"answer\":" + quote(note.answer) + "}";
}

std::string hellos_text(const Transcript& transcript)
{
    if (transcript.hello_count == 0) {
        return {};
    }
    std::string joined;
    for (const auto& note : transcript.hellos) {
        joined += (joined.empty() ? "" : ",") + object(note);
    }
    return ",\"hello_count\":" + std::to_string(transcript.hello_count) + ",\"hellos\":[" + joined + "]";
}

std::string milliseconds(Transcript::Clock::duration time)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

}  // namespace

void Transcript::add_command(std::string_view line)
{
    if (commands.size() < most_kept_commands) {
        commands.emplace_back(line.substr(0, longest_kept));
    }
}

void Transcript::add_hello(HelloNote note)
{
    ++hello_count;
    if (hellos.size() < most_kept_hellos) {
        hellos.push_back(std::move(note));
    }
}

void Transcript::add_alert(std::string alert)
{
    if (alerts.size() < most_kept_alerts) {
        alerts.push_back(std::move(alert));
    }
}

std::string Transcript::format() const
{
    std::string text = "{\"listener\":" + quote(listener) + ",\"n\":" + std::to_string(n);
    text += ",\"begun_ms\":" + milliseconds(begun) + ",\"over_ms\":" + milliseconds(over);
    text += ",\"handshake\":" + quote(handshake) + ",\"sni\":" + quote(sni);
    text += std::string(",\"early\":") + (early ? "true" : "false");
    text += ",\"alerts\":" + list(alerts) + ",\"commands\":" + list(commands);
    text += hellos_text(*this);
    return text + ",\"ended\":" + quote(word_of(ended)) + "}";
}

}  // namespace smtptls::lab

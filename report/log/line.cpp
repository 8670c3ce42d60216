#include "report/log/line.hpp"

#include "report/log/event.hpp"
#include "report/log/stamp.hpp"
#include "report/log/tag.hpp"
#include "report/log/words.hpp"

#include <algorithm>
#include <array>

namespace smtptls::log {
namespace {

constexpr std::string_view::size_type npos = std::string_view::npos;
constexpr std::size_t session_id_size = 16;
constexpr int stamps_in_line = 3;

// RFC 5424 section 6: time, host, application, process, message id, structured data, message; from the host on.
void split_5424(std::string_view text, Line& line)
{
    const char* const begin = text.data();
    cut(text, " ");
    line.program = cut(text, " ");
    const std::string_view process = cut(text, " ");
    line.origin = {begin, static_cast<std::size_t>(process.data() + process.size() - begin)};
    cut(text, " ");
    if (text.starts_with('[')) {
        // A value may hold an escaped bracket; a message of a mail server never begins behind one.
        const std::size_t end = text.find("] ");
        text = end == npos ? std::string_view() : text.substr(end + 2);
    } else {
        cut(text, " ");
    }
    eat(text, "\xef\xbb\xbf");
    line.message = text;
}

bool looks_like_bsd(std::string_view raw)
{
    return raw.size() > 16 && raw[3] == ' ' && raw[6] == ' ' && raw[9] == ':' && raw[12] == ':' && raw[15] == ' ' &&
           is_digit(raw[5]) && is_digit(raw[7]) && is_digit(raw[14]);
}

bool looks_like_iso(std::string_view raw)
{
    return raw.size() > 20 && is_digit(raw[0]) && raw[4] == '-' && raw[7] == '-' && raw[13] == ':' &&
           (raw[10] == 'T' || raw[10] == ' ');
}

bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

// `smtpd -d` of OpenSMTPD writes no time: "5df87dbf30ab2c24 smtp tls ...", or "smtp-in: ..." before 5.7.
bool looks_like_opensmtpd(std::string_view raw)
{
    return (raw.size() > session_id_size && raw[session_id_size] == ' ' &&
            std::all_of(raw.begin(), raw.begin() + session_id_size, is_hex)) ||
           raw.starts_with("smtp-in: ") || raw.starts_with("smtp-out: ");
}

// "1tAbCd-00000000abc-1234 <= ", or before Exim 4.97 "1tAbCd-000abc-12 <= ".
bool looks_like_exim(std::string_view text)
{
    constexpr std::size_t time_size = 6;
    const std::string_view id = first_word(text);
    return (id.size() == 16 || id.size() == 23) && id[time_size] == '-' && id[id.size() == 16 ? 13 : 18] == '-';
}

// Exim's main log: "2026-11-21 19:43:22 [pid] message". Rsyslog and journalctl may write this time too; then a tag
// with a process follows.
void split_exim(std::string_view text, Line& line, std::string& scratch)
{
    const std::size_t colon = looks_like_exim(text) ? npos : text.substr(0, 256).find("]: ");
    const std::string_view front = text.substr(0, colon == npos ? 0 : colon);
    if (!front.empty() && !front.starts_with('[') && front.find(": ") == npos && front.find_first_not_of(" ") != npos &&
        front.rfind('[') > front.rfind(' ') + 1 && split_tag(text, line, scratch)) {
        return;
    }
    if (text.size() > 1 && text[0] == '[' && is_digit(text[1])) {
        cut(text, "] ");
    }
    line.program = "exim";
    line.message = text;
}

// How many characters of a time `text` begins with, its blank not counted; 0: none. A time that names its zone is
// better than one behind it that does not.
std::size_t take_stamp(std::string_view text, Line& line, bool& dated)
{
    Line::Clock clock = Line::Clock::bsd;
    std::size_t size = 15;
    bool zoned = false;
    if (!looks_like_bsd(text)) {
        const auto iso = looks_like_iso(text) ? parse_iso(text) : std::nullopt;
        const bool fits = iso && (iso->size == text.size() || text[iso->size] == ' ');
        const auto other = fits ? std::nullopt : read_stamp(text);
        if (!fits && !other) {
            return 0;
        }
        clock = fits ? Line::Clock::iso : Line::Clock::other;
        size = fits ? iso->size : other->size;
        zoned = fits ? iso->time.zoned : other->east.has_value();
        dated = fits && text[10] == ' ';
    } else {
        dated = false;
    }
    if (line.stamp.empty() || !line.zoned) {
        line.clock = clock;
        line.stamp = text.substr(0, size);
        line.zoned = zoned;
    }
    return size;
}

// Takes "<22>" off the front, and RFC 5424's "<22>1 " or, without its priority, "1 ". Nothing if it is broken.
std::optional<bool> take_priority(std::string_view& raw)
{
    if (raw.size() > 3 && raw[0] == '<' && is_digit(raw[1])) {
        const std::size_t end = raw.find('>');
        if (end == npos || end > 4) {
            return std::nullopt;
        }
        raw.remove_prefix(end + 1);
        return eat(raw, "1 ");
    }
    if (raw.starts_with("1 ") && looks_like_iso(raw.substr(2))) {
        raw.remove_prefix(2);
        return true;
    }
    return false;
}

// Kubernetes' "stdout F " behind its time: the stream, and whether the line is whole.
void take_stream(std::string_view& rest, const Line& line, bool& dated)
{
    if (line.clock == Line::Clock::iso && rest.starts_with("std") &&
        (eat(rest, "stdout F ") || eat(rest, "stderr F ") || eat(rest, "stdout P ") || eat(rest, "stderr P "))) {
        dated = false;
    }
}

// A line without a time: what tells that a mail server wrote it.
bool split_timeless(std::string_view text, Line& line, std::string& scratch)
{
    if (looks_like_opensmtpd(text)) {
        line.program = "smtpd";
        line.message = text;
        return true;
    }
    return begins_with_tag(text) && split_tag(text, line, scratch);
}

void split_message(std::string_view text, bool dated, Line& line, std::string& scratch)
{
    if (dated) {
        split_exim(text, line, scratch);
    } else if (!split_tag(text, line, scratch) && !split_timeless(text, line, scratch)) {
        line.program = looks_like_exim(text) ? "exim" : "";
        line.message = text;
    }
}

}  // namespace

bool may_begin_line(std::string_view text)
{
    return looks_like_bsd(text) || looks_like_iso(text) || read_stamp(text.substr(0, 64)) || begins_with_tag(text) ||
           looks_like_opensmtpd(text);
}

bool split_line(std::string_view raw, Line& line, std::string& scratch)
{
    if (looks_like_bsd(raw) && split_usual(raw.substr(16), line)) {
        line.clock = Line::Clock::bsd;
        line.stamp = raw.substr(0, 15);
        line.zoned = false;
        return true;
    }
    line = {};
    std::string_view rest = raw;
    const auto is_5424 = take_priority(rest);
    if (!is_5424) {
        return false;
    }
    bool dated = false;
    for (int stamps = 0; stamps < stamps_in_line; ++stamps) {
        // Exim's ids begin with a digit, as many times do.
        const std::size_t size = dated && looks_like_exim(rest) ? 0 : take_stamp(rest, line, dated);
        if (size == 0) {
            break;
        }
        rest.remove_prefix(std::min(size + 1, rest.size()));
        take_stream(rest, line, dated);
        if (*is_5424) {
            split_5424(rest, line);
            return true;
        }
        if (stamps == 0 && !dated && split_usual(rest, line)) {
            return true;
        }
    }
    if (line.stamp.empty()) {
        return split_timeless(rest, line, scratch);
    }
    split_message(rest, dated, line, scratch);
    return true;
}

bool is_filler(const Line& line)
{
    return line.message.substr(0, 128).find("last message repeated ") != npos ||
           line.message.substr(0, 128).find("-- MARK --") != npos;
}

std::optional<LogTime> time_of(const Line& line, std::int64_t reference)
{
    switch (line.clock) {
        case Line::Clock::none: return std::nullopt;
        case Line::Clock::bsd: return parse_bsd(line.stamp, reference);
        case Line::Clock::unix_time: return LogTime{line.unix_seconds, true};
        case Line::Clock::other: return parse_stamp(line.stamp, reference);
        case Line::Clock::iso: break;
    }
    const auto stamp = parse_iso(line.stamp);
    return stamp ? std::optional(stamp->time) : std::nullopt;
}

}  // namespace smtptls::log

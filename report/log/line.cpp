#include "report/log/line.hpp"

#include "report/log/stamp.hpp"
#include "report/log/words.hpp"

#include <algorithm>

namespace smtptls::log {
namespace {

constexpr std::string_view::size_type npos = std::string_view::npos;
constexpr std::size_t session_id_size = 16;

// "program[123]:" or "program:" without its colon.
std::string_view program_of(std::string_view tag)
{
    const std::size_t bracket = tag.find('[');
    return tag.substr(0, bracket);
}

// BusyBox and some BSDs put "mail.info" or "<mail.info>" between host and program.
bool is_facility(std::string_view word)
{
    return word.size() > 2 && word.find('.') != npos &&
           word.find_first_not_of("<>.abcdefghijklmnopqrstuvwxyz0123") == npos;
}

// "host program[123]: message", or without the host. `text` begins behind the time and its blank.
bool split_tag(std::string_view text, Line& line)
{
    const char* const begin = text.data();
    std::string_view rest = text;
    for (int words = 0; words < 3; ++words) {
        const std::size_t blank = rest.find(' ');
        const std::string_view word = rest.substr(0, blank);
        if (word.size() > 1 && word.back() == ':') {
            const std::string_view tag = word.substr(0, word.size() - 1);
            line.program = program_of(tag);
            line.origin = {begin, static_cast<std::size_t>(tag.data() + tag.size() - begin)};
            line.message = blank == npos ? std::string_view() : rest.substr(blank + 1);
            return true;
        }
        if (blank == npos || (words == 1 && !is_facility(word))) {
            return false;
        }
        rest.remove_prefix(blank + 1);
    }
    return false;
}

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

// Exim's main log: "2026-11-21 19:43:22 [pid] message". Rsyslog may be told to write this time too; then a
// tag with a process follows.
void split_exim(std::string_view text, Line& line)
{
    const std::string_view words = text.substr(0, text.find(' ', text.find(' ') + 1));
    if (words.ends_with("]:") && words.find('[') != 0 && split_tag(text, line)) {
        return;
    }
    if (text.size() > 1 && text[0] == '[' && is_digit(text[1])) {
        cut(text, "] ");
    }
    line.program = "exim";
    line.message = text;
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

// A line with a time and without a program ("last message repeated 2 times") is a log line all the same.
std::optional<Line> split_iso(std::string_view raw, bool is_5424)
{
    const auto stamp = parse_iso(raw);
    if (!stamp || stamp->size >= raw.size() || raw[stamp->size] != ' ') {
        return std::nullopt;
    }
    Line line;
    line.clock = Line::Clock::iso;
    line.stamp = raw.substr(0, stamp->size);
    const std::string_view rest = raw.substr(stamp->size + 1);
    if (is_5424) {
        split_5424(rest, line);
    } else if (raw[10] == ' ') {
        split_exim(rest, line);
    } else {
        split_tag(rest, line);
    }
    return line;
}

}  // namespace

std::optional<Line> split_line(std::string_view raw)
{
    bool is_5424 = false;
    if (raw.size() > 3 && raw[0] == '<' && is_digit(raw[1])) {
        const std::size_t end = raw.find('>');
        if (end == npos || end > 4) {
            return std::nullopt;
        }
        raw.remove_prefix(end + 1);
        is_5424 = eat(raw, "1 ");
    }
    if (looks_like_bsd(raw)) {
        Line line;
        line.clock = Line::Clock::bsd;
        line.stamp = raw.substr(0, 15);
        split_tag(raw.substr(16), line);
        return line;
    }
    if (looks_like_iso(raw)) {
        return split_iso(raw, is_5424);
    }
    if (looks_like_opensmtpd(raw)) {
        Line line;
        line.program = "smtpd";
        line.message = raw;
        return line;
    }
    return std::nullopt;
}

std::optional<LogTime> time_of(const Line& line, std::int64_t reference)
{
    switch (line.clock) {
        case Line::Clock::none: return std::nullopt;
        case Line::Clock::bsd: return parse_bsd(line.stamp, reference);
        case Line::Clock::unix_time: return LogTime{line.unix_seconds, true};
        case Line::Clock::iso: break;
    }
    const auto stamp = parse_iso(line.stamp);
    return stamp ? std::optional(stamp->time) : std::nullopt;
}

}  // namespace smtptls::log

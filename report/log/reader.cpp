#include "report/log/reader.hpp"

#include "report/log/impact.hpp"
#include "report/log/journal_line.hpp"
#include "report/log/stamp.hpp"
#include "report/log/words.hpp"

#include <algorithm>

namespace smtptls::log {
namespace {

using Kind = Event::Kind;

// The daemons of Postfix that write most of its lines, and none about TLS; what a stranger sent may be in them.
bool is_other_daemon(std::string_view program)
{
    const std::size_t slash = program.rfind('/');
    const std::string_view daemon = slash == std::string_view::npos ? "" : program.substr(slash + 1);
    switch (daemon.empty() ? ' ' : daemon[0]) {
        case 'c': return daemon == "cleanup";
        case 'q': return daemon == "qmgr";
        case 'l': return daemon == "local";
        case 'v': return daemon == "virtual";
        case 'p': return daemon == "pickup" || daemon == "pipe";
        case 'b': return daemon == "bounce";
        case 'a': return daemon == "anvil";
        default: return false;
    }
}

// A TLS line behind words that are not the mail server's: so early in a message nothing is a stranger's.
bool is_missed(const Line& line, const Event& event)
{
    constexpr std::size_t early = 96;
    return event.kind == Kind::none &&
           line.message.substr(0, early).find("TLS connection established ") != std::string_view::npos;
}

bool is_margin(char c)
{
    return c == ' ' || c == '\t';
}

// The object of a line of JSON: "{...}", behind RFC 7464's separator or a server-sent event's "data: " or neither.
std::string_view json_of(std::string_view raw)
{
    if (!eat(raw, "\x1e")) {
        eat(raw, "data: ");
    }
    return raw.starts_with('{') ? raw : "";
}

}  // namespace

LogReader::LogReader(const ReaderSettings& settings)
    : settings_(settings),
      tally_(settings.below, settings.limits),
      sessions_([this](const Entry& entry) { count(entry); }, settings.open_sessions)
{
}

void LogReader::begin(std::int64_t ends)
{
    // Rotated files in the order of their names go back in time, and what was open stays open for ever.
    if (ends < ends_) {
        sessions_.finish();
    }
    ends_ = ends;
    last_stamp_.clear();
    front_.begin();
    coloured_ = false;
}

void LogReader::append(std::string_view bytes)
{
    log_.bytes += bytes.size();
    coloured_ = coloured_ || bytes.find('\x1b') != std::string_view::npos;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (end == std::string_view::npos) {
            take_part(piece);
            return;
        }
        if (part_.empty() && !skipping_ && piece.size() <= line_limit) {
            take(piece);
        } else {
            take_part(piece);
            take(part_);
            part_.clear();
            skipping_ = false;
        }
        bytes.remove_prefix(end + 1);
    }
}

void LogReader::take_part(std::string_view part)
{
    const std::size_t room = line_limit - part_.size();
    part_ += part.substr(0, room);
    if (part.size() > room && !skipping_) {
        skipping_ = true;
        ++log_.over_long;
    }
}

void LogReader::end()
{
    if (!part_.empty()) {
        take(part_);
    }
    part_.clear();
    skipping_ = false;
}

void LogReader::take(std::string_view raw)
{
    ++log_.lines;
    if (raw.ends_with('\r')) {
        raw.remove_suffix(1);
    }
    if (coloured_ && raw.find('\x1b') != std::string_view::npos) {
        raw = without_colours(raw, plain_);
    } else if (raw.empty() || (is_margin(raw[0]) && raw.find_first_not_of(" \t") == std::string_view::npos)) {
        return;
    }
    if (const std::string_view object = json_of(raw); !object.empty()) {
        take_journal(object);
        return;
    }
    const Line* const line = front_.read(raw);
    if (line != nullptr && (!line->program.empty() || is_filler(*line))) {
        take(*line);
    } else {
        ++log_.malformed;
    }
}

void LogReader::take_journal(std::string_view raw)
{
    const auto entry = front_.takes_json() ? decode_journal_line(raw) : std::nullopt;
    if (!entry) {
        ++log_.malformed;
        return;
    }
    Line line;
    if (entry->microseconds) {
        line.clock = Line::Clock::unix_time;
        line.unix_seconds = *entry->microseconds / 1000000;
        line.zoned = true;
    } else if (const auto stamp = read_stamp(entry->stamp)) {
        line.clock = Line::Clock::other;
        line.stamp = entry->stamp;
        line.zoned = stamp->east.has_value();
    }
    const std::string origin = entry->host + ' ' + entry->program + '[' + entry->process;
    line.origin = origin;
    line.program = entry->program;
    line.message = entry->message;
    const std::uint64_t before = log_.mail_lines;
    take(line);
    if (log_.mail_lines != before) {
        front_.saw_json();
    }
}

std::optional<LogTime> LogReader::when(const Line& line)
{
    // Many lines share a second.
    if (line.stamp.empty() || line.stamp != last_stamp_) {
        last_stamp_ = line.stamp;
        last_time_ = time_of(line, ends_);
    }
    return last_time_;
}

void LogReader::take(const Line& line)
{
    if (const auto event = read_event(line)) {
        take_event(line, *event);
    } else if (!is_other_daemon(line.program)) {
        take_foreign(line);
    }
}

void LogReader::take_event(const Line& line, const Event& event)
{
    ++log_.mail_lines;
    if (event.kind == Kind::malformed || is_missed(line, event)) {
        ++log_.malformed;
    } else if (event.kind != Kind::none) {
        sessions_.take(line, event, when(line));
    }
}

// The program is no mail server: its message may be a line of one, in a form that is known or not.
void LogReader::take_foreign(const Line& line)
{
    const Line* const inner = front_.inner(line);
    const Line& one = inner != nullptr ? *inner : line;
    if (const auto event = inner != nullptr ? read_event(one) : std::nullopt) {
        take_event(one, *event);
    } else if (is_other_daemon(one.program)) {
        return;
    } else if (one.program.empty() ? !is_filler(one) : smells_of_tls(one.message)) {
        ++log_.malformed;
    }
}

bool LogReader::is_ignored(const Entry& entry) const
{
    const auto address = settings_.ignored.empty() ? std::nullopt : model::IpAddress::parse(entry.address);
    return address && std::ranges::any_of(settings_.ignored, [&](const auto& one) { return one.contains(*address); });
}

void LogReader::count(const Entry& entry)
{
    if (is_ignored(entry)) {
        ++log_.ignored;
        return;
    }
    if (settings_.since && entry.time && *entry.time < *settings_.since) {
        ++log_.early;
        return;
    }
    log_.span.add(entry.time);
    tally_.add(entry);
}

MailLog LogReader::finish()
{
    sessions_.finish();
    log_.evicted = sessions_.evicted();
    tally_.finish(log_);
    judge(log_);
    return std::move(log_);
}

}  // namespace smtptls::log

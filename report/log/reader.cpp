#include "report/log/reader.hpp"

#include "report/log/impact.hpp"
#include "report/log/journal_line.hpp"

namespace smtptls::log {
namespace {

using Kind = Event::Kind;

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
}

void LogReader::append(std::string_view bytes)
{
    log_.bytes += bytes.size();
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
    if (raw.starts_with('{')) {
        take_journal(raw);
        return;
    }
    if (const auto line = split_line(raw)) {
        take(*line);
    } else if (!raw.empty()) {
        ++log_.malformed;
    }
}

void LogReader::take_journal(std::string_view raw)
{
    const auto entry = decode_journal_line(raw);
    if (!entry) {
        ++log_.malformed;
        return;
    }
    Line line;
    line.clock = entry->microseconds ? Line::Clock::unix_time : Line::Clock::none;
    line.unix_seconds = entry->microseconds.value_or(0) / 1000000;
    const std::string origin = entry->host + ' ' + entry->program + '[' + entry->process;
    line.origin = origin;
    line.program = entry->program;
    line.message = entry->message;
    take(line);
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
    const auto event = read_event(line);
    if (!event || event->kind == Kind::none) {
        return;
    }
    if (event->kind == Kind::malformed) {
        ++log_.malformed;
        return;
    }
    sessions_.take(line, *event, when(line));
}

void LogReader::count(const Entry& entry)
{
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

#include "report/log/mail_log.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace smtptls::log {

std::string_view format(Mailer mailer)
{
    switch (mailer) {
        case Mailer::postfix: return "Postfix";
        case Mailer::exim: return "Exim";
        case Mailer::sendmail: return "Sendmail";
        case Mailer::opensmtpd: return "OpenSMTPD";
        case Mailer::dovecot: return "Dovecot";
    }
    return "?";
}

std::string_view format(MailDirection direction)
{
    return direction == MailDirection::inbound ? "inbound" : "outbound";
}

std::string format(LogTime time)
{
    using std::chrono::floor;
    const std::chrono::sys_seconds when{std::chrono::seconds(time.seconds)};
    const auto day = floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(when - day);
    std::array<char, 40> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d%s", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()), time.zoned ? "Z" : "");
    return {text.data(), static_cast<std::size_t>(size)};
}

void LogSpan::add(const std::optional<LogTime>& time)
{
    if (!time) {
        return;
    }
    if (!first || *time < *first) {
        first = time;
    }
    if (!last || *time > *last) {
        last = time;
    }
}

bool MailLog::complete() const
{
    return std::ranges::all_of(sources, [](const LogSource& source) { return source.problem.empty(); });
}

std::string_view format(PeerLoss::Kind kind)
{
    return kind == PeerLoss::Kind::cut ? "cut" : "mixed";
}

std::string_view format(PeerLoss::Then then)
{
    switch (then) {
        case PeerLoss::Then::falls_back: return "falls_back";
        case PeerLoss::Then::fails: return "fails";
        case PeerLoss::Then::unknown: return "unknown";
    }
    return "?";
}

std::string_view format(OwnSide side)
{
    switch (side) {
        case OwnSide::here: return "here";
        case OwnSide::elsewhere: return "elsewhere";
        case OwnSide::unseen: return "unseen";
    }
    return "?";
}

}  // namespace smtptls::log

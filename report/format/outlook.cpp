#include "report/format/outlook.hpp"

#include "base/text_layout.hpp"
#include "report/format/words.hpp"

#include <algorithm>

namespace smtptls::report {
namespace {

constexpr std::size_t name_width = 44;
constexpr std::size_t number_width = 6;

using base::padded;

std::string number(std::size_t value)
{
    return base::right(std::to_string(value), number_width);
}

// Two units are enough: "45 s", "2 min 5 s", "5 h 8 min", "3 d 4 h".
std::string duration(std::chrono::milliseconds time)
{
    const std::int64_t seconds = (time.count() + 999) / 1000;
    const auto two = [](std::int64_t large, const char* name, std::int64_t small, const char* other) {
        const std::string text = std::to_string(large) + " " + name;
        return small == 0 ? text : text + " " + std::to_string(small) + " " + other;
    };
    if (seconds < 60) {
        return std::to_string(seconds) + " s";
    }
    if (seconds < 3600) {
        return two(seconds / 60, "min", seconds % 60, "s");
    }
    return seconds < 86400 ? two(seconds / 3600, "h", seconds / 60 % 60, "min")
                           : two(seconds / 86400, "d", seconds / 3600 % 24, "h");
}

std::string endpoints_of(const model::Outlook& outlook)
{
    std::string text;
    for (const model::Endpoint& endpoint : outlook.endpoints) {
        const std::string place = format(endpoint);
        const bool named = endpoint.host != endpoint.address.format();
        text += "  " + padded((named ? endpoint.host + ", " : "") + place, name_width) + "  " +
                std::string(format(endpoint.mode)) + "\n";
    }
    for (const model::TargetFailure& failure : outlook.failures) {
        text += "  " + shown_target(failure.target) + ": " + failure.failure.text.escaped() + "\n";
    }
    return text;
}

std::string connections_of(const model::Outlook& outlook)
{
    std::string text = "\nConnections to each endpoint, and the completed handshakes among them; at most\n" +
                       std::to_string(outlook.at_once) + " at a time to one address\n";
    const auto row = [](const model::ExpectedConnections& expected, const std::string& about) {
        return "  " + padded(std::string(expected.server), name_width) + number(expected.sum()) + about +
               std::to_string(expected.handshakes) + " handshakes\n";
    };
    for (const model::ExpectedConnections& expected : outlook.each) {
        text += row(expected, "  or so, ");
    }
    text += row(outlook.most, "  at most, ");
    text +=
        "  One that cannot be reached or has no STARTTLS gets 1 or 2. What breaks off is\n"
        "  asked again, up to 12 times, and so is what the server is too busy for.\n";
    return text;
}

std::string online_of(const model::Outlook& outlook)
{
    if (outlook.online == 0) {
        return "";
    }
    return "\nWhom the certificates name is asked whether they are revoked (--online), by plain\n"
           "HTTP: usually one question for each certificate, at most " +
           std::to_string(outlook.online) +
           " for each endpoint, and\neach once. Who that is, is not known before the certificates are.\n";
}

std::string times_of(const model::Outlook& outlook)
{
    std::string text = "\nTime, if all have default settings\n";
    text += "  " + padded("20 ms away, and quick", name_width) + "  " + duration(outlook.usual) + "\n";
    text += "  " + padded("where every step takes its whole --timeout", name_width) + "  " + duration(outlook.longest) +
            "\n";
    text += "  " + padded("the limit (--max-time)", name_width) + "  " +
            (outlook.max_time ? duration(*outlook.max_time) : "none") + "\n";
    return text;
}

std::string lines_of(const model::Outlook& outlook)
{
    std::string text = "\nLines in the servers' logs, if all have default settings\n";
    std::size_t counted = 0;
    for (const model::ExpectedLines& line : outlook.lines) {
        text += "  " + padded(std::string(line.mailer), 9) + padded(std::string(line.line), name_width - 9) +
                number(line.count) + (line.counted_by_fail2ban ? "  fail2ban counts them" : "") + "\n";
        counted += line.counted_by_fail2ban ? line.count : 0;
    }
    text += "  Of each hello refused by an alert Postfix also logs a warning: TLS library\n  problem.\n";
    if (counted > 0) {
        text += "\nfail2ban's filter postfix in the modes ddos and aggressive counts " + plural(counted, "line") +
                ", and\nbans after 5 in ten minutes; its default mode counts none. Before the scan, on\nthe server:\n"
                "  fail2ban-client set postfix addignoreip ADDRESS    (delignoreip when it ends)\n";
    }
    return text;
}

}  // namespace

std::string write_outlook(const model::Outlook& outlook)
{
    std::string text = "Dry run: no connection was made, and " + plural(outlook.looked_up, "name") +
                       (outlook.looked_up == 1 ? " was" : " were") + " looked up.\n\n";
    text += plural(outlook.endpoints.size(), "endpoint") + "\n" + endpoints_of(outlook);
    if (!outlook.endpoints.empty()) {
        text += connections_of(outlook) + online_of(outlook) + times_of(outlook) + lines_of(outlook);
    }
    return text;
}

}  // namespace smtptls::report

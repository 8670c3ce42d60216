#include "report/log/stamp.hpp"
#include "catch.hpp"
#include "report/log/line.hpp"

#include <string>
#include <vector>

namespace {

using namespace smtptls;

std::int64_t at(const std::string& text)
{
    return log::parse_since(text).value().seconds;
}

TEST_CASE("a date without a year is the latest one that is not after the log's end")
{
    struct Case {
        std::string stamp;
        std::string ends;
        std::string expected;
    };
    const std::vector<Case> cases = {
        {"Nov 21 19:43:22", "2026-11-30", "2026-11-21 19:43:22"},
        {"Dec 31 23:59:59", "2026-01-02", "2025-12-31 23:59:59"},
        {"Jan  2 00:00:00", "2026-01-02", "2026-01-02 00:00:00"},
        {"Jan  3 00:00:00", "2026-01-02", "2026-01-03 00:00:00"},  // a clock in another zone may be ahead by a day
        {"Jan  4 00:00:00", "2026-01-02", "2025-01-04 00:00:00"},
        {"Feb 29 12:00:00", "2026-11-30", "2024-02-29 12:00:00"},
        {"Feb 29 12:00:00", "1903-01-01", "1896-02-29 12:00:00"},
        {"Nov 21 19:43:60", "2026-11-30", "2026-11-21 19:43:59"},
    };
    for (const Case& one : cases) {
        INFO(one.stamp << " in a log that ends " << one.ends);
        const auto time = log::parse_bsd(one.stamp, at(one.ends));
        REQUIRE(time);
        CHECK(format(*time) == one.expected);
    }
}

TEST_CASE("what is no date has no time")
{
    for (const std::string text : {"Nov 31 00:00:00", "Foo 21 00:00:00", "Nov 00 00:00:00", "Nov 21 24:00:00",
                                   "Nov 21 00:60:00", "Nov 21 00-00-00", "Nov 2x 00:00:00", "Nov 21 0:00:00", ""}) {
        INFO(text);
        CHECK_FALSE(log::parse_bsd(text, 1795000000));
    }
}

TEST_CASE("times with a year keep their zone if they have one")
{
    struct Case {
        std::string text;
        std::string expected;
        std::size_t size;
    };
    const std::vector<Case> cases = {
        {"2026-11-21T19:43:22.123456+01:00 mail", "2026-11-21 18:43:22Z", 32},
        {"2026-11-21T19:43:22+0100 mail", "2026-11-21 18:43:22Z", 24},
        {"2026-11-21T19:43:22-02:30 mail", "2026-11-21 22:13:22Z", 25},
        {"2026-11-21T19:43:22Z mail", "2026-11-21 19:43:22Z", 20},
        {"2026-11-21 19:43:22 1abc", "2026-11-21 19:43:22", 19},
        {"2026-11-21 19:43:22.123 1abc", "2026-11-21 19:43:22", 23},
        {"2026-11-21 19:43:22 +0100 1abc", "2026-11-21 18:43:22Z", 25},
        {"2026-11-21T19:43", "2026-11-21 19:43:00", 16},
        {"2026-12-31T23:30:00-01:00", "2027-01-01 00:30:00Z", 25},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        const auto stamp = log::parse_iso(one.text);
        REQUIRE(stamp);
        CHECK(format(stamp->time) == one.expected);
        CHECK(stamp->size == one.size);
    }
}

TEST_CASE("--since takes a day or a time and nothing else")
{
    CHECK(format(log::parse_since("2026-11-21").value()) == "2026-11-21 00:00:00");
    CHECK(format(log::parse_since("2026-11-21T08:30").value()) == "2026-11-21 08:30:00");
    CHECK(format(log::parse_since("2026-11-21 08:30:15Z").value()) == "2026-11-21 08:30:15Z");
    for (const std::string text : {"", "yesterday", "2026-11-31", "2026-13-01", "2026-11-21T", "2026-11-21T25:00",
                                   "2026-11-21T08:30:15x", "21.11.2026", "2026-11-2"}) {
        INFO(text);
        CHECK_FALSE(log::parse_since(text));
    }
}

TEST_CASE("the front of a line is taken off in every form")
{
    struct Case {
        std::string line;
        std::string program;
        std::string origin;
        std::string message;
    };
    const std::vector<Case> cases = {
        {"Nov 21 19:43:22 mail postfix/smtpd[12]: connect from a[1.2.3.4]", "postfix/smtpd", "mail postfix/smtpd[12]",
         "connect from a[1.2.3.4]"},
        {"<22>Nov 21 19:43:22 postfix/smtpd[12]: connect", "postfix/smtpd", "postfix/smtpd[12]", "connect"},
        {"Nov 21 19:43:22 mail mail.info postfix/smtpd[12]: connect", "postfix/smtpd",
         "mail mail.info postfix/smtpd[12]", "connect"},
        {"2026-11-21T19:43:22.1+01:00 mail postfix/smtpd[12]: connect", "postfix/smtpd", "mail postfix/smtpd[12]",
         "connect"},
        {"<22>1 2026-11-21T19:43:22Z mail postfix/smtpd 12 - - connect", "postfix/smtpd", "mail postfix/smtpd 12",
         "connect"},
        {"<22>1 2026-11-21T19:43:22Z mail postfix/smtpd 12 - [x@1 a=\"b c\"] connect", "postfix/smtpd",
         "mail postfix/smtpd 12", "connect"},
        {"2026-11-21 19:43:22 1abc-000-AB <= a@b", "exim", "", "1abc-000-AB <= a@b"},
        {"2026-11-21 19:43:22 [123] 1abc-000-AB <= a@b", "exim", "", "1abc-000-AB <= a@b"},
        {"2026-11-21 19:43:22 mail postfix/smtpd[12]: connect", "postfix/smtpd", "mail postfix/smtpd[12]", "connect"},
        {"5df87dbf30ab2c24 smtp tls ciphers=x", "smtpd", "", "5df87dbf30ab2c24 smtp tls ciphers=x"},
        {"Nov 21 19:43:22 mail last message repeated 2 times", "", "", ""},
    };
    for (const Case& one : cases) {
        INFO(one.line);
        const auto line = log::split_line(one.line);
        REQUIRE(line);
        CHECK(line->program == one.program);
        CHECK(line->origin == one.origin);
        CHECK(line->message == one.message);
    }
}

TEST_CASE("what has no time in front is no log line")
{
    for (const std::string line :
         {"connect from a[1.2.3.4]", "<22>", "<999999>Nov 21 19:43:22 a b: c", "Nov 21", "-- Boot 1 --",
          "2026-11-31T19:43:22Z mail postfix/smtpd[1]: x", "\x1b[31mred", "{\"a\":1"}) {
        INFO(line);
        CHECK_FALSE(log::split_line(line));
    }
}

}  // namespace

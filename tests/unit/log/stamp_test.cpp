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

TEST_CASE("a time is read in every form that a log daemon, a container or a supervisor writes")
{
    struct Case {
        std::string text;
        std::string expected;
        std::size_t size;
    };
    const std::int64_t reference = log::parse_since("2026-12-01").value().seconds;
    const std::vector<Case> cases = {
        {"Nov 24 10:00:00 mail", "2026-11-24 10:00:00", 15},
        {"Nov  4 10:00:00 mail", "2026-11-04 10:00:00", 15},
        {"Nov 4 10:00:00 mail", "2026-11-04 10:00:00", 14},
        {"Nov 24 10:00:00.123456 mail", "2026-11-24 10:00:00", 22},
        {"Nov 24 10:00:00,123 mail", "2026-11-24 10:00:00", 19},
        {"Nov 24 10:00:00.123 UTC: mail", "2026-11-24 10:00:00Z", 24},
        {"Nov 24 10:00:00 +0100 mail", "2026-11-24 09:00:00Z", 21},
        {"Nov 24 2016 10:00:00 mail", "2016-11-24 10:00:00", 20},
        {"2016 Nov 24 10:00:00 mail", "2016-11-24 10:00:00", 20},
        {"Thu Nov 24 10:00:00 2016 mail", "2016-11-24 10:00:00", 24},
        {"Nov 24 10:00:00 2016", "2016-11-24 10:00:00", 20},
        {"Tue 2026-11-24 10:00:00 UTC mail", "2026-11-24 10:00:00Z", 27},
        {"Tue 2026-11-24 10:00:00 CET mail", "2026-11-24 10:00:00", 23},
        {"2026/11/24 10:00:00 mail", "2026-11-24 10:00:00", 19},
        {"2026-11-24_10:00:00.12345 mail", "2026-11-24 10:00:00", 25},
        {"[2026-11-24T10:00:00Z] mail", "2026-11-24 10:00:00Z", 22},
        {"Tue, 24 Nov 2026 10:00:00 +0100 mail", "2026-11-24 09:00:00Z", 31},
        {"24/Nov/2026:10:00:00 +0100 mail", "2026-11-24 09:00:00Z", 26},
        {"1795514400.123456 mail", "2026-11-24 10:00:00Z", 17},
        {"1795514400123 mail", "2026-11-24 10:00:00Z", 13},
        {"@400000006b05602a075bcd15 mail", "2026-11-24 10:00:00Z", 25},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        const auto stamp = log::read_stamp(one.text);
        REQUIRE(stamp);
        CHECK(stamp->size == one.size);
        CHECK(format(log::parse_stamp(one.text, reference).value()) == one.expected);
    }
}

TEST_CASE("seconds since the machine started are no time of the day")
{
    const auto stamp = log::read_stamp("[ 1234.567890] mail");
    REQUIRE(stamp);
    CHECK(stamp->size == 14);
    CHECK_FALSE(log::parse_stamp("[ 1234.567890]", 0));
}

TEST_CASE("what only begins as a time is none")
{
    for (const std::string text :
         {"", "Nov", "Nov 24 10:00", "Nov 24 10:00:00mail", "Nov 32 25:00:00 a", "Foo 24 10:00:00 a",
          "[Nov 24 10:00:00 a", "2026-13-24 10:00:00 a", "179551440 a", "0795514400 a", "@400000006b054faa a",
          "24 Foo 2026 10:00:00 a", "[12.x] a", "1tAbCd-00000000abc-1234 <= a"}) {
        INFO(text);
        CHECK_FALSE(log::parse_stamp(text, 0));
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
        {"Nov 21 19:43:22 mail mail.info postfix/smtpd[12]: connect", "postfix/smtpd", "mail postfix/smtpd[12]",
         "connect"},
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
        {"Nov 21 19:43:22 mail last message repeated 2 times", "", "", "mail last message repeated 2 times"},
    };
    for (const Case& one : cases) {
        INFO(one.line);
        log::Line line;
        std::string scratch;
        REQUIRE(log::split_line(one.line, line, scratch));
        CHECK(line.program == one.program);
        CHECK(line.origin == one.origin);
        CHECK(line.message == one.message);
    }
}

TEST_CASE("what has no time in front is no log line")
{
    for (const std::string line :
         {"connect from a[1.2.3.4]", "<22>", "<999999>Nov 21 19:43:22 a b: c", "Nov 21", "-- Boot 1 --",
          "2026-11-31T19:43:22Z mail postfix/smtpd[1]: x", "\x1b[31mred", "{\"a\":1"}) {
        INFO(line);
        log::Line split;
        std::string scratch;
        CHECK_FALSE(log::split_line(line, split, scratch));
    }
}

}  // namespace

#include "report/log/journal_line.hpp"
#include "catch.hpp"

#include <string>

namespace {

using namespace smtptls;

TEST_CASE("a journal line gives time, host, program, process and message")
{
    const auto entry = log::decode_journal_line(
        R"({"__REALTIME_TIMESTAMP":"1795290202123456","_HOSTNAME":"mail","SYSLOG_IDENTIFIER":"postfix/smtpd","SYSLOG_PID":"12",)"
        R"("_PID":"99","_COMM":"smtpd","PRIORITY":"6","MESSAGE":"connect from a[1.2.3.4]"})");
    REQUIRE(entry);
    CHECK(entry->microseconds == 1795290202123456);
    CHECK(entry->host == "mail");
    CHECK(entry->program == "postfix/smtpd");
    CHECK(entry->process == "12");
    CHECK(entry->message == "connect from a[1.2.3.4]");
}

TEST_CASE("a message that is not UTF-8 comes as an array of bytes")
{
    const auto entry = log::decode_journal_line(R"({"MESSAGE":[97,255,98],"SYSLOG_IDENTIFIER":"x"})");
    REQUIRE(entry);
    CHECK(entry->message ==
          "a\xff"
          "b");
    CHECK_FALSE(entry->microseconds);
}

TEST_CASE("without syslog's own fields the kernel's serve")
{
    const auto entry = log::decode_journal_line(R"({"MESSAGE":"m","_COMM":"smtpd","_PID":"7"})");
    REQUIRE(entry);
    CHECK(entry->program == "smtpd");
    CHECK(entry->process == "7");
}

TEST_CASE("without any program the message is still an entry")
{
    const auto entry = log::decode_journal_line(R"({"MESSAGE":"m","_HOSTNAME":"mail"})");
    REQUIRE(entry);
    CHECK(entry->program.empty());
    CHECK(log::decode_journal_line(R"({"MESSAGE":"m","_SYSTEMD_UNIT":"postfix@-.service"})").value().program ==
          "postfix@-.service");
}

TEST_CASE("docker's json-file gives its line without the line's end, and its time")
{
    const auto entry =
        log::decode_journal_line(R"({"log":"a line\n","stream":"stdout","time":"2026-11-24T10:00:00.123Z"})");
    REQUIRE(entry);
    CHECK(entry->message == "a line");
    CHECK(entry->stamp == "2026-11-24T10:00:00.123Z");
}

TEST_CASE("the fields of those who collect logs are known, and objects within are passed over")
{
    const auto entry = log::decode_journal_line(
        R"({"@timestamp":"2026-11-24T10:00:00Z","kubernetes":{"message":"no","labels":{"app":"mail"},"ids":[1,2]},)"
        R"("message":"m","syslogtag":"postfix/smtpd[12]:","hostname":"mail","tags":["a","b"]})");
    REQUIRE(entry);
    CHECK(entry->message == "m");
    CHECK(entry->program == "postfix/smtpd");
    CHECK(entry->process == "12");
    CHECK(entry->host == "mail");
}

TEST_CASE("what is no journal line is nothing")
{
    const std::string deep = "{\"MESSAGE\":" + std::string(100000, '[');
    for (const std::string& line :
         {std::string("{"), std::string("{}"), std::string("[]"), std::string("{\"SYSLOG_IDENTIFIER\":\"p\"}"),
          std::string("{\"MESSAGE\":null,\"_COMM\":\"p\"}"), std::string("{\"MESSAGE\":{\"a\":1},\"_COMM\":\"p\"}"),
          deep, std::string("{\"MESSAGE\":\"\\ud800\",\"_COMM\":\"p\"}"),
          std::string("{\"MESSAGE\":\"m\",\"_COMM\":\"p\"} x")}) {
        INFO(line.substr(0, 60));
        CHECK_FALSE(log::decode_journal_line(line));
    }
    CHECK_FALSE(
        log::decode_journal_line(R"({"__REALTIME_TIMESTAMP":"soon","MESSAGE":"m","_COMM":"p"})").value().microseconds);
}

}  // namespace

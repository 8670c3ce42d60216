// One session in every form in which its log may arrive: read, or said to be unread, and never silently nothing.
#include "catch.hpp"
#include "report/log/format.hpp"
#include "report/log/reader.hpp"
#include "report/log/stamp.hpp"

#include <string>
#include <vector>

namespace {

using namespace smtptls;

const std::vector<std::string> messages = {
    "connect from mail.example.net[192.0.2.9]",
    "Anonymous TLS connection established from mail.example.net[192.0.2.9]: TLSv1 with cipher ECDHE-RSA-AES256-SHA "
    "(256/256 bits)",
    "4XyZab12cDz9: client=mail.example.net[192.0.2.9], sasl_method=PLAIN, sasl_username=u@example.net",
    "disconnect from mail.example.net[192.0.2.9] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8",
};

// A line: "%T" stands for "postfix/submission/smtpd[311]:", "%P" for the program alone, "%M" for the message, "%N" for
// the line's number. `time` is when the session began as it is printed, empty: unknown, "unread": no line is read,
// "three unread": but for one whose queue id looks like a program, "one unread": its TLS line is not.
struct LogForm {
    std::string name;
    std::string line;
    std::string time;
};

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

std::string written(const LogForm& form)
{
    std::string out;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        std::string line = replaced(form.line, "%N", std::to_string(i + 9));
        line = replaced(line, "%T", "postfix/submission/smtpd[311]:");
        line = replaced(line, "%P", "postfix/submission/smtpd");
        out += replaced(line, "%M", messages[i]) + "\n";
    }
    return out;
}

log::MailLog read_form(const std::string& text, std::size_t piece = 1U << 20U)
{
    log::LogReader reader({});
    reader.begin(log::parse_since("2026-12-01").value().seconds);
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.append(std::string_view(text).substr(at, piece));
    }
    reader.end();
    return reader.finish();
}

std::string text_of_form(const log::MailLog& log)
{
    std::string out;
    log::write_text(log, {"0", 100}, [&out](std::string_view piece) { out += piece; });
    return out;
}

const std::string clock = "2026-11-24 10:00:00";
const std::string zoned = "2026-11-24 10:00:00Z";

const std::vector<LogForm> log_forms = {
    // syslog and its daemons
    {"syslog's old form", "Nov 24 10:00:00 mail %T %M", clock},
    {"without a host", "Nov 24 10:00:00 %T %M", clock},
    {"with a priority", "<22>Nov 24 10:00:00 mail %T %M", clock},
    {"two blanks in front of the message", "Nov 24 10:00:00 mail %T  %M", clock},
    {"rsyslog, RFC 3339", "2026-11-24T10:00:00.123456+00:00 mail %T %M", zoned},
    {"rsyslog, RFC 5424", "<22>1 2026-11-24T10:00:00.123456Z mail %P 311 - - %M", zoned},
    {"RFC 5424 without its priority", "1 2026-11-24T10:00:00Z mail %P 311 - - %M", zoned},
    {"RFC 5424 without priority and version", "2026-11-24T10:00:00Z mail %P 311 - - %M", zoned},
    {"rsyslog with milliseconds", "Nov 24 10:00:00.123 mail %T %M", clock},
    {"rsyslog with the year in front", "2026 Nov 24 10:00:00 mail %T %M", clock},
    {"with the year behind the day", "Nov 24 2026 10:00:00 mail %T %M", clock},
    {"a zone behind the time", "Nov 24 10:00:00.0 +0100 mail %T %M", "2026-11-24 09:00:00Z"},
    {"a template with tabs", "Nov 24 10:00:00\tmail\t%T %M", clock},
    {"RFC 3339 with tabs", "2026-11-24T10:00:00Z\tmail\t%T\t%M", zoned},
    {"the host with a colon", "Nov 24 10:00:00 mail.example.org: %T %M", clock},
    {"the sender's address and the host", "Nov 24 10:00:00 192.0.2.5 mail %T %M", clock},
    {"syslog-ng's chain of hosts", "Nov 24 10:00:00 s_net@relay/mail %T %M", clock},
    {"syslog-ng with a date and a blank", "2026-11-24 10:00:00 mail %T %M", clock},
    {"the address in front of the time", "192.0.2.5 Nov 24 10:00:00 mail %T %M", clock},
    {"facility and level in front of the time", "mail.info: Nov 24 10:00:00 mail %T %M", clock},
    {"metalog", "Nov 24 10:00:00 [%P] %M", clock},
    {"a program without its process", "Nov 24 10:00:00 mail %P: %M", clock},
    {"BusyBox", "Nov 24 10:00:00 mail mail.info %T %M", clock},
    {"logread", "Tue Nov 24 10:00:00 2026 mail.info %T %M", clock},
    {"FreeBSD syslogd -v", "Nov 24 10:00:00 <mail.info> mail %T %M", clock},
    {"FreeBSD syslogd -v, numbers", "Nov 24 10:00:00 <2.6> mail %T %M", clock},
    {"Solaris", "Nov 24 10:00:00 mail %T [ID 197553 mail.info] %M", clock},
    {"a level in front of the message", "Nov 24 10:00:00 mail %T INFO %M", clock},
    {"a level with a colon", "Nov 24 10:00:00 mail %T info: %M", clock},
    {"a level in brackets", "Nov 24 10:00:00 mail %T [info] %M", clock},
    {"a level in front of the program", "2026-11-24T10:00:00Z INFO mail %T %M", zoned},
    // the journal
    {"journalctl -o short-precise", "Nov 24 10:00:00.123456 mail %T %M", clock},
    {"journalctl -o short-iso", "2026-11-24T10:00:00+0000 mail %T %M", zoned},
    {"journalctl -o short-full", "Tue 2026-11-24 10:00:00 CET mail %T %M", clock},
    {"journalctl -o short-full --utc", "Tue 2026-11-24 10:00:00 UTC mail %T %M", zoned},
    {"journalctl -o short-unix", "1795514400.123456 mail %T %M", zoned},
    {"journalctl -o short-monotonic", "[ 1234.567890] mail %T %M", ""},
    {"journalctl -o with-unit", "Tue 2026-11-24 10:00:00 CET mail postfix@-.service[311]: %M", clock},
    {"journalctl -o json",
     R"({"__REALTIME_TIMESTAMP":"1795514400123456","_HOSTNAME":"mail","SYSLOG_IDENTIFIER":"postfix/submission/smtpd",)"
     R"("_PID":"311","MESSAGE":"%M"})",
     zoned},
    {"journalctl -o json without an identifier",
     R"({"__REALTIME_TIMESTAMP":"1795514400123456","_HOSTNAME":"mail","_COMM":"smtpd","_PID":"311","MESSAGE":"%M"})",
     zoned},
    {"journalctl -o json of a container",
     R"({"__REALTIME_TIMESTAMP":"1795514400123456","_COMM":"dockerd","CONTAINER_NAME":"mail",)"
     R"("SYSLOG_IDENTIFIER":"0a1b2c3d4e5f","MESSAGE":"Nov 24 09:59:59 mail %T %M"})",
     zoned},
    {"journalctl -o json-seq",
     "\x1e{\"_HOSTNAME\":\"mail\",\"SYSLOG_IDENTIFIER\":\"%P\",\"_PID\":\"311\",\"MESSAGE\":\"%M\"}", ""},
    {"journalctl -o json-sse", R"(data: {"SYSLOG_IDENTIFIER":"%P","_PID":"311","MESSAGE":"%M"})", ""},
    {"journalctl -o cat", "%M", "unread"},
    {"journalctl -o export", "MESSAGE=%M", "unread"},
    // containers
    {"docker logs", "Nov 24 10:00:00 0a1b2c3d4e5f %T %M", clock},
    {"docker logs of a program that writes no time", "%T %M", ""},
    {"docker logs -t", "2026-11-24T10:00:00.123456789Z Nov 24 09:59:59 mail %T %M", zoned},
    {"docker logs -t of a program that writes no time", "2026-11-24T10:00:00.123456789Z %T %M", zoned},
    {"docker compose logs", "mailserver  | Nov 24 10:00:00 mail %T %M", clock},
    {"docker compose logs -t", "mail-1  | 2026-11-24T10:00:00.123456789Z Nov 24 09:59:59 mail %T %M", zoned},
    {"docker compose logs of a program that writes no time", "mail-1  | %T %M", ""},
    {"docker's json-file",
     R"({"log":"Nov 24 09:59:59 mail %T %M\n","stream":"stdout","time":"2026-11-24T10:00:00.1Z"})", zoned},
    {"docker's syslog driver", "Nov 24 10:00:01 host 0a1b2c3d4e5f[99]: Nov 24 10:00:00 mail %T %M", clock},
    {"docker's syslog driver with a tag of its own", "Nov 24 10:00:00 host docker/mail[99]: %T %M", clock},
    {"docker's syslog driver, without a time", "Nov 24 10:00:00 host mailserver[99]: %T %M", clock},
    {"Kubernetes", "2026-11-24T10:00:00.123456789Z stdout F Nov 24 09:59:59 mail %T %M", zoned},
    {"Kubernetes, without a time", "2026-11-24T10:00:00.123456789Z stdout F %T %M", zoned},
    {"kubectl logs --prefix", "[pod/mail-0/postfix] Nov 24 10:00:00 mail %T %M", clock},
    {"multilog, s6", "@400000006b05602a075bcd15 mail %T %M", zoned},
    {"svlogd -tt", "2026-11-24_10:00:00.12345 mail %T %M", clock},
    // those who collect logs
    {"rsyslog's JSON", R"({"msg":"%M","timereported":"2026-11-24T10:00:00+00:00","hostname":"mail","syslogtag":"%T"})",
     zoned},
    {"syslog-ng's JSON",
     R"({"PROGRAM":"%P","PID":"311","MESSAGE":"%M","HOST":"mail","ISODATE":"2026-11-24T10:00:00Z"})", zoned},
    {"Filebeat",
     R"({"@timestamp":"2026-11-24T10:00:00Z","host":{"name":"mail"},"message":"Nov 24 09:59:59 mail %T %M"})", zoned},
    {"Kubernetes' metadata around it",
     R"({"log":"Nov 24 10:00:00 mail %T %M\n","kubernetes":{"labels":{"a":"b"},"pod_name":"mail"}})", clock},
    // what people do to it
    {"grep with a file's name", "/var/log/mail.log:Nov 24 10:00:00 mail %T %M", clock},
    {"grep -n with a file's name", "/var/log/mail.log:%N:Nov 24 10:00:00 mail %T %M", clock},
    {"grep -n", "%N:2026-11-24T10:00:00Z mail %T %M", zoned},
    {"grep -C's context", "mail.log-%N-Nov 24 10:00:00 mail %T %M", clock},
    {"cat -n", "     %N\tNov 24 10:00:00 mail %T %M", clock},
    {"a margin", "    Nov 24 10:00:00 mail %T %M", clock},
    {"quoted in a letter", "> Nov 24 10:00:00 mail %T %M", clock},
    {"colours", "\x1b[32mNov 24 10:00:00 mail \x1b[0m%T \x1b[1m%M\x1b[0m", clock},
    {"line ends of Windows", "Nov 24 10:00:00 mail %T %M\r", clock},
    {"cut down to the message's half", "TLS: %M", "unread"},
    {"CSV", "\"Nov 24 10:00:00\",\"mail\",\"%P\",\"311\",\"%M\"", "unread"},
    {"logfmt", "time=2026-11-24T10:00:00Z app=%P pid=311 msg=\"%M\"", "unread"},
    {"a template's word in front of the message", "Nov 24 10:00:00 mail %T (6) %M", "one unread"},
    {"no program at all", "2026-11-24T10:00:00Z stdout F %M", "three unread"},
    {"a program of another name", "Nov 24 10:00:00 mail mailer[311]: note %M", "one unread"},
};

TEST_CASE("there are sixty forms and more")
{
    CHECK(log_forms.size() >= 60);
}

TEST_CASE("a session is read in each form, with its login and its time")
{
    for (const LogForm& form : log_forms) {
        if (form.time.ends_with("unread")) {
            continue;
        }
        INFO(form.name << "\n" << written(form));
        const log::MailLog log = read_form(written(form));
        CHECK(log.malformed == 0);
        CHECK(log.mail_lines == 4);
        REQUIRE(log.peers.size() == 1);
        CHECK(log.peers[0].split.below == 1);
        CHECK(log.peers[0].split.sessions() == 1);
        CHECK(log.peers[0].address.escaped() == "192.0.2.9");
        CHECK(log.peers[0].login.escaped() == "u@example.net");
        CHECK((log.span.first ? format(*log.span.first) : "") == form.time);
    }
}

TEST_CASE("what is in no form that is known is counted as unread, and no advice is given")
{
    for (const LogForm& form : log_forms) {
        if (!form.time.ends_with("unread")) {
            continue;
        }
        INFO(form.name);
        const log::MailLog log = read_form(written(form));
        CHECK(log.peers.empty());
        CHECK(log.malformed == (form.time == "unread" ? 4U : form.time == "three unread" ? 3U : 1U));
        const std::string text = text_of_form(log);
        CHECK(text.find("in no form that is known here") != std::string::npos);
        CHECK(text.find("No TLS in this log") == std::string::npos);
    }
}

TEST_CASE("how the bytes of a form are cut changes nothing")
{
    for (const LogForm& form : log_forms) {
        INFO(form.name);
        const std::string text = written(form);
        CHECK(text_of_form(read_form(text, 7)) == text_of_form(read_form(text)));
    }
}

TEST_CASE("two sessions that interleave are kept apart in each form")
{
    for (const LogForm& form : log_forms) {
        if (form.time.ends_with("unread") || form.line.find("%T") == std::string::npos) {
            continue;
        }
        INFO(form.name);
        const std::string one = written(form);
        const std::string other = replaced(replaced(one, "[311]", "[312]"), "192.0.2.9", "192.0.2.10");
        std::string both;
        for (std::size_t a = 0, b = 0; a < one.size();) {
            const std::size_t end_a = one.find('\n', a) + 1;
            const std::size_t end_b = other.find('\n', b) + 1;
            both += one.substr(a, end_a - a) + other.substr(b, end_b - b);
            a = end_a;
            b = end_b;
        }
        const log::MailLog log = read_form(both);
        REQUIRE(log.peers.size() == 2);
        CHECK(log.peers[0].split.sessions() == 1);
        CHECK(log.peers[1].split.sessions() == 1);
        CHECK_FALSE(log.peers[1].login.empty());
    }
}

TEST_CASE("a form is the file's: what a stranger wrote in another is not read")
{
    const std::string line = "Nov 24 10:00:00 mail postfix/smtpd[7]: " + messages[1] + "\n";
    const std::string exim =
        "2026-11-24 10:00:00 1tAbCd-00000000abc-1234 <= a@example.net H=b [192.0.2.5] P=esmtp S=1\n";
    for (const std::string front : {"  X-Evil: ", "  X:", "\t", "evil  | ", "> "}) {
        INFO(front);
        const log::MailLog log = read_form(exim + front + line);
        CHECK(log.malformed == 1);
        CHECK(log.impact[0].split.sessions() == 0);
    }
    const log::MailLog json =
        read_form(exim + R"({"SYSLOG_IDENTIFIER":"postfix/smtpd","MESSAGE":")" + messages[1] + "\"}\n");
    CHECK(json.malformed == 1);
    CHECK(json.impact[0].split.sessions() == 0);
    const log::MailLog led = read_form("mail-1  | " + line + "mail-1  |   X-Evil: " + line);
    CHECK(led.malformed == 1);
    CHECK(led.impact[0].split.sessions() == 1);
}

TEST_CASE("another file may have another form")
{
    log::LogReader reader({});
    for (const std::string front : {"", "mail-1  | ", "mail.log:3:"}) {
        reader.begin(log::parse_since("2026-12-01").value().seconds);
        reader.append(front + "Nov 24 10:00:00 mail postfix/smtpd[7]: " + messages[1] + "\n");
        reader.end();
    }
    CHECK(reader.finish().impact[0].split.sessions() == 3);
}

TEST_CASE("a level between host and program does not part the lines of a process")
{
    const std::string front = "Nov 24 10:00:00 mail mail.";
    const log::MailLog log = read_form(front + "info postfix/smtpd[1]: connect from a[192.0.2.1]\n" + front +
                                       "info postfix/smtpd[1]: SSL_accept error from a[192.0.2.1]: -1\n" + front +
                                       "warn postfix/smtpd[1]: warning: TLS library problem: error:0A000102:SSL "
                                       "routines::unsupported protocol:x:1:\n");
    REQUIRE(log.services.size() == 1);
    REQUIRE(log.services[0].failures.size() == 1);
    CHECK(log.services[0].failures[0].reason.escaped() == "unsupported protocol");
}

TEST_CASE("lines that name no program are unread, but for those that syslog writes itself")
{
    const log::MailLog log = read_form(
        "Nov 24 10:00:00 mail last message repeated 2 times\n"
        "Nov 24 10:00:00 mail -- MARK --\n"
        "Nov 24 10:00:00 mail something else\n");
    CHECK(log.lines == 3);
    CHECK(log.malformed == 1);
}

TEST_CASE("a log without a mail server says so")
{
    CHECK(text_of_form(read_form("Nov 24 10:00:00 mail sshd[1]: hello\n")).find("no line of a mail server") !=
          std::string::npos);
}

TEST_CASE("Exim's and OpenSMTPD's lines are read in containers' forms too")
{
    const std::string exim = "1tAbCd-00000000abc-1234 <= a@example.net H=b [192.0.2.5] P=esmtps X=TLS1.0:Y:1 S=1\n";
    const std::string opensmtpd = "5df87dbf30ab2c24 smtp tls ciphers=TLSv1:AES128-SHA:128\n";
    for (const std::string front :
         {"2026-11-24 10:00:00 ", "2026-11-24T10:00:00.1Z ", "2026-11-24T10:00:00.1Z 2026-11-24 10:00:00 ",
          "2026-11-24T10:00:00.1Z stdout F 2026-11-24 10:00:00 ", "exim-1  | 2026-11-24 10:00:00 ",
          "Nov 24 10:00:00 mail exim[12]: ", "Nov 24 10:00:00 mail exim[12]: 2026-11-24 10:00:00 "}) {
        INFO(front);
        CHECK(read_form(front + exim).impact[0].split.below == 1);
    }
    for (const std::string front : {"", "2026-11-24T10:00:00.1Z ", "2026-11-24T10:00:00.1Z stdout F ", "smtpd-1  | ",
                                    "Nov 24 10:00:00 mail smtpd[12]: ", "Nov 24 10:00:00 mail opensmtpd[12]: "}) {
        INFO(front);
        CHECK(read_form(front + opensmtpd).impact[0].split.below == 1);
    }
}

}  // namespace

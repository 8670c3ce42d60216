#include "report/log/reader.hpp"
#include "base/csv.hpp"
#include "catch.hpp"
#include "report/log/format.hpp"
#include "report/log/stamp.hpp"

#include <set>
#include <string>

namespace {

using namespace smtptls;
using log::PeerLoss;

const std::int64_t ends = log::parse_since("2026-12-01").value().seconds;

log::MailLog read(const std::string& text, const log::ReaderSettings& settings = {}, std::size_t piece = 1U << 20U)
{
    log::LogReader reader(settings);
    reader.begin(ends);
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.append(std::string_view(text).substr(at, piece));
    }
    reader.end();
    return reader.finish();
}

std::string smtpd(const std::string& message, const std::string& service = "postfix/smtpd[1]")
{
    return "Nov 21 19:43:22 mail " + service + ": " + message + "\n";
}

std::string tls(const std::string& peer, const std::string& protocol)
{
    return "Anonymous TLS connection established from " + peer + ": " + protocol +
           " with cipher AES128-SHA (128/128 bits)";
}

std::string session(const std::string& peer, const std::string& protocol,
                    const std::string& service = "postfix/smtpd[1]")
{
    return smtpd("connect from " + peer, service) + (protocol.empty() ? "" : smtpd(tls(peer, protocol), service)) +
           smtpd("ABC: client=" + peer, service) + smtpd("disconnect from " + peer, service);
}

std::string text_of(const log::MailLog& log)
{
    std::string out;
    log::write_text(log, {"0", 100}, [&out](std::string_view piece) { out += piece; });
    return out;
}

TEST_CASE("the lines of one process are one session: peer, TLS, login, HELO")
{
    const std::string log_text =
        smtpd("connect from www.example.com[192.0.2.80]") +
        smtpd("connect from other[192.0.2.81]", "postfix/smtpd[2]") +
        smtpd(tls("www.example.com[192.0.2.80]", "TLSv1")) +
        smtpd("ABC: client=www.example.com[192.0.2.80], sasl_method=LOGIN, sasl_username=raitis") +
        smtpd("ABC: reject: RCPT from x[1.2.3.4]: 554 no; proto=ESMTP helo=<shop>") +
        smtpd("disconnect from www.example.com[192.0.2.80]");
    const log::MailLog log = read(log_text);
    REQUIRE(log.peers.size() == 1);
    const log::MailPeer& peer = log.peers[0];
    CHECK(peer.name.escaped() == "www.example.com");
    CHECK(peer.address.escaped() == "192.0.2.80");
    CHECK(peer.login.escaped() == "raitis");
    CHECK(peer.helo.escaped() == "shop");
    CHECK(peer.split.below == 1);
    CHECK(log.lines == 6);
    CHECK(log.malformed == 0);
}

TEST_CASE("processes of two machines in one log are kept apart")
{
    const std::string other = "Nov 21 19:43:22 mail2 postfix/smtpd[1]: ";
    const log::MailLog log = read(smtpd("connect from a[1.1.1.1]") + other + "connect from b[2.2.2.2]\n" +
                                  smtpd(tls("a[1.1.1.1]", "TLSv1")) + other + tls("b[2.2.2.2]", "TLSv1.2") + "\n");
    REQUIRE(log.peers.size() == 2);
    CHECK(log.peers[0].split.sessions() == 1);
    CHECK(log.peers[1].split.sessions() == 1);
}

TEST_CASE("mail without TLS is clear text only if the session's beginning is in the log")
{
    CHECK(read(session("a[1.1.1.1]", "")).services.at(0).clear == 1);
    CHECK(read(smtpd("ABC: client=a[1.1.1.1]") + smtpd("disconnect from a[1.1.1.1]")).services.empty());
}

TEST_CASE("TLS that only the summary of a session tells is counted as unlogged")
{
    const log::MailLog log = read(smtpd("connect from a[1.1.1.1]") + smtpd("ABC: client=a[1.1.1.1]") +
                                  smtpd("disconnect from a[1.1.1.1] ehlo=2 starttls=1 mail=1 commands=4"));
    CHECK(log.services.at(0).unlogged == 1);
    CHECK(log.services.at(0).clear == 0);
    CHECK(text_of(log).find("smtpd_tls_loglevel = 1") != std::string::npos);
}

TEST_CASE("a connection that is used again is no new session")
{
    const std::string line = "Nov 21 19:43:22 mail postfix/smtp[9]: Trusted TLS connection ";
    const std::string rest = " to mx[192.0.2.1]:25: TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits)\n";
    const log::MailLog log = read(line + "established" + rest + line + "reused" + rest + line + "reused" + rest);
    CHECK(log.services.at(0).split.sessions() == 1);
    CHECK(log.services.at(0).reused == 2);
}

TEST_CASE("a failed handshake is counted with the library's reason")
{
    const log::MailLog log =
        read(smtpd("connect from a[1.1.1.1]") + smtpd("SSL_accept error from a[1.1.1.1]: -1") +
             smtpd("warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:x:1:") +
             smtpd("disconnect from a[1.1.1.1]"));
    REQUIRE(log.services.at(0).failures.size() == 1);
    CHECK(log.services[0].failures[0].reason.escaped() == "unsupported protocol");
    CHECK(log.peers.at(0).failed == 1);
}

TEST_CASE("who never spoke enough is cut, who spoke both is mixed")
{
    const log::MailLog log = read(session("old[1.1.1.1]", "TLSv1") + session("both[2.2.2.2]", "TLSv1.1") +
                                  session("both[2.2.2.2]", "TLSv1.2") + session("new[3.3.3.3]", "TLSv1.3"));
    const log::DirectionImpact& impact = log.impact[0];
    CHECK(impact.peers == 3);
    CHECK(impact.cut == 1);
    CHECK(impact.mixed == 1);
    CHECK(impact.cut_sessions == 1);
    CHECK(impact.split.below == 2);
    CHECK(impact.split.enough == 2);
}

TEST_CASE("when a peer last spoke an old version is kept apart from when it last came")
{
    const std::string later = "Nov 22 10:00:00 mail postfix/smtpd[1]: " + tls("a[1.1.1.1]", "TLSv1.2") + "\n";
    const log::MailLog log = read(session("a[1.1.1.1]", "TLSv1") + later);
    CHECK(format(*log.peers.at(0).span.last) == "2026-11-22 10:00:00");
    CHECK(format(*log.peers[0].below.last) == "2026-11-21 19:43:22");
    CHECK_FALSE(read(session("a[1.1.1.1]", "TLSv1.3")).peers.at(0).below.last);
}

TEST_CASE("what a sender does without TLS is told by its login, its service and the log")
{
    using Then = PeerLoss::Then;
    struct Case {
        std::string log;
        Then expected;
    };
    const std::string login = smtpd("connect from a[1.1.1.1]") + smtpd(tls("a[1.1.1.1]", "TLSv1")) +
                              smtpd("ABC: client=a[1.1.1.1], sasl_method=PLAIN, sasl_username=u");
    const std::vector<Case> cases = {
        {session("a[1.1.1.1]", "TLSv1"), Then::falls_back},
        {session("a[1.1.1.1]", "TLSv1", "postfix/submission/smtpd[1]"), Then::fails},
        {session("a[1.1.1.1]", "TLSv1", "postfix/smtps/smtpd[1]"), Then::fails},
        {session("a[1.1.1.1]", "TLSv1", "mine/smtpd[1]"), Then::unknown},
        {session("a[1.1.1.1]", "TLSv1", "mine/smtpd[1]") + session("b[2.2.2.2]", "", "mine/smtpd[1]"),
         Then::falls_back},
        {session("a[1.1.1.1]", "TLSv1", "postfix/submission/smtpd[1]") +
             session("a[1.1.1.1]", "", "postfix/submission/smtpd[1]"),
         Then::falls_back},
        {login, Then::fails},
    };
    for (const Case& one : cases) {
        INFO(one.log);
        const log::MailLog log = read(one.log);
        REQUIRE(log.impact[0].losses.size() == 1);
        CHECK(log.impact[0].losses[0].then == one.expected);
    }
}

TEST_CASE("a log proves what the server can speak, and not what it cannot")
{
    using log::OwnSide;
    const std::string old = session("a[1.1.1.1]", "TLSv1", "postfix/submission/smtpd[1]");
    CHECK(read(old).impact[0].services.at(0).own_side == OwnSide::unseen);
    CHECK(read(old + session("b[2.2.2.2]", "TLSv1.2")).impact[0].services.at(0).own_side == OwnSide::elsewhere);
    CHECK(
        read(old + session("b[2.2.2.2]", "TLSv1.2", "postfix/submission/smtpd[1]")).impact[0].services.at(0).own_side ==
        OwnSide::here);
    CHECK(text_of(read(old)).find("Scan it.") != std::string::npos);
    CHECK(text_of(read(old + session("b[2.2.2.2]", "TLSv1.2"))).find("Your server already speaks TLS 1.2") !=
          std::string::npos);
}

TEST_CASE("the wanted version is the reader's")
{
    log::ReaderSettings settings;
    settings.below = tls::ProtocolVersion::tls1_3;
    CHECK(read(session("a[1.1.1.1]", "TLSv1.2"), settings).impact[0].cut == 1);
}

TEST_CASE("sessions with an address or of a network to ignore are left out and counted")
{
    log::ReaderSettings settings;
    for (const char* const text : {"192.0.2.7", "198.51.100.0/24", "2001:db8::/33"}) {
        settings.ignored.push_back(model::IpNetwork::parse(text).value());
    }
    const log::MailLog log = read(session("a[192.0.2.7]", "TLSv1") + session("b[192.0.2.8]", "TLSv1") +
                                      session("c[198.51.100.255]", "TLSv1") + session("d[198.51.101.0]", "TLSv1") +
                                      session("e[2001:db8:7fff::1]", "TLSv1") +
                                      session("f[2001:db8:8000::1]", "TLSv1") + session("unknown[unknown]", "TLSv1"),
                                  settings);
    CHECK(log.ignored == 3);
    CHECK(log.peers.size() == 4);
}

TEST_CASE("sessions before --since are left out and counted")
{
    log::ReaderSettings settings;
    settings.since = log::parse_since("2026-11-21T19:43:22");
    const std::string early = "Nov 21 19:43:21 mail postfix/smtpd[7]: " + tls("a[1.1.1.1]", "TLSv1") + "\n";
    const log::MailLog log = read(early + session("b[2.2.2.2]", "TLSv1"), settings);
    CHECK(log.early == 1);
    CHECK(log.peers.size() == 1);
}

TEST_CASE("a version that Sendmail does not tell counts neither as old nor as new")
{
    const log::MailLog log = read(
        "Nov 21 19:43:22 mail sm-mta[3]: STARTTLS=server, relay=a [1.1.1.1], version=TLSv1/SSLv3, "
        "verify=NO, cipher=AES128-SHA, bits=128/128\n");
    CHECK(log.impact[0].split.unknown == 1);
    CHECK(log.impact[0].cut == 0);
    CHECK(text_of(log).find("does not tell") != std::string::npos);
}

TEST_CASE("Sendmail's session ends where the same process serves another address")
{
    const std::string front = "Nov 21 19:43:22 mail sm-mta[3]: ";
    const log::MailLog log = read(
        front + "STARTTLS=server, relay=a [1.1.1.1], version=TLSv1.2, verify=NO, cipher=AES128-SHA, bits=128/128\n" +
        front + "u1: from=<x@y>, size=1, proto=ESMTPS, daemon=MTA, relay=a [1.1.1.1]\n" + front +
        "u2: from=<x@y>, size=1, proto=ESMTP, daemon=MTA, relay=b [2.2.2.2]\n");
    REQUIRE(log.services.size() == 1);
    CHECK(log.services[0].name.escaped() == "sm-mta/MTA");
    CHECK(log.services[0].split.sessions() == 1);
    CHECK(log.services[0].clear == 1);
}

TEST_CASE("a broken line is counted and the next one read")
{
    const log::MailLog log = read("garbage\n\x1b[31m\n" + smtpd("TLS connection established from") + "{\"MESSAGE\":\n" +
                                  session("a[1.1.1.1]", "TLSv1"));
    CHECK(log.malformed == 4);
    CHECK(log.peers.size() == 1);
}

TEST_CASE("an over-long line is cut, counted and followed by the next")
{
    const std::string line = smtpd(tls("a[1.1.1.1]", "TLSv1"), "postfix/smtpd[5]");
    const std::string cut = line.substr(0, line.size() - 1) + std::string(3 * log::LogReader::line_limit, 'x') + "\n";
    for (const std::size_t piece : {std::size_t{1} << 20U, std::size_t{1000}}) {
        const log::MailLog log = read(cut + session("b[2.2.2.2]", "TLSv1.2"), {}, piece);
        CHECK(log.over_long == 1);
        CHECK(log.lines == 5);
        CHECK(log.peers.size() == 2);
    }
}

TEST_CASE("how the bytes are cut changes nothing")
{
    const std::string all = session("a[1.1.1.1]", "TLSv1") + "garbage\r\n\n" + session("b[2.2.2.2]", "TLSv1.3") +
                            "{\"MESSAGE\":\"connect from c[3.3.3.3]\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\"}";
    const std::string whole = text_of(read(all));
    for (std::size_t piece = 1; piece < 100; ++piece) {
        CHECK(text_of(read(all, {}, piece)) == whole);
    }
}

TEST_CASE("more peers than are kept are counted, and old ones are not crowded out")
{
    log::ReaderSettings settings;
    settings.limits.peers = 10;
    settings.limits.peers_below = 5;
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += session("n[10.0.0." + std::to_string(i) + "]", "TLSv1.3");
    }
    for (int i = 0; i < 7; ++i) {
        text += session("o[10.0.1." + std::to_string(i) + "]", "TLSv1");
    }
    const log::MailLog log = read(text, settings);
    CHECK(log.peers.size() == 15);
    CHECK(log.impact[0].cut == 5);
    CHECK(log.not_kept[0].sessions == 92);
    CHECK(log.not_kept[0].below == 2);
    CHECK(log.not_kept[0].peers >= 91);
    CHECK(log.not_kept[0].peers <= 93);
    CHECK(log.impact[0].split.sessions() == 107);
    CHECK(text_of(log).find("others not kept by name") != std::string::npos);
}

TEST_CASE("services and suites without end become one, and the sums stay right")
{
    log::ReaderSettings settings;
    settings.limits.services = 3;
    settings.limits.spoken = 4;
    std::string text;
    for (int i = 0; i < 50; ++i) {
        const std::string number = std::to_string(i);
        text += "Nov 21 19:43:22 mail s" + number +
                "/smtpd[1]: Anonymous TLS connection established from a[1.1.1.1]: TLSv1." + std::to_string(1 + i % 2) +
                " with cipher C" + number + " (1/1 bits)\n";
    }
    const log::MailLog log = read(text, settings);
    CHECK(log.services.size() == 4);
    CHECK(log.impact[0].split.below == 25);
    CHECK(log.impact[0].split.enough == 25);
}

TEST_CASE("more open sessions than are kept are counted early, and none is lost")
{
    log::ReaderSettings settings;
    settings.open_sessions = 4;
    std::string text;
    for (int i = 0; i < 40; ++i) {
        const std::string service = "postfix/smtpd[" + std::to_string(i) + "]";
        text += smtpd("connect from a[1.1.1.1]", service) + smtpd(tls("a[1.1.1.1]", "TLSv1.2"), service);
    }
    const log::MailLog log = read(text, settings);
    CHECK(log.evicted == 36);
    CHECK(log.services.at(0).split.sessions() == 40);
}

TEST_CASE("an older file behind a newer one does not go on with its sessions")
{
    log::LogReader reader({});
    reader.begin(ends);
    reader.append(smtpd("connect from new[1.1.1.1]") + smtpd(tls("new[1.1.1.1]", "TLSv1.3")));
    reader.end();
    reader.begin(ends - 86400);
    reader.append(smtpd("ABC: client=new[1.1.1.1], sasl_method=PLAIN, sasl_username=u"));
    reader.end();
    CHECK(reader.finish().peers.at(0).login.empty());
}

TEST_CASE("the number of different texts is estimated within three per cent")
{
    log::Distinct few;
    log::Distinct many;
    for (int i = 0; i < 200000; ++i) {
        const std::uint64_t one = log::hash("mail" + std::to_string(i) + ".example.net");
        many.add(one);
        many.add(one);
        if (i < 300) {
            few.add(one);
        }
    }
    CHECK(few.count() >= 297);
    CHECK(few.count() <= 303);
    CHECK(many.count() >= 194000);
    CHECK(many.count() <= 206000);
    CHECK(log::Distinct().count() == 0);
}

TEST_CASE("a hostile name reaches no output unescaped")
{
    const log::MailLog log =
        read(smtpd("connect from \x1b]0;evil\x07[1.1.1.1]") + smtpd(tls("\x1b]0;evil\x07[1.1.1.1]", "TLSv1\x1b[2J")) +
             smtpd("ABC: client=x[1.1.1.1], sasl_method=PLAIN, sasl_username=\xe2\x80\xae=cmd|' /C calc'!A0"));
    std::string out = text_of(log);
    log::write_csv(log, [&out](std::string_view piece) { out += piece; });
    CHECK(out.find('\x1b') == std::string::npos);
    CHECK(out.find('\x07') == std::string::npos);
    CHECK(out.find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("a cell of the CSV is quoted, and no formula")
{
    struct Case {
        std::string text;
        std::string expected;
    };
    const std::vector<Case> cases = {
        {"plain", "plain"},
        {"", ""},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"=1+1", "'=1+1"},
        {"+1", "'+1"},
        {"-1", "'-1"},
        {"@x", "'@x"},
        {" =1", "' =1"},
        {"x;=1", "\"x;'=1\""},
        {"x; \"@y", "\"x;' \"\"@y\""},
        {"x\t-1;y", "\"x\t'-1;y\""},
        {"x;y=1", "\"x;y=1\""},
        {"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
        {"\xef\xbc\x9d"
         "1",
         "'\xef\xbc\x9d"
         "1"},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        CHECK(base::csv_cell(one.text) == one.expected);
    }
}

}  // namespace

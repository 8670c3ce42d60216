#include "report/log/event.hpp"
#include "catch.hpp"
#include "unit/table.hpp"

#include <map>
#include <string>
#include <vector>

namespace {

using namespace smtptls;
using Kind = log::Event::Kind;
using Direction = log::MailDirection;

const std::map<std::string, Kind> kinds = {
    {"none", Kind::none},           {"malformed", Kind::malformed},
    {"connected", Kind::connected}, {"established", Kind::established},
    {"reused", Kind::reused},       {"accepted", Kind::accepted},
    {"helo", Kind::helo},           {"failed", Kind::failed},
    {"reason", Kind::reason},       {"ended", Kind::ended},
    {"whole", Kind::whole},
};
const std::map<std::string, Direction> directions = {
    {"inbound", Direction::inbound},
    {"outbound", Direction::outbound},
};

log::Event read(const std::string& program, const std::string& message)
{
    static std::string kept_program;
    static std::string kept_message;
    kept_program = program;
    kept_message = message;
    log::Line line;
    line.program = kept_program;
    line.message = kept_message;
    return log::read_event(line).value();
}

std::string peer_of(const log::Event& event)
{
    return std::string(event.peer.name) + "[" + std::string(event.peer.address) + "]";
}

std::string tls_of(const log::Event& event)
{
    return std::string(event.protocol) + (event.suite.empty() ? "" : " " + std::string(event.suite));
}

// The rows of a table: program, kind, direction, peer, protocol and suite, login, message.
void check(const std::string& table)
{
    for (const test::Row& row : test::read_table(table, 7)) {
        INFO(row[0] << ": " << row[6]);
        const log::Event event = read(row[0], row[6]);
        REQUIRE(event.kind == kinds.at(row[1]));
        CHECK(event.direction == directions.at(row[2]));
        CHECK(peer_of(event) == row[3]);
        CHECK(tls_of(event) == row[4]);
        CHECK(event.login == row[5]);
    }
}

TEST_CASE("Postfix's TLS line is read in each form since 2.3")
{
    check("log_events/postfix_tls.txt");
}

TEST_CASE("Postfix's lines around a session are read")
{
    check("log_events/postfix_session.txt");
    CHECK(read("postfix/smtpd", "disconnect from a[192.0.2.1] ehlo=2 starttls=1 quit=1").starttls);
    CHECK_FALSE(read("postfix/smtpd", "disconnect from a[192.0.2.1] ehlo=1 starttls=0/1 commands=1/2").starttls);
    CHECK(read("postfix/smtpd", "NOQUEUE: reject: RCPT from a[1.2.3.4]: 554 5.7.1 no; proto=ESMTP helo=<name.example>")
              .helo == "name.example");
    CHECK(
        read("postfix/smtpd", "warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:x.c:1:")
            .text == "unsupported protocol");
    CHECK(
        read("postfix/smtpd",
             "warning: TLS library problem: error:1408A0C1:SSL routines:ssl3_get_client_hello:no shared cipher:x.c:1:")
            .text == "no shared cipher");
}

TEST_CASE("a line that begins as a TLS line and goes on otherwise is malformed")
{
    for (const std::string message :
         {"Anonymous TLS connection established from a[1.2.3.4]: TLSv1",
          "TLS connection established from a[1.2.3.4] with cipher X",
          "TLS connection established by a[1.2.3.4]: TLSv1 with cipher X (1/1 bits)", "TLS connection broken",
          "TLS connection established from a[1.2.3.4]:  with cipher X (1/1 bits)",
          "TLS connection established from a[1.2.3.4]: TLSv1 with cipher "}) {
        INFO(message);
        CHECK(read("postfix/smtpd", message).kind == Kind::malformed);
    }
    CHECK(read("sm-mta", "STARTTLS=server, relay=a [1.2.3.4], verify=NO").kind == Kind::malformed);
    CHECK(read("smtpd", "5df87dbf30ab2c24 smtp tls ciphers=").kind == Kind::malformed);
    CHECK(read("exim", "1abc-000-AB <= a@b H=c [1.2.3.4] P=esmtps X=").kind == Kind::malformed);
}

TEST_CASE("Exim's arrivals and deliveries are read, with OpenSSL and with GnuTLS")
{
    check("log_events/exim.txt");
    const log::Event event = read(
        "exim",
        "1abc-000-AB <= a@b H=c (helo.example) [192.0.2.1]:1 I=[192.0.2.9]:465 P=esmtpsa X=TLS1.2:Y:1 A=login:u S=1");
    CHECK(event.helo == "helo.example");
    CHECK(event.detail == "465");
    CHECK(read("exim", "1abc-000-AB => a@b R=r T=smarthost H=c [192.0.2.1] X=TLS1.2:Y:1").service == "smarthost");
}

TEST_CASE("a message id or subject in Exim's log cannot bring fields of its own")
{
    const log::Event event = read("exim",
                                  "1abc-000-AB <= a@b H=c [192.0.2.1] P=esmtps X=TLS1.3:Z:256 S=1 id=a X=TLS1.0:Y:1 "
                                  "A=plain:evil H=evil [6.6.6.6] T=\"a\\\" X=TLS1.0:Y:1\"");
    CHECK(peer_of(event) == "c[192.0.2.1]");
    CHECK(event.protocol == "TLS1.3");
    CHECK(event.login.empty());
}

TEST_CASE("a quoted sender address in Exim's log cannot bring fields of its own")
{
    const log::Event event = read(
        "exim", "1abc-000-AB <= \"x H=evil [6.6.6.6] X=TLS1.0:Y:1\"@z H=c [192.0.2.1] P=esmtps X=TLS1.3:Z:256 S=1");
    CHECK(peer_of(event) == "c[192.0.2.1]");
    CHECK(event.protocol == "TLS1.3");
}

TEST_CASE("a command or message that Exim rejected is read if it came over TLS")
{
    check("log_events/exim_rejected.txt");
    CHECK_FALSE(read("exim", "H=a [192.0.2.1] X=TLS1.2:Y:1 F=<b@c> rejected RCPT <d@e>: no").message);
}

TEST_CASE("the sender's address of a rejected message cannot bring fields of its own")
{
    CHECK(read("exim", "H=c [192.0.2.1] F=<\"x X=TLS1.0:Y:1 \"@z> rejected RCPT <a@b>: no").kind == Kind::none);
}

TEST_CASE("Dovecot's submission logins are read, with and without the version")
{
    check("log_events/dovecot.txt");
    CHECK(
        read("dovecot", "submission-login: Login: user=<u>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, TLS").service ==
        "submission-login");
    const log::Event failed = read("dovecot",
                                   "submission-login: Disconnected: Connection closed: SSL_accept() failed: error:"
                                   "0A000102:SSL routines::unsupported protocol (no auth attempts in 0 secs): user=<>, "
                                   "rip=192.0.2.1, lip=192.0.2.2, TLS handshaking, session=<a>");
    CHECK(failed.text == "unsupported protocol");
}

TEST_CASE("a level in front of a message is skipped, and Postfix's own words are not")
{
    for (const std::string level :
         {"[ID 197553 mail.info] ", "INFO ", "info: ", "[notice] ", "<mail.info> ", "debug "}) {
        INFO(level);
        CHECK(read("postfix/smtpd", level + "connect from a[192.0.2.1]").kind == Kind::connected);
    }
    CHECK(read("postfix/smtpd", "disconnect from a[192.0.2.1]").kind == Kind::ended);
    CHECK(read("exim", "[12] 1abc-000-AB <= a@b H=c [192.0.2.1] P=esmtp S=1").kind == Kind::whole);
}

TEST_CASE("Postfix is known where the journal names the file or the unit in its place")
{
    for (const std::string program : {"smtpd", "postfix@-.service", "postscreen"}) {
        INFO(program);
        const log::Event event =
            read(program, "TLS connection established from a[1.2.3.4]: TLSv1 with cipher X (1/1 bits)");
        CHECK(event.mailer == log::Mailer::postfix);
        CHECK(event.kind == Kind::established);
    }
    CHECK(
        read("smtp", "Trusted TLS connection established to a[1.2.3.4]:25: TLSv1 with cipher X (1/1 bits)").direction ==
        Direction::outbound);
}

TEST_CASE("Sendmail's lines are read, with and without a queue id")
{
    check("log_events/sendmail.txt");
    const log::Event event = read("sm-mta", "u25: from=<a@b>, size=1, proto=ESMTPS, daemon=MSA, relay=a [192.0.2.1]");
    CHECK(event.detail == "MSA");
    CHECK(event.starttls);
    CHECK_FALSE(read("sm-mta", "u25: from=<a@b>, size=1, proto=ESMTP, daemon=MTA, relay=a [192.0.2.1]").starttls);
}

TEST_CASE("OpenSMTPD's lines are read, old and new")
{
    check("log_events/opensmtpd.txt");
    CHECK(read("smtpd", "5df87dbf30ab2c24 smtp disconnected reason=quit").kind == Kind::ended);
    CHECK(read("smtpd", "smtp-in: Started TLS on session 427e749c2e46f809: version=x, cipher=y, bits=1").session ==
          "427e749c2e46f809");
}

TEST_CASE("other programs are not read")
{
    for (const std::string program :
         {"postfix/cleanup", "postfix/qmgr", "imap-login", "sshd", "", "xsmtpd", "postfix/"}) {
        log::Line line;
        line.program = program;
        line.message = "TLS connection established from a[1.2.3.4]: TLSv1 with cipher X (1/1 bits)";
        INFO(program);
        CHECK_FALSE(log::read_event(line));
    }
}

TEST_CASE("versions are known by every mail server's spelling")
{
    using tls::ProtocolVersion;
    struct Spelling {
        std::string protocol;
        std::string suite;
        std::optional<ProtocolVersion> expected;
    };
    const std::vector<Spelling> cases = {
        {"SSLv2", "RC4-MD5", ProtocolVersion::ssl2},
        {"SSLv3", "RC4-MD5", ProtocolVersion::ssl3},
        {"SSL3.0", "X", ProtocolVersion::ssl3},
        {"TLSv1", "X", ProtocolVersion::tls1_0},
        {"TLS1.0", "X", ProtocolVersion::tls1_0},
        {"TLS-1.0", "X", ProtocolVersion::tls1_0},
        {"TLSv1.1", "X", ProtocolVersion::tls1_1},
        {"TLS1.2", "X", ProtocolVersion::tls1_2},
        {"TLSv1.2", "X", ProtocolVersion::tls1_2},
        {"TLSv1.3", "X", ProtocolVersion::tls1_3},
        {"TLSv1.4", "X", std::nullopt},
        {"unknown", "X", std::nullopt},
        {"0x0303", "X", std::nullopt},
        {"TLSv1/SSLv3", "AES128-SHA", std::nullopt},
        {"TLSv1/SSLv3", "DHE-RSA-AES256-GCM-SHA384", ProtocolVersion::tls1_2},
        {std::string(1000, 'T'), "X", std::nullopt},
    };
    for (const Spelling& one : cases) {
        INFO(one.protocol << " " << one.suite);
        CHECK(log::version_of(one.protocol, one.suite) == one.expected);
    }
}

}  // namespace

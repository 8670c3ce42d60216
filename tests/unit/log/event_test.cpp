#include "report/log/event.hpp"
#include "catch.hpp"

#include <string>
#include <vector>

namespace {

using namespace smtptls;
using Kind = log::Event::Kind;
using Direction = model::MailDirection;

struct Case {
    std::string program;
    std::string message;
    Kind kind;
    Direction direction;
    std::string peer;  // name[address]
    std::string tls;   // protocol suite
    std::string login;
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

void check(const std::vector<Case>& cases)
{
    for (const Case& one : cases) {
        INFO(one.program << ": " << one.message);
        const log::Event event = read(one.program, one.message);
        REQUIRE(event.kind == one.kind);
        CHECK(event.direction == one.direction);
        CHECK(peer_of(event) == one.peer);
        CHECK(std::string(event.protocol) + " " + std::string(event.suite) == one.tls);
        CHECK(std::string(event.login) == one.login);
    }
}

TEST_CASE("Postfix's TLS line is read in each form since 2.3")
{
    check({
        {"postfix/smtpd",
         "TLS connection established from mx.example.org[192.0.2.1]: TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 "
         "bits)",
         Kind::established, Direction::inbound, "mx.example.org[192.0.2.1]", "TLSv1 DHE-RSA-AES256-SHA", ""},
        {"postfix/smtp",
         "TLS connection established to mx.example.org: TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 bits)",
         Kind::established, Direction::outbound, "mx.example.org[]", "TLSv1 DHE-RSA-AES256-SHA", ""},
        {"postfix/smtpd",
         "Anonymous TLS connection established from unknown[2001:db8::1]: SSLv3 with cipher RC4-MD5 (128/128 bits)",
         Kind::established, Direction::inbound, "unknown[2001:db8::1]", "SSLv3 RC4-MD5", ""},
        {"postfix/smtpd",
         "Untrusted TLS connection established from a.example[192.0.2.1]:40000: TLSv1.2 with cipher AES128-SHA "
         "(128/128 bits)",
         Kind::established, Direction::inbound, "a.example[192.0.2.1]", "TLSv1.2 AES128-SHA", ""},
        {"postfix/smtp",
         "Verified TLS connection established to mx.example.org[192.0.2.1]:25: TLSv1.2 with cipher AES128-SHA (128/128 "
         "bits)",
         Kind::established, Direction::outbound, "mx.example.org[192.0.2.1]", "TLSv1.2 AES128-SHA", ""},
        {"postfix/smtp",
         "Trusted TLS connection reused to mx.example.org[192.0.2.1]:25 to mail.example.org: TLSv1.3 with cipher "
         "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest "
         "SHA256",
         Kind::reused, Direction::outbound, "mx.example.org[192.0.2.1]", "TLSv1.3 TLS_AES_256_GCM_SHA384", ""},
        {"postfix/tlsproxy",
         "Anonymous TLS connection established from [192.0.2.1]:40000: TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 "
         "(128/128 bits)",
         Kind::established, Direction::inbound, "[192.0.2.1]", "TLSv1.3 TLS_AES_128_GCM_SHA256", ""},
    });
}

TEST_CASE("Postfix's lines around a session are read")
{
    check({
        {"postfix/submission/smtpd", "connect from www.example.com[192.0.2.80]", Kind::connected, Direction::inbound,
         "www.example.com[192.0.2.80]", " ", ""},
        {"postfix/submission/smtpd",
         "4T9pxY2qZtz2XPBPX: client=www.example.com[192.0.2.80], sasl_method=LOGIN, sasl_username=raitis, "
         "sasl_sender=x@y",
         Kind::accepted, Direction::inbound, "www.example.com[192.0.2.80]", " ", "raitis"},
        {"postfix/smtpd", "NOQUEUE: client=a[192.0.2.1]", Kind::accepted, Direction::inbound, "a[192.0.2.1]", " ", ""},
        {"postfix/smtpd", "SSL_accept error from a[192.0.2.1]: -1", Kind::failed, Direction::inbound, "a[192.0.2.1]",
         " ", ""},
        {"postfix/smtp", "SSL_connect error to a[192.0.2.1]:25: -1", Kind::failed, Direction::outbound, "a[192.0.2.1]",
         " ", ""},
        {"postfix/smtpd", "disconnect from a[192.0.2.1] ehlo=2 starttls=1 quit=1 commands=4", Kind::ended,
         Direction::inbound, "a[192.0.2.1]", " ", ""},
        {"postfix/smtpd", "warning: hostname a does not resolve to address 192.0.2.1", Kind::none, Direction::inbound,
         "[]", " ", ""},
        {"postfix/smtp", "4T9pxY2qZtz2XPBPX: to=<client=a[1.2.3.4]>, relay=b", Kind::none, Direction::outbound, "[]",
         " ", ""},
    });
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
    check({
        {"exim",
         "1hpltZ-00ECG0-Rv <= me@example.com H=(DESKTOP) [192.0.2.7]:63715 P=esmtpsa "
         "X=TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384:256 CV=no A=dovecot_login:me@example.com S=13483 id=1@x T=\"a "
         "X=TLS1.0:Y:1\"",
         Kind::whole, Direction::inbound, "[192.0.2.7]", "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384", "me@example.com"},
        {"exim",
         "1smkL5-00000000e65-24eQ <= a@b H=mx.example.org (helo.example) [192.0.2.1] P=esmtps "
         "X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no S=15813",
         Kind::whole, Direction::inbound, "mx.example.org[192.0.2.1]",
         "TLS1.3 ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM", ""},
        {"exim",
         "1PqsgA-000CU6-GO => you@example.org R=dnslookup T=remote_smtp H=mx.example.org [2001:db8::1] "
         "X=TLS1.0:RSA_ARCFOUR_SHA1:16 DN=\"C=US,CN=x X=TLS1.3:Z:1\" C=\"250 OK\"",
         Kind::whole, Direction::outbound, "mx.example.org[2001:db8::1]", "TLS1.0 RSA_ARCFOUR_SHA1", ""},
        {"exim[1]", "2015-12-30 06:00:35 [77] 1aEGMj-0006Uc-6h <= a@b H=c [192.0.2.1] P=esmtp S=1", Kind::whole,
         Direction::inbound, "c[192.0.2.1]", " ", ""},
        {"exim",
         "no MAIL in SMTP connection from (x) [192.0.2.1]:40000 I=[192.0.2.9]:25 D=0s "
         "X=TLS1.2:ECDHE_RSA_AES_128_GCM_SHA256:128 C=EHLO,STARTTLS,EHLO,QUIT",
         Kind::whole, Direction::inbound, "[192.0.2.1]", "TLS1.2 ECDHE_RSA_AES_128_GCM_SHA256", ""},
        {"exim",
         "TLS error on connection from mx.example.org (x) [192.0.2.1] (gnutls_handshake): A TLS fatal alert has been "
         "received.",
         Kind::failed, Direction::inbound, "mx.example.org[192.0.2.1]", " ", ""},
        {"exim", "1abc-000-AB <= root@here U=root P=local S=345", Kind::none, Direction::inbound, "[]", " ", ""},
        {"exim", "1abc-000-AB Completed", Kind::none, Direction::inbound, "[]", " ", ""},
        {"exim", "1abc-000-AB -> second@example.org R=d T=t H=c [192.0.2.1] X=TLS1.2:A:1", Kind::none,
         Direction::inbound, "[]", " ", ""},
    });
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

TEST_CASE("Sendmail's lines are read, with and without a queue id")
{
    check({
        {"sm-mta",
         "STARTTLS=server, relay=mx.example.org [192.0.2.1], version=TLSv1/SSLv3, verify=NO, cipher=AES128-SHA, "
         "bits=128/128",
         Kind::established, Direction::inbound, "mx.example.org[192.0.2.1]", "TLSv1/SSLv3 AES128-SHA", ""},
        {"sm-mta",
         "221820LG031423: STARTTLS=server, relay=[IPv6:2001:db8::1], version=TLSv1.3, verify=NO, "
         "cipher=TLS_AES_256_GCM_SHA384, bits=256/256",
         Kind::established, Direction::inbound, "[2001:db8::1]", "TLSv1.3 TLS_AES_256_GCM_SHA384", ""},
        {"sendmail",
         "STARTTLS=client, relay=mx.example.org., version=TLSv1.2, verify=FAIL, cipher=ECDHE-RSA-AES256-GCM-SHA384, "
         "bits=256/256",
         Kind::established, Direction::outbound, "mx.example.org.[]", "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384", ""},
        {"sm-mta", "AUTH=server, relay=a.example [192.0.2.1] (may be forged), authid=augie, mech=PLAIN, bits=0",
         Kind::accepted, Direction::inbound, "a.example[192.0.2.1]", " ", "augie"},
        {"sm-mta",
         "u253Kp8W002563: from=<a, relay=[6.6.6.6]@b>, size=1, class=0, nrcpts=1, proto=ESMTPS, daemon=MSA, "
         "relay=a.example [192.0.2.1]",
         Kind::accepted, Direction::inbound, "a.example[192.0.2.1]", " ", ""},
        {"sm-mta",
         "STARTTLS=server, error: accept failed=-1, reason=unsupported protocol, SSL_error=1, errno=0, retry=-1, "
         "relay=a.example [192.0.2.1]",
         Kind::failed, Direction::inbound, "a.example[192.0.2.1]", " ", ""},
        {"sendmail",
         "u253Kp8W002563: from=www-data, size=175, class=0, nrcpts=1, msgid=<1@x>, relay=www-data@localhost",
         Kind::none, Direction::inbound, "www-data@localhost[]", " ", ""},
    });
    const log::Event event = read("sm-mta", "u25: from=<a@b>, size=1, proto=ESMTPS, daemon=MSA, relay=a [192.0.2.1]");
    CHECK(event.detail == "MSA");
    CHECK(event.starttls);
    CHECK_FALSE(read("sm-mta", "u25: from=<a@b>, size=1, proto=ESMTP, daemon=MTA, relay=a [192.0.2.1]").starttls);
}

TEST_CASE("OpenSMTPD's lines are read, old and new")
{
    check({
        {"smtpd", "5df87dbf30ab2c24 smtp connected address=192.0.2.1 host=mail.example.org", Kind::connected,
         Direction::inbound, "mail.example.org[192.0.2.1]", " ", ""},
        {"smtpd", "5df87dbf30ab2c24 smtp connected address=[2001:db8::1] host=localhost", Kind::connected,
         Direction::inbound, "localhost[2001:db8::1]", " ", ""},
        {"smtpd", "5df87dbf30ab2c24 smtp tls ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256", Kind::established,
         Direction::inbound, "[]", "TLSv1.3 TLS_AES_256_GCM_SHA384", ""},
        {"smtpd",
         "5df87dbf30ab2c24 smtp event=starttls address=192.0.2.1 host=x ciphers=\"version=TLSv1.2, "
         "cipher=ECDHE-RSA-AES256-GCM-SHA384, bits=256\"",
         Kind::established, Direction::inbound, "[]", "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384", ""},
        {"smtpd",
         "smtp-in: Started TLS on session 427e749c2e46f809: version=TLSv1.2, cipher=EDH-RSA-DES-CBC3-SHA, bits=112",
         Kind::established, Direction::inbound, "[]", "TLSv1.2 EDH-RSA-DES-CBC3-SHA", ""},
        {"smtpd", "smtp-in: New session 427e749c2e46f809 from host a.example [192.0.2.1]", Kind::connected,
         Direction::inbound, "a.example[192.0.2.1]", " ", ""},
        {"smtpd", "f7a2e6aa567530c9 smtp authentication user=bar result=ok", Kind::accepted, Direction::inbound, "[]",
         " ", "bar"},
        {"smtpd", "f7a2e6aa567530c9 smtp authentication user=bar result=permfail", Kind::none, Direction::inbound, "[]",
         " ", ""},
        {"smtpd", "5df87c9ffd0e785d mta connecting address=smtp://192.0.2.27:25 host=mx.example.org", Kind::connected,
         Direction::outbound, "mx.example.org[192.0.2.27]", " ", ""},
        {"smtpd", "5df87c9ffd0e785d mta tls ciphers=TLSv1.2:ECDHE-RSA-CHACHA20-POLY1305:256", Kind::established,
         Direction::outbound, "[]", "TLSv1.2 ECDHE-RSA-CHACHA20-POLY1305", ""},
    });
    CHECK(read("smtpd", "5df87dbf30ab2c24 smtp disconnected reason=quit").kind == Kind::ended);
    CHECK(read("smtpd", "smtp-in: Started TLS on session 427e749c2e46f809: version=x, cipher=y, bits=1").session ==
          "427e749c2e46f809");
}

TEST_CASE("other programs are not read")
{
    for (const std::string program : {"postfix/cleanup", "postfix/qmgr", "dovecot", "sshd", "", "xsmtpd", "postfix/"}) {
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

"""`smtptls-scan log` on logs that Debian's Postfix, Exim and OpenSMTPD write here, held to awk's counts.

    sudo python3 tests/lab/test_maillog.py --scanner build/asan/smtptls-scan [unittest arguments]

Clients of Python's smtplib speak each version to each server; Postfix and Exim also send. What was spoken is known
from the clients, counted by awk (tests/cli/maillog.py) and counted by the reader: all three must agree.
"""

import collections
import dataclasses
import json
import pathlib
import re
import smtplib
import ssl
import subprocess
import sys
import tempfile
import unittest
import warnings

import differential
import exim
from lab import free_ports, skip_unless_available
from mta import Mta, both_kinds
from opensmtpd import OpenSmtpd
from postfix import Postfix, Service

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests/cli"))
sys.path.insert(0, str(REPOSITORY / "tests/lab/server"))
import maillog  # noqa: E402
from waiting import PATIENCE, wait_for  # noqa: E402

VERSIONS = {"TLS 1.0": ssl.TLSVersion.TLSv1, "TLS 1.1": ssl.TLSVersion.TLSv1_1, "TLS 1.2": ssl.TLSVersion.TLSv1_2,
            "TLS 1.3": ssl.TLSVersion.TLSv1_3}
SCHEMA = json.loads((REPOSITORY / "report/schema/log.schema.json").read_text())
SAYS_ALL = "the last line in the log of what the clients did"


def context(version):
    """A client's settings that speak this version only, whatever the machine's OpenSSL would rather."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version = made.maximum_version = VERSIONS[version]
    return made


def deliver(service, version=None, message=True, helo="client.example"):
    """One session, with TLS if a version is given; returns (protocol's name here, suite), or None."""
    implicit = getattr(service, "implicit", False) or getattr(service, "wrappermode", False)
    if implicit:
        client = smtplib.SMTP_SSL("127.0.0.1", service.port, local_hostname=helo, context=context(version), timeout=PATIENCE)
    else:
        client = smtplib.SMTP("127.0.0.1", service.port, local_hostname=helo, timeout=PATIENCE)
    with client:
        client.ehlo()
        if version and not implicit:
            client.starttls(context=context(version))
            client.ehlo()
        spoken = (version, client.sock.cipher()[0]) if version else None
        if message:
            client.mail("")
            client.rcpt("someone@example.org")
            client.data("Subject: test\r\n\r\ntest\r\n")
        return spoken


def handshake_fails(service, version):
    """A STARTTLS that the server turns down."""
    with smtplib.SMTP("127.0.0.1", service.port, local_hostname="client.example", timeout=PATIENCE) as client:
        try:
            client.starttls(context=context(version))
        except (ssl.SSLError, OSError, smtplib.SMTPException):
            client.close()
            return
    raise AssertionError("the handshake was not turned down")


def postfix_sessions(log, name):
    """How many sessions of a service are over. Those that look whether it serves say no EHLO, and do not count."""
    return len(re.findall(rf" {name}/smtpd\[\d+\]: disconnect from .* ehlo=", log))


def opensmtpd_sessions(log):
    """How many sessions with TLS are over."""
    return len(set(re.findall(r"(\w+) smtp tls ", log)) & set(re.findall(r"(\w+) smtp disconnected", log)))


class MailLogTest(unittest.TestCase):
    """What each server's test shares."""

    def read(self, text, *arguments):
        """(JSON document, CSV) of a log."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "mail.log"
            path.write_text(text)
            self.expected = {mailer: maillog.awk(program, path) for mailer, program in maillog.SESSIONS.items()}
            outputs = [subprocess.run([differential.scanner, "log", *arguments, "--format", form, path],
                                      capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout
                       for form in ("json", "csv")]
        document = json.loads(outputs[0])
        self.assertEqual(maillog.problems(SCHEMA, document), [])
        return document, outputs[1]

    def hold(self, mailer, table):
        """The reader's counts are awk's, and some."""
        self.assertGreater(sum(self.expected[mailer].values()), 0)
        self.assertEqual(maillog.counted(table, "direction", "protocol", "suite"), self.expected[mailer])

    def inbound(self, table, *columns):
        """{columns: sessions} with TLS from others."""
        return collections.Counter({key[1:]: count for key, count in maillog.counted(table, "direction", *columns).items()
                                    if key[0] == "inbound"})


class PostfixLog(MailLogTest):
    def services(self):
        """A public port, a submission port that demands TLS 1.2, an implicit one, and a sink that Postfix sends to."""
        # All four at once: two calls may name the same free port.
        ports = free_ports(4)
        sink = {"myhostname": "sink.example", "smtpd_relay_restrictions": "reject", "syslog_name": "postfix/sink"}
        demanding = {"smtpd_tls_security_level": "encrypt", "smtpd_tls_mandatory_protocols": ">=TLSv1.2"}
        return [Service("public", parameters={"syslog_name": "postfix"}, port=ports[0]),
                Service("submission", parameters=demanding, port=ports[1]),
                Service("submissions", wrappermode=True, port=ports[2]),
                Service("sink", parameters=sink, port=ports[3])]

    def test_the_reader_the_clients_and_awk_agree(self):
        services = self.services()
        public, submission, submissions, sink = services
        main = {"smtpd_tls_loglevel": "1", "smtp_tls_loglevel": "1", "smtp_tls_security_level": "may",
                "relayhost": f"[127.0.0.1]:{sink.port}", "default_transport": "smtp", "smtp_tls_protocols": ">=TLSv1.2"}
        server = skip_unless_available(lambda: self.enterContext(Postfix(services, main)))
        spoken = [deliver(public, version) for version in VERSIONS for _ in range(2)]
        spoken += [deliver(submission, version) for version in ("TLS 1.2", "TLS 1.3")]
        spoken += [deliver(submissions, "TLS 1.0"), deliver(submissions, "TLS 1.3", message=False)]
        deliver(public)
        handshake_fails(submission, "TLS 1.0")
        sessions = {"postfix": 9, "postfix/submission": 3, "postfix/submissions": 2}
        mails = 8 + 2 + 1 + 1

        def over(log):
            return (log.count("status=bounced") >= mails and len(re.findall(r"postfix/sink/smtpd\S+: connect from ", log))
                    == len(re.findall(r"postfix/sink/smtpd\S+: disconnect from ", log))
                    and all(postfix_sessions(log, name) >= count for name, count in sessions.items()))

        wait_for(lambda: over(server.maillog), SAYS_ALL)
        document, table = self.read(server.maillog)
        self.hold("postfix", table)
        own = collections.Counter()
        for row in maillog.rows(table):
            if row["what"] == "tls" and row["direction"] == "inbound" and "/sink/" not in row["service"]:
                own[row["version"], row["suite"]] += int(row["count"])
        self.assertEqual(own, collections.Counter(spoken))
        found = {service["name"]: service for service in document["services"]}
        self.assertEqual(found["postfix/smtpd"]["clear"], 1)
        self.assertEqual(found["postfix/submission/smtpd"]["failed"], 1)
        self.assertIn("unsupported protocol", found["postfix/submission/smtpd"]["failures"][0]["reason"])
        self.assertGreater(found["postfix/smtp"]["sessions"]["enough"], 0)
        self.assertEqual(found["postfix/smtp"]["sessions"]["below"], 0)
        then = {one["service"]: one["then"] for one in document["impact"]["inbound"]["services"]}
        self.assertEqual((then["postfix/smtpd"], then["postfix/submission/smtpd"]), ("falls_back", "fails"))

    def test_without_its_loglevel_the_log_says_so(self):
        services = [Service("public", parameters={"syslog_name": "postfix"})]
        server = skip_unless_available(lambda: self.enterContext(Postfix(services)))
        deliver(services[0], "TLS 1.2", message=False)
        wait_for(lambda: " starttls=1 " in server.maillog, SAYS_ALL)
        document, _ = self.read(server.maillog)
        self.assertEqual(document["services"][0]["unlogged"], 1)
        self.assertEqual(document["services"][0]["clear"], 0)


def exim_spec(services):
    """Exim as exim.py runs it, but it takes mail, sends each once more to itself, and then forgets it."""
    spec = exim.server_spec(services, None)
    plain = next(service for service in services if not service.implicit)
    text = spec.files[0]["text"].replace("begin acl\nbegin routers\nbegin transports\n", "\n".join([
        "acl_smtp_rcpt = accept", "begin acl", "begin routers",
        "once:", "  driver = manualroute", "  condition = ${if eq{$received_count}{1}}", "  self = send",
        f"  route_list = * 127.0.0.1::{plain.port}", "  transport = out",
        "forget:", "  driver = redirect", "  allow_fail", "  data = :blackhole:",
        "begin transports", "out:", "  driver = smtp", "  hosts_try_fastopen =", "  tls_verify_certificates =", ""]))
    text = text.replace("+incoming_port", "+incoming_port +smtp_no_mail")
    return dataclasses.replace(spec, files=[{**spec.files[0], "text": text}])


class EximLog(MailLogTest):
    def test_the_reader_the_clients_and_awk_agree(self):
        server = skip_unless_available(lambda: self.enterContext(Mta(both_kinds("log"), exim_spec)))
        plain, implicit = server.services
        sent = [deliver(plain, version)[0] for version in VERSIONS for _ in range(2)]
        sent += [deliver(implicit, version)[0] for version in ("TLS 1.0", "TLS 1.3")]
        idle = [deliver(plain, "TLS 1.2", message=False)[0]]
        deliver(plain)
        # Each message comes from the client, goes out, and comes once more from Exim itself.
        wait_for(lambda: server.log("mainlog").count(" <= ") >= 2 * (len(sent) + 1)
                 and server.log("mainlog").count(" => ") >= 2 * (len(sent) + 1)
                 and "no MAIL in" in server.log("mainlog"), SAYS_ALL)
        document, table = self.read(server.log("mainlog"))
        self.hold("exim", table)
        outbound = collections.Counter()
        for (way, version), count in maillog.counted(table, "direction", "version").items():
            outbound[version] += count if way == "outbound" else 0
        inbound = {version: count for (version,), count in self.inbound(table, "version").items()}
        self.assertEqual(inbound, collections.Counter(sent + idle) + outbound)
        self.assertEqual(sum(service["clear"] for service in document["services"]), 1)
        self.assertEqual(sum(document["impact"]["outbound"]["sessions"].values()), len(sent) + 1)
        names = {service["name"] for service in document["services"]}
        self.assertIn(f"exim port {implicit.port}", names)
        self.assertIn("out", names)


class OpenSmtpdLog(MailLogTest):
    def test_the_reader_the_clients_and_awk_agree(self):
        server = skip_unless_available(lambda: self.enterContext(OpenSmtpd()))
        spoken = [deliver(service, version, message=False) for service in server.services
                  for version in ("TLS 1.2", "TLS 1.3")]
        wait_for(lambda: opensmtpd_sessions(server.server.console()) >= len(spoken), SAYS_ALL)
        _, table = self.read(server.server.console())
        self.hold("opensmtpd", table)
        self.assertEqual(self.inbound(table, "version", "suite"), collections.Counter(spoken))


if __name__ == "__main__":
    differential.main()

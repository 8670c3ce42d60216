"""Servers that ask for a client certificate, or demand one: each accepts what it accepts without that.

    sudo SMTPTLS_SCAN=build/dev/smtptls-scan python3 tests/lab/test_client_certificate.py [unittest arguments]

The truth is the same server, which does not ask: there every handshake of the cover is completed.
"""
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import unittest

from lab import HERE, run_tests, skip_unless_available
from postfix import HARDENED, Postfix, Service

sys.path[:0] = [str(HERE.parent), str(HERE / "server")]
import scan_document  # noqa: E402
from waiting import PATIENCE  # noqa: E402

EVERY = ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"]
scanner = os.environ.get("SMTPTLS_SCAN", "")


def scan(port, tls, *options):
    """(exit code, the endpoint of the document)."""
    done = subprocess.run([scanner, *scan_document.WHOLE, "--tls", tls, *options, f"127.0.0.1:{port}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, scan_document.load(done.stdout)["endpoints"][0]


def accepted(endpoint):
    """{(version, suite): grade}"""
    return {(cell["version"], cell["suite"]): cell["grade"] for cell in endpoint["cells"]
            if cell["state"] == "accepted"}


def wanted(endpoint):
    """{version: requested or required}"""
    return scan_document.values(endpoint, "client_certificate")


class ClientCertificateTest(unittest.TestCase):
    def same_cells(self, plain, asking, how, versions):
        self.assertEqual((plain[0], asking[0]), (0, 0))
        self.assertEqual(wanted(plain[1]), {})
        self.assertEqual(wanted(asking[1]), dict.fromkeys(versions, how))
        self.assertEqual(set(accepted(asking[1])), set(accepted(plain[1])))
        grades = set(accepted(asking[1]).values())
        self.assertEqual(grades, {"server_flight"} if how == "required" else set(accepted(plain[1]).values()))


class OpenSsl(ClientCertificateTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", cls.folder + "/key",
                        "-out", cls.folder + "/cert", "-days", "2", "-subj", "/CN=mail.lab.example"],
                       check=True, capture_output=True)

    @contextlib.contextmanager
    def server(self, *options):
        """The port of an s_server that speaks no SMTP inside TLS."""
        command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", self.folder + "/cert", "-key",
                   self.folder + "/key", "-cipher", "DEFAULT:@SECLEVEL=0", *options]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True) as process:
            try:
                line = next(line for line in process.stdout if line.startswith("ACCEPT"))
                # What it says later is not read, and must not fill the pipe.
                drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
                yield int(re.search(r":(\d+)$", line.strip()).group(1))
            finally:
                process.kill()
                drain.wait(PATIENCE)

    def scans(self, *options):
        with self.server(*options) as port:
            return scan(port, "implicit", "--timeout", "1")

    def test_a_certificate_that_is_required_hides_no_suite(self):
        self.same_cells(self.scans(), self.scans("-Verify", "1"), "required", EVERY)

    def test_a_certificate_that_is_requested_keeps_no_handshake_from_its_end(self):
        self.same_cells(self.scans(), self.scans("-verify", "1"), "requested", EVERY)

    def test_tls_1_2_alone(self):
        self.same_cells(self.scans("-tls1_2"), self.scans("-tls1_2", "-Verify", "1"), "required", ["TLS 1.2"])

    def test_tls_1_3_alone(self):
        self.same_cells(self.scans("-tls1_3"), self.scans("-tls1_3", "-Verify", "1"), "required", ["TLS 1.3"])


class RealPostfix(ClientCertificateTest):
    def test_postfix_that_demands_or_asks_for_a_certificate_accepts_what_it_accepts_without(self):
        encrypt = {"smtpd_tls_security_level": "encrypt", **HARDENED}
        services = [Service("plain", parameters=encrypt),
                    Service("asks", parameters={**encrypt, "smtpd_tls_ask_ccert": "yes"}),
                    Service("demands", parameters={**encrypt, "smtpd_tls_req_ccert": "yes"})]
        postfix = skip_unless_available(lambda: self.enterContext(Postfix(services)))
        plain, asks, demands = (scan(service.port, service.tls) for service in postfix.services)
        self.same_cells(plain, asks, "requested", ["TLS 1.2", "TLS 1.3"])
        # It completes the handshake, and refuses in SMTP: 421 4.7.1 Error: No client certificate presented.
        self.same_cells(plain, demands, "requested", ["TLS 1.2", "TLS 1.3"])


if __name__ == "__main__":
    run_tests(sys.argv)

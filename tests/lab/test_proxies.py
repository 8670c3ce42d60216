"""The scanner against Debian's nginx (mail proxy), HAProxy and stunnel with TLS 1.0 allowed: exact, exit code 0.

    sudo python3 tests/lab/test_proxies.py --scanner build/asan/smtptls-scan [unittest arguments]

Where their OpenSSL would sign as TLS 1.0 and 1.1 do, its security level forbids it: a suite that the server has gets
alert internal_error in the ServerHello's place, one that it has not handshake_failure. Nobody can use either version.
"""

import os
import socket
import subprocess
import sys
import unittest

import differential
import hello_truth
import truth
from exact import Exact, by_name, running
from haproxy import HaProxy
from lab import HERE
from nginx import Nginx
from stunnel import Stunnel

sys.path.insert(0, str(HERE / "server"))
from lab_server import Lab  # noqa: E402
from waiting import PATIENCE  # noqa: E402

OLD = {"TLS 1.0": 8, "TLS 1.1": 8, "TLS 1.2": 29, "TLS 1.3": 3}
NGINX = {"TLS 1.2": 27, "TLS 1.3": 3}    # nginx 1.22, OpenSSL 3.0
HAPROXY = {"TLS 1.2": 20, "TLS 1.3": 3}  # HAProxy 2.6
STUNNEL = {"TLS 1.2": 27, "TLS 1.3": 3}  # stunnel 5.68


def setUpModule():
    differential.require_scanner()
    Lab.program = os.environ["SMTPTLS_LAB"]


def plain():
    """An SMTP server that stands in clear text behind those that need one."""
    return Lab(listen=("starttls",))


def haproxy():
    return HaProxy(running(plain).ports["starttls"])


def stunnel():
    return Stunnel(running(plain).ports["starttls"])


def text_of(service, *options):
    """(exit code, what a scan says in the text format)"""
    done = subprocess.run([differential.scanner, "--tls", service.tls, *options, f"127.0.0.1:{service.port}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, " ".join(done.stdout.split())


class NginxStarttls(Exact, unittest.TestCase):
    server, service, expected = Nginx, "nginx-starttls", NGINX


class NginxImplicit(Exact, unittest.TestCase):
    server, service, expected = Nginx, "nginx-implicit", NGINX


class NginxAtLevel0(Exact, unittest.TestCase):
    """With the level that allows TLS 1.0 and 1.1 nothing fails."""

    server, service, expected = Nginx, "level0", OLD


class HaProxyWithOldVersions(Exact, unittest.TestCase):
    server, service, expected = staticmethod(haproxy), "minver", HAPROXY


class HaProxyThatWantsAName(Exact, unittest.TestCase):
    """`strict-sni`, scanned with the name."""

    server, service, expected = staticmethod(haproxy), "strict", HAPROXY
    options = ("--sni", truth.NAME)
    name = truth.NAME


class HaProxyThatIsNotGivenAName(unittest.TestCase):
    """`strict-sni`, scanned without a name: nothing can be told."""

    @classmethod
    def setUpClass(cls):
        cls.service = by_name(running(haproxy), "strict")
        cls.scanned = differential.scan(cls.service)

    def test_the_server_says_unrecognized_name(self):
        outcome = hello_truth.ask(self.service.port, False, "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
        self.assertEqual(outcome.reason, "alert 112")

    def test_no_cell_of_tls_is_decided(self):
        states = {state for version in truth.VERSIONS for state in self.scanned.states[version].values()}
        self.assertEqual((states, self.scanned.code), ({"inconclusive"}, 3), self.scanned.errors)

    def test_it_says_that_a_name_is_wanted(self):
        self.assertEqual(differential.observed(self.scanned, "tls.unrecognized_name"), {"": True})
        code, text = text_of(self.service)
        self.assertEqual(code, 3)
        self.assertIn("--sni", text)


class HaProxyThatWaitsForAProxyHeader(unittest.TestCase):
    """`accept-proxy`: silence to who does not send the header."""

    @classmethod
    def setUpClass(cls):
        cls.service = by_name(running(haproxy), "proxied")

    def test_the_server_greets_who_sends_a_header(self):
        with socket.create_connection(("127.0.0.1", self.service.port), PATIENCE) as connection:
            connection.sendall(b"PROXY TCP4 127.0.0.1 127.0.0.1 40000 25\r\n")
            self.assertTrue(connection.recv(4096).startswith(b"220 "))

    def test_it_says_that_a_header_may_be_wanted(self):
        code, text = text_of(self.service, "--timeout", "1")
        self.assertEqual(code, 3)
        self.assertIn("PROXY", text)


class StunnelStarttls(Exact, unittest.TestCase):
    server, service, expected = staticmethod(stunnel), "stunnel-starttls", STUNNEL


class StunnelImplicit(Exact, unittest.TestCase):
    server, service, expected = staticmethod(stunnel), "stunnel-implicit", STUNNEL


if __name__ == "__main__":
    differential.main()

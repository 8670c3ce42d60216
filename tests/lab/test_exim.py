"""The scanner against Debian's Exim (GnuTLS): every cell as single handshakes find it, none more.

    sudo python3 tests/lab/test_exim.py --scanner build/asan/smtptls-scan [unittest arguments]

The truth: gnutls-cli and openssl s_client, which must agree on what both can speak.
"""

import sys
import time
import unittest

import differential
import exim
import gnutls_truth
from lab import skip_unless_available

# Cells of Debian 12's Exim 4.96 with GnuTLS 3.7.9; other releases have other numbers.
EXPECTED = {"default": {"TLS 1.0": 6, "TLS 1.1": 6, "TLS 1.2": 18, "TLS 1.3": 4},
            "legacy": {"TLS 1.0": 19, "TLS 1.1": 19, "TLS 1.2": 54, "TLS 1.3": 0}}
lab = {}     # {name of the configuration: running Exim}
truths = {}  # {name of the service: gnutls_truth.Found}


def enter_servers():
    """Starts both Exims."""
    gnutls_truth.client()
    for server in exim.standard_servers():
        lab[server.name] = unittest.enterModuleContext(server)


def setUpModule():
    differential.require_scanner()
    skip_unless_available(enter_servers)


def find(name):
    """(running Exim, its Service) for "default-starttls"..."""
    server = lab[name.split("-")[0]]
    return server, next(service for service in server.services if service.name == name)


def true_cells(name):
    """The ground truth for a service, looked up once; the two clients must agree."""
    if name not in truths:
        _, service = find(name)
        started = time.monotonic()
        truths[name], disagreements = gnutls_truth.both(service.port, not service.implicit)
        found = truths[name]
        print(f"\n  truth {name}: accepted {differential.counts(found.accepted)}, chosen and then failed"
              f" {differential.counts(found.failed)}, of {differential.counts(found.asked)};"
              f" {time.monotonic() - started:.1f} s", file=sys.stderr)
        if disagreements:
            raise AssertionError("\n".join(["gnutls-cli and openssl s_client differ:", *disagreements]))
    return truths[name]


class EximTest(unittest.TestCase):
    """Both configurations, with STARTTLS and with implicit TLS."""

    def check(self, name):
        server, service = find(name)
        expected, before = true_cells(name), server.connections(service)
        scanned = differential.scan(service)
        differential.report(name, scanned, expected.accepted)
        counted = server.connections(service)
        print(f"        Exim served {counted.served - before.served} connections and turned"
              f" {counted.turned_away - before.turned_away} away", file=sys.stderr)
        wrong = differential.difference(scanned.states, expected.accepted)
        self.assertFalse(wrong, "\n".join(["the scanner and the truth differ:", *wrong, scanned.errors]))
        return scanned

    def check_decided(self, name):
        """As `check`, and every cell is decided."""
        self.assertEqual(self.check(name).code, 0)

    def check_with_anonymous(self, name):
        """As `check`; a cell that is not accepted may stay inconclusive, if the exit code says so."""
        scanned = self.check(name)
        undecided = [counts for state in ("inconclusive", "not_tested")
                     for counts in differential.having(scanned.states, state).values() if counts]
        self.assertEqual(scanned.code, 3 if undecided else 0, scanned.errors)

    def check_truth(self, name):
        cells = true_cells(name).accepted
        self.assertEqual({version: len(suites) for version, suites in cells.items()}, EXPECTED[name.split("-")[0]])

    def test_the_truth_is_what_this_exim_is_known_for_starttls(self):
        for name in ("default-starttls", "legacy-starttls"):
            with self.subTest(name):
                self.check_truth(name)

    def test_the_truth_is_what_this_exim_is_known_for_implicit(self):
        for name in ("default-implicit", "legacy-implicit"):
            with self.subTest(name):
                self.check_truth(name)

    def test_default_starttls(self):
        self.check_decided("default-starttls")

    def test_default_implicit(self):
        self.check_decided("default-implicit")

    def test_legacy_starttls(self):
        self.check_with_anonymous("legacy-starttls")

    def test_legacy_implicit(self):
        self.check_with_anonymous("legacy-implicit")

    def test_a_hundred_cells_asked_again_do_not_differ(self):
        for name in ("default-starttls", "legacy-implicit"):
            with self.subTest(name):
                self.assertEqual(differential.asked_again(find(name)[1]), differential.NONE_DIFFERS)


if __name__ == "__main__":
    differential.main()

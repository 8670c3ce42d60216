"""The scanner against Debian 13's OpenSMTPD (OpenSSL 3.5), which offers suites that it cannot finish.

    sudo python3 tests/lab/test_opensmtpd.py --scanner build/asan/smtptls-scan [unittest arguments]

The truth: openssl s_client, one completed handshake per cell. Static-RSA suites come up to
ServerHelloDone, so what reads only the server's flight calls them accepted; no handshake completes.
"""

import sys
import time
import unittest

import differential
import truth
from lab import skip_unless_available
from opensmtpd import OpenSmtpd

STATIC_RSA = "TLS_RSA_WITH_"
EXPECTED = {"TLS 1.0": 0, "TLS 1.1": 0, "TLS 1.2": 11, "TLS 1.3": 3}  # OpenSMTPD 7.6.0p1, OpenSSL 3.5
lab = {}     # "server": the running OpenSMTPD
truths = {}  # {name of the service: outcomes of truth.py}


def setUpModule():
    differential.require_scanner()
    lab["server"] = skip_unless_available(lambda: unittest.enterModuleContext(OpenSmtpd()))


def outcomes(service):
    """The ground truth for a service, looked up once."""
    if service.name not in truths:
        started = time.monotonic()
        truths[service.name] = truth.outcomes(service.port, not service.implicit)
        cells = {state: truth.in_state(truths[service.name], state) for state in ("accepted", "failed")}
        print(f"\n  truth {service.name}: accepted {differential.counts(cells['accepted'])}, chosen and then failed"
              f" {differential.counts(cells['failed'])}; {time.monotonic() - started:.1f} s", file=sys.stderr)
    return truths[service.name]


class OpenSmtpdTest(unittest.TestCase):
    """A STARTTLS and an smtps listener."""

    def check(self, name):
        service = next(one for one in lab["server"].services if one.name == name)
        found, before = outcomes(service), lab["server"].connections()
        accepted, failed = truth.in_state(found, "accepted"), truth.in_state(found, "failed")
        scanned = differential.scan(service)
        differential.report(name, scanned, accepted)
        print(f"        OpenSMTPD logged {lab['server'].connections() - before} connections", file=sys.stderr)
        wrong = differential.difference(scanned.states, accepted)
        self.assertFalse(wrong, "\n".join(["the scanner and openssl s_client differ:", *wrong, scanned.errors]))
        undecided = differential.having(scanned.states, "inconclusive")
        others = [f"{version} {suite}" for version, suites in undecided.items()
                  for suite in sorted(suites - failed.get(version, set()))]
        self.assertEqual(others, [], "inconclusive, and not because the server chose and then failed")
        self.assertEqual(scanned.code, 3 if any(undecided.values()) else 0, scanned.errors)

    def check_truth(self, name):
        found = outcomes(next(one for one in lab["server"].services if one.name == name))
        accepted = truth.in_state(found, "accepted")
        self.assertEqual({version: len(suites) for version, suites in accepted.items()}, EXPECTED)
        for (version, suite), outcome in found.items():
            if suite.startswith(STATIC_RSA):
                self.assertNotEqual(outcome.state, "accepted", f"{version} {suite}")
        failed = truth.in_state(found, "failed")
        self.assertEqual(len(failed["TLS 1.2"]), 14, "so many suites are chosen and then not finished")
        self.assertTrue(all(suite.startswith(STATIC_RSA) for suite in failed["TLS 1.2"]), failed)

    def test_the_truth_is_what_this_opensmtpd_is_known_for(self):
        for name in ("opensmtpd-starttls", "opensmtpd-implicit"):
            with self.subTest(name):
                self.check_truth(name)

    def test_starttls(self):
        self.check("opensmtpd-starttls")

    def test_implicit(self):
        self.check("opensmtpd-implicit")

    def test_a_hundred_cells_asked_again_do_not_differ(self):
        for service in lab["server"].services:
            with self.subTest(service.name):
                self.assertEqual(differential.asked_again(service), differential.NONE_DIFFERS)


if __name__ == "__main__":
    differential.main()

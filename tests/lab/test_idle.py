"""A server that closes connections which are idle for two seconds, and takes longer than that to answer a hello.

    python3 tests/lab/test_idle.py --scanner build/asan/smtptls-scan [unittest arguments]

A connection that is opened before its question is known waits at the 220 to STARTTLS, or on an implicit port without a
word. If the server closes it meanwhile that is no answer to anything: no cell may be wrong, and none open. The slow
answer is what makes such a connection wait; with --pace the scanner itself may.
"""

import concurrent.futures
import json
import os
import sys
import tempfile
import unittest

import differential
from lab import HERE
from mta import Service

sys.path.insert(0, str(HERE / "server"))
from lab_server import Lab  # noqa: E402

IDLE_SECONDS = 2
SLOW = ("--behaviour", "slow-hello=2.3")
# Real handshakes: two versions, three suites.
REAL = ("--min-version", "TLSv1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA",
        "--ciphersuites", "TLS_AES_128_GCM_SHA256")
REAL_CELLS = {"TLS 1.2": {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
              "TLS 1.3": {"TLS_AES_128_GCM_SHA256"}}
# A table without cryptography, which refuses by close: there a close is what it must not be taken for.
SUITES = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"]
UNCONFIRMED = ("--confirm", "none")


def table(order, refusal):
    """A hello table of one version, in which whoever's order decides, refusing in this manner."""
    return {"versions": {"TLS 1.2": {"suites": SUITES, "order": order}}, "absent": refusal, "refusal": refusal}


def play(kind, lab_options, scan_options):
    """(scan, connections that the server closed as idle) of one port."""
    with Lab("--idle", str(IDLE_SECONDS), *lab_options, listen=(kind,)) as lab:
        scanned = differential.scan(Service(kind, kind == "implicit", lab.ports[kind]), *scan_options)
        lab.end()
        return scanned, sum(seen["ended"] == "timeout" for seen in lab.transcripts())


class IdleTest(unittest.TestCase):
    """Each with STARTTLS and on an implicit port, side by side."""

    def check(self, lab_options, cells, *scan_options):
        """Exactly these cells are accepted, none is open."""
        kinds = ("starttls", "implicit")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            plays = list(pool.map(lambda kind: play(kind, lab_options, scan_options), kinds))
        for kind, (scanned, idle) in zip(kinds, plays):
            print(f"\n  {kind}: {differential.counts(differential.having(scanned.states, 'accepted'))} accepted,"
                  f" {scanned.connections} connections, {idle} of them closed as idle, {scanned.seconds:.1f} s,"
                  f" exit code {scanned.code}", file=sys.stderr)
            with self.subTest(kind):
                self.assertEqual(differential.difference(scanned.states, cells), [])
                undecided = [differential.counts(differential.having(scanned.states, state))
                             for state in ("inconclusive", "not_tested")]
                self.assertEqual((undecided, scanned.code), (["0 ()", "0 ()"], 0), scanned.errors)

    def check_table(self, order, refusal, *scan_options):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(table(order, refusal), file)
            file.flush()
            self.check(("--hello-table", file.name, *SLOW), {"TLS 1.2": set(SUITES)}, *UNCONFIRMED,
                       *scan_options)

    def test_real_handshakes(self):
        self.check((*REAL, *SLOW), REAL_CELLS)

    def test_many_at_a_time(self):
        self.check((*REAL, *SLOW), REAL_CELLS, *differential.at_once(16))

    def test_refusals_by_alert_in_the_clients_order(self):
        self.check_table("client", "alert 40")

    def test_refusals_by_close_in_the_clients_order(self):
        self.check_table("client", "close")

    def test_refusals_by_alert_in_the_servers_order(self):
        self.check_table("server", "alert 40", *differential.at_once(16))

    def test_a_pace_longer_than_the_server_waits(self):
        self.check(REAL, REAL_CELLS, "--pace", str(IDLE_SECONDS + 0.3))


def setUpModule():
    differential.require_scanner()
    Lab.program = os.environ["SMTPTLS_LAB"]


if __name__ == "__main__":
    differential.main()

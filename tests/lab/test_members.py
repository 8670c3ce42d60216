"""The scanner against two different mail servers behind one address, to which HAProxy hands connections in turn.

    sudo python3 tests/lab/test_members.py --scanner build/asan/smtptls-scan [unittest arguments]

One speaks TLS 1.0 to 1.2 with all suites, the other TLS 1.2 and 1.3 with ECDHE alone. Whatever one of them accepts is
not rejected, whatever was accepted in one connection stays accepted, and it is said that the answers contradict each
other; so no scan is complete. Ten scans, since chance decides which server is asked what.
"""

import os
import re
import sys
import unittest

import differential
import hello_truth
from exact import CONTRADICTS, by_name
from haproxy import HaProxy
from lab import HERE, skip_unless_available

sys.path.insert(0, str(HERE / "server"))
from lab_server import Lab  # noqa: E402

RUNS = 10
CHOICE = re.compile(r"((?:TLS|SSL) [\d.]+) (\w+)(?: \(server flight\))?")  # completed, or as good as
MEMBERS = [("--min-version", "TLSv1", "--max-version", "TLSv1.2", "--ciphers", "ALL:!aNULL:!eNULL:@SECLEVEL=0"),
           ("--min-version", "TLSv1.2", "--ciphers", "ECDHE:!aNULL:!eNULL")]
lab = {}


def enter_servers():
    """Starts the members and HAProxy, and finds out what each member accepts."""
    members = [unittest.enterModuleContext(Lab(*words, listen=("starttls",), keys=("rsa2048",))).ports["starttls"]
               for words in MEMBERS]
    lab["service"] = by_name(unittest.enterModuleContext(HaProxy(members[0], members)), "members")
    lab["accepted"] = [hello_truth.in_state(hello_truth.outcomes(port, True), "accepted") for port in members]


def setUpModule():
    differential.require_scanner()
    Lab.program = os.environ["SMTPTLS_LAB"]
    skip_unless_available(enter_servers)


def by_any():
    """{version: suites that a member accepts}"""
    return {version: set().union(*(cells[version] for cells in lab["accepted"])) for version in hello_truth.VERSIONS}


def seen(scanned):
    """{(version, suite)} that some connection of a scan showed to be accepted."""
    [endpoint] = scanned.document["endpoints"]
    matches = [CHOICE.fullmatch(exchange.get("outcome", "")) for exchange in endpoint["exchanges"]]
    return {match.groups() for match in matches if match}


class MembersTest(unittest.TestCase):
    """What is said in each of ten scans."""

    @classmethod
    def setUpClass(cls):
        cls.scans = [differential.scan(lab["service"]) for _ in range(RUNS)]
        for scanned in cls.scans:
            differential.report("members", scanned, by_any())

    def none_of(self, lines_of):
        """lines_of(scan) of what is wrong: none, in any scan."""
        wrong = {number: lines for number, scanned in enumerate(self.scans, 1) if (lines := lines_of(scanned))}
        self.assertEqual(len(wrong), 0, f"of {RUNS} scans these have something wrong: {str(wrong)[:2000]}")

    def test_the_members_differ_as_they_should(self):
        counted = [{version: len(suites) for version, suites in cells.items() if suites} for cells in lab["accepted"]]
        self.assertEqual(sorted(counted[0]), ["TLS 1.0", "TLS 1.1", "TLS 1.2"])
        self.assertEqual(sorted(counted[1]), ["TLS 1.2", "TLS 1.3"])
        self.assertGreater(counted[0]["TLS 1.2"], counted[1]["TLS 1.2"])

    def test_nothing_of_either_member_is_rejected(self):
        self.none_of(lambda scanned: [f"{version}: {len(wrong)}" for version, suites in by_any().items()
                                      if (wrong := suites & differential.having(scanned.states, "rejected")[version])])

    def test_nothing_is_accepted_that_neither_member_accepts(self):
        self.none_of(lambda scanned: [line for line in differential.difference(scanned.states, by_any())
                                      if line.startswith("too many")])

    def test_what_was_seen_once_stays_accepted(self):
        self.none_of(lambda scanned: [f"{version} {suite} is {scanned.states[version][suite]}"
                                      for version, suite in sorted(seen(scanned))
                                      if scanned.states[version][suite] != "accepted"])

    def test_something_was_seen(self):
        self.none_of(lambda scanned: [] if seen(scanned) else ["no exchange with a choice"])

    def test_it_is_said_that_answers_contradict_each_other(self):
        self.none_of(lambda scanned: [] if differential.observed(scanned, CONTRADICTS) else ["not said"])

    def test_no_scan_is_complete(self):
        self.assertEqual([scanned.code for scanned in self.scans], [3] * RUNS)


class DoubleCheckTest(unittest.TestCase):
    """Cells asked again at the end find what the scan itself has missed."""

    def test_it_finds_the_union_of_both(self):
        scanned = differential.scan(lab["service"], "--double-check", "200")
        differential.report("members, --double-check 200", scanned, by_any())
        self.assertEqual(differential.difference(scanned.states, by_any()), [])


if __name__ == "__main__":
    differential.main()

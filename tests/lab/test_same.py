"""Scans of a server that has not changed say the same (documents.py tells what may differ).

    sudo python3 tests/lab/test_same.py --scanner build/asan/smtptls-scan [unittest arguments]
"""

import copy
import json
import sys
import unittest

import differential
import documents
import exim
from differential import scan_document
from exim import Exim
from lab import skip_unless_available
from postfix import Postfix, order_services

LINES = 12  # of differences that are printed


class DocumentsTest(unittest.TestCase):
    """What is a difference, and what is none; without a server."""

    DOCUMENT = {
        "started": "2026-11-28T18:11:57Z", "duration_ms": 1, "complete": True, "targets": ["127.0.0.1:25"],
        "endpoints": [{
            "port": 25, "connections": 2, "handshakes": 1, "exchanges": [{"id": 1}],
            "certificate": {"sha256": "00ff", "key_bits": 2048, "evidence": [1]},
            "suites": {"0x0001": {"name": "A"}, "0x0002": {"name": "B"}, "0x0003": {"name": "C"}},
            "matrix": [{"version": "TLS 1.2",
                        "accepted": [{"grade": "family", "seen": "1 s after the start",
                                      "suites": {"0x0001": [1], "0x0002": [1]}}],
                        "rejected": [{"seen": "1 answer", "evidence": [1], "suites": ["0x0003"]}]}],
            "observations": [{"id": "smtp.greeting", "evidence": [1],
                              "value": "220 mail ESMTP Exim 4.96 Fri, 28 Nov 2026 18:11:57 +0000"},
                             {"id": "suites.order", "subject": "TLS 1.2", "value": "client"}]}]}

    def lines(self, change):
        changed = copy.deepcopy(self.DOCUMENT)
        change(changed, changed["endpoints"][0])
        one, other = (scan_document.load(json.dumps(document)) for document in (self.DOCUMENT, changed))
        self.assertEqual(documents.same_document(one, other), not documents.differences(one, other))
        return documents.differences(one, other)

    def test_what_differs_from_run_to_run_is_no_difference(self):
        def later(document, endpoint):
            document.update(started="later", duration_ms=2, targets=["127.0.0.1:26"])
            endpoint.update(port=26, connections=3, handshakes=2, exchanges=[])
            endpoint["certificate"]["evidence"] = [7]
            endpoint["matrix"][0]["rejected"][0].update(seen="2 answers", evidence=[7, 8])
            endpoint["observations"][0]["value"] = "220 mail ESMTP Exim 4.96 Sat, 5 Dec 2026 01:00:00 +0100"
            endpoint["observations"][1]["evidence"] = [7]
            endpoint["observations"].append({"id": "limits.throttled", "subject": "", "value": 2, "evidence": [7]})

        self.assertEqual(self.lines(later), [])

    def test_how_cells_stand_together_is_no_difference(self):
        def divide(_, endpoint):
            [row] = endpoint["matrix"]
            [group] = row["accepted"]
            row["accepted"] = [{**group, "suites": {"0x0002": [2]}}, {**group, "suites": {"0x0001": [1]}}]

        self.assertEqual(self.lines(divide), [])

    def test_everything_else_is_one(self):
        def accepted(endpoint):
            return endpoint["matrix"][0]["accepted"][0]

        def rejected(endpoint):
            return endpoint["matrix"][0]["rejected"][0]

        changes = {
            "a state": lambda document, endpoint: endpoint["matrix"][0].update(
                inconclusive=endpoint["matrix"][0].pop("rejected")),
            "a grade": lambda document, endpoint: accepted(endpoint).update(grade="handshake"),
            "a note": lambda document, endpoint: rejected(endpoint).update(reason="words"),
            "a cell": lambda document, endpoint: accepted(endpoint)["suites"].popitem(),
            "a rejected cell": lambda document, endpoint: rejected(endpoint)["suites"].pop(),
            "a suite": lambda document, endpoint: endpoint["suites"]["0x0001"].update(bits=128),
            "a version": lambda document, endpoint: endpoint["matrix"][0].update(version="TLS 1.1"),
            "a certificate": lambda document, endpoint: endpoint["certificate"].update(sha256="ff00"),
            "a certificate's fact": lambda document, endpoint: endpoint["certificate"].update(key_bits=1024),
            "a value": lambda document, endpoint: endpoint["observations"][1].update(value="server"),
            "a subject": lambda document, endpoint: endpoint["observations"][1].update(subject="TLS 1.1"),
            "the order of observations": lambda document, endpoint: endpoint["observations"].reverse(),
            "one observation less": lambda document, endpoint: endpoint["observations"].pop(),
            "whether all is known": lambda document, endpoint: document.update(complete=False),
            "a key": lambda document, endpoint: document.update(extra=None),
        }
        for name, change in changes.items():
            with self.subTest(name):
                self.assertNotEqual(self.lines(change), [])


class ScansMixin:
    """`services`: {name: Service} of what runs."""

    services = {}

    def check(self, name, runs):
        scans = [differential.scan(self.services[name]) for _ in range(runs)]
        differential.report(name, scans[0], {})
        for number, other in enumerate(scans[1:], start=2):
            lines = documents.differences(scans[0].document, other.document)
            shown = "\n".join(lines[:LINES])
            self.assertEqual(len(lines), 0, f"{name}: scans 1 and {number} differ in {len(lines)} values:\n{shown}")


class PostfixTest(ScansMixin, unittest.TestCase):
    """Debian's Postfix, in the client's order of preference and in its own."""

    @classmethod
    def setUpClass(cls):
        differential.require_scanner()
        postfix = skip_unless_available(lambda: cls.enterClassContext(Postfix(order_services())))
        cls.services = {service.name: service for service in postfix.services}

    def test_default(self):
        self.check("default-starttls", 3)

    def test_default_in_its_own_order(self):
        self.check("default-preempt", 3)

    def test_hardened(self):
        self.check("hardened-starttls", 3)

    def test_hardened_in_its_own_order(self):
        self.check("hardened-preempt", 3)


class EximTest(ScansMixin, unittest.TestCase):
    """Debian's Exim, in the client's order of preference and in its own."""

    @classmethod
    def setUpClass(cls):
        differential.require_scanner()
        servers = [Exim("default"), Exim("preempt", exim.OWN_ORDER_PRIORITY)]
        for server in servers:
            skip_unless_available(lambda: cls.enterClassContext(server))
            cls.services = {**cls.services, **{service.name: service for service in server.services}}

    def test_starttls(self):
        self.check("default-starttls", 2)

    def test_implicit(self):
        self.check("default-implicit", 2)

    def test_its_own_order(self):
        self.check("preempt-starttls", 2)


if __name__ == "__main__":
    differential.main()

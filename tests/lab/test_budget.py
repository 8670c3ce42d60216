"""What the probe of suites costs Debian's Postfix in connections, as the server counts them in its log.

    sudo python3 tests/lab/test_budget.py --scanner build/asan/smtptls-scan [unittest arguments]

The bounds are of medians of five scans. Connections of other probes are counted apart: those whose question's purpose
begins with their name.
"""

import statistics
import sys
import unittest

import differential
from lab import skip_unless_available
from postfix import Postfix, order_services

OTHER_PROBES = ("intolerance", "certificate")
MOST_FOR_CERTIFICATES = 3  # where the server has one
# {(service, connections at a time): most connections in all, the second hellos of absent versions apart}
MOST_ELSE = {
    ("default-starttls", 1): 108,
    ("default-starttls", 4): 112,
    ("default-starttls", 8): 117,
    ("default-starttls", 16): 131,
    ("hardened-starttls", 4): 62,
    ("hardened-preempt", 4): 102,
    ("default-preempt", 4): 219,
}
# Versions that the services do not have, SSL 2 apart: each is asked for once more, in a hello that differs.
ABSENT = {"default": 1, "hardened": 3}
MOST = {(name, number): most + ABSENT[name.split("-")[0]] for (name, number), most in MOST_ELSE.items()}
RUNS = 5
lab = {}  # "postfix": the running server


def setUpModule():
    differential.require_scanner()
    lab["postfix"] = skip_unless_available(lambda: unittest.enterModuleContext(Postfix(order_services())))


class BudgetMixin:
    """`runs`: how many scans the median is of."""

    runs = 0

    def cost(self, service, number):
        """(connections of the probe of suites, those of others) of one scan, as Postfix counted them."""
        postfix = lab["postfix"]
        before = postfix.connections(service)
        scanned = differential.scan(service, *differential.at_once(number))
        self.assertEqual(scanned.code, 0, scanned.errors)
        served = postfix.settled_connections(service, before + scanned.connections) - before
        self.assertEqual(served, scanned.connections, "the server counted other connections than the scanner")
        exchanges = scanned.document["endpoints"][0]["exchanges"]
        others = [exchange["purpose"] for exchange in exchanges if exchange["purpose"].startswith(OTHER_PROBES)]
        of_certificates = [purpose for purpose in others if purpose.startswith("certificate")]
        self.assertLessEqual(len(of_certificates), MOST_FOR_CERTIFICATES, of_certificates)
        print("\n  beside the suites: %s" % "; ".join(others), file=sys.stderr)
        return served - len(others), len(others)

    def check(self, name, number):
        service = next(one for one in lab["postfix"].services if one.name == name)
        costs = [self.cost(service, number) for _ in range(self.runs)]
        median, most = statistics.median(suites for suites, _ in costs), MOST[name, number]
        print(f"\n  {name}, {number} at a time: {', '.join(str(suites) for suites, _ in costs)} connections (and"
              f" {', '.join(str(others) for _, others in costs)} of other probes); median {median}, at most {most}",
              file=sys.stderr)
        self.assertLessEqual(median, most)


class OneScanTest(BudgetMixin, unittest.TestCase):
    """Quick: one scan each, of the service whose scans cost the same but for one or two."""

    runs = 1

    def test_default_one_at_a_time(self):
        self.check("default-starttls", 1)

    def test_default(self):
        self.check("default-starttls", 4)


class MedianTest(BudgetMixin, unittest.TestCase):
    """The median of five scans, of every bound."""

    runs = RUNS

    def test_every_bound(self):
        for name, number in MOST:
            with self.subTest(f"{name}, {number} at a time"):
                self.check(name, number)


if __name__ == "__main__":
    differential.main()

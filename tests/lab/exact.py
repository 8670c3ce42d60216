"""Scans that must be exact to the last cell: what the tests of dovecot.py, nginx.py and so on share.

A test is a class with the tests of `Exact`, which says which service of which server it scans, how, and how many cells
are known to be accepted. The truth: hello_truth.py.
"""

import collections
import sys
import time
import unittest

import differential
import hello_truth
from lab import skip_unless_available

_running = {}  # {what makes the server: the server}
_truths = {}   # {(port, SNI): outcomes of hello_truth.py}
CONTRADICTS, PERHAPS_SEVERAL = "server.contradicts", "server.perhaps_several"
BANNED, INTERNAL_ERROR = "limits.probably_banned", "tls.internal_error"


def running(make):
    """The server, a context manager, that make() returns: entered by the first who asks, left after the module's tests."""
    if make not in _running:
        _running[make] = skip_unless_available(lambda: unittest.enterModuleContext(make()))
    return _running[make]


def by_name(server, name):
    """The Service of that name of a running Mta."""
    return next(service for service in server.services if service.name == name)


def true_cells(service, name=""):
    """The outcomes of hello_truth.py for a service whose clients send this name, looked up once."""
    if (service.port, name) not in _truths:
        started = time.monotonic()
        found = _truths[service.port, name] = hello_truth.outcomes(service.port, not service.implicit, name)
        print(f"\n  truth {service.name}: " + ", ".join(
            f"{state} {differential.counts(hello_truth.in_state(found, state))}"
            for state in sorted({outcome.state for outcome in found.values()}))
            + f"; {time.monotonic() - started:.1f} s", file=sys.stderr)
    return _truths[service.port, name]


def undecided(scanned):
    """The cells of a scan that are neither accepted nor rejected, in words, or nothing."""
    cells = {version: {suite for suite, state in suites.items() if state not in ("accepted", "rejected")}
             for version, suites in scanned.states.items()}
    return differential.counts(cells) if any(cells.values()) else ""


def changed(before, after):
    """One line for each version in which two scans' states differ."""
    kinds = {version: collections.Counter((state, after[version][suite]) for suite, state in suites.items()
                                          if after[version][suite] != state) for version, suites in before.items()}
    return [f"{version}: {number} were {old} and are {new}" for version, counted in sorted(kinds.items())
            for (old, new), number in counted.items()]


class Exact:
    """Set `server`, what makes it; `service`, the name of one of its services; `expected`, {version: accepted cells}."""

    options = ()   # of the scan
    name = ""      # that clients of the truth send as SNI

    @classmethod
    def setUpClass(cls):
        cls.place = by_name(running(cls.server), cls.service)
        cls.found = true_cells(cls.place, cls.name)
        cls.accepted = hello_truth.in_state(cls.found, "accepted")
        cls.scanned = differential.scan(cls.place, *cls.options)
        differential.report(cls.place.name, cls.scanned, cls.accepted)

    def test_the_truth_is_what_this_server_is_known_for(self):
        counted = {version: len(suites) for version, suites in self.accepted.items() if suites}
        self.assertEqual(counted, self.expected)

    def test_no_cell_differs_from_single_handshakes(self):
        wrong = [line for line in differential.difference(self.scanned.states, self.accepted)
                 if line.endswith(("is accepted", "is rejected"))]
        self.assertEqual(wrong, [], self.scanned.errors)

    def test_every_cell_is_decided(self):
        self.assertEqual((undecided(self.scanned), self.scanned.code), ("", 0), self.scanned.errors)

    def test_a_version_in_which_its_library_fails_is_named(self):
        fails = {version for (version, _), outcome in self.found.items() if outcome.state == "internal_error"}
        self.assertEqual(set(differential.observed(self.scanned, INTERNAL_ERROR)), fails)

    def test_it_is_not_called_a_server_that_has_banned_us(self):
        self.assertEqual(differential.observed(self.scanned, BANNED), {})

    def test_it_is_not_called_several_servers(self):
        told = {name: differential.observed(self.scanned, name) for name in (CONTRADICTS, PERHAPS_SEVERAL)}
        self.assertEqual(told, {CONTRADICTS: {}, PERHAPS_SEVERAL: {}})

    def test_a_hundred_cells_asked_again_do_not_differ(self):
        again = differential.scan(self.place, *self.options, "--double-check", "100")
        self.assertEqual((again.code, differential.observed(again, CONTRADICTS)), (0, {}), again.errors)
        self.assertEqual(changed(self.scanned.states, again.states), [])

"""Debian's Postfix with every limit it has on clients: the whole right matrix, only slower; or, when there is
no time for that, open cells and never a wrong one."""

import os
import subprocess
import sys
import time
import unittest

from lab import HERE
from postfix import Postfix, Service

sys.path.insert(0, str(HERE.parent))
import scan_document  # noqa: E402

SCANNER = os.environ.get("SMTPTLS_SCAN", "")
# Loopback is in the list of clients that have no limits.
ALL = {"smtpd_client_event_limit_exceptions": ""}
UNIT_SECONDS = 10
SERVICES = [
    Service("unlimited"),
    Service("connection-rate", parameters={**ALL, "smtpd_client_connection_rate_limit": "20"}),
    Service("tls-rate", parameters={**ALL, "smtpd_client_new_tls_session_rate_limit": "20"}),
    Service("connection-count", parameters={**ALL, "smtpd_client_connection_count_limit": "2"}),
    Service("postscreen", postscreen=True,
            parameters={"postscreen_greet_wait": "3s", "postscreen_access_list": "", "postscreen_greet_action": "enforce",
                        "postscreen_greet_banner": "wait for it"}),
]
lab = {}


def setUpModule():
    lab["postfix"] = Postfix(SERVICES, {"anvil_rate_time_unit": f"{UNIT_SECONDS}s"})
    lab["postfix"].__enter__()
    lab["truth"] = scan("unlimited")


def tearDownModule():
    lab["postfix"].__exit__(None, None, None)


def scan(name, *options):
    """(exit code, the endpoint's JSON, {(version, suite): state}, seconds)."""
    port = next(service.port for service in SERVICES if service.name == name)
    command = [SCANNER, f"127.0.0.1:{port}", "--tls", "starttls", *scan_document.WHOLE, *options]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, timeout=500, check=False)
    endpoint = scan_document.load(done.stdout)["endpoints"][0]
    return done.returncode, endpoint, scan_document.states(endpoint), time.monotonic() - started


class LimitsTest(unittest.TestCase):
    maxDiff = None

    def check(self, name, *options):
        code, endpoint, cells, seconds = scan(name, *options)
        accepted = sum(state == "accepted" for state in cells.values())
        print(f"\n  {name} {' '.join(options)}: {accepted} accepted, {endpoint['connections']} connections,"
              f" {seconds:.1f} s, exit code {code}", file=sys.stderr)
        wrong = {cell: state for cell, state in cells.items()
                 if state in ("accepted", "rejected") and state != lab["truth"][2][cell]}
        self.assertEqual(wrong, {})
        return code, cells

    def check_whole(self, name, *options):
        code, cells = self.check(name, *options)
        open_cells = {cell: state for cell, state in cells.items() if state != lab["truth"][2][cell]}
        self.assertEqual((len(open_cells), code), (0, 0), dict(list(open_cells.items())[:3]))

    def test_without_limits_it_is_the_known_server(self):
        code, _, cells, _ = lab["truth"]
        self.assertEqual((code, sum(state == "accepted" for state in cells.values())), (0, 91))

    def test_connection_rate(self):
        self.check_whole("connection-rate")

    def test_without_time_cells_are_open(self):
        time.sleep(UNIT_SECONDS)  # the rate of the test before
        for name, seconds in (("connection-rate", 3), ("tls-rate", 3), ("connection-count", 2),
                              ("postscreen", 0.3)):  # it knows us by now, and greets at once
            with self.subTest(name):
                code, cells = self.check(name, "--max-time", str(seconds))
                self.assertEqual(code, 3)
                self.assertIn("not_tested", cells.values())

    def test_rate_of_new_tls_sessions(self):
        self.check_whole("tls-rate")

    def test_connection_count(self):
        self.check_whole("connection-count", "--max-connections", "8")

    def test_postscreen(self):
        self.check_whole("postscreen")


if __name__ == "__main__":
    unittest.main(verbosity=2)

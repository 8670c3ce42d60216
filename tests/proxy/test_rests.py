"""A server that answers 421 for a while after every fifth connection: the whole right matrix, only slower; or, when
there is no time for that, open cells and never a wrong one.

    test_rests.py SCANNER LAB SECONDS      how long it rests: under a second, with fewer suites, or the ten of issue and docs
"""

import json
import sys
import tempfile
import unittest

import test_faults
from test_faults import ACCEPTED, Lab, scan

SMALL = {"TLS 1.2": ACCEPTED["TLS 1.2"][:2]}
MUCH_TIME = ["--max-time", "280"]
LONG_REST = 60
rest = 0.3


class Rests(unittest.TestCase):
    def check(self, rest, *options):
        """(status, cells that are open) of a scan without a wrong cell."""
        accepted = ACCEPTED if rest >= 1 else SMALL
        table = {"versions": {version: {"suites": suites, "order": "client"} for version, suites in accepted.items()}}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(table, file)
            file.flush()
            with Lab("--hello-table", file.name, "--behaviour", "421-rest=%g" % rest, listen=["starttls"]) as lab:
                endpoint, cells, seconds = scan(lab.ports["starttls"], "--confirm", "none", *options)
                lab.end()
                turned_away = sum(not one["commands"] for one in lab.transcripts())
        print("\n  rests of %g s %s: %s, %d connections, %d of them turned away, %.1f s" % (
            rest, " ".join(options), endpoint["status"], endpoint["connections"], turned_away, seconds), file=sys.stderr)
        truth = {(version, suite) for version, suites in accepted.items() for suite in suites}
        wrong = [cell for cell, (state, _) in cells.items()
                 if (state == "accepted" and cell not in truth) or (state == "rejected" and cell in truth)]
        self.assertEqual(wrong, [])
        return endpoint["status"], [cell for cell, (state, _) in cells.items() if state not in ("accepted", "rejected")]

    def test_with_time_the_matrix_is_whole(self):
        self.assertEqual(self.check(rest, *MUCH_TIME), ("scanned", []))

    def test_without_time_cells_are_open(self):
        # It serves five connections at once, and none of the others before the scan ends.
        status, left = self.check(LONG_REST, "--max-time", "5")
        self.assertEqual(status, "incomplete")
        self.assertGreater(len(left), 0)


if __name__ == "__main__":
    Lab.scanner, Lab.program = sys.argv[1:3]
    rest = float(sys.argv[3])
    test_faults.PATIENCE = 400
    unittest.main(argv=sys.argv[:1])

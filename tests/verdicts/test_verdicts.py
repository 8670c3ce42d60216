"""What every policy says of saved scans of real servers, compared with what was checked by hand: SCAN.txt here for each
tests/data/scans/SCAN.json. `test_verdicts.py PROGRAM --regenerate` rewrites them; each line of the diff is checked
against the policy's document again.
"""
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SCANS = HERE.parents[0] / "data/scans"


def printed(scan):
    return subprocess.run([sys.argv[1], str(scan)], capture_output=True, check=True).stdout.decode()


class Verdicts(unittest.TestCase):
    maxDiff = None

    def test_each_verdict_is_what_was_checked(self):
        scans = sorted(SCANS.glob("*.json"))
        self.assertGreater(len(scans), 1)
        for scan in scans:
            with self.subTest(scan.stem):
                self.assertMultiLineEqual(printed(scan), (HERE / (scan.stem + ".txt")).read_text())


if __name__ == "__main__":
    if "--regenerate" in sys.argv:
        for path in SCANS.glob("*.json"):
            (HERE / (path.stem + ".txt")).write_text(printed(path))
    else:
        unittest.main(argv=sys.argv[:1])

"""A scan that is ended early, most often while the server misbehaves: by a signal, by --max-time, by a reader that goes
away. The result is valid and marked, and no cell of it is wrong.

    test_ends.py SCANNER LAB [unittest arguments]
"""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

import rows
from test_misbehaviour import Lab, SCHEMA

SCANNER = "smtptls-scan"

# Where a scan is when it is ended.
PLACES = [
    ("silence at the greeting", ("--behaviour", "silent")),
    ("a slow greeting", (*rows.REAL_LAB, "--behaviour", "slow-greeting=2")),
    ("a dripping server", (*rows.REAL_LAB, "--behaviour", "drip=0.05")),
    ("a wait after 421", (*rows.REAL_LAB, "--behaviour", "421-after=3")),
    ("silence in the place of TLS", ("--behaviour", "silent-after-starttls")),
    ("a wait between connections", rows.REAL_LAB),
]


class Ends(unittest.TestCase):
    def begin(self, lab, *arguments, **streams):
        where = "127.0.0.1:%d" % lab.ports["starttls"]
        streams = streams or {"stdout": subprocess.PIPE}
        return subprocess.Popen([SCANNER, "--format", "json", "--ehlo", "scanner.example", "--pace", "0.3", *arguments, where],
                                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **streams)

    def under_way(self, process):
        """Waits until the program waits for events, and a little more. A connection is too short to be looked for."""
        folder = "/proc/%d/fd" % process.pid
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            try:
                links = [os.readlink(os.path.join(folder, name)) for name in os.listdir(folder)]
            except OSError:  # one that was closed meanwhile
                continue
            if any("eventpoll" in link for link in links):
                break
            time.sleep(0.05)
        time.sleep(0.5)
        self.assertIsNone(process.poll(), "over before it could be ended")

    def marked(self, process, word):
        """The document: valid, marked, with no cell that is wrong; the scan ended soon."""
        begun = time.monotonic()
        out, err = process.communicate(timeout=60)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual((process.returncode, err), (3, ""))
        document = json.loads(out)
        self.assertEqual([error.message for error in SCHEMA.iter_errors(document)], [])
        self.assertEqual((document["interruption"], document["complete"]), (word, False))
        truth = {(version, suite) for version, suites in rows.REAL.items() for suite in suites}
        for part in document["endpoints"][0]["matrix"]:
            cells = {(part["version"], suite) for suite in part["suites"]}
            self.assertTrue(part["state"] != "accepted" or cells <= truth, part)
            self.assertTrue(part["state"] != "rejected" or not cells & truth, part)

    def test_a_signal_ends_it_everywhere(self):
        for place, lab_arguments in PLACES:
            for kind in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(place, kind=kind.name), Lab(*lab_arguments) as lab:
                    process = self.begin(lab)
                    self.under_way(process)
                    process.send_signal(kind)
                    self.marked(process, "signal")

    def test_max_time_ends_it_everywhere(self):
        for place, lab_arguments in PLACES:
            with self.subTest(place), Lab(*lab_arguments) as lab:
                self.marked(self.begin(lab, "--max-time", "1"), "max_time")

    def test_a_second_signal_ends_a_program_that_cannot_print(self):
        # The first ends the scan; then nobody reads the result, which may be more than a pipe holds.
        with Lab("--behaviour", "silent") as lab:
            process = self.begin(lab)
            self.under_way(process)
            process.send_signal(signal.SIGINT)
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            begun = time.monotonic()
            process.wait(10)
            self.assertLess(time.monotonic() - begun, 5)
            self.assertIn(process.returncode, (-signal.SIGINT, 3))
            process.communicate()

    def test_a_reader_that_goes_away_in_mid_scan_is_no_crash(self):
        with Lab(*rows.REAL_LAB, "--behaviour", "slow-greeting=0.3") as lab:
            process = self.begin(lab)
            process.stdout.close()
            err = process.stderr.read()
            process.stderr.close()
            self.assertEqual(process.wait(60), 3)
            self.assertIn("could not be written", err)


if __name__ == "__main__":
    SCANNER, Lab.program = sys.argv[1:3]
    unittest.main(module="__main__", argv=sys.argv[:1] + sys.argv[3:])

"""A scan that is ended early, most often while the server misbehaves: by a signal, by --max-time, by a reader that goes
away. The result is valid and marked, and no cell of it is wrong.

    test_ends.py SCANNER LAB [unittest arguments]
"""
import fcntl
import json
import signal
import struct
import subprocess
import sys
import termios
import time
import unittest

import rows
from test_misbehaviour import Lab, SCHEMA, scan_document
from waiting import PATIENCE, wait_for

SCANNER = "smtptls-scan"

# What is ended ends before this: a step that nobody ended would wait for 30 s, --timeout.
SOON = 20

# Where a scan is when it is ended, after so many connections are over, and is there one under way?
PLACES = [
    ("silence at the greeting", ("--behaviour", "silent"), 0, True),
    ("a slow greeting", (*rows.REAL_LAB, "--behaviour", "slow-greeting=2"), 0, True),
    ("a dripping server", (*rows.REAL_LAB, "--behaviour", "drip=0.05"), 0, True),
    ("a wait after 421", (*rows.REAL_LAB, "--behaviour", "421-after=3"), 4, False),
    ("silence in the place of TLS", ("--behaviour", "silent-after-starttls"), 0, True),
    ("a wait between connections", rows.REAL_LAB, 1, False),
]
LISTENERS = 2


def rest_of(pid):
    """How often a process has gone to sleep, if it sleeps now; else None."""
    with open("/proc/%d/status" % pid) as status:
        fields = dict(line.split(":\t", 1) for line in status)
    return fields["voluntary_ctxt_switches"] if fields["State"].startswith("S") else None


def both_wait(scanner, server):
    """Neither has anything to do: what was sent has been read, and both wait for time to pass."""
    before = rest_of(scanner), rest_of(server)
    return None not in before and before == (rest_of(scanner), rest_of(server))


def unread(pipe):
    """How many bytes wait in it."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]


class Ends(unittest.TestCase):
    def begin(self, lab, *arguments, **streams):
        where = "127.0.0.1:%d" % lab.ports["starttls"]
        streams = streams or {"stdout": subprocess.PIPE}
        return subprocess.Popen([SCANNER, *scan_document.WHOLE, "--ehlo", "scanner.example", "--pace", "0.3", *arguments, where],
                                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **streams)

    def under_way(self, process, lab, over=0, connected=True):
        """Waits until so many connections are over, and both programs wait for time to pass: in a connection or between two."""
        def there():
            return (len(lab.transcripts()) >= over and (lab.sockets() > LISTENERS) == connected
                    and both_wait(process.pid, lab.process.pid))

        wait_for(lambda: process.poll() is not None or there(), "the place where it is to be ended")
        self.assertIsNone(process.poll(), "over before it could be ended")

    def marked(self, process, word):
        """The document: valid, marked, with no cell that is wrong; the scan ended soon."""
        begun = time.monotonic()
        out, err = process.communicate(timeout=PATIENCE)
        self.assertLess(time.monotonic() - begun, SOON)
        self.assertEqual((process.returncode, err), (3, ""))
        self.assertEqual([error.message for error in SCHEMA.iter_errors(json.loads(out))], [])
        document = scan_document.load(out)
        self.assertEqual((document["interruption"], document["complete"]), (word, False))
        truth = {(version, suite) for version, suites in rows.REAL.items() for suite in suites}
        for cell, state in scan_document.states(document["endpoints"][0]).items():
            self.assertTrue(state != "accepted" or cell in truth, cell)
            self.assertTrue(state != "rejected" or cell not in truth, cell)

    def test_a_signal_ends_it_everywhere(self):
        for place, lab_arguments, *when in PLACES:
            for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                with self.subTest(place, kind=kind.name), Lab(*lab_arguments) as lab:
                    process = self.begin(lab)
                    self.under_way(process, lab, *when)
                    process.send_signal(kind)
                    self.marked(process, "signal")

    def test_max_time_ends_it_everywhere(self):
        for place, lab_arguments, *_ in PLACES:
            with self.subTest(place), Lab(*lab_arguments) as lab:
                self.marked(self.begin(lab, "--max-time", "1"), "max_time")

    def test_a_second_signal_ends_a_program_that_cannot_print(self):
        # The first ends the scan; then nobody reads the result, which may be more than a pipe holds.
        with Lab("--behaviour", "silent") as lab:
            process = self.begin(lab)
            self.under_way(process, lab)
            process.send_signal(signal.SIGINT)
            wait_for(lambda: process.poll() is not None or unread(process.stdout), "the beginning of its result")
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
            self.assertIn(process.returncode, (-signal.SIGINT, 3))
            process.communicate()

    def test_a_reader_that_goes_away_in_mid_scan_is_no_crash_and_no_error(self):
        with Lab(*rows.REAL_LAB, "--behaviour", "slow-greeting=0.3") as lab:
            process = self.begin(lab)
            process.stdout.close()
            err = process.stderr.read()
            process.stderr.close()
            self.assertEqual((process.wait(PATIENCE), err), (0, ""))


if __name__ == "__main__":
    SCANNER, Lab.program = sys.argv[1:3]
    unittest.main(module="__main__", argv=sys.argv[:1] + sys.argv[3:])

"""The lab itself: a server leaves nothing behind, and trouble is never taken for a refusal.

    sudo python3 tests/lab/test_harness.py
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import unittest
from pathlib import Path

import lab
import truth
from postfix import Postfix, Service

HERE = Path(__file__).resolve().parent
SECONDS = 300
SUITE = truth.Suite("TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA")
ESTABLISHED = "CONNECTION ESTABLISHED\nProtocol version: TLSv1.2\nCiphersuite: AES128-SHA\n"
ALERT = "error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:SSL alert number {}\n"


def gone(pids):
    """Waits for the end of processes that are not our children; True if all ended in time."""
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended = select.select([descriptor], [], [], SECONDS)[0]
        os.close(descriptor)
        if not ended:
            return False
    return True


class LeavesNothingBehind(unittest.TestCase):
    def test_after_an_exception_in_the_test(self):
        with self.assertRaises(ZeroDivisionError), contextlib.ExitStack() as stack:
            postfix = lab.skip_unless_available(lambda: stack.enter_context(Postfix([Service("one")])))
            namespace, folder = lab.namespace_of(postfix.server), postfix.server.share
            self.assertGreater(len(lab.processes_in(namespace)), 3)
            raise ZeroDivisionError
        self.assertEqual(lab.processes_in(namespace), [])
        self.assertFalse(folder.exists())

    def test_after_the_test_is_killed(self):
        skip_reason = self.run_and_kill(signal.SIGKILL)
        if skip_reason:
            self.skipTest(skip_reason)

    def test_after_the_test_is_terminated(self):
        skip_reason = self.run_and_kill(signal.SIGTERM)
        if skip_reason:
            self.skipTest(skip_reason)

    def run_and_kill(self, number):
        """Runs postfix.py, kills it, looks for what is left; returns a reason to skip or None."""
        program = subprocess.Popen([sys.executable, HERE / "postfix.py"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(program.communicate)
        self.addCleanup(program.kill)
        if not program.stdout.readline():
            return program.communicate()[1]
        children = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
        self.assertEqual(len(children), 1)
        namespace = os.stat(f"/proc/{children[0]}/ns/pid_for_children").st_ino
        pids = lab.processes_in(namespace)
        self.assertGreater(len(pids), 3)
        program.send_signal(number)
        program.wait(SECONDS)
        self.assertTrue(gone([int(children[0]), *pids]))
        self.assertEqual(lab.processes_in(namespace), [])
        return None


class Classify(unittest.TestCase):
    def test_every_way_a_handshake_goes(self):
        cases = [
            ("completed, and SMTP inside", "250 CHUNKING\n221 2.0.0 Bye\n", ESTABLISHED, "accepted"),
            ("completed, but nothing inside", "250 CHUNKING\n", ESTABLISHED, "trouble"),
            ("another suite than asked", "221 Bye\n", ESTABLISHED.replace("128", "256"), "trouble"),
            ("another version than asked", "221 Bye\n", ESTABLISHED.replace("1.2", "1.1"), "trouble"),
            ("handshake_failure", "", ALERT.format(40), "refused"),
            ("protocol_version", "", ALERT.format(70), "refused"),
            ("internal_error is no refusal", "", ALERT.format(80), "trouble"),
            ("our side refuses", "", "error:0A0000B5:SSL routines::no ciphers available\n", "trouble"),
            ("closed", "", "unexpected eof while reading\n", "trouble"),
            ("silence", "", "", "trouble"),
        ]
        for name, stdout, stderr, expected in cases:
            with self.subTest(name):
                self.assertEqual(truth.classify(stdout, stderr, "TLS 1.2", SUITE).state, expected)

    def test_a_dead_port_is_trouble(self):
        [port] = lab.free_ports(1)
        self.assertEqual(truth.cell(port, True, "TLS 1.2", SUITE, []).state, "trouble")

    def test_old_and_new_suites_can_be_spoken(self):
        for version in truth.VERSIONS:
            with self.subTest(version):
                self.assertGreater(len(truth.speakable(version, truth.providers())), 4)


if __name__ == "__main__":
    lab.run_tests(sys.argv)

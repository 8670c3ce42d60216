"""Evidence of scans of real servers: rebuilt without a network it gives the same JSON, byte for byte."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from exim import standard_servers
from lab import HERE, run_tests
from postfix import Postfix, standard_services

sys.path.insert(0, str(HERE.parent))
from scan_document import WHOLE  # noqa: E402

SCANNER = os.environ.get("SMTPTLS_SCAN", "")
PATIENCE = 240


def run(*arguments):
    done = subprocess.run([SCANNER, *arguments], capture_output=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stdout, done.stderr


class RebuildTest(unittest.TestCase):
    def check(self, service):
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder) / "evidence.jsonl")
            scan = run(*WHOLE, "--evidence", path, "--tls", service.tls, f"127.0.0.1:{service.port}")
            self.assertIn(b'"accepted"', scan[1])
            self.assertEqual(run("report", *WHOLE, "--from-evidence", path), scan)

    def test_postfix(self):
        with Postfix(standard_services()) as postfix:
            for service in postfix.services:
                with self.subTest(service.name):
                    self.check(service)

    def test_exim(self):
        for server in standard_servers():
            with server:
                for service in server.services:
                    with self.subTest(f"{server.name} {service.name}"):
                        self.check(service)


if __name__ == "__main__":
    run_tests(sys.argv)

"""smtptls-scan for the tests of the command line: run it, read its JSON, hold that to the schema."""
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

import jsonschema

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests"), str(REPOSITORY / "tests/lab/server")]
import scan_document  # noqa: E402
from lab_server import Lab  # noqa: E402
from scan_document import WHOLE  # noqa: E402
from waiting import PATIENCE, wait_for  # noqa: E402

SCHEMA = jsonschema.Draft7Validator(json.loads((REPOSITORY / "report/schema/scan.schema.json").read_text()))
EHLO = ["--ehlo", "scanner.example"]
# What ends soon ends before this: a step that nobody ended would wait for 30 s, --timeout.
SOON = 20


class Run:
    """One run that is over: its code, streams and seconds."""

    def __init__(self, *arguments, env=None):
        begun = time.monotonic()
        done = subprocess.run([Scan.program, *arguments], capture_output=True, text=True, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
        self.seconds = time.monotonic() - begun
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr


class Scan(unittest.TestCase):
    """What every test of the scanner needs."""

    program = "smtptls-scan"

    def json(self, *arguments, code):
        """The document of a run that ends with this code; it is valid and its coverage adds up."""
        run = Run(*WHOLE, *EHLO, *arguments)
        self.assertEqual(run.code, code, run.out[-2000:] + run.err)
        self.assertEqual(run.err, "")
        return self.valid(run.out)

    def valid(self, text):
        self.assertEqual([error.message for error in SCHEMA.iter_errors(json.loads(text))], [])
        document = scan_document.load(text)
        for endpoint in document["endpoints"]:
            coverage = endpoint["coverage"]
            parts = [coverage[state] for state in ("accepted", "rejected", "inconclusive", "not_tested")]
            self.assertEqual(coverage["asked"], sum(parts))
            self.assertEqual(coverage["asked"], len(endpoint["cells"]))
            self.assertEqual(endpoint["connections"], len(endpoint["exchanges"]))
            self.assertEqual(endpoint["handshakes"],
                             sum(exchange["question"] == "handshake" for exchange in endpoint["exchanges"]))
        return document

    def begin(self, lab, *arguments):
        """A JSON scan in the middle of its work: its first connection is over. The server's greetings should be slow."""
        process = subprocess.Popen([self.program, *WHOLE, *EHLO, *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        wait_for(lambda: lab.transcripts() or process.poll() is not None, "the end of a connection")
        self.assertIsNone(process.poll(), "too quick to be interrupted")
        return process


def main():
    """`test_x.py SCANNER LAB`: the programs, then unittest."""
    Scan.program, Lab.program = sys.argv[1:3]
    unittest.main(module="__main__", argv=sys.argv[:1])

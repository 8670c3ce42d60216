"""One row, played and scanned: the scan in every format, the same again from its evidence, and what both cost.

Knows what is done and not what is right: that is test_attack.py's.
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import time

import server
from table import Row

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))
import scan_document  # noqa: E402

EHLO_NAME = "scanner.example"
# Each with the end of its file's name. JSON is what goes to stdout.
FORMATS = {"text": "txt", "ndjson": "ndjson", "csv": "csv", "html": "html", "junit": "xml", "sarif": "sarif",
           "nagios": "txt", "prometheus": "prom"}
FINDING = 99  # the exit code of a sanitizer
SANITIZERS = {"ASAN_OPTIONS": "exitcode=%d" % FINDING, "UBSAN_OPTIONS": "print_stacktrace=1:exitcode=%d" % FINDING,
              "LSAN_OPTIONS": "exitcode=%d" % FINDING}
HANGS = 300  # seconds, on any machine
# The peak of a child begins with its parent's: each is measured by a small process of its own. Linux tells how long each
# thread was ready to run and had no processor: that is the machine's time. Threads wait at the same time, so only the
# longest of these waits is taken off.
MEASURE = """import glob, os, subprocess, sys, time
delays = {}
def look():
    for path in glob.glob("/proc/%d/task/*/schedstat" % process.pid):
        try:
            with open(path) as waited:
                delays[path] = int(waited.read().split()[1]) / 1e9
        except (OSError, IndexError):
            pass
begun = time.monotonic()
process = subprocess.Popen(sys.argv[2:])
while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
    look()
    time.sleep(0.05)
seconds = time.monotonic() - begun
look()
starved = max(delays.values(), default=0)
_, status, usage = os.wait4(process.pid, 0)
with open(sys.argv[1], "w") as told:
    print(os.waitstatus_to_exitcode(status), seconds - starved, starved, usage.ru_utime + usage.ru_stime,
          usage.ru_maxrss, file=told)
"""


class Run:
    """A program's end: `code`, `out`, `err`; `seconds` that it took, beside those that it was `starved` by a busy
    machine; seconds of `processor`; `kib` of memory at its peak."""

    def __init__(self, told, folder, *command):
        done = subprocess.run([sys.executable, "-S", "-E", "-c", MEASURE, str(told), *map(str, command)], cwd=folder,
                              capture_output=True, timeout=HANGS, stdin=subprocess.DEVNULL,
                              env={**os.environ, **SANITIZERS})
        self.out, self.err = done.stdout, done.stderr
        code, self.seconds, self.starved, self.processor, kib = map(float, told.read_text().split())
        self.code, self.kib = int(code), int(kib)


class Scanned:
    """A row and what came of it. Its files are in `folder`: FORMAT/NAME.END of the scan, again/FORMAT/NAME.END of
    the evidence."""

    def __init__(self, scanner, row, folder, number):
        self.row: Row = row
        self.name = "%s-%03d" % (row.family.replace(" ", "-"), number)
        self.folder = folder
        self.evidence = folder / "evidence" / (self.name + ".jsonl")
        self.evidence.unlink(missing_ok=True)
        told = folder / "evidence" / (self.name + ".told")
        self.server = server.Server(row.play, row.mode)
        begun = time.monotonic()
        try:
            self.run = Run(told, folder, scanner, *self.outputs(), "--ehlo", EHLO_NAME, "--tls", row.mode, "--timeout",
                           row.timeout, "--max-time", row.max_time, "--evidence", self.evidence,
                           "127.0.0.1:%d" % self.server.port)
        finally:
            self.server.end()
        self.whole_seconds = time.monotonic() - begun
        self.again = Run(told, folder / "again", scanner, "report", "--from-evidence", self.evidence, *self.outputs())
        for place, run in ((folder, self.run), (folder / "again", self.again)):
            (place / "json" / (self.name + ".json")).write_bytes(run.out)

    def outputs(self):
        """By names that are the same in both folders: results tell how they were asked for."""
        files = []
        for form, end in FORMATS.items():
            files += ["--format", form, "-o", "%s/%s.%s" % (form, self.name, end)]
        return [*files, "--policy", "rfc9325", *scan_document.WHOLE]

    def paths(self, folder=None):
        """{format: path}, JSON too."""
        folder = folder or self.folder
        ends = {**FORMATS, "json": "json"}
        return {form: folder / form / ("%s.%s" % (self.name, end)) for form, end in ends.items()}

    def endpoint(self):
        return scan_document.load(self.run.out)["endpoints"][0]

    def cells(self, state):
        return {cell for cell, one in scan_document.states(self.endpoint()).items() if one == state}

    def exchanges(self):
        """(question, bytes received, kind of the outcome) of each connection, by the scanner's own record."""
        for line in self.evidence.read_text().splitlines():
            event = json.loads(line)
            if event["event"] == "exchange":
                wire = event.get("before_tls", []) + event.get("tls", [])
                size = sum(len(base64.b64decode(one["got"])) if "got" in one else len(one.get("got_text", ""))
                           for one in wire)
                yield event["question"], size, event.get("facts", {}).get("kind", "")


def make_folders(folder):
    for place in (folder, folder / "again"):
        for form in (*FORMATS, "json"):
            (place / form).mkdir(parents=True)
    (folder / "evidence").mkdir()

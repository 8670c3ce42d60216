"""The mail-log reader on the bench's generated logs: nothing is lost, and four times the senders cost no memory.

    python3 tests/bench/test_log.py --build build/asan [unittest arguments]
"""
import argparse
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SIZES = (45 * 10**6, 180 * 10**6)  # one block of 40,000 senders is 57 MB; the reader keeps 65,536
sys.dont_write_bytecode = True
scanner = ""


def bench():
    """tests/bench/log as a module; its name has no suffix."""
    loader = importlib.machinery.SourceFileLoader("bench_log", str(HERE / "log"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench_log", loader))
    loader.exec_module(module)
    return module


class BigLog(unittest.TestCase):
    def read(self, size):
        """(document, peak MiB, lines with TLS by grep) of a generated log of at least so many bytes."""
        with tempfile.TemporaryDirectory() as folder:
            path = folder + "/mail.log"
            subprocess.run([HERE / "log", "--scanner", "-", "--generate", path, "--size", str(size)], check=True)
            # The peak of a child begins with its parent's: each is measured by a small process of its own.
            measure = ("import os, subprocess, sys; p = subprocess.Popen(sys.argv[1:]); _, _, u = os.wait4(p.pid, 0);"
                       " print(u.ru_maxrss / 1024, file=sys.stderr)")
            done = subprocess.run([sys.executable, "-c", measure, scanner, "log", "--format", "json", path],
                                  capture_output=True, text=True, check=True)
            found = subprocess.run(["grep", "-c", bench().PATTERN, path], capture_output=True, text=True, check=True)
            return json.loads(done.stdout), float(done.stderr), int(found.stdout)

    def test_memory_stays_and_no_session_is_lost(self):
        peaks = []
        for size in SIZES:
            document, peak, expected = self.read(size)
            self.assertEqual(sum(document["impact"]["inbound"]["sessions"].values()), expected)
            self.assertEqual((document["malformed"], document["evicted"]), (0, 0))
            estimated = document["impact"]["inbound"]["peers"]
            self.assertLess(abs(estimated - expected) / expected, 0.03, "each session has a sender of its own")
            peaks.append(peak)
        print("peak MiB: %.0f for %d MB, %.0f for %d MB" % (peaks[0], SIZES[0] // 10**6, peaks[1], SIZES[1] // 10**6),
              file=sys.stderr)
        # 40,000 senders and 160,000: from the limit on, none costs anything.
        self.assertLess(peaks[1], 2 * peaks[0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    arguments, rest = parser.parse_known_args()
    scanner = str(arguments.build / "smtptls-scan")
    unittest.main(argv=sys.argv[:1] + rest)

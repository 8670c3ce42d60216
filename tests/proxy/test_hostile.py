"""A thousand hostile connections at once: what they may cost us in memory.

    test_hostile.py SCANNER ADDRESSES       four connections to each
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import scan_document  # noqa: E402

SERVER = pathlib.Path(__file__).with_name("hostile_server.py")
AT_ONCE = 4
MOST_KIB_EACH = 64  # in buffers: a message of 32, a record of 18, what is being read, in whole pages
PATIENCE = 200
# AddressSanitizer keeps what was freed.
FREED_IS_FREED = "quarantine_size_mb=0:thread_local_quarantine_size_kb=0:max_redzone=16:malloc_context_size=1"
# The peak of a child begins with its parent's: each is measured by a small process of its own.
MEASURE = """import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))"""

# Connections at once, with so many addresses: not all of the 1,280 are there at the same moment. The server counts
# those that we have left too, until it knows.
AT_LEAST = 1000
addresses = 320


def peak(kind, count):
    """(peak KiB of the scanner, connections that the server had at once) with so many addresses."""
    server = subprocess.Popen([sys.executable, SERVER, str(count), kind], stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().strip()
        targets = ["127.1.%d.%d:%s" % (number // 200, number % 200 + 1, port) for number in range(count)]
        done = subprocess.run([sys.executable, "-c", MEASURE, Hostile.scanner, *scan_document.WHOLE, "--ehlo",
                               "scanner.example", "--timeout", "3", "--max-time", "40", "--max-connections", str(AT_ONCE),
                               "--max-addresses", str(count), *targets],
                              capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
                              env={**os.environ, "ASAN_OPTIONS": FREED_IS_FREED})
        if done.returncode != 3:
            raise AssertionError("exit code %d: %s" % (done.returncode, done.stderr[-2000:]))
        wrong = [cell for endpoint in scan_document.load(done.stdout)["endpoints"]
                 for cell in scan_document.accepted(endpoint) if cell[1] != "TLS_RSA_WITH_AES_128_CBC_SHA"]
        if wrong:
            raise AssertionError("accepted what nobody offered")
    finally:
        server.terminate()
        told = server.communicate(timeout=PATIENCE)[0]
    return int(done.stderr.split()[-1]), json.loads(told.splitlines()[-1])


class Hostile(unittest.TestCase):
    scanner = ""

    def test_memory_stays_within_the_bound(self):
        # Silent connections fill no buffer; all else, such as what is known of each address, is there too.
        base, told = peak("silence", addresses)
        self.show("silence", base, base, told)
        for kind in ("chain", "record", "all"):
            with self.subTest(kind):
                most, told = peak(kind, addresses)
                self.show(kind, most, base, told)
                self.assertGreaterEqual(told["most_at_once"], AT_LEAST)
                self.assertLess(most - base, MOST_KIB_EACH * AT_ONCE * addresses)

    def show(self, kind, most, base, told):
        print("\n  %s: %d connections, %d at once; peak %.1f MiB, %.1f KiB each more than silence takes" % (
            kind, told["connections"], told["most_at_once"], most / 1024, (most - base) / (AT_ONCE * addresses)),
              file=sys.stderr)


if __name__ == "__main__":
    Hostile.scanner, addresses = sys.argv[1], int(sys.argv[2])
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    unittest.main(argv=sys.argv[:1])

"""A network that cuts, stalls or resets every fifth connection: whatever the scanner says of a known server is
right or open, never wrong.

    test_faults.py SCANNER LAB [SEEDS [PROBABILITY]]      SEEDS: so many runs of each server, 3 unless told

With few seeds only the servers that cost few connections: those that follow the client's order.
"""

import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from faulty_proxy import FaultyProxy, Loop

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "lab/server")]
import scan_document  # noqa: E402
from lab_server import Lab  # noqa: E402

TOGETHER = 16  # runs: they mostly wait
PATIENCE = 500
MOST_TIME = {"alert 40": "400", "close": "60"}  # seconds; each close is asked six times and more
ENOUGH_COMPLETE = 0.9
OPTIONS = [*scan_document.WHOLE, "--ehlo", "scanner.example"]
STALL = ["--timeout", "2"]  # what a connection that was stalled costs

OLD = ["TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
       "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"]
NEW = ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
       "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
       "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_GCM_SHA256",
       "TLS_DH_anon_WITH_AES_256_GCM_SHA384"]
TLS13 = ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"]
ACCEPTED = {"TLS 1.0": OLD, "TLS 1.2": NEW + OLD, "TLS 1.3": TLS13}

ORDERS = ("client", "server")
FEW = 10

seeds = 3
probability = 0.2


def table(order, refusal):
    """A hello table: TLS 1.3, 1.2 and 1.0."""
    return {"versions": {version: {"suites": suites, "order": order} for version, suites in ACCEPTED.items()},
            "refusal": refusal, "absent": "lower, else " + ("alert 70" if refusal.startswith("alert") else refusal)}


def scan(port, *options):
    """(endpoint, {(version, suite): (state, note)}, seconds) of a run."""
    begun = time.monotonic()
    done = subprocess.run([Lab.scanner, *OPTIONS, *options, "127.0.0.1:%d" % port], capture_output=True, text=True,
                          timeout=PATIENCE, stdin=subprocess.DEVNULL)
    if done.returncode not in (0, 3) or done.stderr:
        raise AssertionError("exit code %d: %s" % (done.returncode, done.stderr[-3000:]))
    [endpoint] = scan_document.load(done.stdout)["endpoints"]
    cells = {(cell["version"], cell["suite"]): (cell["state"], cell["note"]) for cell in endpoint["cells"]}
    # At the limit of time a scan may be over and have everything; it is marked all the same.
    if done.returncode == 0 and endpoint["status"] != "scanned":
        raise AssertionError("exit code %d, and %s" % (done.returncode, endpoint["status"]))
    return endpoint, cells, time.monotonic() - begun


class Faults(unittest.TestCase):
    maxDiff = None

    def runs(self, name, lab, truth, *options):
        """The share of complete scans of one server."""
        def run(seed):
            with FaultyProxy(loop, lab.ports["starttls"], seed, probability) as proxy:
                return seed, *scan(proxy.port, *STALL, *options), proxy

        complete = hit = connections = longest = spent = 0
        wrong, open_cells = [], []
        with Loop() as loop, concurrent.futures.ThreadPoolExecutor(TOGETHER) as pool:
            for seed, endpoint, cells, seconds, proxy in pool.map(run, range(1, seeds + 1)):
                self.assertGreater(len(cells), 600 if endpoint["status"] != "failed" else -1)
                wrong += [(seed, cell, state) for cell, (state, _) in cells.items()
                          if (state == "accepted" and cell not in truth) or (state == "rejected" and cell in truth)]
                left = {(version, note) for (version, _), (state, note) in cells.items()
                        if state not in ("accepted", "rejected")}
                open_cells += [(seed, *one) for one in left] or ([(seed, endpoint["status"])]
                                                                 if endpoint["status"] != "scanned" else [])
                complete += endpoint["status"] == "scanned"
                hit += sum(proxy.faults.values())
                connections += proxy.connections
                longest, spent = max(longest, proxy.connections), spent + seconds
        print("\n  %s: %d runs, %d wrong cells, %d complete (%.1f %%); %.1f %% of connections hit;"
              " %.0f connections a run, at most %d; %.1f s a run" % (
                  name, seeds, len(wrong), complete, 100 * complete / seeds, 100 * hit / connections,
                  connections / seeds, longest, spent / seeds), file=sys.stderr)
        for line in open_cells[:40]:
            print("    open:", *line, file=sys.stderr)
        self.assertEqual(wrong, [])
        return complete / seeds

    def play(self, order, refusal):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(table(order, refusal), file)
            file.flush()
            with Lab("--hello-table", file.name, listen=["starttls"]) as lab:
                truth = {(version, suite) for version, suites in ACCEPTED.items() for suite in suites}
                cells = scan(lab.ports["starttls"], "--confirm", "none")[1]
                self.assertEqual({cell for cell, (state, _) in cells.items() if state == "accepted"}, truth)
                return self.runs(refusal + ", the %s's order" % order, lab, truth, "--confirm", "none",
                                 "--max-time", MOST_TIME[refusal])

    def test_a_server_that_refuses_by_alert(self):
        for order in ORDERS[:1 if seeds <= FEW else 2]:
            with self.subTest(order):
                self.assertGreaterEqual(self.play(order, "alert 40"), ENOUGH_COMPLETE)

    def test_a_server_that_refuses_by_close(self):
        for order in ORDERS[:1 if seeds <= FEW else 2]:
            with self.subTest(order):
                self.play(order, "close")

    def test_a_server_with_which_handshakes_are_completed(self):
        with Lab("--ciphers", "aRSA:@SECLEVEL=0", listen=["starttls"], keys=["rsa2048"]) as lab:
            cells = scan(lab.ports["starttls"])[1]
            truth = {cell for cell, (state, _) in cells.items() if state == "accepted"}
            self.assertGreater(len(truth), 20)
            self.assertGreaterEqual(self.runs("handshakes", lab, truth), ENOUGH_COMPLETE)


if __name__ == "__main__":
    Lab.scanner, Lab.program = sys.argv[1:3]
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else seeds
    probability = float(sys.argv[4]) if len(sys.argv) > 4 else probability
    unittest.main(argv=sys.argv[:1])

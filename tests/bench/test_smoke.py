"""The bench in short: one run of ours, no peers; what the proxy counts is what the document says.

    sudo python3 tests/bench/test_smoke.py --build build/release [unittest arguments]
"""

import argparse
import socket
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lab")]

import runner  # noqa: E402
import contestants  # noqa: E402
from lab import run_tests, skip_unless_available  # noqa: E402
from postfix import Postfix, Service  # noqa: E402

ROUND_TRIP_MS = 20
CELL = {"TLS 1.2": {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}}  # any Postfix of ours accepts it
build = Path()


class EchoServer:
    """Answers one connection after the other: a greeting, then everything it hears, until the client ends."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                connection.sendall(b"hello")
                while heard := connection.recv(100):
                    connection.sendall(heard)


class ProxyDelays(unittest.TestCase):
    def test_greeting_after_two_round_trips_and_answers_after_one(self):
        server = EchoServer()
        threading.Thread(target=server.serve, daemon=True).start()
        tools = runner.Tools.of(build)
        with runner.Proxy(tools, runner.Server("echo", "127.0.0.1", server.port, True), 100) as proxy:
            begin = time.monotonic()
            with socket.create_connection(("127.0.0.1", proxy.port)) as client:
                self.assertEqual(client.recv(100), b"hello")
                self.assertGreater(time.monotonic() - begin, 0.199)
                begin = time.monotonic()
                client.sendall(b"again")
                self.assertEqual(client.recv(100), b"again")
                self.assertGreater(time.monotonic() - begin, 0.099)
            with socket.create_connection(("127.0.0.1", proxy.port)) as client:
                self.assertEqual(client.recv(100), b"hello")
        self.assertEqual((proxy.counts["connections"], proxy.counts["most_at_once"]), (2, 1))


class Measure(unittest.TestCase):
    def test_counts_the_cpu_of_orphans_and_not_the_memory_of_its_caller(self):
        ballast = bytearray(b"x" * (64 << 20))
        with tempfile.TemporaryDirectory() as name:
            _, cost = runner.measured(runner.Tools.of(build),
                                      ["sh", "-c", "(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done) & exit 3"],
                                      None, Path(name))
        self.assertEqual(cost["exit_code"], 3)
        self.assertGreater(cost["cpu_seconds"], 0.02)
        self.assertLess(cost["max_rss_kib"], len(ballast) // 1024 // 2)


class Smoke(unittest.TestCase):
    def test_the_proxy_counts_as_many_connections_as_the_document_says(self):
        service = Service("default-starttls")
        skip_unless_available(lambda: self.enterContext(Postfix([service])))
        server = runner.Server("Postfix", "127.0.0.1", service.port, True)
        ours = contestants.us(build / "smtptls-scan")
        run = runner.run_once(runner.Tools.of(build), ours, server, ROUND_TRIP_MS, CELL)
        self.assertEqual(run.trouble, "")
        self.assertEqual(run.missing, [])
        self.assertEqual(run.connections, run.claimed)
        self.assertLessEqual(run.most_at_once, 4)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--build", type=Path, default=Path("build/release"))
    options, rest = parser.parse_known_args()
    build = options.build.resolve()
    run_tests([sys.argv[0], *rest])

"""The scanner against openssl s_server with Debian's GOST engine, which speaks codes that IANA has not registered.

    python3 tests/lab/test_gost.py --scanner build/asan/smtptls-scan [unittest arguments]

The truth: openssl s_client with the same engine, one completed handshake per cell. The engine is unpacked below the
cache and loaded by a configuration file of the tests' own; nothing is installed, and no root is needed. There is no
SMTP in it: the server speaks TLS at once.
"""

import contextlib
import os
import re
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import differential
from lab import Port, free_ports, serves, skip_unless_available, unpacked_tool
from mta import Service

VERSIONS = {"-tls1": "TLS 1.0", "-tls1_1": "TLS 1.1", "-tls1_2": "TLS 1.2"}
# OpenSSL's names for what the engine speaks, with the names of the registry.
SUITES = {"GOST2012-KUZNYECHIK-KUZNYECHIKOMAC": "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC",
          "GOST2012-MAGMA-MAGMAOMAC": "TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC",
          "IANA-GOST2012-GOST8912-GOST8912": "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT",
          "LEGACY-GOST2012-GOST8912-GOST8912": "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT_OLD",
          "GOST2012-NULL-GOST12": "TLS_GOSTR341112_256_WITH_NULL_STREEBOG256",
          "GOST2001-GOST89-GOST89": "TLS_GOSTR341001_WITH_28147_CNT_IMIT",
          "GOST2001-NULL-GOST94": "TLS_GOSTR341001_WITH_NULL_GOSTR3411"}
LEGACY = "LEGACY-GOST2012-GOST8912-GOST8912"  # 0xff85
CONFIGURATION = """openssl_conf = all
[all]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
dynamic_path = {engine}
default_algorithms = ALL
"""
HANDSHAKE_SECONDS = 60
START_SECONDS = 60
engine = {}  # "environment": of an openssl that has the engine; "folder": the tests' own


def setUpModule():
    differential.require_scanner()
    skip_unless_available(prepare)


def prepare():
    """Unpacks the engine and writes the configuration that loads it."""
    unpacked = unpacked_tool("libengine-gost-openssl")
    folder = Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    [library] = unpacked.glob("usr/lib/*/engines-3/gost.so")
    (folder / "openssl.cnf").write_text(CONFIGURATION.format(engine=library))
    engine.update(folder=folder, environment={**os.environ, "OPENSSL_CONF": str(folder / "openssl.cnf")})


def run_openssl(*arguments, check=True):
    return subprocess.run(["openssl", *map(str, arguments)], env=engine["environment"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace", timeout=HANDSHAKE_SECONDS, check=check)


@contextlib.contextmanager
def running(key, ciphers):
    """A server with a key of this algorithm and parameter set and these ciphers, as a Service."""
    algorithm, parameters = key
    stem = engine["folder"] / algorithm
    if not stem.with_suffix(".pem").exists():
        run_openssl("req", "-x509", "-newkey", algorithm, "-pkeyopt", f"paramset:{parameters}", "-nodes", "-days", 30,
                    "-subj", "/CN=mail.lab.example", "-keyout", stem.with_suffix(".key"),
                    "-out", stem.with_suffix(".pem"))
    service = Service(f"gost {algorithm}", implicit=True, port=free_ports(1)[0])
    # What it reads goes to its clients, and its end ends the server: the pipe stays open.
    server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{service.port}", "-quiet", "-no_tls1_3",
                               "-cert", stem.with_suffix(".pem"), "-key", stem.with_suffix(".key"),
                               "-cipher", f"{ciphers}:@SECLEVEL=0"],
                              env=engine["environment"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not serves(Port(service.port, implicit=True), deadline):
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"openssl s_server with {algorithm} does not serve")
        yield service
    finally:
        server.kill()
        server.wait()
        server.stdin.close()


def truth(service):
    """{version: set of suites} of which a handshake was completed."""
    accepted = {version: set() for version in VERSIONS.values()}
    for option, version in VERSIONS.items():
        for name, suite in SUITES.items():
            said = run_openssl("s_client", option, "-cipher", f"{name}:@SECLEVEL=0",
                               "-connect", f"127.0.0.1:{service.port}", check=False).stdout
            if re.search(rf"^New, TLSv\S+, Cipher is {re.escape(name)}$", said, re.M):
                accepted[version].add(suite)
    return accepted


class GostTest(unittest.TestCase):
    """Every cell of the scan is as single handshakes say, and the scan comes to an end."""

    def check(self, key, ciphers):
        """Compares scan and truth; returns both."""
        with running(key, ciphers) as service:
            accepted = truth(service)
            scanned = differential.scan(service, "--timeout", "5")
        differential.report(f"{service.name} {ciphers}", scanned, accepted)
        wrong = differential.difference(scanned.states, accepted)
        self.assertFalse(wrong, "\n".join(["the scanner and openssl s_client differ:", *wrong, scanned.errors]))
        self.assertEqual(scanned.code, 0, scanned.errors)
        return scanned, accepted

    def test_a_server_with_all_that_the_engine_has(self):
        scanned, accepted = self.check(("gost2012_512", "A"), ":".join(SUITES))
        self.assertEqual(len(accepted["TLS 1.2"]), 5)
        self.assertEqual(set(differential.observed(scanned, "certificate.key_type").values()), {"GOST R 34.10-2012"})
        self.assertEqual(set(differential.observed(scanned, "certificate.key_bits").values()), {512})

    def test_a_server_with_nothing_but_the_unregistered_code(self):
        scanned, accepted = self.check(("gost2012_256", "A"), LEGACY)
        self.assertEqual(accepted, dict.fromkeys(VERSIONS.values(), {SUITES[LEGACY]}))
        self.assertEqual(set(differential.observed(scanned, "certificate.key_bits").values()), {256})

    def test_a_server_with_a_key_of_2001(self):
        scanned, _ = self.check(("gost2001", "A"), ":".join(SUITES))
        self.assertEqual(set(differential.observed(scanned, "certificate.key_type").values()), {"GOST R 34.10-2001"})


if __name__ == "__main__":
    differential.main()

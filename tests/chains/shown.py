"""Chains shown by lab servers, and what the scanner says of them.

Servers have few suites, so that a scan has few connections; many are scanned by one program.
"""
import concurrent.futures
import contextlib
import itertools
import json
import pathlib
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests/lab/server"))
from authority import PATIENCE  # noqa: E402
from lab_server import Lab  # noqa: E402
from rows import ROOTS  # noqa: E402

FEW_SUITES = ("--min-version", "TLSv1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256",
              "--ciphersuites", "TLS_AES_128_GCM_SHA256")
OPTIONS = ("--confirm", "version", "--ehlo", "scanner.example", "--format", "json")
AT_ONCE = 16  # servers of a scan; it scans as many addresses side by side
JOBS = 2
SCANNER = "smtptls-scan"
COMPLETE, NOT_KNOWN = 0, 3


def options_of(chains, *sent):
    """Of a lab server, for chains of which each is sent with its leaf first."""
    return [word for one in sent for word in ("--cert", chains.bundle(one), "--key", chains.key_of(one[0]))]


def scan(*arguments, codes=(COMPLETE,)):
    """The document of a scan that ends with one of these codes."""
    return run(*OPTIONS, *arguments, codes=codes)


def run(*arguments, codes=(COMPLETE,)):
    done = subprocess.run([SCANNER, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
                          stdin=subprocess.DEVNULL)
    if done.returncode not in codes or done.stderr:
        raise AssertionError("%s: exit code %d: %s%s" % (" ".join(map(str, arguments)), done.returncode,
                                                         done.stdout[-2000:], done.stderr[-3000:]))
    return json.loads(done.stdout)


def certificates(endpoint):
    """By SHA-256, all that were seen; the first is the one that has most to say."""
    every = [endpoint["certificate"]] if "certificate" in endpoint else []
    return {one["sha256"]: one for one in every + endpoint.get("more_certificates", [])}


def observed(endpoint, identity):
    """The value of an observation that is not of a certificate; None: it is not there."""
    return next((one["value"] for one in endpoint["observations"] if one["id"] == identity), None)


def serve(row, chains, address):
    return Lab("--address", address, "--hostname", row.host, *FEW_SUITES, *row.options,
               *options_of(chains, row.sent, *row.also), listen=["starttls"], keys=())


def scan_together(rows, chains, *options, codes):
    """{row: endpoint} of rows with the same roots and the same name to look for, typed alike."""
    first = rows[0]
    with contextlib.ExitStack() as stack:
        targets = {}
        for row in rows:
            address = next(addresses) if not row.target else row.host if row.host[0].isdigit() else "127.0.0.1"
            lab = stack.enter_context(serve(row, chains, address))
            targets["%s:%d" % (row.host if row.target else address, lab.ports["starttls"])] = row
        sni = [] if first.target else ["--sni", first.typed or first.host]
        document = scan("-4", *sni, "--ca-file", chains.bundle(first.roots or ROOTS), *options, *targets, codes=codes)
    return {targets["%s:%d" % (one["host"], one["port"])]: one for one in document["endpoints"]}


def scan_rows(rows, chains, *options, codes=(COMPLETE,)):
    """{row: endpoint} of a whole table."""
    groups = {}
    for row in rows:
        groups.setdefault((row.roots, row.host, row.typed), []).append(row)
    parts = [group[at:at + AT_ONCE] for group in groups.values() for at in range(0, len(group), AT_ONCE)]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        found = list(pool.map(lambda part: scan_together(part, chains, *options, codes=codes), parts))
    return {row: endpoint for one in found for row, endpoint in one.items()}


addresses = ("127.21.%d.%d" % (high, low) for high, low in itertools.product(range(250), range(1, 250)))

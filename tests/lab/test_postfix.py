"""The scanner against Debian's Postfix: every cell as `openssl s_client` finds it, none more.

    sudo python3 tests/lab/test_postfix.py --scanner build/asan/smtptls-scan [unittest arguments]
"""

import argparse
import contextlib
import os
import re
import smtplib
import subprocess
import sys
import tempfile
import time
import unittest

import truth
from lab import HERE, run_tests, skip_unless_available
from postfix import Postfix, standard_services

sys.path[:0] = [str(HERE.parent), str(HERE / "server")]
import scan_document  # noqa: E402
from waiting import PATIENCE, wait_for  # noqa: E402

SCAN_SECONDS = 800
HOSTILE_CONFIGURATION = """\
openssl_conf = hostile
[hostile]
ssl_conf = ssl
[ssl]
system_default = restricted
[restricted]
MinProtocol = TLSv1.3
CipherString = DEFAULT@SECLEVEL=2
Groups = P-521
"""
scanner = os.environ.get("SMTPTLS_SCAN", "")
lab = {}  # "postfix": the running server; "truths": {service name: cells}


def setUpModule():
    if not scanner:
        raise RuntimeError("say which scanner: --scanner PROGRAM, or SMTPTLS_SCAN in the environment")
    lab["postfix"] = skip_unless_available(lambda: unittest.enterModuleContext(Postfix(standard_services())))
    lab["truths"] = {}


def accepted_cells(document):
    """{version: set of IANA names} with state "accepted" in the scanner's JSON document."""
    cells = {version: set() for version in truth.VERSIONS}
    for endpoint in document["endpoints"]:
        for version, suite in scan_document.accepted(endpoint):
            cells.setdefault(version, set()).add(suite)
    return cells


def true_cells(service):
    """The ground truth for a service, looked up once."""
    if service.name not in lab["truths"]:
        started = time.monotonic()
        lab["truths"][service.name] = truth.truth(service.port, starttls=not service.wrappermode)
        print(f"\n  truth {service.name}: {counts(lab['truths'][service.name])},"
              f" {time.monotonic() - started:.1f} s", file=sys.stderr)
    return lab["truths"][service.name]


def counts(cells):
    """Cells by version, for people."""
    return ", ".join(f"{version}: {len(suites)}" for version, suites in sorted(cells.items()))


def scan(service, environment, *options):
    """Runs the scanner; returns (exit code, document or None, standard error)."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENSSL_", "SSL_"))}
    done = subprocess.run([scanner, *scan_document.WHOLE, "--tls", service.tls, *options,
                           f"127.0.0.1:{service.port}"],
                          env={**inherited, **environment}, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=SCAN_SECONDS)
    try:
        return done.returncode, scan_document.load(done.stdout), done.stderr
    except ValueError as error:
        return done.returncode, None, f"{error}: {done.stdout[:500]!r}\n{done.stderr}"


def difference(found, expected):
    """One line for each cell that is missing or too many."""
    lines = []
    for version in sorted(found.keys() | expected.keys()):
        mine, true = found.get(version, set()), expected.get(version, set())
        lines += [f"missing: {version} {suite}" for suite in sorted(true - mine)]
        lines += [f"too many: {version} {suite}" for suite in sorted(mine - true)]
    return lines


@contextlib.contextmanager
def configuration_file(text):
    """The name of a temporary openssl.cnf with this text."""
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as file:
        file.write(text)
        file.flush()
        yield file.name


ONE_AT_A_TIME = ("--max-connections", "1")


class PostfixTest(unittest.TestCase):
    """One test per service, as it is and with a hostile OPENSSL_CONF."""

    def check(self, name, environment):
        service = next(one for one in lab["postfix"].services if one.name == name)
        expected, before = true_cells(service), lab["postfix"].connections(service)
        started = time.monotonic()
        code, document, errors = scan(service, environment)
        seconds = time.monotonic() - started
        self.assertIsNotNone(document, f"no JSON (exit code {code}): {errors}")
        found = accepted_cells(document)
        print(f"\n  scan  {name}: {counts(found)}; {lab['postfix'].connections(service) - before} connections,"
              f" {seconds:.1f} s", file=sys.stderr)
        wrong = difference(found, expected)
        self.assertFalse(wrong, "\n".join(["the scanner and openssl s_client differ:", *wrong, errors]))
        self.assertEqual(code, 0, errors)

    def check_connections(self, name, *options):
        """With one question at a time: the accepted suites, one more for each version that accepts any, four, and apart from
        these the confirming handshakes; as the server counted them. With several at a time one more for each extra
        lane, and two for gates asked side by side."""
        service = next(one for one in lab["postfix"].services if one.name == name)
        before = self.all_connections(service)
        code, document, errors = scan(service, {}, *options)
        self.assertEqual(code, 0, errors)
        served = self.all_connections(service) - before
        exchanges = document["endpoints"][0]["exchanges"]
        confirming = sum(exchange["question"] == "handshake" for exchange in exchanges)
        cells = accepted_cells(document)
        accepted = sum(map(len, cells.values()))
        lanes = {found.group() for exchange in exchanges
                 if (found := re.search(r"removal .*, lane \d+", exchange["purpose"]))}
        most = accepted + sum(1 for suites in cells.values() if suites) + 4
        if options != ONE_AT_A_TIME:
            most += len(lanes) + 2
        print(f"\n  {name}: {accepted} accepted, {len(lanes)} extra lanes; the server counted {served} connections, {confirming} of them"
              f" confirming handshakes; {served - confirming} other hellos, at most {most} allowed", file=sys.stderr)
        self.assertEqual(served, len(exchanges))
        self.assertLessEqual(served - confirming, most)

    def all_connections(self, service):
        """How many there were so far. The log is written in order by a process of its own: it is waited for a session
        of ours behind them, which is known by its number of NOOPs and does not count."""
        lab["marks"] = lab.get("marks", 0) + 1
        marked = lab["postfix"].services[0]
        with smtplib.SMTP("127.0.0.1", marked.port, timeout=PATIENCE) as client:
            for _ in range(lab["marks"]):
                client.noop()
        wait_for(lambda: f" noop={lab['marks']} " in lab["postfix"].maillog, "our own session in the log")
        return lab["postfix"].connections(service) - (lab["marks"] if service is marked else 0)

    def test_a_default_server_is_asked_no_more_than_is_needed(self):
        self.check_connections("default-starttls", *ONE_AT_A_TIME)

    def test_a_hardened_server_is_asked_no_more_than_is_needed(self):
        self.check_connections("hardened-starttls", *ONE_AT_A_TIME)

    def test_lists_side_by_side_cost_one_question_each(self):
        self.check_connections("default-starttls")
        self.check_connections("default-starttls", "--max-connections", "8")
        self.check_connections("hardened-starttls")

    def check_hostile(self, name):
        with configuration_file(HOSTILE_CONFIGURATION) as file:
            self.check(name, {"OPENSSL_CONF": file})

    def test_the_truth_knows_each_version_of_a_default_postfix(self):
        cells = true_cells(lab["postfix"].services[0])
        self.assertEqual([version for version, suites in cells.items() if not suites], [])

    def test_the_hostile_configuration_is_hostile(self):
        service = lab["postfix"].services[0]
        for text, exit_code in ((HOSTILE_CONFIGURATION, 1), ("", 0)):
            with self.subTest(text), configuration_file(text) as name:
                done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{service.port}", "-starttls",
                                       "smtp", "-brief", "-max_protocol", "TLSv1.2"], capture_output=True, text=True,
                                      stdin=subprocess.DEVNULL, env={**truth.ENVIRONMENT, "OPENSSL_CONF": name})
                self.assertEqual(done.returncode, exit_code, done.stderr)

    def test_default_starttls(self):
        self.check("default-starttls", {})

    def test_default_implicit(self):
        self.check("default-implicit", {})

    def test_hardened_starttls(self):
        self.check("hardened-starttls", {})

    def test_hardened_implicit(self):
        self.check("hardened-implicit", {})

    def test_default_starttls_hostile(self):
        self.check_hostile("default-starttls")

    def test_default_implicit_hostile(self):
        self.check_hostile("default-implicit")

    def test_hardened_starttls_hostile(self):
        self.check_hostile("hardened-starttls")

    def test_hardened_implicit_hostile(self):
        self.check_hostile("hardened-implicit")

    def test_a_hundred_cells_asked_again_do_not_differ(self):
        for service in lab["postfix"].services:
            with self.subTest(service.name):
                code, document, errors = scan(service, {}, "--double-check", "100")
                [endpoint] = document["endpoints"]
                differ = scan_document.values(endpoint, "double_check.differ")
                self.assertEqual((code, [*differ.values()]), (0, [0]), errors)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--scanner", default=scanner)
    options, rest = parser.parse_known_args()
    scanner = options.scanner
    run_tests([sys.argv[0], *rest])

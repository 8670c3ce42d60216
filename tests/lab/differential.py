"""The scanner's matrix beside the ground truth: what the tests of real servers share.

Only cells that the scanner asked about are compared; those are the cells of its "matrix". A cell it did
not ask about is counted and printed, so the comparison grows with the scanner.
"""

import argparse
import collections
import os
import subprocess
import sys
import time

from lab import HERE, run_tests

sys.path.insert(0, str(HERE.parent))
import scan_document  # noqa: E402

SCAN_SECONDS = 800
scanner = os.environ.get("SMTPTLS_SCAN", "")

# states: {version: {suite: state}}; document: the whole JSON (scan_document.py)
Scan = collections.namedtuple("Scan", "code states connections seconds errors document")


def require_scanner():
    """For setUpModule: fails early if nobody said which scanner."""
    if not scanner:
        raise RuntimeError("say which scanner: --scanner PROGRAM, or SMTPTLS_SCAN in the environment")


def scan(service, *options):
    """Scans a Service, by default with the default options; raises AssertionError if no JSON comes out."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENSSL_", "SSL_"))}
    started = time.monotonic()
    done = subprocess.run([scanner, *scan_document.WHOLE, "--tls", service.tls, *options, f"127.0.0.1:{service.port}"],
                          env=inherited, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SCAN_SECONDS)
    seconds = time.monotonic() - started
    try:
        document = scan_document.load(done.stdout)
        [endpoint] = document["endpoints"]
    except ValueError as error:
        raise AssertionError(f"exit code {done.returncode}: {error}: {done.stdout[:500]!r}\n{done.stderr}") from error
    states = collections.defaultdict(dict)
    for (version, suite), state in scan_document.states(endpoint).items():
        states[version][suite] = state
    return Scan(done.returncode, dict(states), endpoint["connections"], seconds, done.stderr, document)


def at_once(number):
    """The option for so many connections at a time."""
    return "--max-connections", str(number)


def asked_again(service):
    """{differ, unanswered} of a scan that asks for a hundred cells again, drawn at random."""
    scanned = scan(service, "--double-check", "100")
    [asked] = observed(scanned, "double_check.asked").values()
    if asked < 1:
        raise AssertionError("nothing was asked again: " + scanned.errors)
    return {name: [*observed(scanned, "double_check." + name).values()] for name in ("differ", "unanswered")}


NONE_DIFFERS = {"differ": [0], "unanswered": [0]}


def observed(scanned, identity):
    """{subject: value} of the observations with this id."""
    [endpoint] = scanned.document["endpoints"]
    return scan_document.values(endpoint, identity)


def having(states, state):
    """{version: set of suites} of the cells in a state."""
    return {version: {suite for suite, is_now in suites.items() if is_now == state}
            for version, suites in states.items()}


def counts(cells):
    """Cells by version, for people."""
    numbers = {version: len(suites) for version, suites in sorted(cells.items()) if suites}
    return f"{sum(numbers.values())} ({', '.join(f'{version}: {number}' for version, number in numbers.items())})"


def difference(states, expected):
    """One line for each asked cell that is not as {version: set of accepted suites} says."""
    lines = []
    for version in sorted(states):
        for suite, state in sorted(states[version].items()):
            accepts = suite in expected.get(version, set())
            if accepts != (state == "accepted"):
                lines.append(f"{'missing' if accepts else 'too many'}: {version} {suite} is {state}")
    return lines


def not_asked(states, expected):
    """The accepted cells that the scanner did not ask about."""
    return {version: suites - states.get(version, {}).keys() for version, suites in expected.items()}


def report(name, scanned, expected):
    """Prints what a scan found."""
    others = [f"{state} {counts(having(scanned.states, state))}"
              for state in ("rejected", "inconclusive", "not_tested") if any(having(scanned.states, state).values())]
    print(f"\n  scan  {name}: accepted {counts(having(scanned.states, 'accepted'))}; {'; '.join(others)};"
          f" exit code {scanned.code}; {scanned.connections} connections, {scanned.seconds:.1f} s", file=sys.stderr)
    missed = not_asked(scanned.states, expected)
    if any(missed.values()):
        print(f"        accepted, but not asked by this scanner: {counts(missed)}", file=sys.stderr)


def main():
    """For `if __name__ == "__main__"` of a test: takes --scanner PROGRAM, the rest is unittest's."""
    global scanner
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--scanner", default=scanner)
    options, rest = parser.parse_known_args()
    scanner = options.scanner
    run_tests([sys.argv[0], *rest])

"""The scanner against every misbehaviour: each row of rows.py played by the lab server, and each cell held to the
server's own table.

    test_misbehaviour.py SCANNER LAB [--rows REGEX] [--jobs N] [--failed FILE]

For each row: no cell is accepted that the server does not accept, none rejected that it does, none rejected by a
handshake; status, failure, open cells, observations, words, exit code, connections, seconds and bytes are those of the
row; the JSON is valid; the evidence gives the same result again; nothing a server says reaches the terminal raw; and we
spoke neither out of turn nor anything but EHLO, STARTTLS and QUIT. Ends with exit code 1 if a row fails.
"""
import argparse
import base64
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import traceback

import jsonschema

import rows

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests"), str(REPOSITORY / "tests/lab/server")]
import scan_document  # noqa: E402
from lab_server import Lab  # noqa: E402
from waiting import PATIENCE  # noqa: E402

SCHEMA = jsonschema.Draft7Validator(json.loads((REPOSITORY / "report/schema/scan.schema.json").read_text()))
MOST_BYTES = 65536  # of one connection


class Wrong(Exception):
    """What a row expected and did not get."""


class Play:
    """One row, played: what the program printed, and what the server saw."""

    def __init__(self, scanner, row):
        self.row = row
        with tempfile.TemporaryDirectory() as folder:
            arguments = list(row.lab)
            if row.table is not None:
                table = os.path.join(folder, "table.json")
                pathlib.Path(table).write_text(json.dumps(row.table))
                arguments += ["--hello-table", table]
            evidence = os.path.join(folder, "evidence.jsonl")
            with Lab(*arguments, listen=(row.mode,)) as lab:
                begun = time.monotonic()
                run = self.run(scanner, *scan_document.WHOLE, "--ehlo", "scanner.example", "--tls", row.mode,
                               "--evidence", evidence, *row.scan, "127.0.0.1:%d" % lab.ports[row.mode])
                self.seconds = time.monotonic() - begun
                lab.end()
                self.transcripts = lab.transcripts()
            self.code, self.out, self.err = run.returncode, run.stdout, run.stderr
            again = self.run(scanner, "report", "--from-evidence", evidence, *scan_document.WHOLE)
            self.again, self.again_err = again.stdout, again.stderr
            self.text = self.run(scanner, "report", "--from-evidence", evidence).stdout
            self.most_bytes = max(bytes_received(evidence), default=0)
        self.endpoint = scan_document.load(self.out)["endpoints"][0]

    @staticmethod
    def run(scanner, *arguments):
        return subprocess.run([scanner, *arguments], capture_output=True, text=True, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL)

    def cells(self, *states):
        """(version, suite) of the cells in these states."""
        return {cell for cell, state in scan_document.states(self.endpoint).items() if state in states}


def bytes_received(evidence):
    """Of each connection, by the scanner's own record."""
    for line in open(evidence):
        event = json.loads(line)
        if event["event"] == "exchange":
            wire = event.get("before_tls", []) + event.get("tls", [])
            yield sum(len(base64.b64decode(one["got"])) if "got" in one else len(one.get("got_text", ""))
                      for one in wire)


def demand(true, words):
    if not true:
        raise Wrong(words)


def some(cells):
    return ", ".join("%s %s" % cell for cell in sorted(cells)[:3]) + (", ..." if len(cells) > 3 else "")


def named_open(row, version):
    """Patterns of the suites that are to be open."""
    return row.opens.get(version, []) if row.opens.get(version) != "all" else []


def check_cells(play):
    row = play.row
    truth = {(version, suite) for version, suites in row.truth.items() for suite in suites}
    accepted, rejected = play.cells("accepted"), play.cells("rejected")
    opened = play.cells("inconclusive", "not_tested")
    demand(accepted <= truth, "WRONG accepted: " + some(accepted - truth))
    demand(not rejected & truth, "WRONG rejected: " + some(rejected & truth))
    if row.opens == "perhaps":
        return
    if row.opens == "all":
        demand(not accepted | rejected, "not open: " + some(accepted | rejected))
        return
    if row.opens == "rest":
        demand(accepted == truth, "not accepted: " + some(truth - accepted))
        demand(opened, "nothing is open")
        return
    expected = {cell for cell in opened if row.opens.get(cell[0]) == "all"}
    expected |= {(version, suite) for version, suite in scan_document.states(play.endpoint)
                 if any(fnmatch.fnmatchcase(suite, pattern) for pattern in named_open(row, version))}
    demand(opened == expected, "open: %s; should be: %s" % (some(opened - expected), some(expected - opened)))
    closed = {version for version, suites in row.opens.items() if suites == "all"}
    demand(not closed & {version for version, _ in accepted | rejected}, "a version is told that should be open")
    unseen = {cell for cell in truth - accepted - opened}
    demand(not unseen, "not accepted: " + some(unseen))


def check_failure(play):
    row, endpoint = play.row, play.endpoint
    demand(endpoint["status"] == row.status, "status %s" % endpoint["status"])
    if row.failure:
        failure = endpoint["failure"]
        stage, reason = row.failure
        demand(failure["stage"] in stage.split("|") and failure["reason"] in reason.split("|"),
               "failure %s/%s" % (failure["stage"], failure["reason"]))
    code = 0 if row.status in ("scanned", "no_starttls") else 3
    demand(play.code == code, "exit code %d" % play.code)
    demand(play.err == "", "stderr: " + play.err[:300])


def check_words(play):
    row = play.row
    seen = {}
    for one in play.endpoint["facts"]:
        seen.setdefault(one["id"], json.dumps(one["value"]))
    for identity, pattern in row.sees.items():
        if pattern is None:
            demand(identity not in seen, "%s is observed" % identity)
        else:
            demand(re.search(pattern, seen.get(identity, "")), "%s is %s" % (identity, seen.get(identity)))
    text = " ".join(play.text.split())
    for words in row.words:
        demand(words in text, "the text lacks: " + words)
    raw = [c for c in play.out + play.text if not c.isprintable() and c != "\n"]
    demand(not raw, "raw bytes: %r" % raw[:5])


def commands_of(play):
    return {(command.split() or [""])[0] for seen in play.transcripts for command in seen["commands"]}


def check_manners(play):
    row = play.row
    demand(len(play.transcripts) <= row.connections, "%d connections" % len(play.transcripts))
    demand(play.seconds <= row.seconds, "%.1f s" % play.seconds)
    demand(play.most_bytes <= MOST_BYTES, "%d bytes in a connection" % play.most_bytes)
    demand(row.speaks_first or not any(seen["early"] for seen in play.transcripts), "spoke out of turn")
    demand(row.speaks_first or commands_of(play) <= {"EHLO", "STARTTLS", "QUIT"}, "said %s" % commands_of(play))


def check_record(play):
    errors = [error.message for error in SCHEMA.iter_errors(json.loads(play.out))]
    demand(not errors, "not by the schema: %s" % errors[:1])
    endpoint = play.endpoint
    demand(endpoint["connections"] == len(endpoint["exchanges"]), "connections are miscounted")
    demand(endpoint["coverage"]["asked"] == len(endpoint["cells"]),
           "the coverage does not add up")
    # It offers a part of a list, if it takes a list's place, and a refusal of it says nothing of the rest.
    handshakes = {one["id"] for one in endpoint["exchanges"] if one["question"] == "handshake"}
    by_handshake = {(cell["version"], cell["suite"]) for cell in endpoint["cells"]
                    if cell["state"] == "rejected" and not handshakes.isdisjoint(cell["evidence"])}
    demand(not by_handshake, "rejected by a handshake: " + some(by_handshake))
    demand(play.again == play.out, "the evidence gives another result: " + (play.again_err or "different JSON")[:300])


CHECKS = (check_cells, check_failure, check_words, check_manners, check_record)


def play(scanner, row):
    """The row's line of the report, and whether it holds."""
    try:
        played = Play(scanner, row)
    except Exception:  # a program that crashed or hung is a row that fails
        return row, False, "%-34s %-9s FAILED  %s" % (row.name, row.mode, traceback.format_exc(limit=1).splitlines()[-1])
    problems = []
    for check in CHECKS:
        try:
            check(played)
        except Wrong as wrong:
            problems.append(str(wrong))
    coverage = played.endpoint["coverage"]
    line = "%-34s %-9s %-11s %3d accepted %4d rejected %4d open  %3d connections %5.1f s %6d bytes" % (
        row.name, row.mode, played.endpoint["status"], coverage["accepted"], coverage["rejected"],
        coverage["inconclusive"] + coverage["not_tested"], len(played.transcripts), played.seconds, played.most_bytes)
    if problems:
        line += "\n    FAILED: " + "\n            ".join(problems)
    return row, not problems, line


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scanner")
    parser.add_argument("lab")
    parser.add_argument("--rows", default="", help="only those whose \"name mode\" matches this")
    parser.add_argument("--jobs", type=int, default=10, help="rows at a time; most of their time is waiting")
    parser.add_argument("--failed", help="write the names of the rows that failed into this file")
    parser.add_argument("--failures-only", action="store_true",
                        help="print no line for a row that holds: what a CI server shows of a long output is its ends")
    parser.add_argument("--long", action="store_true", help="also the rows that take long")
    options = parser.parse_args()
    Lab.program = options.lab
    chosen = [row for row in rows.ROWS if re.search(options.rows, "%s %s" % (row.name, row.mode))
              and (options.long or not row.long)]
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda row: play(options.scanner, row), sorted(chosen, key=lambda row: -row.seconds)))
    results.sort(key=lambda result: rows.ROWS.index(result[0]))
    for _, good, line in results:
        if not (good and options.failures_only):
            print(line)
    failed = ["%s %s" % (row.name, row.mode) for row, good, _ in results if not good]
    if options.failed:
        pathlib.Path(options.failed).write_text("".join(name + "\n" for name in failed))
    print("%d rows hold, %d do not; %.0f s" % (len(results) - len(failed), len(failed), time.monotonic() - begun))
    sys.exit(1 if failed or not results else 0)


if __name__ == "__main__":
    main()

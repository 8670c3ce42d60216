"""The closed loop of `smtptls-scan explain`: what it forecasts of a configuration is what a scan of a Postfix with it
finds; and with its advice applied by --apply, and nothing else done, Postfix starts, each port that offered TLS still does,
clients get the versions and suites that were promised and no others, no password goes more in the clear than before,
and explain has nothing against it. With one fault planted, explain speaks of that line.

    sudo python3 tests/lab/test_closed_loop.py --scanner build/dev/smtptls-scan [unittest arguments]

SMTPTLS_LAB_RELEASE=bullseye (Postfix 3.5) or trixie (3.10) runs another Debian's Postfix. SMTPTLS_LAB_SHAPES=few takes the
ten configurations of ./test. The configurations: loop/shapes.py; the faults: loop/faults.py.
"""

import collections
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "loop"))

import differential  # noqa: E402
import packages  # noqa: E402
from differential import scan_document  # noqa: E402
from faults import planted  # noqa: E402
from lab import CACHE, SKIPPED, skip_unless_available  # noqa: E402
from postfixes import Postfixes, Running  # noqa: E402
from shapes import FEW, all_shapes  # noqa: E402

RELEASE = os.environ.get("SMTPTLS_LAB_RELEASE", "")  # the Debian to run Postfix on; "": this system
CHOSEN = os.environ.get("SMTPTLS_LAB_SHAPES", "all")
GOALS = ("users", "suites", "world")
PATIENCE = 1500
AT_ONCE = 100  # endpoints of one scan
HARM = ("harmful", "useless")
# A service of the owner's that no advice takes out.
LEFT = {"pass_unreached"}
DATA = Path(__file__).resolve().parents[1] / "data"
lab = {}  # postfixes, loops, refused, scans


class Loop:
    """One configuration, and the same with the advice up to `goal` applied: texts, explanations, and what ran."""

    def __init__(self, shape, goal, folder):
        self.name, self.goal, self.folder = shape.name, goal, folder
        self.before = explained(written(folder / "before", shape))
        self.said = applied(folder / "before", folder / "after", goal)
        self.changed = (folder / "after").exists()
        self.after = explained(folder / "after") if self.changed else self.before

    def text(self, when, file):
        """Of main.cf or master.cf, "before" or "after"."""
        return (self.folder / when / file).read_text()

    @property
    def moments(self):
        """What was explained, by when."""
        return {"before": self.before, "after": self.after} if self.changed else {"before": self.before}

    def promised(self):
        """{title of the service: forecast}, by the pieces of advice up to the goal."""
        pieces = self.before["advice"]
        wanted = GOALS[:GOALS.index(self.goal) + 1]
        return {outcome["service"]: outcome["forecast"] for place, piece in enumerate(pieces)
                if goal_of(place, piece["goal"]) in wanted for outcome in piece["after"]}


def goal_of(place, words):
    """The word for --goal that a piece of advice is for; the first is always for users."""
    return "users" if place == 0 else {"suites": "suites", "port 25": "world"}[re.search("suites|port 25", words)[0]]


def run(*arguments):
    """One run of the scanner; its exit code is the caller's to judge."""
    return subprocess.run([differential.scanner, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=PATIENCE)


def releases():
    """What runs: the options that say so."""
    return "--postfix-version", lab["postfixes"].version, "--openssl-version", lab["postfixes"].openssl


def written(folder, shape):
    """The folder, with the files in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.cf").write_text(shape.main)
    (folder / "master.cf").write_text(shape.master)
    return folder


def explained(folder):
    """The explanation as JSON."""
    done = run("explain", "postfix", folder, *releases(), "--format", "json")
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


def applied(folder, new, goal):
    """What --apply says."""
    done = run("explain", "postfix", folder, *releases(), "--apply", "-o", new, "--goal", goal)
    if done.returncode != 0:
        raise AssertionError(f"{folder}: {done.stderr}")
    return done.stdout


def findings(explanation):
    """All of them."""
    return [*explanation["findings"], *explanation["problems"],
            *(one for service in explanation["services"] for one in service["findings"])]


def chosen_shapes():
    """[(shape, goal)]: one goal for each, in turns."""
    shapes = [shape for shape in all_shapes() if CHOSEN == "all" or shape.name in FEW]
    return [(shape, GOALS[number % len(GOALS)]) for number, shape in enumerate(shapes)]


def leave_if_gone():
    """Ends the tests where the mirror has no such Debian any more and none is in the cache; no other trouble is one.

    That is no fault of the machine, so CI=true takes it for a success, and it is said all the same.
    """
    if (CACHE / f"minbase-{RELEASE}.tar").exists():
        return
    try:
        urllib.request.urlopen(f"{packages.MIRROR}/dists/{RELEASE}/Release", timeout=60).close()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            print(f"*** SKIPPED: {packages.MIRROR} has no {RELEASE} any more (404)", file=sys.stderr)
            sys.exit(0 if os.environ.get("CI") == "true" else SKIPPED)
    except OSError:
        pass  # the lab says what is missing


def configurations_of(loop):
    """{name of an instance: Running} of one Loop."""
    running = {}
    for when in loop.moments:
        texts = loop.text(when, "main.cf"), loop.text(when, "master.cf")
        name = f"{loop.name.replace('.', '-')}-{when}"
        running[name] = Running(*texts)
        if " postscreen\n" in texts[1]:
            running[f"{name}-unknown"] = Running(*texts, unknown_clients=True)
    return running


def start():
    """Starts all; fills `lab`."""
    postfixes = Postfixes(RELEASE)
    unittest.enterModuleContext(postfixes)
    lab["postfixes"] = postfixes
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        lab["loops"] = list(pool.map(lambda one: Loop(*one, postfixes.share / "loops" / one[0].name), chosen_shapes()))
    running = {name: one for loop in lab["loops"] for name, one in configurations_of(loop).items()}
    lab["refused"] = postfixes.start(running)
    lab["scans"] = scans_of_all()


def setUpModule():
    differential.require_scanner()
    if RELEASE:
        leave_if_gone()
    skip_unless_available(start)


def services_of(loop, when):
    """[(service of the explanation, port where it runs)]: what a client meets there."""
    found = []
    name = f"{loop.name.replace('.', '-')}-{when}"
    services = loop.moments[when]["services"]
    handed_over = next((one for one in services if one["title"] == "smtpd pass"), None)
    for service in services:
        line = service["place"]["line"]
        for instance in (name, f"{name}-unknown"):
            port = lab["postfixes"].running[instance].ports.get(line) if instance in lab["postfixes"].running else None
            if port is None or (instance != name and "postscreen" not in service["title"]):
                continue
            # Whom postscreen knows, it hands over.
            known = "postscreen" in service["title"] and instance == name
            found.append((handed_over if known else service, port))
    return found


def everything():
    """[(loop, when, service, port)]"""
    return [(loop, when, service, port) for loop in lab["loops"] for when in loop.moments
            for service, port in services_of(loop, when)]


def scan(mode, ports):
    """{port: endpoint}"""
    done = run("--tls", mode, "--confirm", "none", "--ehlo", "scanner.example", "--timeout", "20", "--format", "json",
               "--suites", *(f"127.0.0.1:{port}" for port in ports))
    if not done.stdout:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr}")
    return {endpoint["port"]: endpoint for endpoint in scan_document.load(done.stdout)["endpoints"]}


def scans_of_all():
    """{port: endpoint} of each port that is said to have TLS, or to have none."""
    wanted = collections.defaultdict(list)
    for _, _, service, port in everything():
        wanted["implicit" if service["now"]["offer"] == "implicit" else "starttls"].append(port)
    found = {}
    for mode, ports in wanted.items():
        for first in range(0, len(ports), AT_ONCE):
            found.update(scan(mode, ports[first:first + AT_ONCE]))
    return found


def accepted(port):
    """({versions}, {suites below TLS 1.3}) that the scan of a port found."""
    cells = scan_document.accepted(lab["scans"][port])
    return {version for version, _ in cells}, {suite for version, suite in cells if version != "TLS 1.3"}


def mechanisms_in_clear(port):
    """What EHLO offers for logging in before TLS; nothing where no EHLO is answered in clear. No password is sent."""
    words = []
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        lines = connection.makefile("rwb")
        if reply(lines):
            lines.write(b"EHLO scanner.example\r\n")
            lines.flush()
            words = reply(lines)
            lines.write(b"QUIT\r\n")
            lines.flush()
    return {word for line in words if line.upper().startswith("AUTH") for word in re.split("[ =]", line.upper())[1:]}


def reply(lines):
    """The texts of one reply."""
    texts = []
    while line := lines.readline().decode(errors="replace").rstrip("\r\n"):
        texts.append(line[4:])
        if line[3:4] != "-":
            break
    return texts


class ClosedLoopTest(unittest.TestCase):
    def each(self, check):
        """Calls check(loop, when, service, port) for each service that ran, as a subtest."""
        for one in everything():
            loop, when, service, _ = one
            with self.subTest(f"{loop.name} {loop.goal} {when} {service['title']}"):
                check(*one)

    def test_there_are_at_least_sixty_configurations_or_ten(self):
        self.assertGreaterEqual(len(lab["loops"]), 60 if CHOSEN == "all" else 10)
        self.assertGreaterEqual(sum(loop.changed for loop in lab["loops"]), len(lab["loops"]) // 2)

    def test_postfix_starts_with_each_of_them(self):
        self.assertEqual(lab["refused"], {})

    def test_the_versions_forecast_are_those_that_a_scan_finds(self):
        def check(loop, when, service, port):
            self.assertTrue(service["now"]["certain"])
            self.assertEqual(set(service["now"]["versions"]), accepted(port)[0], lab["scans"][port]["status"])
            if service["now"]["offer"] == "none":
                self.assertEqual(lab["scans"][port]["status"], "no_starttls")

        self.each(check)

    def test_the_suites_forecast_are_those_that_a_scan_finds(self):
        def check(loop, when, service, port):
            self.assertEqual(set(service["now"]["suites"]), accepted(port)[1])

        self.each(check)

    def test_with_the_advice_clients_get_what_was_promised_and_nothing_else(self):
        def check(loop, when, service, port):
            forecast = loop.promised().get(service["title"])
            if when == "after" and forecast:
                self.assertEqual((set(forecast["versions"]), set(forecast["suites"])), accepted(port))

        self.each(check)

    def test_each_port_that_offered_tls_still_does(self):
        for loop in lab["loops"]:
            had = {service["title"] for service, port in services_of(loop, "before") if accepted(port)[0]}
            for service, port in services_of(loop, "after") if loop.changed else []:
                # A filter that cannot speak TLS is not asked to.
                if service["title"] in had and service["role"] != "internal":
                    with self.subTest(f"{loop.name} {service['title']}"):
                        self.assertTrue(accepted(port)[0])

    def test_users_get_nothing_older_than_tls_1_2(self):
        def check(loop, when, service, port):
            if service["role"] == "submission" and (when == "after" or not loop.changed):
                self.assertLessEqual(accepted(port)[0], {"TLS 1.2", "TLS 1.3"})

        self.each(check)

    def test_no_password_goes_more_in_the_clear_than_before(self):
        for loop in lab["loops"]:
            if not loop.changed:
                continue
            before = {service["title"]: (service, port) for service, port in services_of(loop, "before")}
            for service, port in services_of(loop, "after"):
                old, old_port = before[service["title"]]
                if service["now"]["offer"] in ("implicit", "dead"):
                    continue
                # On a port that had TLS from the first byte nothing went in the clear.
                offered = set() if old["now"]["offer"] in ("implicit", "dead") else mechanisms_in_clear(old_port)
                with self.subTest(f"{loop.name} {service['title']}"):
                    self.assertLessEqual(mechanisms_in_clear(port), offered)

    def test_where_passwords_go_in_the_clear_explain_says_so(self):
        def check(loop, when, service, port):
            if service["now"]["offer"] in ("implicit", "dead") or "postscreen" in service["title"]:
                return
            clear = bool(mechanisms_in_clear(port) & {"PLAIN", "LOGIN"})
            said = any(one["rule"] == "password_in_clear" for one in service["findings"])
            # A port for users is warned of before anybody switches passwords on.
            self.assertTrue(said or not clear)
            if service["role"] != "submission":
                self.assertEqual(said, clear)

        self.each(check)

    def test_explain_says_nothing_against_what_was_applied(self):
        for loop in lab["loops"]:
            with self.subTest(f"{loop.name} {loop.goal}"):
                self.assertEqual([one for one in findings(loop.after) if one["kind"] in HARM and one["rule"] not in LEFT], [])

    def test_who_has_applied_the_advice_is_advised_nothing_more_for_that_goal(self):
        for loop in lab["loops"]:
            with self.subTest(f"{loop.name} {loop.goal}"):
                said = applied(loop.folder / ("after" if loop.changed else "before"), loop.folder / "again", loop.goal)
                self.assertIn("Nothing was written.", said)

    def test_the_defaults_that_explain_knows_are_those_of_postconf(self):
        """For the release that the table of the unit tests is of: an update of Debian may be another."""
        table = DATA / f"postfix_{lab['postfixes'].version}_defaults.txt"
        if not table.exists():
            print(f"  no table of defaults for Postfix {lab['postfixes'].version}", file=sys.stderr)
            return
        known = {name: "" if value == "-" else value for name, value in
                 (line.split(" | ") for line in table.read_text().splitlines() if " | " in line)}
        found = {name: value for name, value in lab["postfixes"].defaults.items() if "tls" in name}
        self.assertEqual(found, known)

    def test_of_a_planted_fault_explain_speaks(self):
        faults = [(shape, fault) for number, (shape, _) in enumerate(chosen_shapes())
                  for place, fault in enumerate(planted(shape)) if CHOSEN == "all" or place % 5 == number % 5]
        self.assertGreaterEqual(len(faults), 20)
        folder = lab["postfixes"].share / "planted"

        def speaks(one):
            place, (_, fault) = one
            found = findings(explained(written(folder / str(place), fault)))
            return [finding["rule"] for finding in found
                    if finding["kind"] in HARM and finding.get("place") == {"file": fault.file, "line": fault.line}]

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for (shape, fault), rules in zip(faults, pool.map(speaks, enumerate(faults))):
                with self.subTest(f"{shape.name}: {fault.fault}"):
                    self.assertNotEqual(rules, [])


if __name__ == "__main__":
    differential.main()

"""`smtptls-scan explain exim` against Debian's Exim (GnuTLS): what it predicts is what the scanner finds, also when its
advice is followed.

    sudo python3 tests/lab/test_explain_exim.py --scanner build/dev/smtptls-scan [unittest arguments]

The configurations are the folders of explain/exim: exim4.conf, and what it includes. Those named refused-... are such that
Exim does not start; without the advice, that is. Each advice is written into a copy of its configuration as it says; all of
them run at once, in one private root.
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import differential
from differential import scan_document
from lab import HERE, LabServer, Port, ServerSpec, free_ports, is_taken, make_certificate, skip_unless_available

sys.path.insert(0, str(HERE / "server"))
from waiting import wait_for  # noqa: E402

FOLDER = HERE / "explain" / "exim"
PATIENCE = 500
PLACE = "/etc/exim4/lab"  # of the configurations, in the private root and in the copy of it that explain reads
COMMON = """\
notifier_socket =
primary_hostname = mail.lab.example
exim_user = Debian-exim
exim_group = Debian-exim
log_file_path = /lab/logs/%slog
local_interfaces = 127.0.0.1"""
SETUP = f"""
chgrp Debian-exim /lab/key.pem && chmod g+r /lab/key.pem
install -d -o Debian-exim /lab/logs /var/spool/exim4
mkdir /lab/consoles
"""
# What a daemon says goes into a file of its own, and that it has ended, which no daemon does that has taken its configuration.
COMMAND = f"""
for folder in {PLACE}/*; do
  (exim4 -C $folder/exim4.conf -bdf; echo ended) >/lab/consoles/${{folder##*/}} 2>&1 &
done
wait
"""
lab = {}  # {name: Variant}, and "server"


def run(*arguments):
    """What one run of the scanner prints, whatever its exit code."""
    done = subprocess.run([differential.scanner, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=PATIENCE)
    if not done.stdout:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr}")
    return done.stdout


class Variant:
    """A configuration with ports of its own, below a copy of the root: as it is, or as an advice has it."""

    def __init__(self, root, name, files, free):
        self.root, self.name, self.free = root, name, free
        self.ports = {kind: next(free) for kind in ("STARTTLS", "IMPLICIT") if f"@{kind}@" in "".join(files.values())}
        words = {"COMMON": COMMON, "HERE": f"{PLACE}/{name}", **self.ports}
        self.files = {file: re.sub(r"@([A-Z]+)@", lambda match: str(words[match[1]]), text)
                      for file, text in files.items()}
        self.templates = files
        for file, text in self.files.items():
            path = root / PLACE.lstrip("/") / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.document = json.loads(run("explain", "exim", self.path, "--include-root", root, "--format", "json"))
        services = [one for one in self.document["services"] if "GnuTLS" in one["title"]]
        self.service = services[0]
        self.now = {"STARTTLS": services[0]["now"], "IMPLICIT": services[-1]["now"]}

    @property
    def path(self):
        return self.root / PLACE.lstrip("/") / self.name / "exim4.conf"

    @property
    def dead(self):
        return self.service["now"]["offer"] == "dead"

    def lines_of(self, place):
        """(file, first line, behind the last line) of a setting, which may go on; lines count from 0."""
        file = Path(place["file"]).name
        lines = self.files[file].splitlines()
        end = place["line"]
        while lines[end - 1].rstrip().endswith("\\") or lines[end - 1].lstrip().startswith("#"):
            end += 1
        return file, place["line"] - 1, end

    def advised(self, number, change):
        """The same with a change written into it, as it says."""
        files = {file: text.splitlines() for file, text in self.templates_with_common().items()}
        for removed in sorted(change["remove"], key=lambda one: -one["place"]["line"]):
            file, first, end = self.lines_of(removed["place"])
            del files[file][first:end]
        main = files["exim4.conf"]
        first = "first lines of the file" in change["where"]
        at = 0 if first else next((i for i, line in enumerate(main) if line.startswith("begin ")), len(main))
        main[at:at] = change["lines"]
        return Variant(self.root, f"{self.name}-advice-{number}",
                       {file: "\n".join([*lines, ""]) for file, lines in files.items()}, self.free)

    def templates_with_common(self):
        """The files with lines that count as those that were explained; ports and the folder are still to be chosen."""
        return {file: text.replace("@COMMON@", COMMON) for file, text in self.templates.items()}


def variants(root):
    """Every configuration, and what comes of each advice."""
    found, free = [], iter(free_ports(150))  # chosen together: one that is free stays so until Exim binds it
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
        first = Variant(root, folder.name, {path.name: path.read_text() for path in folder.iterdir()}, free)
        first.promises = None
        found.append(first)
        for number, advice in enumerate(first.service["advice"]):
            if advice["changes"]:
                [change] = advice["changes"]
                after = first.advised(number, change)
                [outcome] = advice["after"]
                after.promises, after.before, after.goal = outcome["forecast"], first, advice["goal"]
                found.append(after)
    return found


def specify(all_variants):
    """What LabServer is to run."""
    files = [{"path": f"{PLACE}/{one.name}/{file}", "text": text, "mode": "644"}
             for one in all_variants for file, text in one.files.items()]
    return ServerSpec(name="explain-exim", packages=["exim4-daemon-light"],
                      users=[{"name": "Debian-exim", "home": "/var/spool/exim4"}], files=files,
                      setup=[["sh", "-c", SETUP]], command=["sh", "-c", COMMAND])


def start():
    """Starts all Exims; fills `lab`."""
    root = Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    all_variants = variants(root)
    server = LabServer(specify(all_variants))
    unittest.enterModuleContext(server)
    make_certificate(server.share)
    server.start([Port(port, kind == "IMPLICIT") for one in all_variants if not one.dead
                  for kind, port in one.ports.items()])
    lab.update(server=server, variants=all_variants)


def setUpModule():
    differential.require_scanner()
    skip_unless_available(start)


def scanned():
    """{port: endpoint} of all that should serve; looked up once."""
    if "endpoints" not in lab:
        lab["endpoints"] = {}
        for kind in ("STARTTLS", "IMPLICIT"):
            ports = [one.ports[kind] for one in lab["variants"] if kind in one.ports and not one.dead]
            text = run("--tls", kind.lower(), "--confirm", "none", "--ehlo", "scanner.example", "--timeout", "20",
                       *scan_document.WHOLE, *(f"127.0.0.1:{port}" for port in ports))
            lab["endpoints"].update({one["port"]: one for one in scan_document.load(text)["endpoints"]})
    return lab["endpoints"]


def found_at(port):
    """(versions, suites below TLS 1.3) that a scan found."""
    accepted = scan_document.accepted(scanned()[port])
    return {version for version, _ in accepted}, {suite for version, suite in accepted if version != "TLS 1.3"}


def each_port():
    """(variant, kind of port, port, forecast) of all that should serve."""
    for one in lab["variants"]:
        if not one.dead:
            for kind, port in one.ports.items():
                yield one, kind, port, one.now[kind]


class ExplainEximTest(unittest.TestCase):
    def test_there_are_at_least_ten_configurations(self):
        self.assertGreaterEqual(len([one for one in lab["variants"] if one.promises is None]), 10)

    def test_the_versions_and_suites_predicted_are_those_that_a_scan_finds(self):
        for one, kind, port, now in each_port():
            versions, suites = found_at(port)
            print(f"  {one.name:26} {kind:8} predicted {now['offer']:9} {' '.join(sorted(now['versions'])) or '-':32}"
                  f" {len(now['suites']):2} suites, found {scanned()[port]['status']:12}"
                  f" {' '.join(sorted(versions)) or '-':32} {len(suites):2}", file=sys.stderr)
            with self.subTest(one.name + " " + kind):
                self.assertTrue(now["certain"], now)
                self.assertEqual(set(now["versions"]), versions)
                self.assertEqual(set(now["suites"]), suites)
                self.assertEqual(now["offer"] == "none", scanned()[port]["status"] == "no_starttls")

    def test_exim_refuses_exactly_what_is_said_to_be_refused(self):
        for one in lab["variants"]:
            console = lab["server"].share / "consoles" / one.name
            with self.subTest(one.name):
                if one.dead:
                    wait_for(lambda: console.read_text().endswith("ended\n"), f"{one.name} to refuse its configuration")
                    self.assertIn("configuration error", console.read_text())
                self.assertEqual(one.dead, console.read_text() != "", console.read_text())
                self.assertEqual(one.dead, one.name.startswith("refused") and one.promises is None)
                for port in one.ports.values():
                    self.assertEqual(is_taken(port), not one.dead)

    def test_an_advice_keeps_its_promise_and_takes_tls_from_no_port(self):
        for one, kind, port, _ in each_port():
            if one.promises is None:
                continue
            versions, _ = found_at(port)
            with self.subTest(one.name + " " + kind):
                self.assertEqual(versions, set(one.promises["versions"]))
                self.assertTrue(versions and versions <= {"TLS 1.2", "TLS 1.3"})
                self.assertEqual(set(one.ports), set(one.before.ports))

    def test_nothing_is_said_against_an_advice_that_was_followed(self):
        about_lines = {"exim_advertise_some"}  # which the advice leaves as it is
        for one in lab["variants"]:
            if one.promises is None:
                continue
            findings = one.service["findings"] + one.document["findings"]
            against = [finding for finding in findings
                       if finding["kind"] != "right" and finding["rule"] not in about_lines]
            [again] = [advice for advice in one.service["advice"] if advice["goal"] == one.goal]
            with self.subTest(one.name):
                self.assertEqual(against, [])
                self.assertEqual(again["changes"], [])


if __name__ == "__main__":
    differential.main()

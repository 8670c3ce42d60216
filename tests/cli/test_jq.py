"""The one-liners of docs/formats, run with jq on documents of the program: they print what plain Python finds in the
documents, and the documents say what was scanned. Skipped where jq is not installed, but not where CI=true.
"""
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import scanner
from scanner import EHLO, REPOSITORY, Lab, Run, Scan

PAGES = REPOSITORY / "docs/formats"
GOLDENS = REPOSITORY / "tests/golden"
VERSIONS = ("TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0", "SSL 3", "SSL 2")
STATES = ("accepted", "rejected", "inconclusive", "not_tested")
DAY = "2027-01-01"  # of the one-liner about certificates
SKIPPED = 77


def one_liners(page):
    """{what it prints, by its comment: the command}"""
    blocks = re.findall(r"```sh\n# ([^\n]+)\n(.*?)```", (PAGES / page).read_text(), re.S)
    return {comment.split(",")[0].split(":")[0]: command for comment, command in blocks if "jq " in command}


def tsv(*row):
    """A row as jq's @tsv writes it."""
    escapes = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    return "\t".join("" if cell is None else "".join(escapes.get(c, c) for c in str(cell)) for cell in row)


def cells(endpoint, state):
    """(version, code, grade) of each suite that is named."""
    return [(row["version"], code, group.get("grade")) for row in endpoint.get("matrix", [])
            for group in row.get(state, []) for code in sorted(group.get("suites", []))]


def accepted_versions(document):
    for endpoint in document["endpoints"]:
        versions = {version for version, _, _ in cells(endpoint, "accepted")}
        words = sorted(versions, key=VERSIONS.index)
        yield tsv(endpoint["host"], endpoint["address"], endpoint["port"], ", ".join(words))


def certificates(endpoint):
    return ([endpoint["certificate"]] if "certificate" in endpoint else []) + endpoint.get("more_certificates", [])


def expiring(document, day=DAY):
    return [tsv(endpoint["host"], endpoint["port"], one["subject"], one["not_after"])
            for endpoint in document["endpoints"] for one in certificates(endpoint) if one["not_after"] < day]


def anonymous(document):
    for endpoint in document["endpoints"]:
        codes = sorted({code for _, code, _ in cells(endpoint, "accepted")})
        names = [endpoint["suites"][code]["name"] for code in codes
                 if "anonymous" in endpoint["suites"][code].get("weaknesses", [])]
        if names:
            yield tsv(endpoint["host"], endpoint["port"], " ".join(names))


def accepted(document):
    for endpoint in document["endpoints"]:
        for version, code, grade in cells(endpoint, "accepted"):
            suite = endpoint["suites"][code]
            yield tsv(endpoint["host"], endpoint["port"], version, code, suite.get("name"), suite.get("openssl"),
                      suite.get("bits"), grade)


def violated_rules(document):
    for judgement in document.get("judgements", []):
        endpoint = document["endpoints"][judgement["endpoint"]]
        for finding in judgement["findings"]:
            waived = "waiver" in finding and not finding["waiver"]["expired"]
            if finding["verdict"] == "fail" and not waived:
                yield tsv(endpoint["host"], endpoint["port"], judgement["policy"], finding["rule"],
                          finding.get("level"), finding["sentence"])


def violated_policies(document):
    for judgement in document.get("judgements", []):
        endpoint = document["endpoints"][judgement["endpoint"]]
        if judgement["verdict"] == "fail":
            yield tsv(endpoint["host"], endpoint["port"], judgement["policy"])


OF_DOCUMENTS = {"accepted versions of every endpoint": accepted_versions,
                "certificates that expire before a day": expiring,
                "endpoints that accept anonymous suites": anonymous,
                "all accepted suites": accepted,
                "violated rules that nobody answers for": violated_rules}
REJECTED = "all rejected suites"
OF_LINES = {"accepted versions of every endpoint": accepted_versions, "violated policies": violated_policies}


class OneLiners(Scan):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        """Scans of a server with two certificates and all kinds of suites: whole, cut off, of its port when it is gone;
        and judged, and with every suite."""
        cls.room = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.room.name)
        (cls.folder / "smtptls-scan").symlink_to(pathlib.Path(shutil.which(Scan.program)).resolve())
        with Lab("--ciphers", "ALL:eNULL:@SECLEVEL=0", listen=["starttls"], keys=["rsa2048", "ecdsa-p256"]) as lab:
            where = "127.0.0.1:%d" % lab.ports["starttls"]
            cls.codes = [cls.written("lab", *EHLO, where),
                         cls.written("cut", *EHLO, where, "--pace", "0.1", "--max-time", "0.5")]
        cls.codes.append(cls.written("gone", *EHLO, where))
        cls.codes.append(cls.written("judged", "report", str(cls.folder / "lab.json"), "--policy", "pci"))
        cls.codes.append(cls.written("whole", "report", str(cls.folder / "lab.json"), "--suites"))

    @classmethod
    def written(cls, name, *arguments):
        """The exit code of a run that writes a document, lines and cells."""
        outputs = [part for end in ("json", "ndjson", "csv") for part in ("-o", "%s/%s.%s" % (cls.folder, name, end))]
        return Run(*arguments, *outputs).code

    @classmethod
    def tearDownClass(cls):
        cls.room.cleanup()

    def setUp(self):
        self.assertEqual(self.codes, [0, 3, 3, 1, 0])

    def paths(self, end):
        """The documents, or the lines: the goldens and those of the scans."""
        return sorted((GOLDENS / end).glob("*." + end)) + sorted(self.folder.glob("*." + end))

    def lab(self):
        return json.loads((self.folder / "lab.json").read_text())["endpoints"][0]

    def printed(self, command, path):
        """The lines that a one-liner prints of this file."""
        for name in ("scan.json", "scans.ndjson"):
            (self.folder / "room").mkdir(exist_ok=True)
            shutil.copy(path, self.folder / "room" / name)
        env = {**os.environ, "PATH": "%s:%s" % (self.folder, os.environ["PATH"]), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(["sh", "-c", command], cwd=self.folder / "room", env=env, capture_output=True, text=True,
                              timeout=scanner.PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        return done.stdout.splitlines()

    def test_each_one_liner_is_known_here(self):
        self.assertEqual(set(one_liners("json.md")), {*OF_DOCUMENTS, REJECTED})
        self.assertEqual(set(one_liners("ndjson.md")), set(OF_LINES))

    def test_each_prints_what_the_documents_say(self):
        commands = one_liners("json.md")
        for name, wanted in OF_DOCUMENTS.items():
            some = []
            for path in self.paths("json"):
                with self.subTest(name, path=path.name):
                    lines = list(wanted(json.loads(path.read_text())))
                    self.assertEqual(self.printed(commands[name], path), lines)
                    some += lines
            self.assertTrue(some, name + ": no document has any")

    def test_each_prints_what_the_lines_say(self):
        commands = [(one_liners("ndjson.md")[name], wanted) for name, wanted in OF_LINES.items()]
        # The page says how those of documents become those of lines.
        for name, command in one_liners("json.md").items():
            if "'.endpoints[] |" in command and name != REJECTED:
                line = command.replace("'.endpoints[] |", "'select(.line == \"endpoint\") | .endpoint |")
                commands.append((line, OF_DOCUMENTS[name]))
        self.assertEqual(len(commands), 6)
        for command, wanted in commands:
            for path in self.paths("ndjson"):
                with self.subTest(command, path=path.name):
                    document = json.loads(path.with_suffix(".json").read_text() if path.parent == self.folder else
                                          (GOLDENS / "json" / (path.stem + ".json")).read_text())
                    self.assertEqual(self.printed(command, path), list(wanted(document)))

    def test_a_certificate_expires_before_a_day_and_not_on_it(self):
        command = one_liners("json.md")["certificates that expire before a day"]
        self.assertIn(DAY, command)
        first = min(one["not_after"] for one in certificates(self.lab()))
        for day, count in [("2000-01-01", 0), (first, 0), ("9999-12-31", 2)]:
            lines = self.printed(command.replace(DAY, day), self.folder / "lab.json")
            self.assertEqual(lines, expiring({"endpoints": [self.lab()]}, day))
            self.assertEqual(len(lines), count)

    def test_the_rejected_suites_are_the_others_of_the_registry(self):
        command, some = one_liners("json.md")[REJECTED], []
        for path in self.paths("json"):
            document = json.loads(path.read_text())
            lines = [line.split("\t") for line in self.printed(command, path)]
            with self.subTest(path.name):
                self.assertEqual(len(lines), sum(one["coverage"]["rejected"] for one in document["endpoints"]))
                for endpoint in document["endpoints"]:
                    place = [endpoint["host"], str(endpoint["port"])]
                    here = {(line[2], line[3]) for line in lines if line[:2] == place}
                    self.assertEqual(len(here), endpoint["coverage"]["rejected"])
                    self.assertLessEqual({cell[:2] for cell in cells(endpoint, "rejected")}, here)
                    named = {cell[:2] for state in STATES if state != "rejected" for cell in cells(endpoint, state)}
                    self.assertEqual(here & named, set())
            some += lines
        self.assertTrue(all(re.fullmatch("[A-Z0-9a-z_]+", line[4]) for line in some))

    def test_every_version_up_to_tls_1_2_has_the_same_suites(self):
        document = json.loads((self.folder / "whole.json").read_text())
        suites = {}
        for state in STATES:
            for version, code, _ in cells(document["endpoints"][0], state):
                suites.setdefault(version, set()).add(code)
        self.assertEqual(set(suites), set(VERSIONS))
        self.assertTrue(suites["TLS 1.2"] == suites["TLS 1.1"] == suites["TLS 1.0"] == suites["SSL 3"])
        self.assertEqual(len(set().union(*suites.values())), document["registry"]["suites"])
        for row in self.lab()["matrix"]:
            named = {code for state in STATES for group in row.get(state, []) for code in group.get("suites", [])}
            counts = [group["count"] for state in STATES for group in row.get(state, []) if "count" in group]
            self.assertEqual(counts, [len(suites[row["version"]] - named)])

    def test_the_documents_are_valid_and_the_lines_say_the_same(self):
        for path in sorted(self.folder.glob("*.json")):
            with self.subTest(path.name):
                document = json.loads(path.read_text())
                self.assertEqual([error.message for error in scanner.SCHEMA.iter_errors(document)], [])
                lines = [json.loads(line) for line in path.with_suffix(".ndjson").read_text().splitlines()]
                self.assertEqual([one["endpoint"] for one in lines[:-1]], document["endpoints"])
                self.assertEqual(lines[-1]["targets"], document["targets"])

    def test_the_document_has_what_the_server_is(self):
        endpoint = self.lab()
        self.assertEqual(endpoint["versions"], ["TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0"])
        kinds = [one["key_type"] for one in certificates(endpoint)]
        self.assertEqual(sorted(kinds), ["EC secp256r1", "RSA"])
        self.assertEqual(kinds, [one["key_type"] for one in sorted(certificates(endpoint), key=lambda c: c["sha256"])])
        self.assertEqual(len(list(anonymous({"endpoints": [endpoint]}))), 1)

    def test_the_document_has_the_cells_of_the_csv(self):
        with open(self.folder / "lab.csv", newline="") as file:
            rows = {(row["version"], row["suite"], row["grade"]) for row in csv.DictReader(file)
                    if row["state"] == "accepted"}
        lines = [line.split("\t") for line in accepted({"endpoints": [self.lab()]})]
        self.assertEqual({(line[2], line[4], line[7]) for line in lines}, rows)
        self.assertGreater(len(rows), 50)

    def test_the_document_names_suites_as_openssl_does(self):
        every = ["openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]
        listed = subprocess.run(every, capture_output=True, text=True, check=True).stdout
        line = re.compile(r"^ *0x(..),0x(..) - (\S+) +- (\S+) .* Enc=(?:None|[^(\n]+\((\d+)\))", re.M)
        known = {"0x" + (high + low).lower(): (name, openssl, int(bits or 0))
                 for high, low, name, openssl, bits in line.findall(listed)}
        # Without the legacy provider the program openssl does not know SEED.
        suites = {code: (one["name"], one["openssl"], one["bits"]) for code, one in self.lab()["suites"].items()
                  if code in known}
        self.assertGreater(len(suites), 50)
        self.assertEqual(suites, {code: known[code] for code in suites})


if __name__ == "__main__":
    if shutil.which("jq") is None:
        in_ci = os.environ.get("CI") == "true"
        print("*** FAILED, since CI=true: jq is not there" if in_ci else "*** SKIPPED: jq is not there (Debian: jq)")
        sys.exit(1 if in_ci else SKIPPED)
    scanner.main()

"""Text in files is as hostile as text from the wire: no character of it that moves a cursor, reorders or hides text
reaches a terminal or a report, whichever field of whichever document it stands in."""
import json
import pathlib
import re
import tempfile
import unittest

from scanner import REPOSITORY, Run, Scan, main

GOLDENS = REPOSITORY / "tests/golden/json"
# A C1 control (CSI), an override of the direction, a filler without ink, a selector, the end of a title (OSC).
HOSTILE = "\u009b2J\u202e\u3164\ufe0f\u009d0;x\u009c"
NEVER = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
                   "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff]")
FORMATS = ("text", "json", "ndjson", "html", "csv", "junit", "sarif", "nagios", "prometheus")


def fields(value, way=()):
    """The ways to all texts of a document, and to the names of its members; of a list the first element of each shape."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from fields(one, way + (key,))
    elif isinstance(value, list):
        seen = set()
        for place, one in enumerate(value):
            shape = tuple(sorted(one)) if isinstance(one, dict) else type(one)
            if shape not in seen:
                seen.add(shape)
                yield from fields(one, way + (place,))
    elif isinstance(value, str):
        yield way


def with_text(document, way, text):
    """A copy in which another text stands there."""
    copy = json.loads(json.dumps(document))
    at = copy
    for step in way[:-1]:
        at = at[step]
    at[way[-1]] = text
    return copy


class HostileFiles(Scan):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def check(self, *arguments):
        """Refused, or escaped in all that was written."""
        outputs = [option for name in FORMATS for option in ("--format", name, "-o", str(self.folder / ("out." + name)))]
        run = Run(*arguments, *(outputs if arguments[0] not in ("log", "explain", "policy") else []))
        self.assertIn(run.code, (0, 1, 2, 3))
        written = [run.out, run.err]
        for path in self.folder.glob("out.*"):
            written.append(path.read_text(encoding="utf-8"))
            path.unlink()
        for text in written:
            found = NEVER.search(text)
            self.assertIsNone(found, found and text[max(0, found.start() - 60):found.end() + 20].encode("unicode_escape"))
        return run

    def each_field(self, name, text, command):
        document = json.loads(text)
        ways = list(fields(document))
        for way in ways:
            with self.subTest(document=name, way=way):
                path = self.write(name, json.dumps(with_text(document, way, HOSTILE), ensure_ascii=False))
                self.check(*command, path)
        return len(ways)

    def test_in_each_text_of_a_saved_scan(self):
        count = self.each_field("scan.json", (GOLDENS / "default_server.json").read_text(), ["report"])
        self.assertGreater(count, 40)

    def test_in_each_text_of_a_line_of_ndjson(self):
        lines = (REPOSITORY / "tests/golden/ndjson/default_server.ndjson").read_text().splitlines()
        for number, line in enumerate(lines):
            for way in fields(json.loads(line)):
                with self.subTest(line=number, way=way):
                    changed = json.dumps(with_text(json.loads(line), way, HOSTILE), ensure_ascii=False)
                    self.check("report", self.write("scan.ndjson", "\n".join(
                        [*lines[:number], changed, *lines[number + 1:]]) + "\n"))

    def test_in_each_text_of_evidence(self):
        lines = (REPOSITORY / "tests/data/evidence/lab.jsonl").read_text().splitlines()
        seen = set()
        for number, line in enumerate(lines):
            for way in fields(json.loads(line)):
                kind = (json.loads(line).get("event"), *(step for step in way if isinstance(step, str)))
                if kind in seen:
                    continue
                seen.add(kind)
                with self.subTest(line=number, way=way):
                    changed = json.dumps(with_text(json.loads(line), way, HOSTILE), ensure_ascii=False)
                    self.check("report", "--from-evidence", self.write("evidence.jsonl", "\n".join(
                        [*lines[:number], changed, *lines[number + 1:]]) + "\n"))
        self.assertGreater(len(seen), 20)

    def test_in_each_text_of_a_policy_and_of_waivers(self):
        scan = str(GOLDENS / "default_server.json")
        self.each_field("own.json", (REPOSITORY / "report/policy/rfc9325.json").read_text(), ["report", scan, "--policy"])
        waivers = {"format": "smtptls-scan waivers", "schema_version": 1,
                   "waivers": [{"rule": "pci-dss-4.0.1/versions-early-tls", "endpoints": "mail.example.com *:25",
                                "subjects": ["TLS 1.0"], "owner": "ops", "reason": "old", "expires": "2030-01-01"},
                               {"finding": "pci-dss-4.0.1/certificate-trusted mail.example.com 192.0.2.25:25",
                                "owner": "ops", "reason": "internal CA", "expires": "2030-01-01"}]}
        self.each_field("waivers.json", json.dumps(waivers), ["report", scan, "--policy", "pci", "--waivers"])

    def test_in_the_names_of_members(self):
        scan = json.loads((GOLDENS / "default_server.json").read_text())
        scan[HOSTILE] = 1
        self.assertEqual(self.check("report", self.write("scan.json", json.dumps(scan, ensure_ascii=False))).code, 3)

    def test_in_a_baseline(self):
        text = (GOLDENS / "default_server.json").read_text()
        document = json.loads(text)
        for way in list(fields(document))[:60]:
            with self.subTest(way=way):
                path = self.write("old.json", json.dumps(with_text(document, way, HOSTILE), ensure_ascii=False))
                self.check("report", str(GOLDENS / "default_server.json"), "--policy", "pci", "--baseline", path)

    def test_in_the_name_of_a_file(self):
        path = self.write(HOSTILE + ".json", (GOLDENS / "default_server.json").read_text())
        for command in (["report", path], ["report", "--from-evidence", path], ["report", path, "--policy", path],
                        ["report", path, "--policy", "pci", "--baseline", path], ["log", path],
                        ["explain", "exim", path], ["localhost:1", "-f", path], ["localhost:1", "--exclude", path]):
            with self.subTest(command=command[:2]):
                self.check(*command)

    def test_in_configurations(self):
        for product, text in (("postfix", "smtpd_tls_security_level = may %s\n%s = 1\nsmtpd_tls_protocols = %s\n" % ((HOSTILE,) * 3)),
                              ("exim", "tls_require_ciphers = %s\n%s = 1\n.include /%s\n" % ((HOSTILE,) * 3))):
            with self.subTest(product):
                path = self.write("main.cf", text)
                self.check("explain", product, path)
                self.check("explain", product, path, "--format", "json")

    def test_in_a_mail_log(self):
        text = (REPOSITORY / "tests/data/maillog/story.log").read_text()
        log = self.write("mail.log", text.replace("www.domainname.com", HOSTILE).replace("CAMELLIA", HOSTILE))
        for format_name in ("text", "json", "csv"):
            with self.subTest(format_name):
                self.check("log", log, "--format", format_name)

    def test_in_targets_and_names_of_the_command_line(self):
        for command in ([HOSTILE], ["localhost:1", "--sni", HOSTILE], ["localhost:1", "--ehlo", HOSTILE],
                        ["localhost:1", "--policy", HOSTILE], ["localhost:1", "--format", HOSTILE],
                        ["localhost:1", "--" + HOSTILE], ["localhost:1", "--source-address", HOSTILE]):
            with self.subTest(command=command[1:2]):
                self.check(*command)


if __name__ == "__main__":
    main()

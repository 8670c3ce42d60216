"""What the program prints, compared with what was reviewed: tests/golden/FORMAT/SAMPLE.EXTENSION.

`golden.py PROGRAM SCANNER` compares; with --regenerate it rewrites the files, and their diff is what
is reviewed. The JSON ones are also held to report/schema/scan.schema.json.
"""
import json
import pathlib
import re
import subprocess
import sys
import unittest

import jsonschema

import form_checks

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
SCHEMAS = REPOSITORY / "report/schema"
SCHEMA = SCHEMAS / "scan.schema.json"
FORMATS = REPOSITORY / "report/format/formats.def"
EXPLAINED = pathlib.Path("tests/data/explain")
# What is made from the tables of options and stands elsewhere than here.
GENERATED = {"man": REPOSITORY / "docs/man/smtptls-scan.1"}
# What is explained: by name, the arguments behind "explain".
EXPLANATIONS = {"story": ["--postfix-version", "3.1.0", "postfix", EXPLAINED / "story"],
                "answer": ["--postfix-version", "3.1.0", "postfix", EXPLAINED / "answer"],
                "article_1": ["--postfix-version", "3.1.0", "postfix", EXPLAINED / "article_1"],
                "article_2": ["--postfix-version", "3.1.0", "postfix", EXPLAINED / "article_2"],
                "article_2_today": ["--postfix-version", "3.10.13", "postfix", EXPLAINED / "article_2"],
                "modern": ["postfix", EXPLAINED / "modern"],
                "postscreen": ["--postfix-version", "3.10.13", "postfix", EXPLAINED / "shapes/postscreen"],
                "wrapper": ["--postfix-version", "3.4.23", "postfix", EXPLAINED / "shapes/wrapper_for_all"],
                "exim": ["exim", EXPLAINED / "exim/exim.conf", "--include-root", EXPLAINED / "exim"]}
# Of each format in formats.def the usual end of a file's name; the colour of text is a format of its own here.
EXTENSIONS = {name: (extension or ".txt")[1:] for name, extension in
              re.findall(r'^FORMAT\((\w+), "[^"]*", "[^"]*", (?:"([^"]*)")?', FORMATS.read_text(), re.M)}
EXTENSIONS["text_colour"] = "txt"
# The formats that not every sample is written in.
JUDGED = ["all_pass", "violations", "hostile_judged"]
ONLY = {"text_colour": ["open_cells", "violations"], "html": ["open_cells"] + JUDGED, "sarif": ["unreachable"] + JUDGED}
SCHEMA_OF = {"explain": "explanation.schema.json", "log": "log.schema.json", "dry_run": "dry_run.schema.json"}
# What --dry-run says: by name, the arguments.
DRY_RUNS = {"one_host": ["192.0.2.1"], "polite": ["--polite", "--max-time", "3600", "192.0.2.1:25", "[2001:db8::25]:465"]}
# Mail logs of tests/data/maillog, and when they end; "log" beside --help in cli/ is the program itself.
LOGS = {"story": "2016-09-01", "postfix_formats": "2026-12-31", "exim": "2026-12-31", "sendmail": "2026-12-31",
        "opensmtpd": "2026-12-31", "hostile": "2026-12-31"}
LOG_FORMATS = {"text": ["story", "postfix_formats", "exim", "sendmail", "opensmtpd", "hostile"],
               "json": ["story", "hostile"], "csv": ["story", "hostile"]}
LOG_EXTENSIONS = {"text": "txt", "json": "json", "csv": "csv"}


def run(*command):
    return subprocess.run(command, capture_output=True, check=True, cwd=REPOSITORY).stdout


def logs(scanner):
    """{path of a golden: what the program prints about a mail log}."""
    return {HERE / "log" / ("%s.%s" % (name, LOG_EXTENSIONS[form])):
            run(scanner, "log", "--format", form, "--ends", LOGS[name], "tests/data/maillog/%s.log" % name)
            for form, names in LOG_FORMATS.items() for name in names}


def policies(scanner):
    """{path of a golden: a policy as it is shown}: no policy changes unseen."""
    listed = run(scanner, "policy", "list").decode().splitlines()
    names = [line.split()[0] for line in listed if not line.startswith(" ")]
    return {HERE / "policy" / (name + ".txt"): run(scanner, "policy", "show", name) for name in names}


def everything(program, scanner):
    """{path of a golden: what it should hold now}."""
    samples = run(program).decode().split()
    wanted = [(form, sample) for form in EXTENSIONS for sample in samples
              if sample in ONLY.get(form, samples)]
    made = {HERE / form / ("%s.%s" % (sample, EXTENSIONS[form])): run(program, form, sample)
            for form, sample in wanted}
    made[HERE / "cli/help.txt"] = run(scanner, "--help")
    for command in ("explain", "policy", "report"):
        made[HERE / ("cli/help_%s.txt" % command)] = run(scanner, command, "--help")
    for what in ("man", "complete-bash", "complete-zsh", "complete-fish"):
        made[GENERATED.get(what, HERE / "cli" / (what + ".txt"))] = run(scanner, "--generate", what)
    made[HERE / "cli/policy_list.txt"] = run(scanner, "policy", "list")
    made.update(policies(scanner))
    for name, arguments in EXPLANATIONS.items():
        for form, extension in (("text", "txt"), ("json", "json")):
            output = run(scanner, "explain", "--format", form, *arguments)
            # Where the clone is stands in no golden.
            made[HERE / "explain" / (name + "." + extension)] = output.replace(str(EXPLAINED).encode() + b"/", b"")
    made[HERE / "cli/log_help.txt"] = run(scanner, "log", "--help")
    for name, arguments in DRY_RUNS.items():
        for form, extension in (("text", "txt"), ("json", "json")):
            made[HERE / "dry_run" / (name + "." + extension)] = run(scanner, "--dry-run", "--format", form, *arguments)
    made.update(logs(scanner))
    return made


def goldens():
    """The files there are."""
    suffixes = {"." + extension for extension in EXTENSIONS.values()}
    return {path for path in HERE.glob("*/*") if path.suffix in suffixes}


class Goldens(form_checks.FormChecks, unittest.TestCase):
    maxDiff = None
    made = {}
    program = ""

    def test_each_output_is_what_was_reviewed(self):
        for path, output in self.made.items():
            with self.subTest(str(path.relative_to(REPOSITORY))):
                self.assertTrue(path.exists(), "no golden: tests/golden/regenerate makes it")
                self.assertMultiLineEqual(output.decode(), path.read_bytes().decode())

    def test_no_line_of_the_text_is_longer_than_its_width(self):
        for width in (60, 80, 120):
            for sample in run(self.program).decode().split():
                lines = run(self.program, "text", sample, str(width)).decode().splitlines()
                with self.subTest(sample, width=width):
                    self.assertEqual([line for line in lines if len(line.encode()) > width], [])

    def test_the_last_lines_of_the_text_hold_the_verdicts(self):
        for sample in ("all_pass", "violations"):
            lines = run(self.program, "text", sample, "80").decode().splitlines()
            verdicts = [line for line in lines[-12:] if line.startswith(("  pass ", "  FAIL ", "  WARN "))]
            with self.subTest(sample):
                self.assertEqual(len(verdicts), {"all_pass": 1, "violations": 2}[sample])

    def test_no_golden_is_left_over(self):
        self.assertEqual(goldens() - set(self.made), set())

    def test_each_json_golden_is_valid_by_the_schema(self):
        documents = [path for path in goldens() if path.suffix == ".json"]
        self.assertGreater(len(documents), 5)
        for path in documents:
            schema = json.loads((SCHEMAS / SCHEMA_OF.get(path.parent.name, SCHEMA.name)).read_text())
            jsonschema.Draft7Validator.check_schema(schema)
            validator = jsonschema.Draft7Validator(schema)
            with self.subTest(path.name):
                self.assertEqual([error.message for error in validator.iter_errors(json.loads(path.read_text()))], [])

    def test_a_document_with_a_foreign_key_or_word_is_not_valid(self):
        validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
        good = json.loads((HERE / "json/default_server.json").read_text())
        for change in [lambda d: d.update(new=1), lambda d: d.pop("complete"),
                       lambda d: d["endpoints"][0].update(status="fine"),
                       lambda d: d["endpoints"][0]["matrix"][0].update(state="weak"),
                       lambda d: d["endpoints"][0]["matrix"][0]["accepted"][0].pop("grade"),
                       lambda d: d["endpoints"][0]["certificate"].pop("sha256"),
                       lambda d: d["endpoints"][0]["coverage"].update(asked=-1),
                       lambda d: d["endpoints"][0]["exchanges"][0].update(offered="13"),
                       lambda d: d["endpoints"][0]["observations"][0].update(value={"a": 1}),
                       lambda d: d.update(baseline="x"), lambda d: d.update(judgements=[], gone=[])]:
            bad = json.loads(json.dumps(good))
            change(bad)
            self.assertFalse(validator.is_valid(bad))

    def test_nothing_hostile_reaches_the_output(self):
        for path in goldens():
            if path.parent.name != "text_colour":
                ends = b"\r\n" if path.suffix == ".csv" else b"\n"
                raw = path.read_bytes().replace(ends, b"")
                self.assertEqual([byte for byte in raw if byte < 0x20 or byte == 0x7f], [], path.name)
                self.assertNotIn("\u202e", raw.decode())


def main():
    """Compares or regenerates, by the command line."""
    arguments = [one for one in sys.argv[1:] if one != "--regenerate"]
    Goldens.made = everything(*arguments)
    Goldens.program = arguments[0]
    if "--regenerate" not in sys.argv:
        unittest.main(argv=sys.argv[:1])
    for path in goldens() - set(Goldens.made):
        path.unlink()
    for path, output in Goldens.made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(output)
    print("%d goldens written; read the diff" % len(Goldens.made))


if __name__ == "__main__":
    main()

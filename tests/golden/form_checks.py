"""The goldens of each format held to what its readers demand: schemas, parsers, and the rules of escaping."""
import base64
import csv
import hashlib
import html.parser
import io
import json
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree

import jsonschema

import prometheus_text

HERE = pathlib.Path(__file__).resolve().parent
SCHEMAS = HERE.parents[1] / "report/schema"
# In HTML these have no end tag.
VOID = {"meta", "br", "input", "link", "img", "hr"}
FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def of(form):
    """The goldens of one format."""
    return sorted((HERE / form).glob("*"))


def sums(suite):
    """Tests, failures, errors and skipped, counted."""
    cases = list(suite.iter("testcase"))
    return [len(cases)] + [sum(1 for case in cases if case.find(kind) is not None)
                           for kind in ("failure", "error", "skipped")]


class Page(html.parser.HTMLParser):
    """A page: its attributes, its style and script, and whether its tags are closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.attributes, self.ids, self.inside = [], [], [], {"style": [], "script": []}
        self.policy = ""

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise ValueError("</%s> closes nothing" % tag)

    def handle_data(self, data):
        if self.open and self.open[-1] in self.inside:
            self.inside[self.open[-1]].append(data)


class FormChecks:
    """Mixed into the golden tests."""

    def test_each_line_of_json_is_valid_by_the_schema(self):
        schema = json.loads((SCHEMAS / "lines.schema.json").read_text())
        whole = json.loads((SCHEMAS / "scan.schema.json").read_text())
        store = {whole["$id"]: whole, schema["$id"]: schema}
        resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
        validator = jsonschema.Draft7Validator(schema, resolver=resolver)
        for path in of("ndjson"):
            with self.subTest(path.name):
                lines = [json.loads(line) for line in path.read_text().splitlines()]
                self.assertEqual([error.message for line in lines for error in validator.iter_errors(line)], [])
                self.assertEqual([line["line"] for line in lines].index("end"), len(lines) - 1)
        self.assertFalse(validator.is_valid(dict(lines[-1], more=1)))

    def test_the_lines_hold_what_the_document_holds(self):
        for path in of("ndjson"):
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            document = json.loads((HERE / "json" / (path.stem + ".json")).read_text())
            self.assertEqual([line["endpoint"] for line in lines if line["line"] == "endpoint"], document["endpoints"])
            judged = [(index, one) for index, line in enumerate(lines) for one in line.get("judgements", [])]
            self.assertEqual([dict(one, endpoint=index) for index, one in judged], document.get("judgements", []))

    def test_each_junit_golden_is_valid_and_its_sums_add_up(self):
        paths = of("junit")
        self.assertTrue(paths)
        command = ["xmllint", "--noout", "--nonet", "--schema", str(HERE / "junit.xsd")] + list(map(str, paths))
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        for path in paths:
            root = xml.etree.ElementTree.parse(path).getroot()
            for suite in [root] + list(root):
                said = [int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")]
                self.assertEqual(said, sums(suite), path.name)

    def test_each_csv_golden_is_a_table_without_formulas(self):
        for path in of("csv"):
            with self.subTest(path.name):
                rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), strict=True))
                self.assertGreater(len(rows), 1)
                self.assertEqual({len(row) for row in rows}, {len(rows[0])})
                bad = [cell for row in rows for cell in row if cell.lstrip(" ").startswith(FORMULAS)]
                self.assertEqual(bad, [])

    def test_each_prometheus_golden_is_read_by_a_strict_parser(self):
        for path in of("prometheus"):
            with self.subTest(path.name):
                samples = prometheus_text.parse(path.read_text())
                self.assertIn("smtptls_scan_complete", [name for name, _, _ in samples])
        for bad in ['a{b="c} 1\n', 'a 1\n', '# HELP a b\n# TYPE a gauge\na 1\na 1\n', '# HELP a b\n# TYPE a gauge\na 1']:
            with self.assertRaises(ValueError):
                prometheus_text.parse(bad)

    def test_promtool_where_there_is_one_finds_nothing_in_a_prometheus_golden(self):
        promtool = shutil.which("promtool")
        if not promtool:
            self.skipTest("promtool is not there (Debian: prometheus)")
        for path in of("prometheus"):
            with self.subTest(path.name):
                checked = subprocess.run([promtool, "check", "metrics"], input=path.read_bytes(), capture_output=True)
                self.assertEqual((checked.returncode, checked.stderr.decode()), (0, ""))
        bad = subprocess.run([promtool, "check", "metrics"], input=b"a_count 1\n", capture_output=True)
        self.assertNotEqual(bad.returncode, 0)

    def test_each_nagios_golden_has_a_state_and_performance_data(self):
        datum = r"'[^'=|]+'=-?[0-9]+;(30:)?;(14:)?;0?;"
        for path in of("nagios"):
            with self.subTest(path.name):
                first, *more = path.read_text().splitlines()
                self.assertRegex(first, r"^SMTPTLS (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+ \| %s( %s)*$" % (datum, datum))
                self.assertEqual([line for line in more if "|" in line], [])

    def test_each_page_is_well_formed_and_loads_nothing(self):
        for path in of("html"):
            with self.subTest(path.name):
                page = Page()
                page.feed(path.read_text())
                self.assertEqual(page.open, [])
                self.assertEqual(len(page.ids), len(set(page.ids)))
                loads = [one for one in page.attributes if one[1] in ("src", "srcset", "style", "action", "background")
                         or one[1].startswith("on") or (one[1] == "href" and not one[2].startswith("#"))]
                self.assertEqual(loads, [])
                targets = [value[1:] for _, name, value in page.attributes if name == "href"]
                self.assertEqual(set(targets) - set(page.ids), set())

    def test_the_page_allows_the_style_and_the_script_that_are_in_it(self):
        for path in of("html"):
            page = Page()
            page.feed(path.read_text())
            for kind, texts in page.inside.items():
                digest = base64.b64encode(hashlib.sha256("".join(texts).encode()).digest()).decode()
                self.assertIn("%s-src 'sha256-%s'" % (kind, digest), page.policy)
            self.assertTrue(page.policy.startswith("default-src 'none'; "))
            self.assertEqual(len(re.findall(r"<script|<style", path.read_text())), 2)

    def test_each_sarif_golden_refers_to_rules_that_are_there(self):
        for path in of("sarif"):
            run = json.loads(path.read_text())["runs"][0]
            rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
            self.assertEqual(len(rules), len(set(rules)))
            for result in run["results"]:
                if "ruleIndex" in result:
                    self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])

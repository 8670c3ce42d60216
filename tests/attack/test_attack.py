"""The scanner against servers that want to hurt it: every row of the tables here is played and scanned, and each test is
one promise of docs/threat-model.md, held to all of them.

    test_attack.py SCANNER [--part N] [--release] [--rows REGEX] [--jobs N] [--keep FOLDER] [unittest arguments]

--part N plays each N-th row of each table. --release also measures memory, which a sanitizer's build cannot show.
"""
import argparse
import collections
import concurrent.futures
import csv
import io
import pathlib
import re
import shutil
import sys
import tempfile
import time
import unicodedata
import unittest
import xml.etree.ElementTree

import scanned
import transcript
from scanned import REPOSITORY, Scanned

sys.path.insert(0, str(REPOSITORY / "tests/golden"))
import form_checks  # noqa: E402

import certificate_rows
import flight_rows
import hello_rows
import inside_rows
import record_rows
import smtp_rows

TABLES = (smtp_rows.ROWS, record_rows.ROWS, hello_rows.ROWS, flight_rows.ROWS, inside_rows.INSIDE12,
          inside_rows.INSIDE13, certificate_rows.ROWS)
MOST_BYTES = 64 * 1024    # received in a connection
MOST_KIB = 20 * 10 ** 6 // 1024  # of memory, in all
MOST_SAID = 64 * 1024     # by us, in a connection
GRACE = 1                 # seconds beyond --max-time
ALONE = 3                 # times that a scan is repeated by itself before the machine is no excuse
RAW = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, and what reorders, hides or breaks text
FEWEST_BEHAVIOURS, FEWEST_CERTIFICATES = 150, 60

options = argparse.Namespace()
played: list[Scanned] = []


def chosen():
    """(row, its number in its table)."""
    for table in TABLES:
        for number, row in enumerate(table):
            if number % options.part == 0 and re.search(options.rows, "%s: %s" % (row.family, row.sentence)):
                yield row, number


def late(one):
    return one.run.seconds > one.row.max_time + GRACE


def setUpModule():
    options.scanner = pathlib.Path(options.scanner).resolve()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="attack-")).resolve()
    options.folder = folder
    scanned.make_folders(folder)
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        played.extend(pool.map(lambda pair: Scanned(options.scanner, pair[0], folder, pair[1]), list(chosen())))
    # A busy machine is no fault: what was late is scanned again, with nothing beside it.
    for place, one in enumerate(played):
        number = int(one.name.rsplit("-", 1)[1])
        for _ in range(ALONE):
            if late(played[place]):
                played[place] = Scanned(options.scanner, one.row, folder, number)
    tell(time.monotonic() - begun)


def tell(seconds):
    families = collections.Counter(one.row.family for one in played)
    print(", ".join("%d %s" % (count, family) for family, count in families.items()), file=sys.stderr)
    most = max(played, key=lambda one: one.run.kib)
    longest = max(played, key=lambda one: one.run.seconds - one.row.max_time)
    dearest = max(played, key=lambda one: one.run.processor)
    print("%d rows in %.0f s; at most %.1f MiB (%s), %.2f s (%s), %.2f s of processor time (%s), %d bytes a connection"
          % (len(played), seconds, most.run.kib / 1024, most.row.sentence, longest.run.seconds, longest.row.sentence,
             dearest.run.processor, dearest.row.sentence,
             max(size for one in played for _, size, _ in one.exchanges())), file=sys.stderr)


def tearDownModule():
    if not options.keep:
        shutil.rmtree(options.folder)


class Attack(unittest.TestCase):
    def row(self, one):
        """A subtest of a row that was played."""
        return self.subTest("%s: %s" % (one.row.family, one.row.sentence), file=one.name)

    def test_there_are_as_many_behaviours_as_are_promised_and_no_two_are_the_same(self):
        sentences = [row.sentence for table in TABLES for row in table]
        self.assertEqual([words for words, count in collections.Counter(sentences).items() if count > 1], [])
        certificates = len(certificate_rows.ROWS)
        self.assertGreaterEqual(certificates, FEWEST_CERTIFICATES)
        self.assertGreaterEqual(len(sentences) - certificates, FEWEST_BEHAVIOURS)

    def test_each_behaviour_was_played_and_met_a_client(self):
        for one in played:
            with self.row(one):
                self.assertEqual(one.server.errors, [])
                self.assertTrue(any(peer.hits for peer in one.server.peers), "nothing hostile was done")
                if one.row.completes:
                    self.assertTrue(any(peer.completed for peer in one.server.peers), "no handshake was completed")

    def test_no_scan_crashes_or_makes_a_sanitizer_speak(self):
        for one in played:
            with self.row(one):
                for run in (one.run, one.again):
                    said = run.err.decode(errors="replace")
                    self.assertIn(run.code, (0, 1, 3), said[-3000:])
                    self.assertNotRegex(said, "Sanitizer|runtime error|terminate called")

    def test_each_scan_ends_when_it_must(self):
        for one in played:
            with self.row(one):
                self.assertLessEqual(one.run.seconds, one.row.max_time + GRACE)

    def test_servers_hear_nothing_but_ehlo_starttls_quit_and_tls(self):
        for one in played:
            with self.row(one):
                self.assertEqual([fault for peer in one.server.peers for fault in transcript.faults(peer)], [])

    def test_no_cell_is_accepted_that_the_server_does_not_accept_and_none_rejected_that_it_does(self):
        for one in played:
            with self.row(one):
                self.assertEqual(one.cells("accepted") - set(one.row.accepts), set())
                self.assertEqual(one.cells("rejected") & set(one.row.accepts), set())

    def test_the_evidence_gives_the_same_again_in_every_format(self):
        for one in played:
            with self.row(one):
                self.assertEqual(one.again.err, b"")
                self.assertEqual(one.again.code, one.run.code)
                again = one.paths(one.folder / "again")
                for form, path in one.paths().items():
                    self.assertEqual(path.read_bytes(), again[form].read_bytes(), form)

    def test_no_connection_brings_more_than_is_promised(self):
        for one in played:
            with self.row(one):
                self.assertLessEqual(max((size for _, size, _ in one.exchanges()), default=0), MOST_BYTES)

    def test_no_server_makes_us_say_more_than_it_may_say(self):
        for one in played:
            with self.row(one):
                self.assertLessEqual(max(len(peer.heard) for peer in one.server.peers), MOST_SAID)

    def test_the_memory_of_the_release_build_is_what_is_promised(self):
        if not options.release:
            self.skipTest("a sanitizer's memory says nothing; --release")
        for one in played:
            with self.row(one):
                self.assertLessEqual(one.run.kib, MOST_KIB)

    def test_no_byte_of_a_server_gets_out_raw(self):
        for one in played:
            with self.row(one):
                outputs = {form: path.read_bytes().decode() for form, path in one.paths().items()}
                outputs["stderr"] = one.run.err.decode()
                for form, text in outputs.items():
                    text = text.replace("\r\n", "\n") if form == "csv" else text
                    self.assertEqual({c for c in set(text) - {"\n"} if unicodedata.category(c) in RAW}, set(), form)

    def test_no_markup_of_a_server_becomes_markup(self):
        for one in played:
            with self.row(one):
                page = Tags()
                page.feed(one.paths()["html"].read_text())
                self.assertNotIn("attacker", page.tags)
                tree = xml.etree.ElementTree.parse(one.paths()["junit"])
                self.assertNotIn("attacker", [element.tag for element in tree.iter()])

    def test_no_text_of_a_server_becomes_a_formula_whatever_the_separator(self):
        for one in played:
            with self.row(one):
                text = one.paths()["csv"].read_bytes().decode()
                for separator in ",;\t":
                    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
                    self.assertEqual([cell for cell in cells if cell.lstrip(" ").startswith(form_checks.FORMULAS)][:3], [],
                                     "read with %r" % separator)


class Tags(form_checks.Page):
    """A page and the names of its tags."""

    def __init__(self):
        super().__init__()
        self.tags = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        super().handle_starttag(tag, attrs)


class Forms(form_checks.FormChecks, unittest.TestCase):
    """What the goldens are held to, of every scan here."""

    @classmethod
    def setUpClass(cls):
        cls.goldens, form_checks.HERE = form_checks.HERE, options.folder
        shutil.copy(cls.goldens / "junit.xsd", options.folder)

    @classmethod
    def tearDownClass(cls):
        form_checks.HERE = cls.goldens


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scanner")
    parser.add_argument("--part", type=int, default=1, help="each so-manieth row of each table")
    parser.add_argument("--release", action="store_true", help="memory is measured too")
    parser.add_argument("--rows", default="", help="only those whose \"family: sentence\" matches this")
    parser.add_argument("--jobs", type=int, default=8, help="rows at a time; most of their time is waiting")
    parser.add_argument("--keep", help="a folder that is not there yet, for all that is written")
    _, rest = parser.parse_known_args(namespace=options)
    unittest.main(argv=sys.argv[:1] + rest)


if __name__ == "__main__":
    main()

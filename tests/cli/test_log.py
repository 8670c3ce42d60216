"""`smtptls-scan log`: files, streams, formats, and its counts held to awk's."""
import gzip
import json
import lzma
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import log_forms
import maillog
import scanner
from scanner import REPOSITORY, Run, Scan

DATA = REPOSITORY / "tests/data/maillog"
SCHEMA = json.loads((REPOSITORY / "report/schema/log.schema.json").read_text())
STORY = str(DATA / "story.log")
ENDS = ["--ends", "2016-09-01"]
HISTORICAL = {"postfix": ["postfix_formats", "postfix_3_1_0", "postfix_3_10_13", "story"],
              "exim": ["exim"], "sendmail": ["sendmail"], "opensmtpd": ["opensmtpd"]}

WRONG = [
    ([], "name a log"),
    (["--below", "2", STORY], "--below takes"),
    (["--below", "SSL 3", STORY], "--below takes"),
    (["--since", "yesterday", STORY], "--since takes a day"),
    (["--ignore", "mail.example.com", STORY], "--ignore takes an address"),
    (["--ignore", "192.0.2.0/33", STORY], "--ignore takes an address"),
    (["--ends", "2016-13-01", STORY], "--ends takes a day"),
    (["--format", "yaml", STORY], "format"),
    (["--peers", "-1", STORY], "peers"),
    (["--nonsense", STORY], "nonsense"),
    (["-", "-"], "once only"),
]


def piped(data, *arguments):
    """A run that reads `data` from its standard input."""
    return subprocess.run([Scan.program, "log", *arguments, "-"], input=data, capture_output=True,
                          timeout=scanner.PATIENCE)


class Log(Scan):
    def read(self, *arguments, code=0):
        run = Run("log", *arguments)
        self.assertEqual(run.code, code, run.out[-2000:] + run.err)
        return run

    def document(self, *arguments, code=0):
        """The JSON of a run; valid, and its sums are right."""
        document = json.loads(self.read("--format", "json", *arguments, code=code).out)
        self.assertEqual(maillog.problems(SCHEMA, document), [])
        return document

    def csv(self, *arguments):
        return self.read("--format", "csv", *arguments).out


class Counts(Log):
    def test_awk_counts_the_same_sessions_in_every_historical_format(self):
        for mailer, names in HISTORICAL.items():
            for name in names:
                with self.subTest(name):
                    path = DATA / (name + ".log")
                    expected = maillog.awk(maillog.SESSIONS[mailer], path)
                    self.assertGreater(sum(expected.values()), 0)
                    self.assertEqual(maillog.counted(self.csv(str(path)), "direction", "protocol", "suite"), expected)

    def test_awk_finds_the_same_logins(self):
        for name in HISTORICAL["postfix"]:
            with self.subTest(name):
                path = DATA / (name + ".log")
                found = [row for row in maillog.rows(self.csv(str(path)))
                         if row["direction"] == "inbound" and "tlsproxy" not in row["service"] and row["what"] == "tls"]
                counts = {}
                for row in found:
                    key = (row["address"], row["login"], row["protocol"])
                    counts[key] = counts.get(key, 0) + int(row["count"])
                self.assertEqual(counts, dict(maillog.awk(maillog.LOGINS, path)))

    def test_several_files_add_up(self):
        one = maillog.counted(self.csv(STORY), "direction", "protocol", "suite")
        both = maillog.counted(self.csv(STORY, STORY), "direction", "protocol", "suite")
        self.assertEqual(both, one + one)


class Forms(Log):
    """Twenty large logs, each in a form in which logs arrive."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "mail.log"

    def test_each_form_is_counted_as_grep_counts_it(self):
        self.assertGreaterEqual(len(log_forms.LOGS), 20)
        for seed, name in enumerate(log_forms.LOGS):
            with self.subTest(name):
                text = log_forms.generate(name, seed)
                expected = log_forms.counted(name, text)
                self.assertGreater(sum(expected.values()), 1000)
                self.path.write_text(text)
                found = self.csv("--ends", "2026-12-01", str(self.path))
                self.assertEqual(maillog.counted(found, "direction", "protocol", "suite"), expected)

    def test_each_form_has_the_logins_that_grep_finds(self):
        for seed, name in enumerate(log_forms.LOGS):
            text = log_forms.generate(name, seed)
            if "sasl_username" not in text:
                continue
            with self.subTest(name):
                self.path.write_text(text)
                found = {}
                for row in maillog.rows(self.csv("--ends", "2026-12-01", str(self.path))):
                    if row["login"]:
                        found[row["login"]] = found.get(row["login"], 0) + int(row["count"])
                self.assertEqual(found, dict(log_forms.logins(text)))

    def test_no_line_of_these_logs_is_unread_but_those_that_are_no_log_lines(self):
        for seed, name in enumerate(log_forms.LOGS):
            with self.subTest(name):
                text = log_forms.generate(name, seed)
                self.path.write_text(text)
                document = json.loads(self.read("--format", "json", str(self.path)).out)
                self.assertEqual(document["malformed"], text.count("| x\n"))


class Input(Log):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.story = Path(STORY).read_bytes()
        self.expected = self.csv(*ENDS, STORY)

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def test_gzip_reads_the_same(self):
        path = self.write("mail.log.2.gz", gzip.compress(self.story))
        self.assertEqual(self.csv(*ENDS, path), self.expected)

    def test_gzip_of_several_members_reads_the_same(self):
        half = self.story.index(b"\n", len(self.story) // 2) + 10
        path = self.write("mail.log.gz", gzip.compress(self.story[:half]) + gzip.compress(self.story[half:]))
        self.assertEqual(self.csv(*ENDS, path), self.expected)

    def test_standard_input_reads_the_same_compressed_or_not(self):
        for data in (self.story, gzip.compress(self.story)):
            done = piped(data, *ENDS, "--format", "csv")
            self.assertEqual((done.returncode, done.stdout.decode()), (0, self.expected.replace("\n", "\r\n")))

    def test_line_ends_of_windows_and_a_missing_last_one_change_nothing(self):
        path = self.write("mail.log", self.story.replace(b"\n", b"\r\n").rstrip(b"\r\n"))
        self.assertEqual(self.csv(*ENDS, path), self.expected)

    def test_journal_json_reads_as_the_lines_it_holds(self):
        columns = ("service", "name", "login", "protocol", "suite")
        path = self.write("mail.log", b"".join(self.story.splitlines(keepends=True)[:40]))
        journal = self.csv(str(DATA / "journal.json"))
        self.assertEqual(maillog.counted(journal, *columns), maillog.counted(self.csv(*ENDS, path), *columns))
        self.assertTrue(all(row["first"].endswith("Z") for row in maillog.rows(journal)))

    def test_truncated_gzip_is_read_as_far_as_it_goes_and_said(self):
        path = self.write("mail.log.gz", gzip.compress(self.story)[:-100])
        document = self.document(*ENDS, path, code=3)
        self.assertFalse(document["complete"])
        self.assertIn("end too early", document["sources"][0]["problem"])
        self.assertGreater(document["lines"], 0)

    def test_damaged_gzip_is_said(self):
        data = bytearray(gzip.compress(self.story))
        data[len(data) // 2] ^= 0xff
        run = self.read(self.write("mail.log.gz", bytes(data)), code=3)
        self.assertIn("damaged", run.err)

    def test_other_compressions_are_named(self):
        for data, word in ((lzma.compress(self.story), "xz -dc"), (b"\x28\xb5\x2f\xfdxxxxxxx", "zstd -dc"),
                           (b"BZh91AY&SYxxxx", "bzip2 -dc"), (b"LPKSHHRHxxxxxx", "journalctl --file")):
            with self.subTest(word):
                self.assertIn(word, self.read(self.write("packed", data), code=3).err)

    def test_a_file_that_is_not_there_does_not_hide_the_others(self):
        run = self.read("--format", "csv", *ENDS, "/nonexistent/\x1b[31m", STORY, code=3)
        self.assertIn("No such file", run.err)
        self.assertNotIn("\x1b", run.err)
        self.assertEqual(run.out, self.expected)
        self.assertIn("NOT READ", self.read(*ENDS, "/nonexistent/mail.log", STORY, code=3).out)

    def test_where_nothing_was_read_there_is_a_sentence_and_no_empty_report(self):
        for name, words in (("/nonexistent/mail.log", "/nonexistent/mail.log: No such file"),
                            (str(self.folder), "directory")):
            with self.subTest(name):
                run = self.read(name, code=3)
                self.assertIn(words, run.err)
                self.assertEqual(run.out, "")
        document = self.document("/nonexistent/mail.log", code=3)
        self.assertIn("No such file", document["sources"][0]["problem"])

    def test_an_empty_log_is_no_error(self):
        self.assertIn("no line of a mail server", self.read(self.write("mail.log", b"")).out)

    def test_no_tls_is_said_only_of_a_log_that_was_read(self):
        clear = b"Nov 24 10:00:00 mail postfix/smtpd[1]: connect from a[192.0.2.1]\n"
        self.assertIn("No TLS in this log", self.read(self.write("read.log", clear)).out)
        unread = self.read(self.write("unread.log", b"connect from a[192.0.2.1]\n")).out
        self.assertNotIn("No TLS in this log", unread)
        self.assertIn("1 line in no form that is known here", unread)

    def test_without_a_year_the_file_s_own_time_decides(self):
        path = self.write("mail.log", self.story)
        os.utime(path, (1475000000, 1475000000))  # September 2016
        self.assertEqual(self.document(path)["first"], "2016-08-28 06:01:00")
        os.utime(path, (1470000000, 1470000000))  # July 2016
        self.assertEqual(self.document(path)["first"], "2015-08-28 06:01:00")


class Output(Log):
    def test_wrong_usage_is_refused_with_a_sentence(self):
        for arguments, words in WRONG:
            with self.subTest(str(arguments)):
                run = self.read(*arguments, code=2)
                self.assertEqual(run.out, "")
                self.assertIn(words, run.err)
                self.assertIn("smtptls-scan log --help", run.err)

    def test_the_story_s_sentence(self):
        out = " ".join(self.read(*ENDS, STORY).out.split())
        self.assertIn("If everything below TLS 1.2 goes, 3 of 12 senders", out)
        self.assertIn("www.domainname.com [192.0.2.80] (sasl raitis, TLSv1)", out)
        self.assertIn("Your server already speaks TLS 1.2 or later", out)
        self.assertIn("PHP 5.6.7", out)

    def test_ignored_addresses_are_left_out_and_counted(self):
        whole = self.document(*ENDS, STORY)
        less = self.document(*ENDS, "--ignore", "192.0.2.80", "--ignore", "203.0.113.0/24", STORY)
        left_out = [peer for peer in whole["peers"] if peer["address"] == "192.0.2.80" or "203.0.113." in peer["address"]]
        self.assertGreater(len(left_out), 1)
        self.assertEqual(len(less["peers"]), len(whole["peers"]) - len(left_out))
        self.assertGreaterEqual(less["ignored"], len(left_out))
        text = Run("log", *ENDS, "--ignore", "192.0.2.80", STORY).out
        self.assertIn("sessions with addresses of --ignore: not counted", text)

    def test_since_leaves_earlier_sessions_out(self):
        document = self.document(*ENDS, "--since", "2016-08-30", STORY)
        self.assertGreater(document["early"], 0)
        self.assertEqual(document["first"][:10], "2016-08-30")
        everything = self.document(*ENDS, STORY)
        sums = [sum(one["impact"][way]["sessions"].values()) for one in (document, everything)
                for way in ("inbound", "outbound")]
        self.assertLess(sum(sums[:2]), sum(sums[2:]))

    def test_below_moves_the_line(self):
        self.assertEqual(self.document(*ENDS, "--below", "1.1", STORY)["impact"]["inbound"]["mixed"], 0)
        self.assertGreater(self.document(*ENDS, "--below", "TLSv1.3", STORY)["impact"]["inbound"]["cut"], 3)

    def test_every_log_s_json_is_valid(self):
        for path in sorted(DATA.glob("*.log")) + [DATA / "journal.json"]:
            with self.subTest(path.name):
                self.document(str(path))

    def test_a_foreign_word_is_not_valid(self):
        document = self.document(*ENDS, STORY)
        document["peers"][0]["loss"] = "weak"
        self.assertNotEqual(maillog.problems(SCHEMA, document), [])

    def test_nothing_hostile_reaches_the_output(self):
        for form in ("text", "json", "csv"):
            with self.subTest(form):
                out = self.read("--format", form, str(DATA / "hostile.log")).out
                left = [c for c in out if (ord(c) < 0x20 and c not in "\n\r") or 0x7f <= ord(c) < 0xa0 or c == "\u202e"]
                self.assertEqual(left, [])

    def test_no_cell_of_the_csv_is_a_formula(self):
        found = maillog.rows(self.csv(str(DATA / "hostile.log")))
        cells = [cell for row in found for cell in row.values()]
        self.assertEqual([cell for cell in cells if cell.lstrip(" ")[:1] in ("=", "+", "-", "@") and cell], [])
        self.assertTrue(any(cell.startswith("'=HYPERLINK") for cell in cells))
        self.assertTrue(any(cell.startswith("'@SUM") for cell in cells))
        self.assertTrue(all(len(row) == 18 and None not in row for row in found))

    def test_a_full_disk_is_an_error(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        with open("/dev/full", "w") as full:
            done = subprocess.run([self.program, "log", STORY], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 3)
        self.assertIn("could not be written", done.stderr)

    def test_help_of_the_whole_program_names_the_command(self):
        self.assertIn("smtptls-scan log", Run("--help").out)


if __name__ == "__main__":
    scanner.main()

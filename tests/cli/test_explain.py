"""`smtptls-scan explain`: arguments, exit codes, streams, a scan beside the files, and each command of the
documentation.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import jsonschema

import scanner
from scanner import REPOSITORY, Lab, Run, Scan

SAMPLES = REPOSITORY / "tests/data/explain"
STORY = str(SAMPLES / "story")
EXPLANATION = jsonschema.Draft7Validator(
    json.loads((REPOSITORY / "report/schema/explanation.schema.json").read_text()))

WRONG = [
    ([], "explain takes postfix and its DIR"),
    (["postfix"], "takes DIR"),
    (["sendmail", "x"], "explain knows postfix and exim"),
    (["send\x1b[2Jmail", "x"], "\\x1b[2J"),
    (["postfix", STORY, "--main", "x"], "takes DIR"),
    (["exim"], "takes one FILE"),
    (["exim", "x", "--postfix-version", "3.1"], "takes one FILE"),
    (["postfix", STORY, "--postfix-version", "new"], "--postfix-version takes a version"),
    (["postfix", STORY, "--openssl-version", "1.1.1.1"], "--openssl-version takes a version"),
    (["postfix", STORY, "--format", "yaml"], "format"),
    (["postfix", STORY, "--nonsense"], "nonsense"),
    (["postfix", STORY, "more"], "more"),
    (["postfix", STORY, "--apply"], "--apply takes -o NEWDIR"),
    (["postfix", STORY, "--apply", "-o", "-"], "--apply takes -o NEWDIR"),
    (["postfix", STORY, "-o", "x"], "-o goes with --apply"),
    (["postfix", STORY, "--goal", "world"], "--goal goes with --apply"),
    (["postfix", STORY, "--apply", "-o", "x", "--goal", "all"], "goal"),
    (["postfix", STORY, "--apply", "-o", "x", "--format", "json"], "exclude"),
    (["postfix", STORY, "--format", "json", "--apply", "-o", "x"], "exclude"),
    (["postfix", "--main", "x", "--apply", "-o", "x"], "--main and --master both"),
    (["exim", "x", "--apply", "-o", "x"], "--apply is for postfix"),
]


class Explain(Scan):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def explained(self, *arguments):
        """The JSON of an explanation that ends well; it is valid."""
        run = Run("explain", "--format", "json", *map(str, arguments))
        self.assertEqual((run.code, run.err), (0, ""))
        document = json.loads(run.out)
        self.assertEqual([error.message for error in EXPLANATION.iter_errors(document)], [])
        return document

    def write(self, name, content):
        path = self.path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def refused(self, code, words, *arguments):
        run = Run("explain", *map(str, arguments))
        self.assertEqual((run.code, run.out), (code, ""), run.err)
        self.assertIn(words, run.err)
        self.assertNotIn("\x1b", run.err)

    def test_wrong_arguments_are_refused_with_a_sentence(self):
        for arguments, words in WRONG:
            with self.subTest(str(arguments)):
                self.refused(2, words, *arguments)

    def test_help_goes_to_stdout_and_names_each_option_of_the_man_page(self):
        run = Run("explain", "--help")
        self.assertEqual((run.code, run.err), (0, ""))
        manual = (REPOSITORY / "docs/man/smtptls-scan.1").read_text().replace("\\-", "-")
        for option in re.findall(r"--[a-z-]+", run.out):
            self.assertIn(option, manual)
        self.assertIn("smtptls-scan explain", Run("--help").out)

    def test_a_file_that_cannot_be_read_ends_with_3_and_its_name(self):
        self.refused(3, "main.cf: No such file", "postfix", self.path)
        self.refused(3, "gone: No such file", "exim", self.path / "gone")
        self.refused(3, "Is a directory", "exim", self.path)
        self.refused(3, "No such file", "postfix", STORY, "--scan", self.path / "scan.json")
        self.refused(3, "e\\x1b[2Jvil", "exim", self.path / "e\x1b[2Jvil")

    def test_a_scan_that_is_none_ends_with_3_and_says_why(self):
        for content, words in [("", "not JSON"), ("{}", "this is not a scan"), ('{"format": "\x1b[2J', "not JSON"),
                               ('{"format": "smtptls-scan", "schema_version": 9}', "a schema_version that this program does not know")]:
            with self.subTest(content):
                self.refused(3, words, "postfix", STORY, "--scan", self.write("scan.json", content))

    def test_empty_and_binary_files_are_explained_and_nothing_of_them_is_printed_raw(self):
        for content in (b"", bytes(range(256)) * 20, b"\x1b[2J = \x1b\n" * 5, b"\xff" * 5000 + b"=" * 5000):
            path = self.write("x", content)
            for arguments in (["postfix", "--main", path, "--master", path], ["exim", path]):
                run = Run("explain", *map(str, arguments))
                self.assertEqual((run.code, run.err), (0, ""))
                self.assertNotIn("\x1b", run.out)
                self.explained(*arguments)

    def test_files_may_come_through_a_pipe(self):
        done = subprocess.run([Scan.program, "explain", "postfix", "--main", "/dev/stdin"], capture_output=True,
                              input=b"tls_high_cipherlist = AES\n", timeout=scanner.PATIENCE)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"/dev/stdin:1", done.stdout)

    def test_a_scan_of_the_server_in_question_agrees_and_another_does_not(self):
        with Lab("--min-version", "TLSv1.2", "--hostname", "mail.lab.example") as lab:
            port = lab.ports["starttls"]
            run = Run("--format", "json", *scanner.EHLO, "127.0.0.1:%d" % port)
        scan = self.write("scan.json", run.out)
        main = self.write("main.cf", "smtpd_tls_eccert_file = /c\nsmtpd_tls_security_level = may\n"
                                     "smtpd_banner = $myhostname\nsmtpd_tls_protocols = >=TLSv1.2\n")
        old = self.write("old.cf", "smtpd_tls_cert_file = /c\nsmtpd_tls_security_level = may\n"
                                   "myhostname = other.example\n")
        master = self.write("master.cf", "%d inet n - n - - smtpd\n" % port)
        [good] = self.explained("postfix", "--main", main, "--master", master, "--scan", scan)["services"]
        [comparison] = good["comparisons"]
        self.assertTrue(comparison["agrees"], comparison)
        [bad] = self.explained("postfix", "--main", old, "--master", master, "--scan", scan)["services"]
        [comparison] = bad["comparisons"]
        self.assertFalse(comparison["agrees"])
        self.assertEqual(comparison["observed"], ["TLS 1.3", "TLS 1.2"])
        self.assertIn("Another machine", comparison["sentence"])

    def test_the_story_says_what_its_owner_has_to_know(self):
        run = Run("explain", "postfix", STORY, "--postfix-version", "3.1.0")
        text = " ".join(run.out.split())
        for words in ["master.cf:9 -o smtp_tls_mandatory_protocols=TLSv1", "The line changes nothing here",
                      "This server already accepts TLS 1.2", "-o smtpd_tls_security_level=encrypt",
                      "smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1", "update it first",
                      "a client without TLS 1.2 can no longer connect", "webshop"]:
            self.assertIn(words, text)

    def files_below(self, folder):
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def copied_story(self):
        folder = self.path / "etc"
        shutil.copytree(STORY, folder)
        (folder / "aliases").write_text("root: me\n")
        return folder

    def applied(self, folder, new, *arguments):
        run = Run("explain", "postfix", str(folder), "--postfix-version", "3.1.0", "--apply", "-o", str(new),
                  *map(str, arguments))
        self.assertEqual((run.code, run.err), (0, ""))
        return run.out

    def test_the_advice_applied_is_in_the_new_folder_and_nothing_else_has_changed(self):
        folder, new = self.copied_story(), self.path / "new"
        before = self.files_below(folder)
        said = self.applied(folder, new)
        self.assertEqual(self.files_below(folder), before)
        self.assertEqual(sorted(self.files_below(new)), ["main.cf", "master.cf"])
        self.assertIn(b"smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n", (new / "main.cf").read_bytes())
        self.assertNotIn(b"-o smtp_tls_mandatory_protocols=TLSv1", (new / "master.cf").read_bytes())
        self.assertIn("Written: %s/main.cf, %s/master.cf\n" % (new, new), said)

    def test_the_diff_that_is_printed_can_be_run(self):
        folder, new = self.copied_story(), self.path / "it's new"
        lines = [line for line in self.applied(folder, new).splitlines() if line.startswith("  diff -u ")]
        self.assertEqual(len(lines), 2)
        done = [subprocess.run(["sh", "-c", line], capture_output=True, text=True) for line in lines]
        self.assertEqual([one.returncode for one in done], [1, 1], done)
        self.assertIn("\n-  -o smtp_tls_mandatory_protocols=TLSv1\n", done[1].stdout)

    def test_who_has_applied_the_advice_has_nothing_more_to_change(self):
        folder, new = self.copied_story(), self.path / "new"
        self.applied(folder, new, "--goal", "world")
        self.assertIn("Nothing was written.\n", self.applied(new, self.path / "newer", "--goal", "world"))
        self.assertFalse((self.path / "newer").exists())

    def test_nothing_is_written_over_or_beside_what_exists(self):
        folder = self.copied_story()
        before = self.files_below(self.path)
        (self.path / "link").symlink_to(self.path)
        (self.path / "file").write_text("x")
        full = self.path / "full"
        full.mkdir()
        (full / "x").touch()
        for new, words in [(folder, "nothing is changed in place"), (full, "the folder is not empty"),
                           (self.path / "link", "symbolic link"), (self.path / "file", "Not a directory"),
                           (self.path / "none/new", "No such file"), ("e\x1b[2Jvil/new", "e\\x1b[2Jvil")]:
            with self.subTest(str(new)):
                self.refused(3, words, "postfix", folder, "--apply", "-o", new)
        self.refused(3, "nothing is changed in place", "postfix", "--main", folder / "main.cf", "--master",
                     folder / "master.cf", "--apply", "-o", folder)
        self.assertEqual({name: text for name, text in self.files_below(self.path).items() if name in before}, before)

    def test_a_new_file_can_be_read_by_no_more_people_than_the_old_one(self):
        folder, new = self.copied_story(), self.path / "new"
        (folder / "main.cf").chmod(0o600)
        new.mkdir()
        self.applied(folder, new)
        self.assertEqual((new / "main.cf").stat().st_mode & 0o777, 0o600)

    def test_an_advice_that_cannot_be_applied_ends_with_3_and_nothing_is_written(self):
        main = self.write("main.cf", "smtpd_tls_security_level = may\nno setting\n")
        master = self.write("master.cf", "smtp inet n - n - - smtpd\n")
        self.refused(3, "main.cf:2: is not name = value", "postfix", "--main", main, "--master", master, "--apply", "-o",
                     self.path / "new")
        self.assertFalse((self.path / "new").exists())

    def test_the_release_that_is_assumed_is_said(self):
        self.assertIn("3.7.11, as in Debian 12", self.explained("postfix", STORY)["assumptions"][0])
        [key] = self.explained("postfix", STORY, "--postfix-version", "3.1.0", "--openssl-version", "1.0.2")["assumptions"]
        self.assertIn("RSA key", key)

    def test_each_command_of_the_documentation_works(self):
        """In a folder of its own: postconf prints the story's files, and the host is the lab server."""
        page = (REPOSITORY / "docs/explain.md").read_text()
        blocks = re.findall(r"^```\n(.*?)^```$", page, re.M | re.S)
        commands = [block for block in blocks if "smtptls-scan" in block]
        self.assertGreaterEqual(len(commands), 5)
        shutil.copytree(SAMPLES, self.path / "tests/data/explain")
        self.write("smtptls-scan", '#!/bin/sh\nexec "%s" "$@"\n' % Scan.program).chmod(0o755)
        self.write("postconf", '#!/bin/sh\ncase "$1" in -n) cat "%s/main.cf";; -Mf) cat "%s/master.cf";;'
                               ' *) echo "mail_version = 3.7.11";; esac\n' % (STORY, STORY)).chmod(0o755)
        with Lab() as lab:
            for block in commands:
                script = block.replace("mail.example.com", "--ehlo scanner.example 127.0.0.1:%d" % lab.ports["starttls"])
                script = script.replace("/etc/postfix", STORY)
                done = subprocess.run(["bash", "-e", "-c", script], cwd=self.path, capture_output=True, text=True,
                                      timeout=scanner.PATIENCE, stdin=subprocess.DEVNULL,
                                      env={**os.environ, "PATH": "%s:%s" % (self.path, os.environ["PATH"])})
                with self.subTest(block):
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    self.assertNotEqual(done.stdout, "")


if __name__ == "__main__":
    scanner.main()

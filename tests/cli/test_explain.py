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
    (["exim", "x", "--exim-version", "four"], "--exim-version takes a version"),
    (["postfix", STORY, "--include-root", "/"], "go with exim"),
    (["postfix", STORY, "--exim-version", "4.96"], "go with exim"),
    (["postfix", STORY, "--postfix-version", "new"], "--postfix-version takes a version"),
    (["postfix", STORY, "--openssl-version", "1.1.1.1"], "--openssl-version takes a version"),
    (["postfix", STORY, "--format", "yaml"], "format"),
    (["postfix", STORY, "--nonsense"], "nonsense"),
    (["postfix", STORY, "more"], "more"),
    (["exim", "x", "--certificate-root", "/"], "--certificate-root is for explain postfix"),
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
        for words in ["master.cf:10 -o smtp_tls_mandatory_protocols=TLSv1", "The line changes nothing here",
                      "This server already accepts TLS 1.2", "-o smtpd_tls_security_level=encrypt",
                      "smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1", "update it first",
                      "a client without TLS 1.2 can no longer connect", "webshop"]:
            self.assertIn(words, text)

    def server(self, files):
        """A copy of a server's files, {path: content}, and its /etc/exim4/exim4.conf."""
        root = self.path / "root"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return root, root / "etc/exim4/exim4.conf"

    def gnutls(self, *arguments):
        return self.explained("exim", *arguments)["services"][0]["now"]

    def test_files_that_exim_includes_are_read_below_the_folder_that_is_named_and_else_not(self):
        root, file = self.server({"etc/exim4/exim4.conf": ".include /etc/tls.conf\n.include more\n.include_if_exists /no\n",
                                  "etc/tls.conf": "tls_require_ciphers = SECURE256\n", "etc/exim4/more": "\n"})
        self.assertEqual(self.gnutls(file, "--include-root", root)["versions"], ["TLS 1.3", "TLS 1.2"])
        self.assertFalse(self.gnutls(file)["certain"])
        (root / "etc/tls.conf").rename(root / "tls.conf")
        (root / "etc/tls.conf").symlink_to("../tls.conf")
        self.assertTrue(self.gnutls(file, "--include-root", root)["certain"])
        self.assertFalse(self.gnutls(file, "--include-root", self.path / "none")["certain"])

    def test_nothing_outside_of_the_folder_is_read_for_a_configuration_and_no_device(self):
        outside = self.write("outside", "tls_require_ciphers = SECURE256\n")
        root, file = self.server({"etc/exim4/exim4.conf": ""})
        (root / "link").symlink_to(outside)
        (root / "folder").symlink_to(self.path)
        (root / "loop").symlink_to("loop")
        os.mkfifo(root / "pipe")
        (root / "socket").mkdir()
        for path in ("/link", "/folder/outside", "/../outside", "/loop", "/pipe", "/socket", "../../../outside", "/link/",
                     outside):
            with self.subTest(path):
                file.write_text(".include %s\n" % path)
                document = self.explained("exim", file, "--include-root", root)
                self.assertFalse(document["services"][0]["now"]["certain"])
                self.assertEqual(len(document["problems"]), 1)
        self.assertFalse(self.gnutls(self.write("x", ".include outside\n"), "--include-root", root)["certain"])

    def test_the_search_for_old_clients_in_exims_log_finds_tls_1_1_and_not_1_2(self):
        text = " ".join(Run("explain", "exim", self.write("x", "")).out.split())
        [pattern] = set(re.findall(r"grep -E '([^']+)'", text))
        page = (REPOSITORY / "docs/explain.md").read_text()
        self.assertIn("grep -E '%s'" % pattern, page)
        log = (REPOSITORY / "tests/data/maillog/exim.log").read_text().splitlines()
        log += ["H=a X=%s:AES256-SHA:256 CV=no" % name for name in ("TLSv1.1", "TLS1.1", "TLS-1.0", "TLSv1.3", "SSLv3")]
        done = subprocess.run(["grep", "-E", pattern], input="\n".join(log), capture_output=True, text=True)
        old = [line for line in log if re.search(r" X=(TLS1\.[01]|TLSv1(\.1)?|TLS-1\.0|SSLv3):", line)]
        self.assertGreaterEqual(len(old), 6)
        self.assertEqual(done.stdout.splitlines(), old)
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

    def with_certificate(self, key):
        """A folder as the server's root, with the certificate that the story names."""
        path = self.path / "root/etc/ssl/certs/mail.pem"
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-subj", "/CN=mail.example.com",
                        "-keyout", "/dev/null", "-out", str(path)], check=True, capture_output=True)
        return self.path / "root"

    def test_a_certificate_below_the_root_says_which_suites_count(self):
        rsa = self.explained("postfix", STORY, "--certificate-root", self.with_certificate(["rsa:2048"]))
        ecdsa = self.explained("postfix", STORY, "--certificate-root",
                               self.with_certificate(["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]))
        for document in (rsa, ecdsa):
            self.assertEqual([words for words in document["assumptions"] if "RSA" in words], [])
        suites = [document["services"][0]["now"]["suites"] for document in (rsa, ecdsa)]
        self.assertIn("TLS_RSA_WITH_AES_128_CBC_SHA", suites[0])
        self.assertIn("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", suites[1])
        self.assertEqual(set(suites[0]) & set(suites[1]) & {suite for suite in suites[0] if "_anon_" not in suite}, set())

    def test_a_certificate_that_was_not_read_is_said_and_counts_as_rsa(self):
        folder = self.path / "root/etc/ssl/certs"
        folder.mkdir(parents=True)
        outside = self.write("outside.pem", "")
        for make, words in [(lambda path: None, "there is no such file below"), (os.mkfifo, "it is not a regular file"),
                            (lambda path: path.symlink_to(outside), "a link leads out of the folder"),
                            (lambda path: path.write_text(" " * (1 << 20) + "\n"), "it is larger than 1 MiB"),
                            (lambda path: path.write_text("-----BEGIN CERTIFICATE-----\nno\n"), "holds no certificate")]:
            path = folder / "mail.pem"
            path.unlink(missing_ok=True)
            make(path)
            document = self.explained("postfix", STORY, "--certificate-root", self.path / "root")
            text = " ".join(document["assumptions"])
            with self.subTest(words):
                self.assertIn(words, text)
                self.assertIn("RSA key", text)
                self.assertIn("TLS_RSA_WITH_AES_128_CBC_SHA", document["services"][0]["now"]["suites"])

    def test_apply_says_which_certificate_was_not_read(self):
        run = Run("explain", "postfix", STORY, "--certificate-root", str(self.path), "--apply", "-o", str(self.path / "new"))
        self.assertEqual(run.code, 0)
        self.assertIn("an RSA key in /etc/ssl/certs/mail.pem, which was not read: there is no such file", run.err)

    def test_a_path_that_climbs_stays_below_the_root(self):
        root = self.with_certificate(["ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        main = self.write("main.cf", "smtpd_tls_cert_file = /../../etc/ssl/certs/mail.pem\nsmtpd_tls_security_level = may\n")
        master = self.write("master.cf", "smtp inet n - n - - smtpd\n")
        document = self.explained("postfix", "--main", main, "--master", master, "--certificate-root", root)
        self.assertIn("ecdsa_alone", [one["rule"] for one in document["services"][0]["findings"]])

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

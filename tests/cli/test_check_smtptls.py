"""check_smtptls: states and exit codes as Nagios counts them, its options, and a scan of the lab server with it."""
import os
import pathlib
import subprocess
import tempfile

import scanner
from scanner import EHLO, REPOSITORY, Lab, Scan

PLUGIN = REPOSITORY / "scanner/package/check_smtptls"

# What smtptls-scan prints and ends with, the plugin's first line, and its exit code.
STATES = [
    ("SMTPTLS OK - 1 endpoint | 'endpoints'=1;;;0;", 0, "SMTPTLS OK - 1 endpoint", 0),
    ("SMTPTLS WARNING - 1 warning | 'endpoints'=1;;;0;", 0, "SMTPTLS WARNING - ", 1),
    ("SMTPTLS CRITICAL - 1 failed | 'endpoints'=1;;;0;", 1, "SMTPTLS CRITICAL - ", 2),
    ("SMTPTLS UNKNOWN - 1 open | 'endpoints'=1;;;0;", 3, "SMTPTLS UNKNOWN - ", 3),
    ("SMTPTLS OKAY", 0, "SMTPTLS UNKNOWN - SMTPTLS OKAY", 3),
    ("smtptls-scan: there is no option --fromat", 2, "SMTPTLS UNKNOWN - smtptls-scan: there is no option", 3),
    ("", 139, "SMTPTLS UNKNOWN - ", 3),
]

# The plugin's arguments, and those that the program gets behind --format nagios.
ARGUMENTS = [
    (["-H", "mail.example.com"], ["--max-time", "50", "mail.example.com"]),
    (["-H", "mail.example.com", "-p", "587", "-t", "20"], ["--max-time", "20", "mail.example.com:587"]),
    (["-H", "2001:db8::25", "-p", "25"], ["--max-time", "50", "[2001:db8::25]:25"]),
    (["-H", "[2001:db8::25]", "-p", "25"], ["--max-time", "50", "[2001:db8::25]:25"]),
    (["--policy", "rfc9325", "-H", "mail.example.com", "--role", "mx"],
     ["--max-time", "50", "--policy", "rfc9325", "--role", "mx", "mail.example.com"]),
    (["--ehlo", "a b", "host"], ["--max-time", "50", "--ehlo", "a b", "host"]),
]


class CheckSmtptls(Scan):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def check(self, *arguments, program=None):
        return subprocess.run(["sh", PLUGIN, *arguments], capture_output=True, text=True, timeout=scanner.PATIENCE,
                              stdin=subprocess.DEVNULL,
                              env={**os.environ, "SMTPTLS_SCAN": str(program or Scan.program)})

    def stand_in(self, body):
        path = self.path / "stand-in"
        path.write_text("#!/bin/sh\n" + body)
        path.chmod(0o755)
        return path

    def test_each_state_has_the_exit_code_of_a_plugin(self):
        for text, code, line, state in STATES:
            with self.subTest(text):
                (self.path / "text").write_text(text)
                done = self.check("-H", "host", program=self.stand_in("cat %s/text; exit %d\n" % (self.path, code)))
                self.assertEqual(done.returncode, state)
                self.assertTrue(done.stdout.startswith(line), done.stdout)

    def test_options_of_plugins_become_those_of_the_program(self):
        program = self.stand_in('printf "SMTPTLS OK "; printf "<%s>" "$@"\n')
        for arguments, given in ARGUMENTS:
            with self.subTest(arguments):
                wanted = "".join("<%s>" % one for one in [*given, "--format", "nagios"])
                self.assertEqual(self.check(*arguments, program=program).stdout, "SMTPTLS OK " + wanted + "\n")

    def test_a_file_of_the_callers_own_is_written_in_its_own_format(self):
        done = self.check("-H", "127.0.0.1", "-p", "1", *EHLO, "-o", str(self.path / "x.json"))
        self.assertEqual(done.returncode, 3)
        self.assertTrue(done.stdout.startswith("SMTPTLS UNKNOWN - 127.0.0.1:1: connection refused - 1 endpoint"), done.stdout)
        self.assertTrue((self.path / "x.json").read_text().startswith("{"))

    def test_wrong_usage_is_unknown_and_says_why(self):
        for arguments, words in [(["-H"], "-H takes a value"), (["-p", "25"], "-p goes with -H"),
                                 (["-H", "host", "--pollicy", "x"], "did you mean --policy?"),
                                 ([], "name a target")]:
            with self.subTest(arguments):
                done = self.check(*arguments)
                self.assertEqual(done.returncode, 3)
                self.assertIn(words, done.stdout)
                self.assertTrue(done.stdout.startswith("SMTPTLS UNKNOWN - "))

    def test_help_is_that_of_the_plugin(self):
        for word in ("-h", "--help"):
            done = self.check(word)
            self.assertEqual((done.returncode, done.stdout[:22]), (3, "usage: check_smtptls -"))

    def test_a_program_that_is_not_there_is_unknown(self):
        done = self.check("-H", "host", program=self.path / "nothing")
        self.assertEqual(done.returncode, 3)
        self.assertTrue(done.stdout.startswith("SMTPTLS UNKNOWN - "))

    def test_a_server_that_violates_a_policy_is_critical_and_one_without_is_ok(self):
        with Lab("--story", listen=("starttls",)) as lab:
            server = ["-H", "127.0.0.1", "-p", str(lab.ports["starttls"]), *EHLO]
            plain = self.check(*server)
            judged = self.check(*server, "--policy", "rfc9325")
        self.assertEqual((plain.returncode, plain.stdout[:11]), (0, "SMTPTLS OK "))
        self.assertIn("'certificate days'=", plain.stdout)
        self.assertEqual((judged.returncode, judged.stdout[:17]), (2, "SMTPTLS CRITICAL "))


if __name__ == "__main__":
    scanner.main()

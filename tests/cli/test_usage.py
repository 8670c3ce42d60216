"""Arguments, exit codes and streams, without a server."""
import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

import scanner
from scanner import EHLO, REPOSITORY, Run, Scan

WRONG_TARGETS = [
    ("", "an empty target"),
    ("mail.example.com:0", "not a number from 1 to 65535"),
    ("mail.example.com:65536", "not a number from 1 to 65535"),
    ("mail.example.com:smtp", "not a number from 1 to 65535"),
    ("mail.example.com:", "not a number from 1 to 65535"),
    ("smtp://mail.example.com", "is a URL"),
    ("postmaster@example.com", "is a mail address"),
    ("[2001:db8::1", "bracket"),
    ("[2001:db8::1]587", "is not a port"),
    ("[192.0.2.1]:25", "brackets are for IPv6"),
    ("2001:db8::xyz", "is not an IPv6 address"),
    ("10587", "a port stands behind its host: mail.example.com:10587"),
    ("1.2.3", "neither an IPv4 address"),
    ("999.1.1.1", "neither an IPv4 address"),
    ("-bad.example", "is not a host name"),
    ("mail..example", "is not a host name"),
    ("mail example", "is not a host name"),
    ("a\r\nRCPT TO:<x>", "\\x0d\\x0a"),
    ("\x1b[31mred", "\\x1b"),
]

WRONG_OPTIONS = [
    (["--nonsense", "localhost"], "nonsense"),
    ([], "name a target"),
    (["--timeout", "0", "localhost"], "timeout"),
    (["--timeout", "soon", "localhost"], "timeout"),
    (["--max-connections", "0", "localhost"], "from 1 to 64"),
    (["--tls", "perhaps", "localhost"], "tls"),
    (["--format", "yaml", "localhost"], "format"),
    (["-o", "report", "localhost"], "put --format in front of it"),
    (["--format", "json", "--format", "csv", "localhost"], "standard output takes one format"),
    (["-o", "a.json", "-o", "a.json", "localhost"], "given twice"),
    (["-o", "", "localhost"], "put --format in front of it"),
    (["-4", "-6", "localhost"], "-6"),
    (["--ehlo", "a\r\nRCPT", "localhost"], "--ehlo takes a domain"),
    (["--ehlo", "a b", "localhost"], "--ehlo takes a domain"),
    (["--ehlo", "[192.0.2.300]", "localhost"], "--ehlo takes a domain"),
    (["--sni", "192.0.2.1", "localhost"], "--sni takes a host name"),
    (["--sni", "a\nb", "localhost"], "--sni takes a host name"),
]


def free_port(address="127.0.0.1"):
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Usage(Scan):
    def refused(self, arguments, words):
        run = Run(*arguments)
        self.assertEqual(run.code, 2, arguments)
        self.assertEqual(run.out, "")
        self.assertIn(words, run.err)
        self.assertNotIn("\x1b", run.err)

    def test_help_and_version_go_to_stdout_and_end_with_0(self):
        for arguments, words in [(["--help"], "Exit codes"), (["-h"], "TARGET"), (["--version"], "smtptls-scan ")]:
            run = Run(*arguments)
            self.assertEqual((run.code, run.err), (0, ""))
            self.assertIn(words, run.out)

    def test_a_wrong_target_is_refused_with_a_sentence(self):
        for target, words in WRONG_TARGETS:
            with self.subTest(target):
                self.refused(["--", target], words)

    def test_a_wrong_option_is_refused_with_a_sentence(self):
        for arguments, words in WRONG_OPTIONS:
            with self.subTest(str(arguments)):
                self.refused(arguments, words)

    def test_one_wrong_target_among_good_ones_scans_nothing(self):
        self.refused(["127.0.0.1:%d" % free_port(), "mail..example"], "mail..example")

    def test_a_closed_port_that_was_asked_for_is_a_failure(self):
        port = free_port()
        document = self.json("127.0.0.1:%d" % port, code=3)
        endpoint = document["endpoints"][0]
        self.assertEqual(endpoint["status"], "failed")
        self.assertEqual((endpoint["failure"]["stage"], endpoint["failure"]["reason"]), ("connect", "refused"))
        self.assertEqual(endpoint["connections"], 1)
        self.assertFalse(document["complete"])
        run = Run("127.0.0.1:%d" % port)
        self.assertIn("connection refused", run.out)
        self.assertEqual(run.err, "")

    def test_an_unknown_host_is_a_failure_of_its_target(self):
        document = self.json("no-such-host.invalid", "--timeout", "5", code=3)
        failure = document["target_failures"][0]
        self.assertEqual(failure["target"], "no-such-host.invalid")
        self.assertEqual(failure["failure"]["stage"], "resolve")
        self.assertEqual(document["endpoints"], [])

    def test_an_address_of_the_other_family_is_a_failure(self):
        document = self.json("-6", "127.0.0.1:25", code=3)
        self.assertEqual(document["target_failures"][0]["failure"]["reason"], "not_found")

    def test_several_formats_are_written_in_one_run(self):
        with tempfile.TemporaryDirectory() as folder:
            page, lines, odd = (os.path.join(folder, name) for name in ("a.html", "a.ndjson", "odd"))
            run = Run("127.0.0.1:%d" % free_port(), "-o", page, "-o", lines, "--format", "nagios", "-o", odd, *EHLO,
                      "--format", "text")
            self.assertEqual(run.code, 3, run.err)
            self.assertIn("FAILED", run.out)
            self.assertEqual(sorted(os.listdir(folder)), ["a.html", "a.ndjson", "odd"])
            self.assertTrue(pathlib.Path(page).read_text().startswith("<!DOCTYPE html>"))
            self.assertEqual(len(pathlib.Path(lines).read_text().splitlines()), 2)
            self.assertTrue(pathlib.Path(odd).read_text().startswith("SMTPTLS UNKNOWN - "))

    def test_files_alone_leave_standard_output_empty(self):
        with tempfile.TemporaryDirectory() as folder:
            run = Run("127.0.0.1:%d" % free_port(), "-o", os.path.join(folder, "a.json"), *EHLO)
            self.assertEqual((run.code, run.out, run.err), (3, "", ""))

    def test_a_file_that_cannot_be_written_is_found_before_the_scan(self):
        with tempfile.TemporaryDirectory() as folder:
            link = os.path.join(folder, "link.json")
            os.symlink("elsewhere.json", link)
            for path, words in [(os.path.join(folder, "no", "a.json"), "No such file"), (link, "symbolic link"),
                                ("/proc/a.json", "")]:
                run = Run("192.0.2.1:25", "-o", path, *EHLO)
                self.assertEqual(run.code, 2)
                self.assertIn("the report cannot be written to " + path, run.err)
                self.assertIn(words, run.err)
                self.assertLess(run.seconds, scanner.SOON)
            self.assertEqual(os.listdir(folder), ["link.json"])

    def test_a_pipe_and_a_device_are_written_to(self):
        run = Run("127.0.0.1:%d" % free_port(), "--format", "csv", "-o", "/dev/stderr", *EHLO)
        self.assertTrue(run.err.startswith("host,address,port,"), run.err)
        run = Run("127.0.0.1:%d" % free_port(), "--format", "csv", "-o", "/dev/full", *EHLO)
        self.assertEqual(run.code, 3)
        self.assertIn("/dev/full", run.err)

    def test_version_says_what_the_program_is_made_of(self):
        for option in ("--version", "-V"):
            lines = Run(option).out.splitlines()
            self.assertRegex(lines[0], r"^smtptls-scan \d+\.\d+\.\d+$")
            self.assertRegex(lines[1], r"^OpenSSL 3\.")
            self.assertIn("pci-dss-4.0.1 (2024-06)", " ".join(lines))
            self.assertRegex(lines[-1], "^MIT licence")

    def test_colour_is_as_it_was_asked_for(self):
        target = "127.0.0.1:%d" % free_port()
        for arguments, env, coloured in [([], {}, False), (["--color", "always"], {}, True),
                                         (["--color=always"], {"NO_COLOR": "1"}, True), (["--color", "never"], {}, False)]:
            run = Run(target, *EHLO, *arguments, env=env)
            self.assertEqual("\x1b[" in run.out, coloured, arguments)

    def test_the_completions_of_bash_complete_options_values_and_commands(self):
        def completed(*words):
            script = ('source /dev/stdin; COMP_WORDS=(smtptls-scan "$@"); COMP_CWORD=$#; _smtptls_scan; '
                      'printf "%s\\n" "${COMPREPLY[@]}"')
            done = subprocess.run(["bash", "--norc", "-c", script, "bash", *words], capture_output=True, text=True,
                                  input=Run("--generate", "complete-bash").out, cwd=REPOSITORY / "docs/man")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return done.stdout.split()

        self.assertEqual(completed("--form"), ["--format"])
        self.assertEqual(completed("--format", "js"), ["json"])
        self.assertEqual(completed("--format", "text", "--tls", ""), ["auto", "starttls", "implicit"])
        self.assertEqual(completed("--policy", "pci"), ["pci-dss-4.0.1", "pci"])
        self.assertEqual(completed("-o", "smtp"), ["smtptls-scan.1"])
        self.assertEqual(completed("re"), ["report"])
        self.assertEqual(completed("report", "--sug"), ["--suggest-waivers"])
        self.assertEqual(completed("report", "smtp"), ["smtptls-scan.1"])
        self.assertEqual(completed("--sug"), [])
        self.assertEqual(completed("policy", "s"), ["show"])

    def test_the_completions_of_other_shells_are_well_formed(self):
        for shell, command in [("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])]:
            with tempfile.NamedTemporaryFile("w") as file:
                file.write(Run("--generate", "complete-" + shell).out)
                file.flush()
                try:
                    done = subprocess.run([*command, file.name], capture_output=True, text=True)
                except FileNotFoundError:
                    continue
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_manual_is_well_formed(self):
        man = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(REPOSITORY / "docs/man/smtptls-scan.1")]
        try:
            done = subprocess.run(man, capture_output=True, text=True)
        except FileNotFoundError:
            self.skipTest("no man here")
        if "option" in done.stderr or "minimized" in done.stdout + done.stderr:
            self.skipTest("this man cannot format")
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    scanner.main()

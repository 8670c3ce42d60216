"""What people mistype, and the sentence that helps: one for each mistake, with what would be right."""
import os
import tempfile
import unittest

import scanner
from scanner import Run, Scan

HOST = "mail.example.com"
FORMATS = "text, json, ndjson, csv, html, junit, sarif, nagios or prometheus"
DAY = " takes a day such as 2026-11-21, or a time such as 2026-11-21T19:43:22, not "

# The command line, and all of the sentence; @FILE stands for a file with `{b` in it, @FOLDER for where it is.
MISTAKES = [
    # Commands.
    ("polciy list", "there is no command polciy; did you mean policy? (with a port, such as :25, it is a host)"),
    ("reprot a.json", "there is no command reprot; did you mean report? (with a port, such as :25, it is a host)"),
    ("explian postfix /etc", "there is no command explian; did you mean explain? (with a port, such as :25, it is a host)"),
    ("help lgo", "there is no command lgo; did you mean log?"),
    ("help scan", "there is no command scan"),
    ("", "name a target such as mail.example.com:587, or a file of them with -f"),
    # Options that there are not.
    ("--fromat json " + HOST, "there is no option --fromat; did you mean --format?"),
    ("--pollicy pci " + HOST, "there is no option --pollicy; did you mean --policy?"),
    ("--time 3 " + HOST, "there is no option --time; did you mean --timeout?"),
    ("--MAX-TIME 3 " + HOST, "there is no option --MAX-TIME; did you mean --max-time?"),
    ("--fromat=json " + HOST, "there is no option --fromat; did you mean --format?"),
    ("--json " + HOST, "there is no option --json; did you mean --format json?"),
    ("-q " + HOST, "there is no option -q"),
    ("--xyzzy " + HOST, "there is no option --xyzzy"),
    (HOST + " --inventory suits", "--inventory takes certificates, suites or cbom, not suits; did you mean suites?"),
    (HOST + " --inventory suites -o x.json", "--inventory prints on standard output, and goes with neither --format nor -o"),
    (HOST + " --inventory suites --dry-run", "--dry-run asks nothing, and so has no inventory"),
    (HOST + " --suggest-waivers", "there is no option --suggest-waivers here; it is one of smtptls-scan report"),
    ("report a.json --timeout 3", "there is no option --timeout here; it is one of smtptls-scan"),
    ("log --folow mail.log", "there is no option --folow"),
    ("log --bellow 1.2 mail.log", "there is no option --bellow; did you mean --below?"),
    # Values that are missing, or stand where there is none.
    (HOST + " --timeout", "--timeout wants a value: --timeout SECONDS"),
    (HOST + " -o", "--output wants a value: --output FILE"),
    ("--policy --format json " + HOST, "--policy wants a value: --policy NAME; --format is an option"),
    ("--format= " + HOST, "--format wants a value: --format FORMAT"),
    ("--suites=yes " + HOST, "--suites takes no value"),
    # Values that are wrong.
    ("--timeout 0 " + HOST, "--timeout takes a number of seconds from 0.1 to 86400, not 0"),
    ("--timeout abc " + HOST, "--timeout takes a number of seconds from 0.1 to 86400, not abc"),
    ("--timeout 30s " + HOST, "--timeout takes a number of seconds from 0.1 to 86400, not 30s"),
    ("--timeout -1 " + HOST, "--timeout takes a number of seconds from 0.1 to 86400, not -1"),
    ("--max-time 1e9 " + HOST, "--max-time takes a number of seconds from 0.1 to 86400, not 1e9"),
    ("--pace 0 " + HOST, "--pace takes a number of seconds from 0.001 to 3600, not 0"),
    ("--max-connections 65 " + HOST, "--max-connections takes a whole number from 1 to 64, not 65"),
    ("--max-connections 2.5 " + HOST, "--max-connections takes a whole number from 1 to 64, not 2.5"),
    ("--double-check few " + HOST, "--double-check takes a whole number from 0 to 10000, not few"),
    ("--tls startls " + HOST, "--tls takes auto, starttls or implicit, not startls; did you mean starttls?"),
    ("--tls " + HOST, "--tls takes auto, starttls or implicit, not " + HOST),
    ("--confirm all " + HOST, "--confirm takes none, version, family or suite, not all"),
    ("--format jsno " + HOST, "--format takes " + FORMATS + ", not jsno; did you mean json?"),
    ("--format yaml " + HOST, "--format takes " + FORMATS + ", not yaml"),
    ("--color red " + HOST, "--color takes auto, always or never, not red"),
    ("--role smtp --policy pci " + HOST,
     "--role takes auto, mx, mx-mandatory, submission or submissions, not smtp"),
    ("--generate complete-bsh", "--generate takes man, complete-bash, complete-zsh or complete-fish, not "
                                "complete-bsh; did you mean complete-bash?"),
    ("log --since yesterday mail.log", "--since" + DAY + "yesterday"),
    ("log --ends soon mail.log", "--ends" + DAY + "soon"),
    ("log --below 1.4 mail.log", "--below takes 1.0, 1.1, 1.2 or 1.3, not 1.4"),
    ("explain postfix /etc/postfix --apply -o new --goal all", "--goal takes users, suites or world, not all"),
    ("explain postfix /etc/postfix --postfix-version new",
     "--postfix-version takes a version such as 3.7.11, as `postconf mail_version` prints it"),
    ("--sni 192.0.2.1 " + HOST, "--sni takes a host name such as mail.example.com"),
    ("--sni b\u00fc\u2603.example " + HOST,
     "--sni takes a host name: 'b\u00fc\u2603.example' has '\u2603', which no host name may have (RFC 5892)"),
    # International names.
    ("b\u00fccher..example", "'b\u00fccher..example' is not a host name; write mail.example.com, "
                            "mail.example.com:587, 192.0.2.1 or [2001:db8::1]:587"),
    ("\U0001f600.example", "'\U0001f600.example' has '\U0001f600', which no host name may have (RFC 5892)"),
    ("b\udcfccher.example", "'b\\xfccher.example' is not UTF-8; write an international name in UTF-8, or in its xn-- form"),
    ("\u05d0b.example", "'\u05d0b.example' mixes writing from right to left with what may not stand there "
                       "(RFC 5893 section 2)"),
    ("xn--zzzzzz.example", "'xn--zzzzzz.example' has a label that begins with xn-- and is not the ASCII form of any "
                           "(RFC 3492)"),
    ("\u00fc" * 60 + ".example", "'%s.example' has a label of more than 63 bytes in its xn-- form" % ("\u00fc" * 60)),
    ("--ehlo a..b " + HOST,
     "--ehlo takes a domain such as scanner.example.net or an address literal such as [192.0.2.1]"),
    # Policies and files.
    ("--policy pcii " + HOST, "there is no policy pcii; did you mean pci? There are pci-dss-4.0.1 (pci), "),
    ("policy show nits", "there is no policy nits; did you mean nist? There are pci-dss-4.0.1 (pci), "),
    ("--policy house " + HOST, "there is no policy house. There are pci-dss-4.0.1 (pci), "),
    ("--policy @FILE " + HOST, "@FILE:1:2: not JSON: expected a quoted key"),
    ("--policy pci --waivers @FILE " + HOST, "@FILE:1:2: not JSON: expected a quoted key"),
    ("--policy @FOLDER/none.json " + HOST, "@FOLDER/none.json: No such file or directory"),
    ("-f @FOLDER/none " + HOST, "@FOLDER/none: No such file or directory"),
    ("-o report " + HOST, "-o report: its name does not say the format; put --format in front of it"),
    # Options that do not go together.
    ("-4 -6 " + HOST, "-4 and -6 exclude each other"),
    ("-46 " + HOST, "-4 and -6 exclude each other"),
    ("--dry-run --evidence a.jsonl " + HOST, "--dry-run and --evidence exclude each other"),
    ("--timeout 1 --timeout 2 " + HOST, "--timeout is given twice"),
    ("--policy pci --policy PCI " + HOST, "the policy pci-dss-4.0.1 is named twice"),
    ("--format json --format csv " + HOST, "standard output takes one format: put -o FILE behind the others"),
    ("--role mx " + HOST, "--role, --waivers, --as-of and --only-document go with --policy"),
    ("--policy pci --fail-on new " + HOST, "--fail-on new goes with --policy and --baseline"),
    ("--online-private " + HOST,
     "--online-private goes with --online, which asks whether certificates are revoked"),
    ("--onlin " + HOST, "there is no option --onlin; did you mean --online?"),
    ("--online=yes " + HOST, "--online takes no value"),
    ("--verdict-only " + HOST, "--verdict-only goes with --policy, which says what must be asked"),
    # What commands take.
    ("policy", "policy takes list, show NAME or diff OLD NEW"),
    ("policy sohw pci", "policy takes list, show NAME or diff OLD NEW, not sohw; did you mean show?"),
    ("policy show", "policy show takes one name, such as pci; policy list prints them"),
    ("policy list pci", "policy list takes no name; policy show takes one"),
    ("report", "name a SCAN.json that --format json wrote, or evidence with --from-evidence"),
    ("report a.json --from-evidence b.jsonl", "--from-evidence and SCAN.json exclude each other"),
    ("log", "name a log, such as /var/log/mail.log, or - for standard input"),
    ("log - -", "standard input can be read once only"),
    ("explain", "explain takes postfix and its DIR, or exim and its FILE"),
    ("explain sendmail /etc/mail", "explain knows postfix and exim, not sendmail"),
]


class Mistakes(Scan):
    def test_each_mistake_has_one_sentence_that_says_what_would_be_right(self):
        self.assertGreater(len(MISTAKES), 40)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "w.json")
            with open(path, "w") as file:
                file.write("{b")
            for line, sentence in MISTAKES:
                with self.subTest(line):
                    run = Run(*line.replace("@FILE", path).replace("@FOLDER", folder).split())
                    self.assertEqual((run.code, run.out), (2, ""))
                    said, run_help, *rest = run.err.split("\n")
                    self.assertEqual(rest, [""])
                    self.assertRegex(run_help, "^Run smtptls-scan( log| explain| policy| report)? --help for how it is used.$")
                    wanted = "smtptls-scan: " + sentence.replace("@FILE", path).replace("@FOLDER", folder)
                    # What policies there are is not for this test.
                    self.assertEqual(said[:len(wanted)] if wanted.endswith(", ") else said, wanted)

    def test_help_is_a_command_too(self):
        self.assertEqual(Run("help").out, Run("--help").out)
        self.assertEqual(Run("help", "log").out, Run("log", "--help").out)

    def test_a_host_may_be_called_almost_like_a_command(self):
        for host in ("logs:25", "report.example.com", "relay", "mail", "port"):
            run = Run("--dry-run", "-6", host)
            self.assertNotIn("command", run.err, host)
            self.assertNotIn("command", Run(host, "--dry-run", "-6").err, host)

    def test_names_of_policies_and_formats_are_taken_in_any_case(self):
        run = Run("--dry-run", "--policy", "PCI", "--verdict-only", "--format", "JSON", "192.0.2.1")
        self.assertEqual((run.code, run.err), (0, ""))
        self.assertTrue(run.out.startswith("{"))


if __name__ == "__main__":
    scanner.main()

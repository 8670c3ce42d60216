"""docs/cookbook.md and README.md: every command in a block ```console runs, in order, in one folder for each page.

What README.md shows of an output, between lines "[...]", is printed, and the line for cron does what its page says.
"""
import os
import pathlib
import re
import subprocess
import tempfile

import scanner
from scanner import REPOSITORY, Lab, Run, Scan

PAGES = ["docs/cookbook.md", "README.md"]
# What a policy, an unreachable part or an old server may end with; 2 is wrong usage.
RESULTS = {0, 1, 3}


def commands(page):
    blocks = re.findall(r"^```console\n(.*?)^```$", (REPOSITORY / page).read_text(), re.M | re.S)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def steady(text):
    """An output without what differs from run to run: the port, days, connections and seconds."""
    text = re.sub(r"(?m)^127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d$", "DAY to DAY", text, flags=re.M)
    return re.sub(r"(?m)^  (cost|proof) .*$", lambda line: re.sub(r"\d+", "N", line[0]), text)


class Cookbook(Scan):
    def in_place(self, folder, place):
        """The folder that the page's reader has: programs, hosts, a configuration, a log."""
        tools = folder / "bin"
        tools.mkdir()
        for name, program in {"smtptls-scan": 'exec "%s" "$@"' % pathlib.Path(Scan.program).resolve(),
                              "check_smtptls": 'exec sh "%s" "$@"' % (REPOSITORY / "scanner/package/check_smtptls")}.items():
            (tools / name).write_text("#!/bin/sh\n%s\n" % program)
            (tools / name).chmod(0o755)
        (folder / "hosts").write_text("# ours\n%s --role submission\n" % place)
        (folder / "assets.csv").write_text("%s,ops\n" % place)

    def adapted(self, command, place, folder):
        host, port = place.split(":")
        command = command.replace("-H mail.example.com -p 587", "-H %s -p %s --ehlo scanner.example" % (host, port))
        command = re.sub(r"mail\.example\.com(:\d+)?", place, command)
        command = command.replace("/etc/smtptls-scan/hosts", str(folder / "hosts"))
        command = command.replace("/var/lib/smtptls-scan", str(folder))
        command = command.replace("/etc/postfix", str(REPOSITORY / "tests/data/explain/story"))
        command = re.sub(r"/var/log/mail\.log(\.\*\.gz)?", str(REPOSITORY / "tests/data/maillog/story.log"), command)
        command = command.replace("/var/lib/node_exporter/", str(folder) + "/")
        return re.sub(r"smtptls-scan (?!report|explain|log|policy|--)", "smtptls-scan --ehlo scanner.example ", command)

    def run_in_shell(self, command, folder):
        return subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=scanner.PATIENCE,
                              env={**os.environ, "COLUMNS": "80", "PATH": "%s/bin:%s" % (folder, os.environ["PATH"])})

    def test_every_command_of_a_page_runs_in_order(self):
        for page in PAGES:
            with tempfile.TemporaryDirectory() as name, Lab("--story", listen=("starttls",)) as lab:
                folder = pathlib.Path(name)
                place = "127.0.0.1:%d" % lab.ports["starttls"]
                self.in_place(folder, place)
                for command in commands(page):
                    with self.subTest(page=page, command=command):
                        if "--waivers waivers.json" in command:
                            self.fill_in(folder)
                        done = self.run_in_shell(self.adapted(command, place, folder), folder)
                        wanted = {0, 1, 2, 3} if command.startswith("check_smtptls") else RESULTS
                        self.assertIn(done.returncode, wanted, done.stderr)
                        self.assertNotIn("Run smtptls-scan", done.stderr)

    def fill_in(self, folder):
        """As step 4 of the page wants it: what was suggested, with somebody's name to it."""
        text = (folder / "waivers.json").read_text().replace('"owner": ""', '"owner": "ops"')
        text = text.replace('"reason": ""', '"reason": "till May"')
        (folder / "waivers.json").write_text(text.replace('"expires": ""', '"expires": "2999-12-31"'))

    def test_the_line_for_cron_is_quiet_until_something_is_new_and_again_once_that_is_accepted(self):
        [line] = re.findall(r"^30 2 \* \* \*  (.*)$", (REPOSITORY / "docs/cookbook.md").read_text(), re.M)
        [accept] = [one for one in commands("docs/cookbook.md") if one.endswith("mv today.json last.json")]
        kinds = ("starttls",)
        with tempfile.TemporaryDirectory() as name, Lab("--story", listen=kinds) as old, Lab(listen=kinds) as other:
            folder = pathlib.Path(name)
            place = "127.0.0.1:%d" % old.ports["starttls"]
            self.in_place(folder, place)
            night, accepted = self.adapted(line, place, folder), self.adapted(accept, place, folder)
            # Another server stands for the old one as it was before somebody changed it.
            before = "smtptls-scan --ehlo scanner.example 127.0.0.1:%d -o last.json" % other.ports["starttls"]
            self.run_in_shell(before, folder)
            self.assertIn("exit code     1", self.run_in_shell(night, folder).stdout)
            self.assertIn("exit code     1", self.run_in_shell(night, folder).stdout)
            self.run_in_shell(accepted, folder)
            for _ in range(2):
                done = self.run_in_shell(night, folder)
                self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_what_the_readme_shows_is_printed(self):
        page = (REPOSITORY / "README.md").read_text()
        blocks = re.findall(r"^```\n\[\.\.\.\]\n(.*?)^```$", page, re.M | re.S)
        [log] = re.findall(r"`(smtptls-scan log --ends [^`]*)`", page)
        with tempfile.TemporaryDirectory() as name, Lab("--story", listen=("starttls",), keys=()) as lab:
            folder = pathlib.Path(name)
            place = "127.0.0.1:%d" % lab.ports["starttls"]
            self.in_place(folder, place)
            printed = [self.run_in_shell("smtptls-scan --tls starttls " + place, folder).stdout,
                       self.run_in_shell(log.replace("tests/", "%s/tests/" % REPOSITORY), folder).stdout]
        self.assertEqual(len(blocks), len(printed))
        for shown, whole in zip(blocks, printed):
            lines = steady(shown).splitlines()
            wanted = "".join("(?:.*\n)*?" if line == "[...]" else re.escape(line) + "\n" for line in lines)
            self.assertRegex(steady(whole), r"(?m)^" + wanted)

    def test_the_waivers_of_the_cookbook_are_waivers(self):
        [waivers] = re.findall(r"^```\n(\{\n.*?)^```$", (REPOSITORY / "docs/cookbook.md").read_text(), re.M | re.S)
        with tempfile.TemporaryDirectory() as name:
            (pathlib.Path(name) / "waivers.json").write_text(waivers)
            run = Run("report", str(REPOSITORY / "tests/data/scans/debian12_default.json"), "--policy", "pci",
                      "--waivers", name + "/waivers.json")
        self.assertIn(run.code, (0, 1), run.err)

    def test_each_page_has_commands(self):
        self.assertGreater(len(commands("docs/cookbook.md")), 12)
        self.assertGreater(len(commands("README.md")), 10)


if __name__ == "__main__":
    scanner.main()

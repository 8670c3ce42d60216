"""docs/cookbook.md and README.md: every command in a block ```console runs, in order, in one folder for each page."""
import os
import pathlib
import re
import subprocess
import tempfile

import scanner
from scanner import REPOSITORY, Lab, Scan

PAGES = ["docs/cookbook.md", "README.md"]
# What a policy, an unreachable part or an old server may end with; 2 is wrong usage.
RESULTS = {0, 1, 3}


def commands(page):
    blocks = re.findall(r"^```console\n(.*?)^```$", (REPOSITORY / page).read_text(), re.M | re.S)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


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
        command = command.replace("/etc/postfix", str(REPOSITORY / "tests/data/explain/story"))
        command = re.sub(r"/var/log/mail\.log(\.\*\.gz)?", str(REPOSITORY / "tests/data/maillog/story.log"), command)
        command = command.replace("/var/lib/node_exporter/", str(folder) + "/")
        return re.sub(r"smtptls-scan (?!report|explain|log|policy|--)", "smtptls-scan --ehlo scanner.example ", command)

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
                        done = subprocess.run(["bash", "-c", self.adapted(command, place, folder)], cwd=folder,
                                              capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                              timeout=scanner.PATIENCE,
                                              env={**os.environ, "PATH": "%s/bin:%s" % (folder, os.environ["PATH"])})
                        wanted = {0, 1, 2, 3} if command.startswith("check_smtptls") else RESULTS
                        self.assertIn(done.returncode, wanted, done.stderr)
                        self.assertNotIn("Run smtptls-scan", done.stderr)
                        self.last = done.stdout

    def fill_in(self, folder):
        """As step 4 of the page wants it: what was suggested, with somebody's name to it."""
        text = self.last.replace('"owner": ""', '"owner": "ops"').replace('"reason": ""', '"reason": "till May"')
        (folder / "waivers.json").write_text(text.replace('"expires": ""', '"expires": "2999-12-31"'))

    def test_each_page_has_commands(self):
        self.assertGreater(len(commands("docs/cookbook.md")), 12)
        self.assertGreater(len(commands("README.md")), 10)


if __name__ == "__main__":
    scanner.main()

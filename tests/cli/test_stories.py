"""docs/story-*.md: every command in them is run, and prints what the page shows.

A block ```console holds a command behind "$ " and its output; a line "[...]" stands for any number of lines.
"""
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import scanner
from scanner import REPOSITORY, Scan

PAGES = sorted((REPOSITORY / "docs").glob("story-*.md"))
SCREEN = (80, 24)


def blocks(text):
    """(command, lines) of each console block."""
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        first, *lines = block.splitlines()
        assert first.startswith("$ "), first
        yield first[2:], lines


def pattern(lines):
    """The output as a regular expression."""
    return "".join("(?:.*\n)*?" if line == "[...]" else re.escape(line) + "\n" for line in lines)


class Stories(Scan):
    def run_in_shell(self, command):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "smtptls-scan").symlink_to(Path(self.program).resolve())
            environment = {**os.environ, "PATH": folder + ":" + os.environ["PATH"]}
            return subprocess.run(["sh", "-c", command], cwd=REPOSITORY, env=environment, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=scanner.PATIENCE)

    def test_there_are_the_question_the_article_and_the_log(self):
        self.assertEqual([page.stem for page in PAGES], ["story-article", "story-log", "story-question"])

    def test_every_command_prints_what_the_page_shows(self):
        for page in PAGES:
            found = list(blocks(page.read_text()))
            self.assertGreater(len(found), 2)
            for command, lines in found:
                with self.subTest(f"{page.name}: {command}"):
                    done = self.run_in_shell(command)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    shown = done.stdout
                    self.assertRegex(shown, r"\A" + pattern(lines) + r"\Z")

    def test_no_command_stands_outside_a_block(self):
        for page in PAGES:
            outside = re.sub(r"^```console\n.*?^```$", "", page.read_text(), flags=re.M | re.S)
            self.assertNotIn("```", outside)
            self.assertEqual([line for line in outside.splitlines() if line.startswith("$ ")], [])

    def test_each_line_of_the_files_is_on_its_page(self):
        # But for what every Postfix has: names, certificates, what else is said of a login.
        plain = re.compile(r"\s*#|myhostname|smtpd_tls_(cert|key)_file|smtpd?_tls_session_cache|smtp +unix|relay +unix|"
                           r"smtp +inet|submission +inet|465 +inet|\s+-o (syslog_name|smtpd_sasl|smtpd_client)|"
                           r"smtpd?_tls_security_level = may|\s+-o smtpd_tls_wrappermode|smtpd_tls_loglevel")
        for page, folders in {"question": ["story", "answer"], "article": ["article_1", "article_2"]}.items():
            text = (REPOSITORY / f"docs/story-{page}.md").read_text()
            for folder in folders:
                for file in ("main.cf", "master.cf"):
                    lines = (REPOSITORY / "tests/data/explain" / folder / file).read_text().splitlines()
                    for line in lines:
                        name = re.match(r"(?:\s+-o )?([^\s=]+)", line)
                        with self.subTest(f"{folder}/{file}: {line}"):
                            self.assertTrue(plain.match(line) or name[1] in text)

    def test_the_owner_reads_on_the_first_screen_who_is_old(self):
        done = self.run_in_shell("smtptls-scan explain postfix tests/data/explain/story --postfix-version 3.1.0")
        columns, rows = SCREEN
        screen = done.stdout.splitlines()[:rows]
        self.assertLessEqual(max(map(len, screen)), columns)
        self.assertIn("  Who comes with less than TLS 1.2 is old itself: this server has TLS 1.2.", screen)
        self.assertIn("  First update the clients without TLS 1.2: else they can no longer send.", screen)


if __name__ == "__main__":
    scanner.main()

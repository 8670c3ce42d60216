"""docs/story-log.md: every command in it is run, and prints what the page shows.

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

PAGE = REPOSITORY / "docs/story-log.md"


def blocks(text):
    """(command, lines) of each console block."""
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        first, *lines = block.splitlines()
        assert first.startswith("$ "), first
        yield first[2:], lines


def pattern(lines):
    """The output as a regular expression."""
    return "".join("(?:.*\n)*?" if line == "[...]" else re.escape(line) + "\n" for line in lines)


class Story(Scan):
    def test_every_command_prints_what_the_page_shows(self):
        found = list(blocks(PAGE.read_text()))
        self.assertGreater(len(found), 5)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "smtptls-scan").symlink_to(Path(self.program).resolve())
            environment = {**os.environ, "PATH": folder + ":" + os.environ["PATH"]}
            for command, lines in found:
                with self.subTest(command):
                    done = subprocess.run(["sh", "-c", command], cwd=REPOSITORY, env=environment, capture_output=True,
                                          text=True, stdin=subprocess.DEVNULL, timeout=scanner.PATIENCE)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    shown = done.stdout
                    self.assertRegex(shown, r"\A" + pattern(lines) + r"\Z")

    def test_no_command_stands_outside_a_block(self):
        outside = re.sub(r"^```console\n.*?^```$", "", PAGE.read_text(), flags=re.M | re.S)
        self.assertNotIn("```", outside)
        self.assertEqual([line for line in outside.splitlines() if line.startswith("$ ")], [])


if __name__ == "__main__":
    scanner.main()

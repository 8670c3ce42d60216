"""What every lint shares: which files there are, how findings are printed, how a lint ends.

A lint is a function find(root) -> [Finding] and the rule it enforces in a sentence. Run one with
`python3 tests/lint/layers.py [--root DIR]`; it prints its rule, each finding as file:line: words, and
ends with 1 if there was one.
"""
import argparse
import pathlib
import re
import subprocess
import sys
from typing import NamedTuple

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = {".git", "build", "__pycache__"}


class Finding(NamedTuple):
    """One violation; `line` is 0 when it is about the whole file."""

    file: str
    line: int
    words: str

    def __str__(self):
        return "%s:%s %s" % (self.file, "%d:" % self.line if self.line else "", self.words)


def tracked(root):
    """The paths git tracks or would track, relative to root; without git, all but build folders."""
    if (root / ".git").exists():
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                capture_output=True)
        if listed.returncode == 0:
            names = sorted(set(listed.stdout.decode().split("\0")) - {""})
            return [name for name in names if (root / name).is_file()]
    found = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    return sorted(str(path) for path in found if not SKIPPED & set(path.parts))


def sources(root, *folders, suffixes=(".cpp", ".hpp")):
    """The tracked C++ files under these folders."""
    return [name for name in tracked(root) if name.endswith(suffixes) and name.split("/")[0] in folders]


def read(root, name):
    return (root / name).read_text(errors="replace")


def without_comments(text):
    """The text with comments and literals blanked out; every line keeps its number."""
    pattern = re.compile(r'R"\((.*?)\)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.S)

    def blank(match):
        literal = match.group(0)
        quotes = '""' if literal[0] in "\"R'" else ""
        return quotes + "\n" * literal.count("\n")

    return pattern.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def list_entries(root, list_file, macro):
    """The names in MACRO(name) and MACRO(name, ...) lines with their line numbers."""
    lines = read(root, list_file).splitlines()
    matches = [(re.match(r"%s\(([a-z0-9_.-]+)[,)]" % macro, line), number) for number, line in enumerate(lines, 1)]
    return [(match.group(1), number) for match, number in matches if match]


def main(rule, find):
    """Runs one lint over the tree named on the command line."""
    parser = argparse.ArgumentParser(description=rule)
    parser.add_argument("--root", type=pathlib.Path, default=REPOSITORY, help="the tree to look at")
    arguments, _ = parser.parse_known_args()
    print("rule:", " ".join(rule.split()))
    findings = find(arguments.root)
    for finding in findings:
        print(finding)
    print("%d finding%s" % (len(findings), "" if len(findings) == 1 else "s"))
    sys.exit(1 if findings else 0)

"""Fuzz targets: every parser of what others wrote has one. The list is parsers.txt."""
import re

import tree

RULE = """every parser has a fuzz target: each header that declares a decode or parse function or takes
received bytes is in tests/lint/parsers.txt, with the target that reaches it and a corpus for that target."""

LIST = "tests/lint/parsers.txt"
PARSER = re.compile(r"\b(?:decode\w*|parse\w*|received)\s*\(|\bclass \w*Reader\b")


def rows(root):
    """(header, target, line): target is 'room/name', or '-' and a reason for what needs none."""
    for number, line in enumerate(tree.read(root, LIST).splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            header, target = line.split(maxsplit=1)
            yield header, target, number


def judge_row(root, header, target, line):
    """The findings about one row of the list."""
    if not (root / header).exists():
        return [tree.Finding(LIST, line, "there is no %s" % header)]
    if target.startswith("- "):
        return []
    room, name = target.split("/")
    wanted = ["tests/fuzz/%s/%s.cpp" % (room, name), "tests/fuzz/%s/corpus/%s" % (room, name)]
    return [tree.Finding(LIST, line, "%s: there is no %s" % (header, path))
            for path in wanted if not (root / path).exists()]


def find(root):
    findings, listed = [], set()
    for header, target, line in rows(root):
        listed.add(header)
        findings += judge_row(root, header, target, line)
    for name in tree.sources(root, "scanner", "probes", "report", suffixes=(".hpp",)):
        text = tree.without_comments(tree.read(root, name))
        match = PARSER.search(text)
        if match and name not in listed:
            words = "declares %s and is not in %s" % (match.group(0).rstrip("( "), LIST)
            findings.append(tree.Finding(name, tree.line_of(text, match.start()), words))
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

"""Paths of a developer's machine: nobody else has them."""
import re

import tree

RULE = """no tracked file refers to a path of a developer's machine: a home folder, a workspace, a folder
beside the repository."""

# Written in pieces, so that this file does not find itself.
PRIVATE = re.compile("|".join([
    r"(?<![\w./$}~-])/wor" + r"k(?![\w-])",
    r"\.\./shar" + r"ed\b",
    r"/hom" + r"e/[a-z]",
    r"/Us" + r"ers/[A-Za-z]",
]))


def find(root):
    findings = []
    for name in tree.tracked(root):
        if b"\0" in (root / name).read_bytes()[:4096]:
            continue
        for number, line in enumerate(tree.read(root, name).splitlines(), 1):
            match = PRIVATE.search(line)
            if match:
                findings.append(tree.Finding(name, number, "refers to %s" % line[match.start():].split()[0]))
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

"""The registry's counts: what a document says of them is what the table has."""
import re

import tree

RULE = """where README.md, CHANGELOG.md's newest section, docs/ or a man page says a number of hundreds of suites or cells, it
is the number in scanner/tls/cipher_suites.def: all suites, or all cells of version and suite. Decisions are dated and keep
theirs. A sentence that can do without the number never gets stale."""

TABLE = "scanner/tls/cipher_suites.def"
ENTRY = re.compile(r"^SUITE\(0x[0-9a-f]+, \w+, \"[^\"]*\", (\w+)\)", re.M)
VERSIONS_BELOW_TLS13 = 4  # SSL 3 to TLS 1.2: each is asked about the same suites
COUNT = re.compile(r"\b(\d{1,3}(?:,\d{3})+|\d{3,})\s+(?:cipher\s+)?(suites|cells)\b")


def counts(root):
    """How many suites and cells there are, by the word."""
    lowest = ENTRY.findall(tree.read(root, TABLE))
    alone = sum(1 for version in lowest if version in ("ssl2", "tls1_3"))
    return {"suites": len(lowest), "cells": alone + VERSIONS_BELOW_TLS13 * (len(lowest) - alone)}


def documents(root):
    """(name, text) of what users read about today's program."""
    for name in tree.tracked(root):
        if name == "CHANGELOG.md":
            yield name, re.split(r"(?m)^(?=## )", tree.read(root, name), maxsplit=2)[1]
        elif name == "README.md" or (name.startswith("docs/") and not name.startswith("docs/decisions/")):
            yield name, tree.read(root, name)


def find(root):
    right = counts(root)
    findings = []
    for name, text in documents(root):
        for match in COUNT.finditer(text):
            number, word = int(match[1].replace(",", "")), match[2]
            if number != right[word]:
                words = "%s %s: the registry has %d" % (match[1], word, right[word])
                line = text.count("\n", 0, match.start()) + 1 if name != "CHANGELOG.md" else 0
                findings.append(tree.Finding(name, line, words))
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

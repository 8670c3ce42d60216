"""docs/numbers.md: the numbers that stand in our prose, each counted in the tree, and the places that say them.

`figures.py --write` makes the page anew.
"""
import re
import subprocess
import sys
from typing import NamedTuple

import counts
import tree

RULE = """docs/numbers.md is made by tests/lint/figures.py --write, and where README.md, docs/ or a README of tests/ says one
of its numbers in the words that are listed here, it is that number."""

PAGE = "docs/numbers.md"
HEAD = """# Numbers

What our pages say in numbers of this program and its tests is counted here, and a lint holds the pages to it
(`tests/lint/figures.py --write` makes this table). What was measured stands with its command in
[tests/bench/README.md](../tests/bench/README.md) and [politeness.md](politeness.md).

| what | number | where |
|---|---|---|
"""


class Figure(NamedTuple):
    """`said`: how prose says it, the number in parentheses."""

    what: str
    number: int
    where: str
    said: str


def count(root, folders, expression):
    """The value of a Python expression over the modules of these folders."""
    paths = [str(root / folder) for folder in folders]
    code = "import sys; sys.path[:0] = %r; sys.dont_write_bytecode = True\nprint(%s)" % (paths, expression)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


ATTACK = ("smtp_rows", "record_rows", "hello_rows", "flight_rows")


def figures(root):
    suites = counts.counts(root)
    behaviours = " + ".join("len(__import__(%r).ROWS)" % name for name in ATTACK)
    behaviours += " + sum(len(__import__('inside_rows').__dict__[name]) for name in ('INSIDE12', 'INSIDE13'))"
    mutations = "tests/misbehaviour/mutations"
    names = [name for name in tree.tracked(root) if not name.endswith(".md")]
    policies = [name for name in names if re.fullmatch(r"report/policy/[^/]+\.json", name)]
    corpora = {name.rsplit("/", 1)[0] for name in names if re.match(r"tests/fuzz/\w+/corpus/\w+/", name)}
    table = tree.read(root, "scanner/model/observations.def")
    return [
        Figure("cipher suites that are asked about", suites["suites"], "scanner/tls/cipher_suites.def", r"(\d[\d,]*) cipher suites in all"),
        Figure("cells of version and suite", suites["cells"], "scanner/tls/cipher_suites.def", r"(\d[\d,]*) cells of version and suite in all"),
        Figure("observations", table.count("\nOBSERVATION("), "scanner/model/observations.def", r"(\d+) observations\b"),
        Figure("policies", len(policies), "report/policy", r"(\d+) policies are built in"),
        Figure("rows of servers that misbehave, each with what must be said of it",
               count(root, ["tests", "tests/misbehaviour"], "len(__import__('rows').ROWS)"),
               "tests/misbehaviour/rows.py", r"(\d+) rows, each a server"),
        Figure("mutations of the program, each of which a row must notice", count(root, [mutations], "len(__import__('list').MUTATIONS)"),
               mutations + "/list.py", r"(\d+) mutations of the program"),
        Figure("limits that are taken away, each of which a test must notice", count(root, [mutations], "len(__import__('faults').FAULTS)"),
               mutations + "/faults.py", r"(\d+) limits are taken away"),
        Figure("hostile behaviours in SMTP and TLS", count(root, ["tests/attack"], behaviours), "tests/attack", r"(\d+) behaviours in SMTP and TLS"),
        Figure("hostile certificates", count(root, ["tests/attack"], "len(__import__('certificate_rows').ROWS)"),
               "tests/attack/certificate_rows.py", r"(\d+) certificates, each"),
        Figure("fuzz targets", len(corpora), "tests/fuzz", r"(\d+) fuzz targets"),
        Figure("configurations of Postfix whose forecast is held to a scan",
               len(set(re.findall(r"(?m)^([\w.-]+) +inet .* smtpd", tree.read(root, "tests/lab/explain/master.cf")))),
               "tests/lab/explain/master.cf", r"(\d+) configurations (?:on a real Postfix|in `explain/`)"),
        Figure("configurations of Postfix in the closed loop", count(root, ["tests/lab/loop"], "len(__import__('shapes').all_shapes())"),
               "tests/lab/loop/shapes.py", r"(\d+)\s+configurations as people have them"),
        Figure("faults planted into each of them", count(root, ["tests/lab/loop"], "sum(len(__import__('faults').__dict__[name]) for name in ('IN_MAIN', 'BELOW_SERVICE'))"),
               "tests/lab/loop/faults.py", r"(\d+) faults planted into each"),
    ]


def page(all_figures):
    return HEAD + "".join("| %s | %s | `%s` |\n" % (one.what, format(one.number, ","), one.where) for one in all_figures)


def documents(root):
    for name in tree.tracked(root):
        of_docs = name.startswith("docs/") and not name.startswith("docs/decisions/") and name != PAGE
        if name == "README.md" or (of_docs and name.endswith(".md")) or re.fullmatch(r"tests/\w+/README\.md", name):
            yield name, tree.read(root, name)


def find(root):
    all_figures = figures(root)
    findings = []
    if tree.read(root, PAGE) != page(all_figures):
        findings.append(tree.Finding(PAGE, 0, "is not what the tree has: tests/lint/figures.py --write"))
    for name, text in documents(root):
        for one in all_figures:
            for match in re.finditer(one.said, text):
                if match[1].replace(",", "") != str(one.number):
                    words = "%s: %s are %d" % (match[0], one.what, one.number)
                    findings.append(tree.Finding(name, tree.line_of(text, match.start()), words))
    return findings


if __name__ == "__main__":
    if "--write" in sys.argv:
        (tree.REPOSITORY / PAGE).write_text(page(figures(tree.REPOSITORY)))
    tree.main(RULE, find)

"""docs/observations.md: what it says of each observation is what scanner/model/observations.def says.

`observations.py --write` makes the table anew.
"""
import re
import sys

import tree

RULE = """the table of docs/observations.md is made of scanner/model/observations.def: tests/lint/observations.py --write."""

LIST = "scanner/model/observations.def"
PAGE = "docs/observations.md"
ENTRY = re.compile(r'OBSERVATION\((\w+), "([^"]+)", (\w+), "([^"]*)", "([^"]*)",\s*"([^"]*)", "(\w+)"\)')
AWAITED = re.compile(r'AWAITED\(\w+, "([^"]+)", (\w+)\)')
TYPES = {"text": "text", "texts": "list of texts", "integer": "integer", "boolean": "boolean"}
HEAD = "| id | subject | type | label | meaning | probe |\n|---|---|---|---|---|---|\n"


def table(root):
    text = tree.read(root, LIST)
    rows = ["| `%s` | %s | %s | %s | %s | [%s](%s.md) |\n"
            % (name, subject, TYPES[kind], label, sentence.replace("|", "\\|"), page, "baseline" if page == "baseline" else "probes/" + page)
            for _, name, kind, subject, label, sentence, page in ENTRY.findall(text)]
    awaited = ["| `%s` | %s |\n" % (name, TYPES[kind]) for name, kind in AWAITED.findall(text)]
    return (HEAD + "".join(rows) + "\nRules of policies rest on these too, which no probe observes yet: until then they say "
            "`not asked`.\n\n| id | type |\n|---|---|\n" + "".join(awaited))


def page(root):
    """The page as it should be: what stands above the table is written by hand."""
    return tree.read(root, PAGE).split("| id |", 1)[0] + table(root)


def find(root):
    if tree.read(root, PAGE) == page(root):
        return []
    return [tree.Finding(PAGE, 0, "is not what observations.def says: tests/lint/observations.py --write")]


if __name__ == "__main__":
    if "--write" in sys.argv:
        (tree.REPOSITORY / PAGE).write_text(page(tree.REPOSITORY))
    tree.main(RULE, find)

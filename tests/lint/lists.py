"""The .def lists: what is named in one has its source, its page, its test and its golden."""
import re

import tree

RULE = """each entry of a .def list is complete: PROBE(x) has probes/x.cpp, docs/probes/x.md and
tests/unit/probes/x_test.cpp; FORMAT(x) has report/format/x.cpp, docs/formats/x.md,
tests/unit/format/x_test.cpp and a golden in tests/golden/x/; POLICY(x) has its source, its page and a golden;
and no page is left without an entry. README.md has a row for each format, with the usual end of its files' names."""

# The list, its macro, the folder of its pages, and for each entry what there must be (a pattern).
LISTS = [
    ("probes/probes.def", "PROBE", "docs/probes",
     ["probes/{}.cpp", "docs/probes/{}.md", "tests/unit/probes/{}_test.cpp"]),
    ("report/format/formats.def", "FORMAT", "docs/formats",
     ["report/format/{}.cpp", "docs/formats/{}.md", "tests/golden/{}/*",
      "tests/unit/format/{}_test.cpp"]),
    ("report/policy/policies.def", "POLICY", "docs/policies",
     ["report/policy/{}.*", "docs/policies/{}.md", "tests/golden/policy/{}.txt"]),
]

# Pages about all of them.
OTHER_PAGES = {"README", "crosswalk", "port-25", "review-2026-11"}


def undescribed_formats(root):
    """The findings about the table of formats in README.md."""
    rows = [line for line in tree.read(root, "README.md").splitlines() if line.startswith("| [")]
    findings = []
    for line in tree.read(root, "report/format/formats.def").splitlines():
        match = re.match(r'FORMAT\((\w+)(?:, "[^"]*", "[^"]*", (?:"([^"]*)")?)?', line)
        if match:
            name, extension = match.groups()
            wanted = ["[%s](docs/formats/%s.md)" % (name, name)] + ([extension] if extension else [])
            if not any(all(one in row for one in wanted) for row in rows):
                findings.append(tree.Finding("README.md", 0, "no row of a table has " + " and ".join(wanted)))
    return findings


def find(root):
    findings = undescribed_formats(root)
    for list_file, macro, pages, demands in LISTS:
        if not (root / list_file).exists():
            continue
        entries = tree.list_entries(root, list_file, macro)
        for name, line in entries:
            missing = [one.format(name) for one in demands if not any(root.glob(one.format(name)))]
            findings += [tree.Finding(list_file, line, "%s(%s): there is no %s" % (macro, name, one))
                         for one in missing]
        names = {name for name, _ in entries}
        orphans = [path for path in sorted((root / pages).glob("*.md")) if path.stem not in names | OTHER_PAGES]
        findings += [tree.Finding("%s/%s" % (pages, path.name), 0, "%s has no such entry" % list_file)
                     for path in orphans]
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

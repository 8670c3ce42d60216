"""The names of files with tests in C++: one rule, which CONTRIBUTING.md states too."""
import re

import tree

RULE = """a C++ file of tests/ with a TEST_CASE is named x_test.cpp, and no other is."""

CASE = re.compile(r"^\s*(TEMPLATE_)?TEST_CASE(_METHOD)?\(", re.M)
ELSEWHERE = ()


def find(root):
    findings = []
    for name in tree.sources(root, "tests", suffixes=(".cpp",)):
        tests, named = bool(CASE.search(tree.read(root, name))), name.endswith("_test.cpp")
        if tests != named and not name.startswith(ELSEWHERE):
            findings.append(tree.Finding(name, 0, "has tests: name it x_test.cpp" if tests else "has no tests"))
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

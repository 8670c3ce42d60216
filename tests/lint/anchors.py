"""Files that pages name: they are there."""
import re

import tree

RULE = """a file of the program that a page, CONTRIBUTING or the README names in backquotes is there. (A decision says how it
was when it was taken, and the changelog too.) x stands for any name."""

FOLDERS = ("scanner/", "probes/", "report/", "tests/", "docker/", "docs/")
ROOMS = ("app/", "base/", "engine/", "interview/", "json/", "model/", "model_json/", "net/", "openssl/", "smtp/", "tls/",
         "format/", "log/", "policy/", "remedy/")
NAMED = re.compile(r"`([\w.-]+(?:/[\w.-]+)+)`")


def places(path):
    """Where it may be; without an ending it is a header, a source, a folder or a program."""
    if path.startswith(FOLDERS):
        stems = [path]
    else:
        stems = [folder + path for folder in ("scanner/", "report/") if path.startswith(ROOMS)]
    return [stem + end for stem in stems for end in ("", ".hpp", ".cpp", ".py", "_test.cpp", ".def")]


def find(root):
    findings = []
    pages = [name for name in tree.tracked(root)
             if name.endswith(".md") and not name.startswith(("docs/decisions/", "tests/data/")) and name != "CHANGELOG.md"]
    for name in pages:
        for number, line in enumerate(tree.read(root, name).splitlines(), 1):
            for path in NAMED.findall(line):
                stands = places(path)
                is_pattern = re.search(r"(^|/)x[._]", path)
                if stands and not is_pattern and not any((root / place).exists() for place in stands):
                    findings.append(tree.Finding(name, number, "names %s, which is not there" % path))
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

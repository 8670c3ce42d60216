"""Headers stand alone: each one compiles by itself, and twice. --compiler, --jobs; --only pure|asio.

A compiler run reads several headers where that proves the same: one may follow others if it includes all of them
itself, and all that they include. What it lacks, they do not give it.
"""
import argparse
import concurrent.futures
import os
import posixpath
import re
import subprocess

import tree

RULE = """each header compiles by itself, and a second include of it does nothing."""

ASIO = re.compile(r'#include <boost/asio|#include "(net|engine|app)/')
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"\n]+)[>"]', re.M)


def headers(root, only):
    """All headers but those of the tests' own library shim; `only` splits off what reaches Asio."""
    names = tree.sources(root, "scanner", "probes", "report", suffixes=(".hpp",))
    names += [name for name in tree.tracked(root) if name.startswith("tests/lab/server/") and name.endswith(".hpp")]
    if only == "all":
        return names
    return [name for name in names if bool(ASIO.search(tree.read(root, name))) == (only == "asio")]


def file_of(root, includer, written):
    """The file of the tree that an include in quotes means."""
    places = [posixpath.join(posixpath.dirname(includer), written), "scanner/" + written, written]
    return next((place for place in places if (root / place).is_file()), None)


def reach(root, name, known):
    """The header, the files of the tree that it includes, and theirs, and the libraries' headers as <written>."""
    if name not in known:
        known[name] = frozenset([name])  # for headers that include each other
        reached = {name}
        for bracket, written in INCLUDE.findall(tree.read(root, name)):
            file = file_of(root, name, written) if bracket == '"' else None
            reached |= reach(root, file, known) if file else {"<%s>" % written}
        known[name] = frozenset(reached)
    return known[name]


def batches(root, names):
    """The headers in lists to be compiled one after another: each reaches all that the one before it reaches."""
    known, lists = {}, []
    for name in sorted(names, key=lambda one: (len(reach(root, one, known)), one)):
        fits = [batch for batch in lists if reach(root, batch[-1], known) <= reach(root, name, known)]
        if fits:
            max(fits, key=lambda batch: len(reach(root, batch[-1], known))).append(name)
        else:
            lists.append([name])
    return sorted(lists, key=lambda batch: -len(reach(root, batch[-1], known)))  # what takes longest begins first


def compile_these(root, names, compiler):
    """The compiler's words about headers that are read in this order, and then once more; or nothing."""
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-I", "scanner", "-I", ".",
               '-DSMTPTLS_VERSION="0"', "-x", "c++", "-"]
    twice = "".join('#include "%s"\n' % name for name in names) * 2
    done = subprocess.run(command, input=twice, cwd=root, capture_output=True, text=True)
    return done.stderr if done.returncode != 0 or done.stderr else ""


def findings_of(root, batch, compiler):
    """Of a batch that does not compile, which header it was: each by itself."""
    if not compile_these(root, batch, compiler):
        return []
    words = [(name, compile_these(root, [name], compiler)) for name in batch]
    return [tree.Finding(name, 0, "does not stand alone:\n" + said) for name, said in words if said] or \
        [tree.Finding(batch[-1], 0, "does not compile after " + ", ".join(batch[:-1]))]


def find(root, compiler="c++", jobs=None, only="all"):
    names = headers(root, only)
    together = batches(root, names)
    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        found = list(pool.map(lambda batch: findings_of(root, batch, compiler), together))
    print("%d headers in %d runs of the compiler" % (len(names), len(together)))
    return [finding for findings in found for finding in findings]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--jobs", type=int, help="runs at a time; as many as there are cores if it is not given")
    parser.add_argument("--only", choices=["all", "pure", "asio"], default="all")
    options, _ = parser.parse_known_args()
    tree.main(RULE, lambda root: find(root, options.compiler, options.jobs, options.only))

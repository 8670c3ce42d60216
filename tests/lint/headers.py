"""Headers stand alone: each one compiles by itself, and twice. --compiler, --jobs; --only pure|asio."""
import argparse
import concurrent.futures
import re
import subprocess

import tree

RULE = """each header compiles by itself, and a second include of it does nothing."""

ASIO = re.compile(r'#include <boost/asio|#include "(net|engine|app)/')


def headers(root, only):
    """All headers but those of the tests' own library shim; `only` splits off what reaches Asio."""
    names = tree.sources(root, "scanner", "probes", "report", suffixes=(".hpp",))
    names += [name for name in tree.tracked(root) if name.startswith("tests/lab/server/") and name.endswith(".hpp")]
    if only == "all":
        return names
    return [name for name in names if bool(ASIO.search(tree.read(root, name))) == (only == "asio")]


def compile_one(root, name, compiler):
    """The compiler's first words about a header, or nothing."""
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-I", "scanner", "-I", ".",
               '-DSMTPTLS_VERSION="0"', "-x", "c++", "-"]
    twice = '#include "%s"\n' % name * 2
    done = subprocess.run(command, input=twice, cwd=root, capture_output=True, text=True)
    return done.stderr if done.returncode != 0 or done.stderr else ""


def find(root, compiler="c++", jobs=2, only="all"):
    names = headers(root, only)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        words = list(pool.map(lambda name: compile_one(root, name, compiler), names))
    print("%d headers" % len(names))
    return [tree.Finding(name, 0, "does not stand alone:\n" + said) for name, said in zip(names, words) if said]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", choices=["all", "pure", "asio"], default="all")
    options, _ = parser.parse_known_args()
    tree.main(RULE, lambda root: find(root, options.compiler, options.jobs, options.only))

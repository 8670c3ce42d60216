"""Breaks each rule of list.py in a copy of the tree and demands that the rows which guard it fail.

    run.py [--tree FOLDER] [--only REGEX] [--preset PRESET] [--part K/N]     half an hour or more
    run.py --check                                              a second: the list fits the tree and the table

The copy (build/mutations, of what git tracks) is built once, all rows named in the list must hold, and then
each mutation costs a small build. Ends with exit code 1 if a mutation does not build, or is not noticed by each of its
rows.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
import list as mutations  # noqa: E402
import rows  # noqa: E402


def names_of(pattern):
    names = ["%s %s" % (row.name, row.mode) for row in rows.ROWS]
    return [name for name in names if re.search(pattern, name)]


def edits_of(mutation):
    return [(mutation.file, mutation.old, mutation.new), *mutation.more]


def check():
    """Exit code: every mutation's words stand in the tree once, and it has rows."""
    problems = []
    for mutation in mutations.MUTATIONS:
        for file, old, _ in edits_of(mutation):
            path = REPOSITORY / file
            count = path.read_text().count(old) if path.exists() else 0
            if count != 1:
                problems.append("%s: %d times in %s: %s" % (mutation.rule, count, file, old))
        if not names_of(mutation.rows):
            problems.append("%s: no row matches %s" % (mutation.rule, mutation.rows))
    guarded = {name for mutation in mutations.MUTATIONS for name in names_of(mutation.rows)}
    problems += ["no mutation for the row " + name for name in names_of("") if name not in guarded]
    print("\n".join(problems) or "%d mutations fit" % len(mutations.MUTATIONS))
    return 1 if problems else 0


class Tree:
    """The copy: built, run, broken and mended."""

    def __init__(self, folder, preset):
        self.folder, self.preset, self.originals = folder, preset, {}
        listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
        for name in listed.stdout.splitlines():
            self.take(name)
        self.call("cmake", "--preset", preset, "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld", "-DPython3_EXECUTABLE=" + sys.executable)

    def take(self, name):
        ours, theirs = REPOSITORY / name, self.folder / name
        if not theirs.exists() or theirs.read_bytes() != ours.read_bytes():
            theirs.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ours, theirs)
            shutil.copymode(ours, theirs)

    def call(self, *command):
        return subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def build(self, *targets):
        done = self.call("cmake", "--build", "--preset", self.preset, "--parallel", "2", "--target", *targets)
        return None if done.returncode == 0 else done.stdout[-2000:]

    def failed_rows(self, pattern):
        failed = self.folder / "failed-rows"
        failed.unlink(missing_ok=True)
        build = self.folder / "build" / self.preset
        done = self.call(sys.executable, "tests/misbehaviour/test_misbehaviour.py", str(build / "smtptls-scan"),
                         str(build / "smtptls-lab"), "--long", "--rows", pattern, "--failed", str(failed))
        if not failed.exists():
            raise RuntimeError(done.stdout[-2000:])
        with open(self.folder / "rows.log", "a") as log:
            log.write(done.stdout)
        return failed.read_text().splitlines()

    def edit(self, file, old, new):
        path = self.folder / file
        text = path.read_text()
        if text.count(old) != 1:
            raise RuntimeError("%d times in %s: %s" % (text.count(old), file, old))
        self.originals.setdefault(path, text)  # the first one, where a file has several edits
        path.write_text(text.replace(old, new))

    def mend(self):
        for path, text in self.originals.items():
            path.write_text(text)
        self.originals.clear()


def verdict(tree, mutation):
    """Whether the rows notice, and in what words."""
    for edit in edits_of(mutation):
        tree.edit(*edit)
    try:
        problem = tree.build("smtptls-scan")
        if problem:
            return False, "does not build:\n" + problem
        expected = names_of(mutation.rows)
        unmoved = sorted(set(expected) - set(tree.failed_rows(mutation.rows)))
    finally:
        tree.mend()
    if unmoved:
        return False, "NOT NOTICED by " + "; ".join(unmoved)
    return True, "noticed by %d of %d rows" % (len(expected), len(expected))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--tree", default=str(REPOSITORY / "build/mutations"))
    parser.add_argument("--only", default="", help="only the rules that match this")
    parser.add_argument("--preset", default="asan")
    parser.add_argument("--skip-base", action="store_true", help="the whole table was just seen to hold")
    parser.add_argument("--part", default="1/1", help="K/N: every N-th mutation from the K-th, in a tree of its own")
    options = parser.parse_args()
    if options.check:
        sys.exit(check())
    chosen = [mutation for mutation in mutations.MUTATIONS if re.search(options.only, mutation.rule)]
    part, parts = map(int, options.part.split("/"))
    chosen = chosen[part - 1::parts]
    tree = Tree(pathlib.Path(options.tree + (options.part.replace("/", "-of-") if parts > 1 else "")).resolve(),
                options.preset)
    problem = tree.build("smtptls-scan", "smtptls-lab")
    if problem:
        sys.exit(problem)
    failed = [] if options.skip_base else tree.failed_rows("|".join("(%s)" % mutation.rows for mutation in chosen))
    if failed:
        sys.exit("rows that fail in the tree as it is: " + "; ".join(failed))
    bad = 0
    for number, mutation in enumerate(chosen, 1):
        begun = time.monotonic()
        good, words = verdict(tree, mutation)
        bad += not good
        print("%2d %-62s %s (%.0f s)" % (number, mutation.rule, words, time.monotonic() - begun), flush=True)
    print("%d mutations, %d noticed by each of their rows" % (len(chosen), len(chosen) - bad))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

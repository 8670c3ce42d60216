"""Breaks each rule of list.py, or each limit of faults.py, in a copy of the tree and demands that the rows or tests which
guard it fail.

    run.py [--faults] [--tree FOLDER] [--only REGEX] [--preset PRESET] [--part K/N]     half an hour or more
    run.py --check                                  a second: both lists fit the tree, the table and the tests

The copy (build/mutations, of what git tracks) is built once, all rows or tests named in the list must hold, and then
each mutation costs a small build. Ends with exit code 1 if a mutation does not build, or is not noticed by each of its
rows or tests.
"""
import argparse
import functools
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
import faults  # noqa: E402
import list as mutations  # noqa: E402
import rows  # noqa: E402


def names_of(pattern):
    names = ["%s %s" % (row.name, row.mode) for row in rows.ROWS]
    return [name for name in names if re.search(pattern, name)]


def edits_of(mutation):
    return [(mutation.file, mutation.old, mutation.new), *mutation.more]


def is_script(test):
    return test.startswith("tests/")


@functools.cache
def unit_tests():
    return "".join(path.read_text() for path in (REPOSITORY / "tests/unit").rglob("*.cpp"))


def test_exists(test):
    if not is_script(test):
        return 'TEST_CASE("%s"' % test in unit_tests()
    path, name = test.split()
    return "    def %s(self):" % name.split(".")[1] in (REPOSITORY / path).read_text()


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
    for fault in faults.FAULTS:
        problems += ["%s: %d times in %s: %s" % (fault.rule, count, file, old) for file, old, _ in edits_of(fault)
                     if (count := (REPOSITORY / file).read_text().count(old)) != 1]
        problems += ["%s: there is no test %s" % (fault.rule, test) for test in fault.tests if not test_exists(test)]
    guarded = {name for mutation in mutations.MUTATIONS for name in names_of(mutation.rows)}
    problems += ["no mutation for the row " + name for name in names_of("") if name not in guarded]
    print("\n".join(problems) or "%d mutations fit" % len(mutations.MUTATIONS + faults.FAULTS))
    return 1 if problems else 0


class Tree:
    """The copy: built, run, broken and mended."""

    def __init__(self, folder, preset, options=()):
        self.folder, self.preset, self.originals = folder, preset, {}
        listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
        for name in listed.stdout.splitlines():
            self.take(name)
        self.call("cmake", "--preset", preset, "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld",
                  "-DPython3_EXECUTABLE=" + sys.executable, *options)

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

    def failed_tests(self, tests):
        """What takes so long waits for ever, and that is noticed too."""
        return [test for test in tests if self.call("timeout", "300", *self.command_of(test)).returncode != 0]

    def command_of(self, test):
        build = self.folder / "build" / self.preset
        if not is_script(test):
            return str(build / "smtptls-unit"), test.replace(",", "\\,")
        path, name = test.split()
        return sys.executable, path, str(build / "smtptls-scan"), str(build / "smtptls-lab"), name

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
    """Whether its rows or tests notice, and in what words."""
    for edit in edits_of(mutation):
        tree.edit(*edit)
    try:
        problem = tree.build(*targets_of(mutation))
        if problem:
            return False, "does not build:\n" + problem
        expected = guards_of(mutation)
        unmoved = sorted(set(expected) - set(failed(tree, [mutation])))
    finally:
        tree.mend()
    if unmoved:
        return False, "NOT NOTICED by " + "; ".join(unmoved)
    return True, "noticed by %d of %d" % (len(expected), len(expected))


def guards_of(mutation):
    return mutation.tests if isinstance(mutation, faults.Fault) else names_of(mutation.rows)


def failed(tree, chosen):
    """Which of the guards of these mutations, all of one list, fail."""
    if isinstance(chosen[0], faults.Fault):
        return tree.failed_tests(sorted({test for fault in chosen for test in fault.tests}))
    return tree.failed_rows("|".join("(%s)" % mutation.rows for mutation in chosen))


def targets_of(mutation):
    scripts = [is_script(test) for test in guards_of(mutation)] if isinstance(mutation, faults.Fault) else [True]
    return ["smtptls-scan"] * any(scripts) + ["smtptls-unit"] * (not all(scripts))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--tree", default=str(REPOSITORY / "build/mutations"))
    parser.add_argument("--only", default="", help="only the rules that match this")
    parser.add_argument("--preset", default="asan")
    parser.add_argument("--skip-base", action="store_true", help="the whole table was just seen to hold")
    parser.add_argument("--part", default="1/1", help="K/N: every N-th mutation from the K-th, in a tree of its own")
    parser.add_argument("--faults", action="store_true", help="those of faults.py in place of those of list.py")
    parser.add_argument("--cmake", action="append", default=[], metavar="OPTION", help="for configuring the copy")
    options = parser.parse_args()
    if options.check:
        sys.exit(check())
    all_of_them = faults.FAULTS if options.faults else mutations.MUTATIONS
    chosen = [mutation for mutation in all_of_them if re.search(options.only, mutation.rule)]
    part, parts = map(int, options.part.split("/"))
    chosen = chosen[part - 1::parts]
    tree = Tree(pathlib.Path(options.tree + (options.part.replace("/", "-of-") if parts > 1 else "")).resolve(),
                options.preset, options.cmake)
    problem = tree.build("smtptls-scan", "smtptls-lab", *(["smtptls-unit"] if options.faults else []))
    if problem:
        sys.exit(problem)
    if not options.skip_base and (broken := failed(tree, chosen)):
        sys.exit("what fails in the tree as it is: " + "; ".join(broken))
    bad = 0
    for number, mutation in enumerate(chosen, 1):
        begun = time.monotonic()
        good, words = verdict(tree, mutation)
        bad += not good
        print("%2d %-62s %s (%.0f s)" % (number, mutation.rule, words, time.monotonic() - begun), flush=True)
    print("%d mutations, %d noticed by each of their guards" % (len(chosen), len(chosen) - bad))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

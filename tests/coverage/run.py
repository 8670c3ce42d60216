"""How much of each room the tests reach: `run.py [--build FOLDER] [--label LABELS] [--lines]`.

Builds the preset "coverage", runs the tests of these labels (unit, property, model, cli, misbehaviour: the ones without
real servers), and lets gcovr count. Prints lines and share of each room, the sum, and the files that lack most; with --lines
the lines that no test reaches. Fails below 90 % in a room, or 95 % in all.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ROOMS = {"base": "scanner/base", "tls": "scanner/tls", "smtp": "scanner/smtp", "interview": "scanner/interview",
         "probes": "probes", "engine": "scanner/engine", "openssl": "scanner/openssl", "net": "scanner/net"}
LEAST_IN_ROOM = 90
LEAST_IN_ALL = 95


def build(folder):
    python = "-DPython3_EXECUTABLE=" + sys.executable
    batches = ["-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_UNITY_BUILD_BATCH_SIZE=12"]
    subprocess.run(["cmake", "--preset", "coverage", "-B", folder, python, *batches], cwd=REPOSITORY, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", folder, "--parallel", str(os.cpu_count())], check=True, stdout=subprocess.DEVNULL)


def run_tests(folder, labels):
    for old in folder.rglob("*.gcda"):
        old.unlink()
    done = subprocess.run(["ctest", "-L", labels, "-LE", "long", "-j", str(os.cpu_count()), "--output-on-failure"], cwd=folder,
                          stdout=subprocess.PIPE, text=True)
    print(done.stdout[done.stdout.rfind("\n\n"):] if done.returncode else "tests: passed")
    return done.returncode == 0


def counted(folder):
    """{file: {line: how often}} of the rooms."""
    filters = [option for place in ROOMS.values() for option in ("--filter", place + "/")]
    text = subprocess.run(["gcovr", "--root", str(REPOSITORY), *filters, "--exclude-throw-branches", "--gcov-ignore-parse-errors", "--json", "-",
                           str(folder)], check=True, capture_output=True, text=True, cwd=REPOSITORY).stdout
    files = {}
    for one in json.loads(text)["files"]:
        lines = files.setdefault(one["file"], {})
        for line in one["lines"]:
            if not line.get("gcovr/noncode"):
                lines[line["line_number"]] = lines.get(line["line_number"], 0) + line["count"]
    return files


def share(files):
    lines = [count for one in files.values() for count in one.values()]
    reached = sum(count > 0 for count in lines)
    return reached, len(lines), 100 * reached / max(1, len(lines))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", default=str(REPOSITORY / "build/coverage"))
    options.add_argument("--label", default="unit|property|model|golden|cli|misbehaviour")
    options.add_argument("--lines", action="store_true")
    options = options.parse_args()
    if not shutil.which("gcovr"):
        sys.exit("gcovr is not there (the package gcovr)")
    folder = pathlib.Path(options.build)
    build(folder)
    passed = run_tests(folder, options.label)
    files = counted(folder)
    good = passed
    for room, place in ROOMS.items():
        reached, lines, percent = share({name: one for name, one in files.items() if name.startswith(place + "/")})
        good = good and percent >= LEAST_IN_ROOM
        print("%-10s %6d of %6d lines  %5.1f %%" % (room, reached, lines, percent))
    reached, lines, percent = share(files)
    good = good and percent >= LEAST_IN_ALL
    print("%-10s %6d of %6d lines  %5.1f %%" % ("together", reached, lines, percent))
    lacking = sorted(((sum(not count for count in one.values()), name) for name, one in files.items()), reverse=True)
    for missing, name in [one for one in lacking if one[0]][:None if options.lines else 15]:
        numbers = [str(number) for number, count in sorted(files[name].items()) if not count]
        print("  %4d  %s%s" % (missing, name, ": " + " ".join(numbers) if options.lines else ""))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

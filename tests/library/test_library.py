"""test_library.py CMAKE BUILD LAB COMPILER FLAGS LAUNCHER

The library as others use it: the programs that docs/library.md prints are built against an installed tree in an empty
folder, by nothing but find_package(smtptls), and do what the page says.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "library.md"
sys.path.insert(0, str(HERE.parent / "lab" / "server"))
from lab_server import Lab  # noqa: E402

# What the page says of a project's CMakeLists.txt, for several programs.
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(theirs CXX)
find_package(smtptls 0.1 REQUIRED)
foreach(program %s)
  add_executable(${program} ${program}.cpp)
  target_link_libraries(${program} PRIVATE smtptls::smtptls)
endforeach()
"""

# The page speaks of these headers and of all that they need; nothing else of ours is anybody's business.
ROOMS = {".", "base", "tls", "smtp", "model"}


def programs():
    """name -> text, of each block of C++ that begins with its file's name."""
    return dict(re.findall(r"```cpp\n// (\w+)\.cpp\n(.*?)```", PAGE.read_text(), re.S))


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **more)
    if done.returncode != 0 and "check" not in more:
        raise AssertionError("%s\n%s\n%s" % (words, done.stdout[-4000:], done.stderr[-4000:]))
    return done


class Library(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(cls.folder.name)
        cls.installed, theirs = root / "installed", root / "theirs"
        run(CMAKE, "--install", BUILD, "--prefix", cls.installed)
        theirs.mkdir()
        for name, text in programs().items():
            (theirs / (name + ".cpp")).write_text(text)
        (theirs / "CMakeLists.txt").write_text(PROJECT % " ".join(programs()))
        cls.built = theirs / "build"
        run(CMAKE, "-S", theirs, "-B", cls.built, "-DCMAKE_PREFIX_PATH=%s" % cls.installed,
            "-DCMAKE_CXX_COMPILER=" + COMPILER, "-DCMAKE_CXX_FLAGS=%s -O0 -Wall -Wextra -Wpedantic -Werror" % FLAGS,
            "-DCMAKE_CXX_COMPILER_LAUNCHER=" + LAUNCHER)
        run(CMAKE, "--build", cls.built)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def program(self, name, *words, **more):
        return subprocess.run([str(self.built / name), *map(str, words)], capture_output=True, text=True, check=False,
                              timeout=300, **more)

    def test_the_page_has_its_three_programs(self):
        self.assertEqual(sorted(programs()), ["judge_saved", "scan_one", "stream_many"])

    def test_no_header_is_installed_but_those_of_the_page_and_what_they_need(self):
        include = self.installed / "include" / "smtptls"
        rooms = {str(path.parent.relative_to(include)) for path in include.rglob("*") if path.is_file()}
        self.assertEqual(rooms, ROOMS)
        for path in include.rglob("*.hpp"):
            for included in re.findall(r'#\s*include "([^"]+)"', path.read_text()):
                self.assertTrue((include.parent / included).is_file(), "%s: %s" % (path, included))

    def test_the_installed_scanner_runs(self):
        self.assertIn("smtptls-scan", run(self.installed / "bin" / "smtptls-scan", "--version").stdout)

    def test_one_server_is_scanned(self):
        with Lab(listen=("starttls",)) as lab:
            done = self.program("scan_one", "127.0.0.1:%d" % lab.ports["starttls"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("  TLS 1.3 TLS_AES_128_GCM_SHA256\n", done.stdout)

    def test_a_mistaken_target_is_a_sentence(self):
        done = self.program("scan_one", "https://mail.example.com")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("mail.example.com", done.stderr)

    def test_many_are_streamed_and_judged_as_they_come(self):
        with Lab(listen=("starttls",)) as lab:
            port = lab.ports["starttls"]
            targets = "127.0.0.1:%d # the first\nlocalhost:%d\n127.0.0.1:1\n" % (port, port)
            done = self.program("stream_many", "-", input=targets)
        self.assertEqual(done.returncode, 0, done.stderr)
        verdicts = dict(line.split() for line in done.stdout.splitlines())
        self.assertEqual(verdicts["127.0.0.1:1"], "inconclusive")
        self.assertIn(verdicts["127.0.0.1:%d" % port], ("pass", "fail"))

    def test_a_saved_scan_is_judged(self):
        scan = HERE.parent / "data" / "scans" / "debian12_default.json"
        judged = self.program("judge_saved", scan, "rfc8996")
        self.assertEqual(judged.returncode, 1, judged.stderr)
        self.assertIn("TLS 1.0", judged.stdout)
        unknown = self.program("judge_saved", scan, "no-such-policy")
        self.assertEqual(unknown.returncode, 2)
        self.assertIn("rfc8996", unknown.stderr)

    def test_a_file_that_is_no_scan_is_a_sentence(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"a": 1}, file)
            file.flush()
            done = self.program("judge_saved", file.name, "rfc8996")
        self.assertEqual(done.returncode, 2)
        self.assertNotEqual(done.stderr, "")


if __name__ == "__main__":
    CMAKE, BUILD, Lab.program, COMPILER, FLAGS, LAUNCHER = sys.argv[1:7]
    unittest.main(argv=sys.argv[:1], verbosity=2)

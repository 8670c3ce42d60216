"""test_hardening.py CMAKE CPACK

The release build, and the program in the package made of it, have what stops a fault: read from the ELF file.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def readelf(program, option):
    return subprocess.run(["readelf", "--wide", option, program], check=True, capture_output=True, text=True).stdout


class Hardening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        build = cls.folder / "build"
        for command in ([CMAKE, "--preset", "release", "-B", build, "-DSMTPTLS_LAB=OFF"], [CMAKE, "--build", build]):
            subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([CPACK, "-B", cls.folder], cwd=build, check=True, stdout=subprocess.DEVNULL)
        [package] = cls.folder.glob("*.deb")
        subprocess.run(["dpkg-deb", "--extract", package, cls.folder / "system"], check=True)
        cls.programs = [build / "smtptls-scan", cls.folder / "system/usr/bin/smtptls-scan"]

    def each(self, option):
        for program in self.programs:
            with self.subTest(program=program.name, of=program.parent.name):
                yield readelf(program, option)

    def test_its_place_in_memory_is_left_to_chance(self):
        for text in self.each("--file-header"):
            self.assertRegex(text, r"Type:\s+DYN")

    def test_its_tables_are_for_reading_only_once_it_runs(self):
        for text in self.each("--program-headers"):
            self.assertIn("GNU_RELRO", text)
        for text in self.each("--dynamic"):
            self.assertRegex(text, r"FLAGS.*\bNOW\b")
            self.assertNotRegex(text, r"\((RPATH|RUNPATH|TEXTREL)\)")

    def test_its_stack_is_not_run_and_is_guarded(self):
        for text in self.each("--program-headers"):
            self.assertRegex(text, r"GNU_STACK .* RW ")
        for text in self.each("--dyn-syms"):
            self.assertIn("__stack_chk_fail", text)

    def test_copies_are_checked_against_the_size_of_their_place(self):
        for text in self.each("--dyn-syms"):
            self.assertRegex(text, r"__\w+_chk\b(?<!__stack_chk)")
            self.assertIn("__glibcxx_assert_fail", text)

    def test_jumps_are_checked_where_the_processor_and_the_libraries_of_the_system_can(self):
        first_objects = subprocess.run(["gcc", "-print-file-name=Scrt1.o"], capture_output=True, text=True).stdout.strip()
        if not re.search("IBT|SHSTK", readelf(first_objects, "--notes")):
            self.skipTest("the C library of this system is built without")
        for text in self.each("--notes"):
            self.assertRegex(text, "IBT.*SHSTK")


if __name__ == "__main__":
    CMAKE, CPACK = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])

"""test_install.py CMAKE BUILD

What `cmake --install --component program` puts below a prefix, and that each of these files is what it says.
"""
import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "scanner/package"
FILES = """
bin/smtptls-scan
lib/nagios/plugins/check_smtptls
share/bash-completion/completions/smtptls-scan
share/doc/smtptls-scan/changelog.gz
share/doc/smtptls-scan/copyright
share/doc/smtptls-scan/examples/smtptls-scan.service
share/doc/smtptls-scan/examples/smtptls-scan.timer
share/fish/vendor_completions.d/smtptls-scan.fish
share/man/man1/smtptls-scan.1.gz
share/smtptls-scan/sbom.cdx.json
share/zsh/vendor-completions/_smtptls-scan
""".split()


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.prefix = pathlib.Path(cls.folder.name)
        subprocess.run([CMAKE, "--install", BUILD, "--prefix", cls.prefix, "--component", "program"], check=True,
                       capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def read(self, name):
        return (self.prefix / name).read_bytes()

    def run_installed(self, *arguments):
        done = subprocess.run([self.prefix / "bin/smtptls-scan", *arguments], capture_output=True, text=True,
                              check=True, stdin=subprocess.DEVNULL)
        return done.stdout

    def test_these_files_and_no_others_are_installed(self):
        schemas = ["share/smtptls-scan/schema/" + path.name for path in (REPOSITORY / "report/schema").glob("*.json")]
        found = [str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if path.is_file()]
        self.assertGreater(len(schemas), 5)
        self.assertEqual(sorted(found), sorted(FILES + schemas))

    def test_the_man_page_and_the_completions_are_those_of_the_program(self):
        page = gzip.decompress(self.read("share/man/man1/smtptls-scan.1.gz")).decode()
        self.assertEqual(page, self.run_installed("--generate", "man"))
        for shell, name in {"bash": "share/bash-completion/completions/smtptls-scan",
                            "zsh": "share/zsh/vendor-completions/_smtptls-scan",
                            "fish": "share/fish/vendor_completions.d/smtptls-scan.fish"}.items():
            self.assertEqual(self.read(name).decode(), self.run_installed("--generate", "complete-" + shell))

    def test_the_packed_files_have_no_time_in_them(self):
        for name in ("share/man/man1/smtptls-scan.1.gz", "share/doc/smtptls-scan/changelog.gz"):
            self.assertEqual(self.read(name)[4:8], bytes(4))

    def test_the_bill_of_materials_names_each_library_once_with_its_version(self):
        bill = json.loads(self.read("share/smtptls-scan/sbom.cdx.json"))
        self.assertEqual((bill["bomFormat"], bill["specVersion"]), ("CycloneDX", "1.5"))
        self.assertRegex(bill["serialNumber"], r"^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
        self.assertRegex(bill["metadata"]["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        version = self.run_installed("--version")
        self.assertIn("smtptls-scan " + bill["metadata"]["component"]["version"], version)
        for one in bill["components"]:
            self.assertRegex(one["version"], r"^\d+(\.\d+)+$", one["name"])
            self.assertEqual(one["purl"], "pkg:generic/%s@%s" % (one["name"], one["version"]))
        refs = [one["bom-ref"] for one in bill["components"]]
        self.assertEqual(sorted(refs), sorted(set(refs)))
        self.assertEqual(sorted(bill["dependencies"][0]["dependsOn"]), sorted(refs))

    def test_the_bill_of_materials_is_that_of_the_packages_that_are_asked_for(self):
        asked = re.findall(r"^find_package\(([\w-]+)", (REPOSITORY / "CMakeLists.txt").read_text(), re.M)
        names = {one.lower().replace("_", "-") for one in asked} - {"threads"}
        bill = json.loads(self.read("share/smtptls-scan/sbom.cdx.json"))
        self.assertEqual({one["name"] for one in bill["components"]} - {"libseccomp"}, names)

    def test_the_bill_of_materials_names_libseccomp_where_the_program_is_linked_with_it(self):
        needed = subprocess.run(["readelf", "--dynamic", self.prefix / "bin/smtptls-scan"], capture_output=True, text=True,
                                check=True).stdout
        names = [one["name"] for one in json.loads(self.read("share/smtptls-scan/sbom.cdx.json"))["components"]]
        self.assertEqual("libseccomp.so" in needed, "libseccomp" in names)

    def test_the_copyright_is_that_of_the_licence(self):
        licence = " ".join((REPOSITORY / "LICENSE").read_text().split())
        words = self.read("share/doc/smtptls-scan/copyright").decode()
        holders = re.search(r"Copyright \(c\) (.*?) Permission", licence)[1]
        self.assertIn("Copyright: " + holders, words)
        text = " ".join(line.strip() for line in words.splitlines() if line.strip() != ".")
        self.assertIn(licence[licence.index("Permission"):], " ".join(text.split()))


if __name__ == "__main__":
    CMAKE, BUILD = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])

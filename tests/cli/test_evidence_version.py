"""Evidence of another version or of other probes is refused by name, and the evidence that is kept in tests/data leads to
the result that is kept beside it.
"""
import json
import pathlib
import shutil
import subprocess

import scanner
from scanner import REPOSITORY, Scan
from test_evidence import Evidence

KEPT = "tests/data/evidence"
SEEDS = "tests/fuzz/interview/corpus/rebuild"


class Versions(Evidence):
    def setUp(self):
        """A repository of the kept evidence and one seed."""
        super().setUp()
        self.root = pathlib.Path(self.folder.name) / "repository"
        shutil.copytree(REPOSITORY / KEPT, self.root / KEPT)
        (self.root / SEEDS).mkdir(parents=True)
        shutil.copy(REPOSITORY / SEEDS / "silent", self.root / SEEDS)
        self.kept = self.root / KEPT / "lab.jsonl"

    def become(self, path, **changes):
        """The file with another first line."""
        first, rest = path.read_text().split("\n", 1)
        path.write_text(json.dumps({**json.loads(first), **changes}) + "\n" + rest)

    def renew(self, *arguments):
        command = [REPOSITORY / KEPT / "renew", "--build", pathlib.Path(Scan.program).parent, "--root", self.root]
        return subprocess.run(command + list(arguments), capture_output=True, text=True, timeout=scanner.PATIENCE)

    def led_to_its_result(self):
        run = self.rebuilt(self.kept)
        return (run.code, run.err, run.out) == (0, "", self.kept.with_name("lab.json").read_text())

    def test_the_kept_evidence_leads_to_its_result(self):
        self.assertTrue(self.led_to_its_result(), self.rebuilt(self.kept).err + "what is asked, or what follows from the "
                        "answers, is not what it was: raise evidence_version and run tests/data/evidence/renew")

    def test_evidence_of_another_version_names_the_release_that_reads_it(self):
        self.become(self.kept, format_version=1, scanner={"name": "smtptls-scan", "version": "0.0.9", "tls_library": ""})
        self.assertEqual(self.refused(self.kept.read_text(), "this evidence was written by smtptls-scan 0.0.9 (evidence "
                                      "version 1); this program reads version "), 1)
        self.assertIn(": use smtptls-scan 0.0.9 to rebuild it\n", self.rebuilt(self.kept).err)

    def test_the_kept_evidence_is_not_renewed_under_its_own_version(self):
        before = self.kept.read_bytes()
        done = self.renew()
        self.assertEqual(done.returncode, 1)
        self.assertIn("raise it in scanner/record/evidence.hpp", done.stderr)
        self.assertEqual(self.kept.read_bytes(), before)

    def test_the_kept_evidence_is_renewed_under_a_new_version(self):
        self.become(self.kept, format_version=1)
        done = self.renew()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(self.led_to_its_result())

    def test_the_kept_evidence_is_renewed_under_a_version_that_no_release_has_written(self):
        before = self.kept.read_bytes()
        done = self.renew("--unreleased")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotEqual(self.kept.read_bytes(), before)
        self.assertTrue(self.led_to_its_result())

    def test_the_seeds_of_the_fuzz_targets_get_the_first_lines_version_and_probes(self):
        seed = self.root / SEEDS / "silent"
        self.become(seed, format_version=0, probes=[])
        self.renew("--unreleased")
        first, kept = (json.loads(path.read_text().split("\n")[0]) for path in (seed, self.kept))
        self.assertEqual((first["format_version"], first["probes"]), (kept["format_version"], kept["probes"]))

    def test_one_seed_is_the_beginning_of_the_kept_evidence(self):
        self.renew("--unreleased")
        run = self.rebuilt(self.root / SEEDS / "lab_in_part")
        self.assertEqual(run.code, 3)
        self.assertRegex(run.err, r"^[^\n]+lab_in_part: the scan did not end; what was under way is open\n$")


if __name__ == "__main__":
    scanner.main()

"""The second judge (second_judge.py) and the program's policies come to the same: `test_second_judge.py SMTPTLS_SCAN`."""
import json
import pathlib
import subprocess
import sys
import unittest

import second_judge

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
POLICIES = {path.stem: json.loads(path.read_text()) for path in sorted((REPOSITORY / "report/policy").glob("*.json"))}
SCANS = sorted((REPOSITORY / "tests/data/scans").glob("*.json"))
KINDS = ("versions_forbidden", "suites_allowed", "suites_forbidden")
VIOLATIONS = ("fail", "warn", "advice")


def judged(scan, policy):
    command = [sys.argv[1], "report", str(scan), "--policy", policy, "--as-of", second_judge.DAY, "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout)


def accepted_by(endpoint):
    rows = [row for row in endpoint["matrix"] if row["state"] == "accepted"]
    return [(row["version"], suite) for row in rows for suite in row["suites"]]


def subjects(policy, rule, accepted):
    """What offends the rule, as the second judge reads it, in the words of findings."""
    offends = second_judge.RULES[policy][rule["id"]]
    if rule["check"]["kind"] == "versions_forbidden":
        return {version for version, suite in accepted if offends(version, suite)}
    return {version + " " + suite for version, suite in accepted if offends(version, suite)}


class SecondJudge(unittest.TestCase):
    maxDiff = None

    def test_every_list_of_a_policy_is_the_second_judges(self):
        for policy, document in POLICIES.items():
            for name, suites in document.get("lists", {}).items():
                with self.subTest(policy + " " + name):
                    self.assertEqual(sorted(suites), sorted(second_judge.LISTS[name]))

    def test_the_second_judge_reads_every_rule_that_forbids_a_version_or_a_suite(self):
        for policy, document in POLICIES.items():
            with self.subTest(policy):
                wanted = {rule["id"] for rule in document["rules"] if rule["check"]["kind"] in KINDS}
                self.assertEqual(set(second_judge.RULES[policy]), wanted)

    def test_both_name_the_same_cells_of_six_real_servers(self):
        lines = violated = 0
        for scan in SCANS:
            endpoints = json.loads(scan.read_text())["endpoints"]
            for policy, document in POLICIES.items():
                report = judged(scan, policy)
                for judgement in report["judgements"]:
                    endpoint = endpoints[judgement["endpoint"]]
                    accepted = accepted_by(endpoint)
                    found = {finding["rule"]: finding for finding in judgement["findings"]}
                    for rule in document["rules"]:
                        finding = found[rule["id"]]
                        if rule["check"]["kind"] not in KINDS or finding["verdict"] == "not_applicable":
                            continue
                        with self.subTest(scan=scan.stem, port=endpoint["port"], policy=policy, rule=rule["id"]):
                            mine = subjects(policy, rule, accepted)
                            self.assertEqual(sorted(finding.get("subjects", [])), sorted(mine))
                            self.assertEqual(finding["verdict"] in VIOLATIONS, bool(mine), finding["verdict"])
                            lines += 1
                            violated += bool(mine)
        print("%d lines of %d policies at %d servers, %d of them violations: both judges agree"
              % (lines, len(POLICIES), 3 * len(SCANS), violated))
        self.assertGreater(violated, 100)
        self.assertGreater(lines - violated, 100)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

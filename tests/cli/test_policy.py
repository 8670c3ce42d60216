"""Policies on the command line: what is printed, what is refused, waivers, baseline, inventories, exit codes."""
import csv
import io
import json
import pathlib
import tempfile
import unittest

import jsonschema

import scanner
from scanner import EHLO, REPOSITORY, WHOLE, Lab, Run, Scan

GOLDENS = REPOSITORY / "tests/golden/json"
POLICIES = REPOSITORY / "report/policy"


def schema(name):
    return jsonschema.Draft7Validator(json.loads((REPOSITORY / "report/schema" / name).read_text()))


class Policies(Scan):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, document):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return str(path)

    def scan(self, name="default_server", change=None):
        """A saved scan, perhaps changed, as a file."""
        document = json.loads((GOLDENS / (name + ".json")).read_text())
        if change:
            change(document)
        return self.file(name + ".json", document)

    def report(self, *arguments, code):
        run = Run("report", *arguments)
        self.assertEqual(run.code, code, run.out[-3000:] + run.err)
        return run

    def test_every_policy_is_listed_and_shown_by_name_and_alias(self):
        lines = Run("policy", "list").out.splitlines()
        names = [line.split()[0] for line in lines if not line.startswith(" ")]
        self.assertEqual(names, [path.stem for path in sorted(POLICIES.glob("*.json"), key=lambda p: names.index(p.stem))])
        self.assertEqual(Run("policy", "show", "pci").out, Run("policy", "show", "pci-dss-4.0.1").out)
        self.assertEqual(Run("policy", "show", "PCI").out, Run("policy", "show", "Pci-DSS-4.0.1").out)
        self.assertRegex(Run("policy", "list").out, r"(?m)^pci-dss-4\.0\.1 +2024-06 +alias: pci\n.*\n    \d+ rules, \d of ours$")

    def test_every_built_in_policy_is_valid_by_the_schema_and_its_own_file_reads_the_same(self):
        for path in sorted(POLICIES.glob("*.json")):
            with self.subTest(path.stem):
                self.assertEqual(list(schema("policy.schema.json").iter_errors(json.loads(path.read_text()))), [])
                self.assertEqual(Run("policy", "show", str(path)).out, Run("policy", "show", path.stem).out)

    def test_a_mistaken_policy_waiver_or_combination_is_wrong_usage_and_nothing_is_scanned(self):
        scan = self.scan()
        bad = self.file("bad.json", {"format": "smtptls-scan policy"})
        rule = {"finding": "x", "owner": "o", "reason": "r", "expires": "soon"}
        waivers = self.file("waivers.json", {"format": "smtptls-scan waivers", "schema_version": 1, "waivers": [rule]})
        for arguments, words in [
                (["--policy", "pcj"], "there is no policy pcj"), (["--policy", bad], "schema_version"),
                (["--policy", "none.json"], "none.json: No such file"), (["--policy", "pci", "--policy", "pci-dss-4.0.1"], "twice"),
                (["--policy", "pci", "--role", "relay"], "role"), (["--role", "mx"], "go with --policy"),
                (["--policy", "pci", "--waivers", waivers], "waivers[0].expires: is not a day"),
                (["--policy", "pci", "--fail-on", "new"], "goes with --policy and --baseline")]:
            with self.subTest(words):
                for command in (["report", scan], ["127.0.0.1:1"]):
                    run = Run(*command, *arguments)
                    self.assertEqual((run.code, run.out), (2, ""), run.err)
                    self.assertIn(words, run.err)

    def test_a_saved_scan_that_cannot_be_read_is_exit_code_3_also_as_a_baseline(self):
        newer = self.scan(change=lambda scan: scan.update(schema_version=3))
        for path, words in [(newer, "a schema_version that this program does not know"), (self.file("no.json", "{"), "not JSON"), ("/nowhere.json", "No such file")]:
            with self.subTest(words):
                self.assertIn(words, self.report(path, "--policy", "pci", code=3).err)
                good = str(GOLDENS / "default_server.json")
                self.assertIn(words, self.report(good, "--policy", "pci", "--baseline", path, code=3).err)

    def test_a_violation_is_exit_code_1_in_a_complete_and_in_an_open_scan_and_without_policy_0_or_3(self):
        for name, without, with_policy in [("default_server", 0, 1), ("open_cells", 3, 1), ("unreachable", 3, 3), ("interrupted", 3, 3)]:
            with self.subTest(name):
                self.report(str(GOLDENS / (name + ".json")), code=without)
                self.report(str(GOLDENS / (name + ".json")), "--policy", "rfc8997", "--role", "submission", code=with_policy)

    def test_the_role_decides_what_is_asked(self):
        scan = self.scan()
        self.assertIn("FAIL          rfc8997-submission (submission)", self.report(scan, "--policy", "rfc8997", code=1).out)
        self.assertIn("rfc8997-submission (mx)", self.report(scan, "--policy", "rfc8997", "--role", "mx", code=0).out)

    def test_a_date_decides_what_a_document_still_allows(self):
        # BSI TR-02102-2 recommends static ECDH until the end of 2026, and no longer.
        suite = "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256"
        document = json.loads((REPOSITORY / "tests/data/scans/debian12_hardened.json").read_text())
        endpoint = document["endpoints"][1]
        for row in endpoint["matrix"]:
            if row["version"] == "TLS 1.2" and suite in row["suites"]:
                row["suites"].remove(suite)
                evidence = row["evidence"]
        endpoint["matrix"].append({"version": "TLS 1.2", "state": "accepted", "grade": "server_flight", "evidence": evidence,
                                   "suites": [suite]})
        endpoint["coverage"]["accepted"] += 1
        endpoint["coverage"]["rejected"] -= 1
        document["endpoints"] = [endpoint]
        scan = self.file("scan.json", document)

        def subjects(day):
            run = self.report(scan, "--policy", "bsi", "--as-of", day, "--format", "json", code=1)
            [judgement] = json.loads(run.out)["judgements"]
            return {one["rule"]: one.get("subjects", []) for one in judgement["findings"]}
        last, first = subjects("2026-12-31"), subjects("2027-01-01")
        self.assertNotIn("TLS 1.2 " + suite, last["suites"])
        self.assertIn("TLS 1.2 " + suite, first["suites"])
        self.assertEqual((last["suites-until-2026"], first["suites-until-2026"]), (["TLS 1.2 " + suite], []))

    def test_rules_of_ours_are_marked_and_left_out_where_the_document_alone_is_wanted(self):
        scan = str(GOLDENS / "default_server.json")
        run = self.report(scan, "--policy", "pci", "--format", "json", code=1)
        ours = {one["rule"] for one in json.loads(run.out)["judgements"][0]["findings"] if one.get("origin") == "ours"}
        rules = {rule["id"]: rule for rule in json.loads((POLICIES / "pci-dss-4.0.1.json").read_text())["rules"]}
        self.assertEqual(ours, {name for name, rule in rules.items() if rule.get("origin") == "ours"})
        self.assertGreater(len(ours), 0)
        run = self.report(scan, "--policy", "pci", "--only-document", "--format", "json", code=1)
        [judgement] = json.loads(run.out)["judgements"]
        self.assertEqual({one["rule"] for one in judgement["findings"]}, set(rules) - ours)
        self.assertIn("rules of ours left out (--only-document)", run.out)

    def test_two_policies_are_compared_rule_by_rule_and_on_a_saved_scan(self):
        run = Run("policy", "diff", "rfc9325", "bcp195")
        self.assertEqual((run.code, run.err), (0, ""))
        for words in ("suites-static-dh", "suites-dhe", "suites-rsa"):
            self.assertIn(words, run.out)
        judged = Run("policy", "diff", "rfc9325", "bcp195", str(GOLDENS / "default_server.json"))
        self.assertEqual(judged.code, 0, judged.err)
        self.assertTrue(judged.out.startswith(run.out))
        self.assertIn("mail.example.com 192.0.2.25:587  suites-rsa: - -> fail\n", judged.out)
        self.assertEqual(Run("policy", "diff", "pci", "PCI", str(GOLDENS / "default_server.json")).out,
                         "The rules are the same.\n\nNo verdict on this scan differs.\n")
        self.assertIn("there is no policy pcj", Run("policy", "diff", "pci", "pcj").err)
        self.assertLess(max(len(line) for line in Run("policy", "diff", "rfc9325", "nist").out.splitlines()), 81)

    def test_a_waiver_takes_a_violation_until_its_day_and_one_that_covers_nothing_is_named(self):
        def waiver(rule, expires):
            return {"rule": "rfc8997-submission/" + rule, "endpoints": "mail.example.com *", "owner": "ops", "reason": "old", "expires": expires}

        def run(*waivers, code):
            path = self.file("w.json", {"format": "smtptls-scan waivers", "schema_version": 1, "waivers": waivers})
            self.assertEqual(list(schema("waivers.schema.json").iter_errors(json.loads(pathlib.Path(path).read_text()))), [])
            return self.report(str(GOLDENS / "default_server.json"), "--policy", "rfc8997", "--waivers", path, code=code)

        self.assertIn("waived until 2999-12-31 by ops", run(waiver("versions", "2999-12-31"), code=0).out)
        self.assertIn("expired on 2020-01-31", run(waiver("versions", "2020-01-31"), code=1).err)
        self.assertIn("covers nothing", run(waiver("versions", "2999-12-31"), waiver("starttls", "2999-12-31"), code=0).err)

    def test_waivers_that_are_suggested_and_filled_in_cover_all_that_is_violated(self):
        scan = self.scan()
        suggested = self.report(scan, "--policy", "pci", "--suggest-waivers", code=1).out
        self.assertGreater(len(json.loads(suggested)["waivers"]), 0)
        empty = self.file("empty.json", suggested)
        self.assertIn("owner", self.report(scan, "--policy", "pci", "--waivers", empty, code=2).err)
        document = json.loads(suggested)
        for one in document["waivers"]:
            one.update(owner="ops", reason="until the move", expires="2999-12-31")
        self.assertEqual(list(schema("waivers.schema.json").iter_errors(document)), [])
        filled = self.file("filled.json", document)
        run = self.report(scan, "--policy", "pci", "--waivers", filled, code=0)
        self.assertNotIn("covers nothing", run.err)
        again = self.report(scan, "--policy", "pci", "--waivers", filled, "--suggest-waivers", code=0).out
        self.assertEqual(json.loads(again)["waivers"], [])

    def test_suggested_waivers_stand_in_place_of_a_report_under_a_policy(self):
        for arguments, words in [([], "--suggest-waivers goes with --policy"),
                                 (["--policy", "pci", "--format", "json"], "goes with none of"),
                                 (["--policy", "pci", "--inventory", "suites"], "goes with")]:
            with self.subTest(arguments):
                self.assertIn(words, self.report(self.scan(), "--suggest-waivers", *arguments, code=2).err)

    def test_beside_a_baseline_only_what_is_new_fails_if_so_wished(self):
        now = self.scan()
        self.report(now, "--policy", "rfc8997", "--baseline", now, code=1)
        run = self.report(now, "--policy", "rfc8997", "--baseline", now, "--fail-on", "new", code=0)
        self.assertIn("[unchanged]", run.out)
        other = self.file("before.json", (GOLDENS / "broken_starttls.json").read_text())
        self.assertIn("[new]", self.report(now, "--policy", "rfc8997", "--baseline", other, "--fail-on", "new", code=1).out)

    def test_a_baseline_without_a_policy_says_what_has_changed_and_fails_nothing(self):
        now = str(GOLDENS / "default_server.json")
        self.assertIn("nothing has changed", self.report(now, "--baseline", now, code=0).out)
        run = self.report(now, "--baseline", str(GOLDENS / "open_cells.json"), "--format", "json", code=0)
        changes = {one["id"]: one["value"] for one in json.loads(run.out)["endpoints"][0]["observations"]}
        self.assertEqual(changes["baseline.not_known"], ["TLS 1.2 TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"])
        again = self.report(self.file("again.json", run.out), "--baseline", now, code=0)
        self.assertIn("nothing has changed", again.out)
        gone = self.report(str(GOLDENS / "broken_starttls.json"), "--baseline", now, code=3)
        self.assertIn("mail.example.com 192.0.2.25:587 is in the baseline and not in this scan", gone.err)

    def test_several_scans_are_one_report_and_the_last_of_an_endpoint_counts(self):
        run = self.report(str(GOLDENS / "default_server.json"), str(GOLDENS / "open_cells.json"), str(GOLDENS / "max_time.json"), code=3)
        self.assertIn("is in several scans; the last one counts", run.err)

    def test_many_scans_are_reported_in_the_order_they_were_named_and_the_first_bad_one_is_the_error(self):
        def named(number):
            document = json.loads((GOLDENS / "default_server.json").read_text())
            document["endpoints"][0]["host"] = "mail%d.example.com" % number
            return self.file("%d.json" % number, document)

        order = [(7 * number) % 60 for number in range(60)]
        paths = [named(number) for number in order]
        document = json.loads(self.report(*paths, "--policy", "pci", "--format", "json", code=1).out)
        self.assertEqual([one["host"] for one in document["endpoints"]], ["mail%d.example.com" % one for one in order])
        self.assertEqual([one["endpoint"] for one in document["judgements"]], list(range(60)))
        paths[20], paths[40] = self.file("bad.json", "{" + " " * 2000000), self.file("worse.json", "[")
        for _ in range(5):
            run = self.report(*paths, "--policy", "pci", code=3)
            self.assertRegex(run.err, r"bad.json:1:\d+: not JSON: it ends too early")
            self.assertEqual(run.out, "")

    def test_a_scan_is_judged_as_its_saved_result_is(self):
        with Lab(listen=("starttls",)) as lab:
            place = "127.0.0.1:%d" % lab.ports["starttls"]
            run = Run(place, *EHLO, "--policy", "rfc8997", *WHOLE)
            self.assertEqual(run.code, 1, run.out[-2000:])
            judged = self.valid(run.out)
            self.assertEqual([(one["policy"], one["role"], one["verdict"]) for one in judged["judgements"]],
                             [("rfc8997-submission", "submission", "fail")])
            again = self.report(self.file("scan.json", run.out), "--policy", "rfc8997", *WHOLE, code=1)
            self.assertEqual(again.out, run.out)
            # A mail exchanger is asked nothing by it, and an unreachable one is open.
            self.assertEqual(Run(place, *EHLO, "--policy", "rfc8997", "--role", "mx").code, 0)
        self.assertEqual(Run(place, *EHLO, "--policy", "rfc8997").code, 3)

    def test_the_inventories_are_csv(self):
        scan = str(GOLDENS / "default_server.json")
        certificates = list(csv.DictReader(io.StringIO(self.report(scan, "--inventory", "certificates", code=0).out)))
        self.assertEqual([(row["port"], row["issuer"], row["not_after"], row["bits"]) for row in certificates],
                         [("587", "CN=Example CA R3,O=Example,C=NL", "2026-11-30T00:00:00Z", "2048")])
        suites = list(csv.DictReader(io.StringIO(self.report(scan, "--inventory", "suites", code=0).out)))
        accepted = json.loads((GOLDENS / "default_server.json").read_text())["endpoints"][0]["coverage"]["accepted"]
        self.assertEqual(len(suites), accepted)
        hostile = self.report(str(GOLDENS / "hostile.json"), "--inventory", "certificates", code=3).out
        self.assertNotIn("\x1b", hostile)

    def test_the_bill_of_materials_has_what_the_inventories_have_and_each_reference_leads_somewhere(self):
        scans = [str(GOLDENS / name) for name in ("default_server.json", "hostile.json", "unreachable.json")]
        bill = json.loads(self.report(*scans, "--inventory", "cbom", code=3).out)
        rows = list(csv.DictReader(io.StringIO(self.report(*scans, "--inventory", "suites", code=3).out)))
        assets = [one for endpoint in bill["components"] for one in endpoint.get("components", [])]
        protocols = [one for one in assets if one["cryptoProperties"]["assetType"] == "protocol"]
        suites = [(one["name"], suite["name"]) for one in protocols
                  for suite in one["cryptoProperties"]["protocolProperties"]["cipherSuites"]]
        self.assertEqual(sorted(suites), sorted((row["version"], row["suite"]) for row in rows if row["suite"]))
        references = [one["bom-ref"] for one in bill["components"] + assets]
        self.assertEqual(len(set(references)), len(references))
        certificates = [one["cryptoProperties"]["certificateProperties"] for one in assets
                        if one["cryptoProperties"]["assetType"] == "certificate"]
        self.assertGreater(len(certificates), 0)
        for one in certificates:
            self.assertLessEqual({one["signatureAlgorithmRef"], one["subjectPublicKeyRef"]}, set(references))

    def test_an_inventory_of_several_scans_has_the_day_of_each(self):
        def dated(year, host):
            document = json.loads((GOLDENS / "default_server.json").read_text())
            document["endpoints"][0]["host"] = host
            document["started"] = "%d-01-01T00:00:00Z" % year
            return self.file("%d.json" % year, document)

        out = self.report(dated(2020, "a.example.com"), dated(2026, "b.example.com"), "--inventory", "certificates", code=0).out
        self.assertEqual([(row["host"][0], row["seen"][:4]) for row in csv.DictReader(io.StringIO(out))],
                         [("a", "2020"), ("b", "2026")])

    def test_a_scan_prints_the_inventory_that_its_saved_result_has(self):
        with Lab(listen=("starttls",)) as lab:
            place = "127.0.0.1:%d" % lab.ports["starttls"]
            saved = self.file("saved.json", Run(place, *EHLO, "--format", "json").out)
            for which in ("certificates", "suites"):
                def rows(text):
                    return [{**row, "seen": "", "proof": ""} for row in csv.DictReader(io.StringIO(text))]
                run = Run(place, *EHLO, "--inventory", which)
                self.assertEqual((run.code, run.err), (0, ""))
                self.assertGreater(len(rows(run.out)), 0)
                self.assertEqual(rows(run.out), rows(self.report(saved, "--inventory", which, code=0).out))


if __name__ == "__main__":
    scanner.main()

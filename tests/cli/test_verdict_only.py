"""--verdict-only: the verdicts of a full scan for the rules that it asks, in the connections that each policy's page states."""
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import tempfile

import scanner
from scanner import EHLO, REPOSITORY, WHOLE, Lab, Run, Scan

POLICIES = sorted(path.stem for path in (REPOSITORY / "report/policy").glob("*.json"))
STRONG = ["--ciphers", "ECDHE+AESGCM:ECDHE+CHACHA20", "--ciphersuites",
          "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"]
MODERN = ["--min-version", "TLSv1.2", *STRONG]
# Servers of the lab: that comply with most policies, and that violate many rules of most.
SERVERS = {
    "modern": (MODERN, ("ecdsa-p256",)),
    "modern, with its own order": ([*MODERN, "--server-order"], ("rsa2048",)),
    "TLS 1.3 only": (["--min-version", "TLSv1.3", *STRONG], ("ecdsa-p256",)),
    "two certificates, one too short": (MODERN, ("ecdsa-p256", "rsa1024")),
    "everything": (["--ciphers", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"], ("rsa2048", "ecdsa-p256")),
    "everything, with its own order": (["--ciphers", "ALL:@SECLEVEL=0", "--server-order"], ("rsa2048",)),
    "DHE of 1536 bits": (["--min-version", "TLSv1.2", "--ciphers", "DHE:@SECLEVEL=0", "--dh-group", "modp_1536"],
                         ("rsa2048",)),
    "a hole between its versions": (["--without-version", "TLSv1.1", "--ciphers", "AES:@SECLEVEL=0"], ("rsa2048",)),
}
# What a limited scan may leave out: rules about the order, what must be accepted, groups, and what depends on those.
MAY_LEAVE_OUT = {"server_order", "suites_preferred", "suites_required", "groups_allowed", "schemes_allowed", "depends"}


def budget_of(policy):
    """(in the client's order, in the server's own order), as the policy's page says."""
    page = (REPOSITORY / f"docs/policies/{policy}.md").read_text()
    found = re.search(r"`--verdict-only`: at most (\d+) connections .* (\d+) where its own order decides", page)
    return int(found.group(1)), int(found.group(2))


def kinds_of(policy):
    """{rule: kind of its check, or "depends" where it asks only of servers that accept a CBC suite or an old version}."""
    document = json.loads((REPOSITORY / f"report/policy/{policy}.json").read_text())
    return {rule["id"]: "depends" if any(key.startswith("only_") for key in rule["check"]) else rule["check"]["kind"]
            for rule in document["rules"]}


def verdicts(document, policy=None):
    """{rule: verdict} of the policy, or of the only one."""
    [judgement] = [one for one in document["judgements"] if policy in (None, one["policy"])]
    return {finding["rule"]: finding["verdict"] for finding in judgement["findings"]}


class VerdictOnly(Scan):
    def scan(self, port, *arguments):
        role = ["--role", "submission"] if "--policy" in arguments else []
        run = Run(f"127.0.0.1:{port}", "--tls", "starttls", *role, "--format", "json", *EHLO, *arguments)
        self.assertIn(run.code, (0, 1, 3), run.err)
        return json.loads(run.out)

    def test_each_policy_gets_the_verdicts_of_a_full_scan_from_every_server(self):
        with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            plays = {name: pool.submit(self.play, pathlib.Path(folder) / ("full%d.json" % number), *server)
                     for number, (name, server) in enumerate(SERVERS.items())}
            for name, play in plays.items():
                full, limited = play.result()
                self.assertEqual(list(scanner.SCHEMA.iter_errors(full)), [])
                for policy in POLICIES:
                    with self.subTest(server=name, policy=policy):
                        self.check_verdicts(policy, full, limited[policy])

    def play(self, path, arguments, keys):
        """Of a server: a full scan, judged by every policy, and what --verdict-only says for each."""
        with Lab(*arguments, listen=("starttls",), keys=keys) as lab:
            path.write_text(json.dumps(self.scan(lab.ports["starttls"])))
            limited = {policy: self.scan(lab.ports["starttls"], "--policy", policy, "--verdict-only")
                       for policy in POLICIES}
        policies = [word for policy in POLICIES for word in ("--policy", policy)]
        return json.loads(Run("report", str(path), *policies, "--role", "submission", "--format", "json").out), limited

    def check_verdicts(self, policy, full, limited):
        expected, found = verdicts(full, policy), verdicts(limited)
        left_out = {rule for rule in found if found[rule] == "not_asked" != expected[rule]}
        kinds = kinds_of(policy)
        self.assertEqual({rule for rule in left_out if kinds[rule] not in MAY_LEAVE_OUT}, set())
        self.assertEqual({rule: found[rule] for rule in found if rule not in left_out},
                         {rule: expected[rule] for rule in expected if rule not in left_out})
        self.assertEqual(limited["endpoints"][0]["asked_for"], [policy])

    def test_a_server_that_complies_costs_no_more_than_the_policys_page_says(self):
        print()
        for policy in POLICIES:
            versions = ["--min-version", "TLSv1.3" if "modern" in policy else "TLSv1.2"]
            for own_order in (False, True):
                order = ["--server-order"] if own_order else []
                with Lab(*versions, *STRONG, *order, listen=("starttls",)) as lab, self.subTest(policy, own=own_order):
                    limited = self.scan(lab.ports["starttls"], "--policy", policy, "--verdict-only")
                    self.assertEqual(list(scanner.SCHEMA.iter_errors(limited)), [])
                    cost = limited["endpoints"][0]["connections"]
                    print(f"  {policy}, {'its own' if own_order else 'the clients'} order: {cost} connections in"
                          f" {limited['duration_ms']} ms")
                    self.assertLessEqual(cost, budget_of(policy)[own_order])
        self.assertLessEqual(budget_of("pci-dss-4.0.1")[0], 15)

    def test_its_evidence_comes_to_the_same_document_again(self):
        with tempfile.TemporaryDirectory() as folder, Lab(*MODERN, listen=("starttls",)) as lab:
            evidence = str(pathlib.Path(folder) / "evidence.jsonl")
            once = Run(f"127.0.0.1:{lab.ports['starttls']}", "--tls", "starttls", "--policy", "pci", "--verdict-only",
                       "--evidence", evidence, *WHOLE, *EHLO)
            again = Run("report", "--from-evidence", evidence, "--policy", "pci", *WHOLE)
            self.assertEqual(again.out, once.out, again.err)

    def test_under_another_policy_what_was_left_out_is_not_asked(self):
        with tempfile.TemporaryDirectory() as folder, Lab(*MODERN, listen=("starttls",)) as lab:
            saved = pathlib.Path(folder) / "saved.json"
            document = self.scan(lab.ports["starttls"], "--policy", "rfc8996", "--verdict-only")
            saved.write_text(json.dumps(document))
            run = Run("report", str(saved), "--policy", "pci", "--role", "submission", "--format", "json")
            found = verdicts(json.loads(run.out))
            self.assertEqual((found["suites-rc4"], found["versions-tls11"], found["certificate-key"]),
                             ("not_asked", "pass", "not_asked"))

    def test_a_scan_cut_off_leaves_the_rules_open(self):
        with Lab(*MODERN, "--behaviour", "slow-greeting=1", listen=("starttls",)) as lab:
            process = self.begin(lab, f"127.0.0.1:{lab.ports['starttls']}", "--tls", "starttls", "--policy", "pci",
                                 "--verdict-only", "--role", "submission")
            process.send_signal(signal.SIGINT)
            document = json.loads(process.communicate(timeout=scanner.PATIENCE)[0])
            found = verdicts(document)
            self.assertEqual(found["versions-early-tls"], "inconclusive")
            self.assertEqual(found["suites-rc4"], "inconclusive")
            self.assertEqual(document["endpoints"][0]["status"], "incomplete")

    def test_the_text_says_what_was_not_asked(self):
        with Lab(*MODERN, listen=("starttls",)) as lab:
            run = Run(f"127.0.0.1:{lab.ports['starttls']}", "--tls", "starttls", "--policy", "pci", "--verdict-only", *EHLO)
            self.assertRegex(run.out, r"asked +what pci-dss-4\.0\.1 needs \(--verdict-only\)")
            self.assertRegex(run.out, r"all suites +\d\+ +\d\+ +- ")

    def test_it_goes_with_a_policy(self):
        run = Run("127.0.0.1:1", "--verdict-only")
        self.assertEqual(run.code, 2)
        self.assertIn("goes with --policy", run.err)


if __name__ == "__main__":
    scanner.main()

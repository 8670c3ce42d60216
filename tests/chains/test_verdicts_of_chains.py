"""Policies on a server with a good chain and a stapled OCSP answer: what is not asked is what waits for a probe that
there is not yet, rule by rule, and nothing about certificates is among it.

    test_verdicts_of_chains.py SCANNER LAB [unittest arguments]
"""
import json
import pathlib
import sys
import tempfile
import unittest

import shown
from asn1 import timestamps
from lab_server import Lab
from revocations import Revocations, Word
from rows import HOST, ISSUER, LEAF, OTHER_ISSUER, ROOTS

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "verdicts/lab"))
from breaks import (DAY, FEATURES, POLICIES, ROLES, is_seen_in_passing, is_unasked, level)  # noqa: E402

# Every policy allows it and none asks for it: what is seen answers no question about groups.
GROUP = ("--groups", "secp521r1")
JUDGED = ("pci-dss-4.0.1", "nist-800-52r2", "rfc9325", "bsi-tr-02102-2-2026-01", "bsi-tr-03116-4")
# Rules about suites and versions that the server does not have do not apply to it.
CONDITIONS = ("only_with_cbc", "only_with_old", "only_without_tls13")
# What they ask about certificates, and about who gets them, and must be passed by this server.
PASSED = {"pci-dss-4.0.1": {"certificate-trusted", "certificate-name", "certificate-dates", "certificate-not-revoked"},
          "nist-800-52r2": {"certificate-names", "certificate-usage", "certificate-key-usage", "certificate-any-usage",
                            "certificate-revocation", "certificate-trusted", "certificate-name", "certificate-dates",
                            "certificate-transparency", "status-request"},
          "rfc9325": {"certificate-trusted", "certificate-name", "certificate-dates", "status-request", "sni"},
          "bsi-tr-02102-2-2026-01": set(),
          "bsi-tr-03116-4": {"status-request", "certificate-revocation", "certificate-key-usage",
                             "certificate-extended-usage", "certificate-any-usage", "certificate-ca-constraints",
                             "certificate-trusted", "certificate-name", "certificate-dates"}}

NAMED = ISSUER.but("crlDistributionPoints=URI:http://crl.lab.example/root")
GOOD = LEAF.but("authorityInfoAccess=OCSP;URI:http://ocsp.lab.example/", timestamps(2), by=NAMED)
BAD = {"certificate-trusted": (GOOD.but(by=OTHER_ISSUER), OTHER_ISSUER),
       "certificate-name": (GOOD.but("subjectAltName=DNS:www.lab.example"), NAMED)}


def asks(rule, role):
    return level(rule, role) and not any(rule["check"].get(one) for one in CONDITIONS)


class Verdicts(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chains = Revocations(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.staple = ("--staple", cls.chains.answer(Word(GOOD)))
        cls.path = cls.chains.folder / "scan.json"
        cls.judgements = {}
        by_starttls = [one for one in ROLES if one != "submissions"]
        for mode, roles in (("implicit", ["submissions"]), ("starttls", by_starttls)):
            cls.judgements.update(cls.judged((GOOD, NAMED), roles[0], mode, cls.staple))
            for role in roles[1:]:
                cls.judgements.update(cls.again(role))

    @classmethod
    def judged(cls, sent, role, mode="starttls", options=()):
        """{(policy, role): {rule: finding}} of a scan."""
        with Lab("--hostname", HOST, *shown.FEW_SUITES, *GROUP, *options, *shown.options_of(cls.chains, sent),
                 listen=[mode], keys=()) as lab:
            document = shown.scan("--tls", mode, "--sni", HOST, "--ca-file", cls.chains.bundle(ROOTS),
                                  *cls.policies(role), "127.0.0.1:%d" % lab.ports[mode], codes=range(4))
        cls.path.write_text(json.dumps(document))
        return cls.findings(document, role)

    @classmethod
    def again(cls, role):
        """The saved scan in another role."""
        document = shown.run("report", cls.path, "--format", "json", *cls.policies(role), codes=range(4))
        return cls.findings(document, role)

    @staticmethod
    def policies(role):
        return ("--role", role, "--as-of", DAY, *(word for policy in JUDGED for word in ("--policy", policy)))

    @staticmethod
    def findings(document, role):
        return {(one["policy"], role): {finding["rule"]: finding for finding in one["findings"]}
                for one in document["judgements"]}

    def test_what_is_not_asked_is_what_waits_for_a_probe_that_there_is_not_yet(self):
        for (policy, role), findings in self.judgements.items():
            with self.subTest(policy=policy, role=role):
                waiting = {rule["id"] for rule in POLICIES[policy]["rules"]
                           if asks(rule, role) and (is_unasked(rule) or is_seen_in_passing(rule))}
                self.assertEqual({rule for rule, one in findings.items() if one["verdict"] == "not_asked"}, waiting)
                for rule in waiting:
                    self.assertIn("not asked: ", findings[rule]["sentence"])

    def test_no_rule_about_certificates_or_staples_waits(self):
        made = [name for name, (observation, _) in FEATURES.items() if observation.startswith("certificate_")]
        for policy in JUDGED:
            for rule in POLICIES[policy]["rules"]:
                if rule["check"]["kind"].startswith("certificate_") or rule["check"].get("feature") in made:
                    with self.subTest(policy=policy, rule=rule["id"]):
                        self.assertFalse(is_unasked(rule) or is_seen_in_passing(rule))

    def test_the_good_chain_passes_what_is_asked_of_it(self):
        for (policy, role), findings in self.judgements.items():
            with self.subTest(policy=policy, role=role):
                asked = {rule["id"] for rule in POLICIES[policy]["rules"] if level(rule, role)} & PASSED[policy]
                self.assertEqual({rule: findings[rule]["verdict"] for rule in asked}, dict.fromkeys(asked, "pass"))

    def test_nothing_is_inconclusive(self):
        for (policy, role), findings in self.judgements.items():
            with self.subTest(policy=policy, role=role):
                self.assertEqual([rule for rule, one in findings.items() if one["verdict"] == "inconclusive"], [])

    def test_a_bad_chain_fails_the_rule_that_it_breaks(self):
        for rule, sent in BAD.items():
            found = self.judged(sent, "mx-mandatory")
            for policy in ("pci-dss-4.0.1", "nist-800-52r2", "rfc9325", "bsi-tr-03116-4"):
                with self.subTest(policy=policy, rule=rule):
                    self.assertEqual(found[policy, "mx-mandatory"][rule]["verdict"], "fail")

    def test_a_certificate_that_only_others_get_is_judged_for_its_key_and_not_for_its_name_and_trust(self):
        others = GOOD.but("subjectAltName=DNS:others.example", by=OTHER_ISSUER, key="rsa1024", subject="Others")
        found = self.judged((GOOD, NAMED), "mx-mandatory", options=(
            "--cert-for-others", self.chains.bundle((others, OTHER_ISSUER)), "--key-for-others",
            self.chains.key_of(others)))
        verdicts = {rule: found["pci-dss-4.0.1", "mx-mandatory"][rule]["verdict"]
                    for rule in ("certificate-trusted", "certificate-name", "certificate-key")}
        self.assertEqual(verdicts, {"certificate-trusted": "pass", "certificate-name": "pass",
                                    "certificate-key": "fail"})

    def test_without_a_staple_nobody_says_that_it_is_not_revoked(self):
        found = self.judged((GOOD, NAMED), "mx")
        self.assertEqual(found["pci-dss-4.0.1", "mx"]["certificate-not-revoked"]["verdict"], "not_asked")
        self.assertEqual(found["nist-800-52r2", "mx"]["status-request"]["verdict"], "fail")

    def test_a_revoked_certificate_fails(self):
        answer = self.chains.answer(Word(GOOD, "revoked"))
        found = self.judged((GOOD, NAMED), "mx", options=("--staple", answer))
        self.assertEqual(found["pci-dss-4.0.1", "mx"]["certificate-not-revoked"]["verdict"], "fail")


if __name__ == "__main__":
    shown.SCANNER, Lab.program = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])

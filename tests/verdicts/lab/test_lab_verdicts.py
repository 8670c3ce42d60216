"""Every rule of every policy in every role, on real scans of lab servers that were made to pass or to break it.

    test_lab_verdicts.py SCANNER LAB [--all | POLICY...]

Without policies a few of them, in every role.
"""
import collections
import sys
import tempfile
import unittest

from breaks import (IN_THE_CLEAR, POLICIES, ROLES, Break, asked_about, breaks_of, is_seen_in_passing, is_unasked,
                    level, that_names_nobody, unasked_words, where_it_asks)
from rows import ROWS
from servers import Judge, Lab

QUICK = ("pci-dss-4.0.1", "rfc8996", "rfc8997-submission")
VIOLATION = {"must": "fail", "should": "warn", "may": "advice"}
WORST_FIRST = ("fail", "warn", "advice")
QUIET = ("pass", "not_asked", "not_judged", "not_applicable")


def is_not_there(rule, role):
    return role == "submissions" and rule["check"]["kind"] in IN_THE_CLEAR


def is_of_revocation(rule):
    """Whether it is about what somebody says of the certificate."""
    return asked_about(rule) in ("status_request", "certificate_not_revoked")


def passing(row):
    return (row.base, *row.edges, *row.newer)


Asked = collections.namedtuple("Asked", "policy role rule")


def all_asked(policies):
    """Each rule that asks something, by policy and role."""
    return [Asked(policy, role, rule) for policy in policies for role in ROLES
            for rule in POLICIES[policy]["rules"] if level(rule, role)]


class Verdicts(unittest.TestCase):
    policies = QUICK

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.judge = Judge(cls.folder.name)
        wanted = {}
        for policy in cls.policies:
            for role in ROLES:
                for server in passing(ROWS[policy]):
                    wanted.setdefault(server, set()).add((policy, role))
        for policy, role, rule in all_asked(cls.policies):
            servers = [where_it_asks(rule, ROWS[policy].base)] if is_unasked(rule) else []
            servers = servers or [one.server for one in breaks_of(ROWS[policy], rule, POLICIES[policy]["rules"])]
            for server in servers + [that_names_nobody(ROWS[policy])] * is_of_revocation(rule):
                if not is_not_there(rule, role):
                    wanted.setdefault(server, set()).add((policy, role))
        cls.judge.judge_all(wanted)
        cls.servers = list(wanted)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def verdicts(self, server, policy, role):
        """By rule."""
        judgement = self.judge.judgements[server, policy, role]
        verdicts = {one["rule"]: one["verdict"] for one in judgement["findings"]}
        self.assertEqual(list(verdicts), [rule["id"] for rule in POLICIES[policy]["rules"]])
        return verdicts

    def findings(self, policy, role, rule):
        """Of the rule, at every server that was judged by its policy."""
        return [one for (_, *judged), judgement in self.judge.judgements.items() if judged == [policy, role]
                for one in judgement["findings"] if one["rule"] == rule["id"]]

    def loud(self, server, policy, role):
        """What is violated or open."""
        verdicts = self.verdicts(server, policy, role)
        return {rule: verdict for rule, verdict in verdicts.items() if verdict not in QUIET}

    def test_every_policy_is_in_the_table_and_each_rule_of_the_table_is_one_of_its_policy(self):
        self.assertEqual(set(ROWS), set(POLICIES))
        for policy, row in ROWS.items():
            rules = {rule["id"] for rule in POLICIES[policy]["rules"]}
            named = set(row.breaks) | {name for broken in row.breaks.values() for one in broken
                                       if isinstance(one, Break) for name in one.along}
            self.assertLessEqual(named, rules, policy)

    def test_a_server_that_just_passes_violates_nothing_and_leaves_nothing_open(self):
        for policy in self.policies:
            for role in ROLES:
                for number, server in enumerate(passing(ROWS[policy])):
                    with self.subTest(policy=policy, role=role, server=number):
                        self.assertEqual(self.loud(server, policy, role), {})
                        whole = self.judge.judgements[server, policy, role]["verdict"]
                        self.assertIn(whole, ("pass", "not_applicable"))

    def test_each_rule_is_broken_by_a_server_that_breaks_no_other_but_those_that_must_fall_along(self):
        counts = collections.Counter()
        for policy, role, rule in all_asked(self.policies):
            if is_unasked(rule) or is_not_there(rule, role):
                continue
            breaks = breaks_of(ROWS[policy], rule, POLICIES[policy]["rules"])
            levels = {one["id"]: level(one, role) for one in POLICIES[policy]["rules"]}
            with self.subTest(policy=policy, role=role, rule=rule["id"]):
                self.assertTrue(breaks, "no server breaks it")
            alone = False
            for number, one in enumerate(breaks):
                with self.subTest(policy=policy, role=role, rule=rule["id"], server=number):
                    expected = {name: VIOLATION[levels[name]] for name in (rule["id"], *one.along) if levels[name]}
                    self.assertEqual(self.loud(one.server, policy, role), expected)
                    self.assertEqual(self.judge.judgements[one.server, policy, role]["verdict"],
                                     min(expected.values(), key=WORST_FIRST.index))
                    self.assertEqual(bool(one.along), bool(one.why))
                    alone = alone or len(expected) == 1
            counts["broken"] += 1
            counts["alone"] += alone
        handshakes = sum(server.speaks() for server in self.servers)
        print("%d servers, %d with real handshakes and %d as hello tables" %
              (len(self.servers), handshakes, len(self.servers) - handshakes))
        print("(policy, role, rule): %d broken, of them %d alone and %d not breakable alone" %
              (counts["broken"], counts["alone"], counts["broken"] - counts["alone"]))

    def test_each_rule_that_can_be_asked_is_passed_unless_only_what_is_seen_in_passing_can_break_it(self):
        counts = collections.Counter()
        for policy, role, rule in all_asked(self.policies):
            if is_unasked(rule) or is_not_there(rule, role):
                continue
            with self.subTest(policy=policy, role=role, rule=rule["id"]):
                verdicts = {one["verdict"] for one in self.findings(policy, role, rule)}
                self.assertEqual("pass" in verdicts, not is_seen_in_passing(rule))
                counts["passed"] += "pass" in verdicts
                counts["seen"] += is_seen_in_passing(rule)
        print("(policy, role, rule): %d passed, and %d that wait for a probe to be passed" %
              (counts["passed"], counts["seen"]))

    def test_what_is_newer_than_a_document_is_not_judged_by_it(self):
        for policy in self.policies:
            for number, server in enumerate(ROWS[policy].newer):
                with self.subTest(policy=policy, server=number):
                    verdicts = [verdict for role in ROLES for verdict in self.verdicts(server, policy, role).values()]
                    self.assertIn("not_judged", verdicts)

    def test_a_rule_that_waits_for_a_probe_says_not_asked_by_the_name_of_what_it_waits_for(self):
        count = 0
        for policy, role, rule in all_asked(self.policies):
            if is_unasked(rule):
                with self.subTest(policy=policy, role=role, rule=rule["id"]):
                    server = where_it_asks(rule, ROWS[policy].base)
                    findings = self.judge.judgements[server, policy, role]["findings"]
                    one = next(one for one in findings if one["rule"] == rule["id"])
                    self.assertEqual(one["verdict"], "not_asked")
                    self.assertIn("not asked: " + unasked_words(rule), one["sentence"])
                count += 1
        print("(policy, role, rule): %d not asked" % count)

    def test_a_certificate_that_names_nobody_to_ask_is_not_judged_by_what_is_said_of_it(self):
        for policy, role, rule in all_asked(self.policies):
            if is_of_revocation(rule):
                with self.subTest(policy=policy, role=role, rule=rule["id"]):
                    verdicts = self.verdicts(that_names_nobody(ROWS[policy]), policy, role)
                    self.assertEqual(verdicts[rule["id"]], "not_judged")

    def test_a_rule_about_the_dialogue_in_the_clear_does_not_apply_to_implicit_tls(self):
        count = 0
        for policy, role, rule in all_asked(self.policies):
            if is_not_there(rule, role):
                with self.subTest(policy=policy, rule=rule["id"]):
                    self.assertEqual(self.verdicts(ROWS[policy].base, policy, role)[rule["id"]], "not_applicable")
                count += 1
        print("(policy, role, rule): %d about the clear at implicit TLS" % count)

    def test_the_exit_code_is_1_where_a_must_is_violated_and_else_0(self):
        for code, verdicts, arguments in self.judge.runs:
            with self.subTest(arguments=arguments):
                self.assertEqual((code, "inconclusive" in verdicts), (int("fail" in verdicts), False))

    def test_a_rule_that_asks_nothing_of_a_role_is_not_applicable_even_to_a_server_that_would_break_it(self):
        for policy in self.policies:
            for (server, name, role), judgement in self.judge.judgements.items():
                silent = {rule["id"] for rule in POLICIES[policy]["rules"] if not level(rule, role)}
                if name == policy and silent:
                    with self.subTest(policy=policy, role=role):
                        self.assertEqual({one["verdict"] for one in judgement["findings"] if one["rule"] in silent},
                                         {"not_applicable"})


if __name__ == "__main__":
    Judge.program, Lab.program = sys.argv[1:3]
    Verdicts.policies = tuple(POLICIES) if "--all" in sys.argv else tuple(sys.argv[3:]) or QUICK
    unittest.main(argv=sys.argv[:1])

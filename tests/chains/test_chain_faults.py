"""A network that breaks the questions about certificates: what is not answered is said to be open, and nothing that is
said is wrong.

    test_chain_faults.py SCANNER LAB [SEEDS]      SEEDS: so many scans through a network that breaks any connection
"""
import concurrent.futures
import pathlib
import sys
import tempfile
import unittest

import shown
from hello_proxy import HelloProxy
from issued import Chains
from rows import HOST, ISSUER, LEAF, ROOTS, RSA_ISSUER, RSA_LEAF, names

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "proxy"))
from faulty_proxy import KINDS, FaultyProxy, Loop  # noqa: E402
from lab_server import Lab  # noqa: E402

STALL = ("--timeout", "2")  # what a connection that was stalled costs
AT_THE_HELLO, IN_THE_ANSWER = 0, 60  # bytes behind the hello
ECDSA_P256 = 0x0403  # what the servers' first certificate signs with
OTHERS = LEAF.but(names("DNS:others.example"), subject="Others")
CHOOSE = {
    "other kinds of certificates": lambda hello: (hello.name == HOST and hello.schemes
                                                  and ECDSA_P256 not in hello.schemes),
    "the certificate without a name in SNI": lambda hello: not hello.name,
    "the certificate for another name": lambda hello: hello.name not in ("", HOST),
}
# Rules that have to wait for what was not answered.
OPEN_RULES = {
    "other kinds of certificates": {"pci-dss-4.0.1": ("certificate-key", "certificate-trusted", "certificate-name"),
                                    "rfc9325": ("certificate-key", "certificate-trusted", "certificate-name")},
    "the certificate without a name in SNI": {"pci-dss-4.0.1": ("certificate-key",), "rfc9325": ("certificate-key", "sni")},
    "the certificate for another name": {"pci-dss-4.0.1": ("certificate-key",), "rfc9325": ("certificate-key", "sni")},
}
# (what the server has for others, the question, the fault, bytes behind the hello)
BROKEN = [(says, what, kind, AT_THE_HELLO) for says in ("one certificate", "another one for others", "none for others")
          for what in CHOOSE for kind in KINDS]
# A refusal is shorter than where an answer is broken.
BROKEN += [(says, what, kind, IN_THE_ANSWER) for says in ("one certificate", "another one for others")
           for what in CHOOSE if what != "other kinds of certificates" for kind in KINDS]
PROBABILITIES = (0.1, 0.3)
TOGETHER = 16  # scans: they mostly wait
# What differs from scan to scan.
OF_THE_SCAN = ("evidence",)
OF_CERTIFICATES = ("extensions.answers_any_sni", "tls.unrecognized_name")

seeds = 8


class Faults(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        chains = Chains(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.roots = chains.bundle(ROOTS)
        cls.loop = cls.enterClassContext(Loop())
        others = ("--cert-for-others", chains.bundle((OTHERS, ISSUER)), "--key-for-others", chains.key_of(OTHERS))
        cls.labs, cls.truths = {}, {}
        for says, options in {"one certificate": shown.options_of(chains, (LEAF, ISSUER)),
                              "another one for others": [*shown.options_of(chains, (LEAF, ISSUER)), *others],
                              "none for others": [*shown.options_of(chains, (LEAF, ISSUER)), "--refuse-names", "both"],
                              "of two kinds": shown.options_of(chains, (LEAF, ISSUER), (RSA_LEAF, RSA_ISSUER))}.items():
            lab = cls.enterClassContext(Lab("--hostname", HOST, *shown.FEW_SUITES, *options, listen=["implicit"],
                                            keys=()))
            cls.labs[says] = lab.ports["implicit"]
            cls.truths[says] = cls.scan(cls.labs[says], codes=[shown.COMPLETE])["endpoints"][0]
        with concurrent.futures.ThreadPoolExecutor(TOGETHER) as pool:
            cls.documents = dict(zip(BROKEN, pool.map(cls.broken, BROKEN)))

    @classmethod
    def scan(cls, port, *options, codes):
        return shown.scan("--tls", "implicit", "--sni", HOST, "--ca-file", cls.roots, *STALL, *options,
                          "127.0.0.1:%d" % port, codes=codes)

    def assert_nothing_is_wrong(self, endpoint, truth):
        """Each fact is that of the scan without faults, or not there."""
        known = shown.certificates(truth)
        for sha256, certificate in shown.certificates(endpoint).items():
            self.assertIn(sha256, known)
            for key, value in certificate.items():
                if key not in OF_THE_SCAN:
                    self.assertEqual((key, value), (key, known[sha256].get(key)))
        for identity in OF_CERTIFICATES:
            self.assertIn(shown.observed(endpoint, identity), (None, shown.observed(truth, identity)), identity)

    def test_without_faults_nothing_is_open(self):
        for says, truth in self.truths.items():
            with self.subTest(says):
                self.assertIsNone(shown.observed(truth, "certificates.not_known"))

    @classmethod
    def broken(cls, case):
        """The document of a scan of which this question never has its answer, and how often that was asked."""
        says, what, kind, after = case
        faults = []

        def choose(hello):
            if not CHOOSE[what](hello):
                return None
            faults.append(kind)
            return kind, after

        policies = [word for policy in ("pci-dss-4.0.1", "rfc9325") for word in ("--policy", policy)]
        with HelloProxy(cls.loop, cls.labs[says], choose) as proxy:
            return cls.scan(proxy.port, "--role", "mx-mandatory", *policies, codes=range(4)), len(faults)

    def each_broken(self, check):
        for case, (document, faults) in self.documents.items():
            with self.subTest("%s, %s: %s %d bytes behind the hello" % case):
                check(case, document, document["endpoints"][0], faults)

    def test_a_question_that_is_never_answered_is_said_to_be_open_and_no_other(self):
        def check(case, document, endpoint, faults):
            self.assertGreater(faults, 0, "nothing was asked so")
            self.assertEqual(shown.observed(endpoint, "certificates.not_known"), [case[1]])
            self.assertEqual(endpoint["status"], "incomplete")

        self.each_broken(check)

    def test_nothing_is_wrong_where_a_question_is_not_answered(self):
        self.each_broken(lambda case, document, endpoint, faults:
                         self.assert_nothing_is_wrong(endpoint, self.truths[case[0]]))

    def test_rules_about_what_was_not_answered_are_inconclusive_unless_another_answer_breaks_them(self):
        def check(case, document, endpoint, faults):
            # Who refuses those without a name does not serve all, whatever others get.
            broken = case[0] == "none for others" and case[1] != "other kinds of certificates"
            verdicts = {(one["policy"], finding["rule"]): finding["verdict"] for one in document["judgements"]
                        for finding in one["findings"]}
            waiting = [(policy, rule) for policy, rules in OPEN_RULES[case[1]].items() for rule in rules]
            self.assertEqual({one: verdicts[one] for one in waiting},
                             {one: "fail" if broken and one[1] == "sni" else "inconclusive" for one in waiting})

        self.each_broken(check)

    def test_questions_that_fail_in_the_end_are_not_taken_for_a_ban_and_leave_no_suite_open(self):
        def check(case, document, endpoint, faults):
            self.assertIsNone(shown.observed(endpoint, "limits.probably_banned"))
            self.assertEqual(endpoint["coverage"]["inconclusive"], 0)

        self.each_broken(check)

    def test_the_exit_code_says_that_something_is_open(self):
        for what in CHOOSE:
            with self.subTest(what):
                with HelloProxy(self.loop, self.labs["one certificate"],
                                lambda hello, what=what: ("reset", 0) if CHOOSE[what](hello) else None) as proxy:
                    self.scan(proxy.port, codes=[shown.NOT_KNOWN])

    def test_under_faults_of_any_connection_nothing_is_wrong_and_what_is_open_is_the_exit_code(self):
        cases = [(says, seed, probability) for says in self.labs for seed in range(seeds)
                 for probability in PROBABILITIES]

        def run(case):
            says, seed, probability = case
            with FaultyProxy(self.loop, self.labs[says], seed, probability) as proxy:
                return self.scan(proxy.port, "--max-time", "120", codes=[shown.COMPLETE, shown.NOT_KNOWN])

        with concurrent.futures.ThreadPoolExecutor(TOGETHER) as pool:
            for (says, seed, probability), document in zip(cases, pool.map(run, cases)):
                with self.subTest(server=says, seed=seed, probability=probability):
                    [endpoint] = document["endpoints"]
                    self.assert_nothing_is_wrong(endpoint, self.truths[says])
                    missing = set(shown.certificates(self.truths[says])) - set(shown.certificates(endpoint))
                    if missing:
                        self.assertTrue(endpoint["status"] != "scanned" or
                                        shown.observed(endpoint, "certificates.not_known"), missing)


if __name__ == "__main__":
    shown.SCANNER, Lab.program = sys.argv[1:3]
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else seeds
    unittest.main(argv=sys.argv[:1])

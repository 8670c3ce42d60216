"""What the scanner says of good and of bad chains is what the openssl program says of them.

    test_chains.py SCANNER LAB [unittest arguments]
"""
import sys
import tempfile
import unittest

import rows
import shown
import truth
from agreement import Agreement, asked
from issued import Chains
from lab_server import Lab

AT_LEAST = 45
MOST_SECONDS = 30  # of a scan of one server, beside fifteen others, on a busy machine


class ChainsTest(Agreement, unittest.TestCase):
    table = rows.TABLE

    def test_there_are_as_many_chains_as_were_promised_and_each_has_a_name_of_its_own(self):
        self.assertGreaterEqual(len(self.table), AT_LEAST)
        self.assertEqual(len({row.says for row in self.table}), len(self.table))


class HostileTest(unittest.TestCase):
    """Chains that are made to cost much: they do not, and nothing is said of them that openssl does not say."""

    def test_a_hostile_chain_is_harmless(self):
        chains = Chains(self.enterContext(tempfile.TemporaryDirectory()))
        endpoints = shown.scan_rows(rows.HOSTILE, chains, codes=(shown.COMPLETE, shown.NOT_KNOWN))
        for row, endpoint in endpoints.items():
            with self.subTest(row.says):
                [leaf] = asked(chains, row, endpoint)
                self.assertEqual(leaf.said["sha256"], leaf.facts["sha256"])
                self.assertIn(leaf.said.get("trusted"), (None, leaf.verified.trusted))
                self.assertLess(endpoint["duration_ms"], MOST_SECONDS * 1000)


class NamesTest(unittest.TestCase):
    """What clients get that send another name in SNI than the host's, or none."""

    @classmethod
    def setUpClass(cls):
        cls.chains = Chains(cls.enterClassContext(tempfile.TemporaryDirectory()))
        others = rows.LEAF.but(rows.names("DNS:others.example"), by=rows.OTHER_ISSUER, subject="Others")
        options = ("--cert-for-others", cls.chains.bundle((others, rows.OTHER_ISSUER)), "--key-for-others",
                   cls.chains.key_of(others))
        cls.others = truth.facts(cls.chains.certificate(others), rows.HOST, cls.chains.now)["sha256"]
        cls.rows = {(refused, bool(more)): rows.Row("%s, %s" % (refused, more), (rows.LEAF, rows.ISSUER),
                                                    options=(*more, *(("--refuse-names", refused) if refused else ())))
                    for refused in ("", "unknown", "none", "both") for more in ((), options)}
        cls.endpoints = shown.scan_rows(list(cls.rows.values()), cls.chains)

    def each(self, check):
        for (refused, others), row in self.rows.items():
            with self.subTest(refused=refused, another_for_others=others):
                check(refused, others, self.endpoints[row])

    def test_the_certificate_for_others_is_found_where_anybody_gets_it(self):
        def check(refused, others, endpoint):
            found = shown.certificates(endpoint)
            self.assertEqual(self.others in found, others and refused != "both")
            for sha256, certificate in found.items():
                self.assertEqual(certificate.get("shown_to_others", False), sha256 == self.others)

        self.each(check)

    def test_a_certificate_that_only_others_get_is_verified_too(self):
        def check(refused, others, endpoint):
            for sha256, certificate in shown.certificates(endpoint).items():
                self.assertEqual((certificate["trusted"], certificate["names_host"]), (sha256 != self.others,) * 2)

        self.each(check)

    def test_whoever_sends_another_name_or_none_is_served_only_where_nobody_is_refused(self):
        self.each(lambda refused, others, endpoint: self.assertEqual(
            shown.observed(endpoint, "extensions.answers_any_sni"), not refused))

    def test_nothing_is_open_where_they_are_refused(self):
        self.each(lambda refused, others, endpoint: self.assertIsNone(
            shown.observed(endpoint, "certificates.not_known")))


if __name__ == "__main__":
    shown.SCANNER, Lab.program = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])

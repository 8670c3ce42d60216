"""What the scanner says of the chains of a table, and that it is what the openssl program says of them."""
import concurrent.futures
import tempfile
from typing import NamedTuple

import rows
import shown
import truth
from issued import Chains

# Of these the scanner may say nothing where openssl says that there is nothing.
NOTHING = (None, False, 0, [])
FACTS = ("not_before", "not_after", "outside_its_dates", "days_left", "spki_sha256", "rsa_exponent", "rsa_modulus",
         "key_usages", "key_usage", "key_signs", "extended_usages", "server_usage", "any_usage", "must_staple", "scts",
         "ocsp_urls", "crl_urls", "issuer_urls", "ocsp_named", "revocation_named", "chain_length", "issuer_usage",
         "issuer_revocation", "ca_constraints")


class Leaf(NamedTuple):
    """One chain of a row: what was sent, what openssl says, and what the scanner says."""

    row: rows.Row
    sent: tuple
    verified: truth.Verified
    facts: dict
    said: dict  # empty: the scanner has not seen it

    @property
    def words(self):
        return "%s: %s" % (self.row.says, self.sent[0].subject)


def asked(chains, row, endpoint):
    """The Leaf of each chain of a row."""
    found = shown.certificates(endpoint)
    roots = chains.bundle(row.roots or rows.ROOTS)
    for sent in (row.sent, *row.also):
        alone = chains.certificate(sent[0])
        facts = truth.facts(alone, row.host, chains.now)
        facts.update(truth.issuers([chains.certificate(one) for one in sent[1:]]), chain_length=len(sent))
        yield Leaf(row, sent, truth.verify(alone, chains.bundle(sent), roots), facts, found.get(facts["sha256"], {}))


class Agreement:
    """The tests of a table of rows; for a TestCase, which has the `table`."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chains = Chains(cls.enterClassContext(tempfile.TemporaryDirectory()))
        with concurrent.futures.ThreadPoolExecutor(shown.JOBS) as pool:
            list(pool.map(cls.chains.bundle, [one for row in cls.table for one in (row.sent, *row.also)]))
            cls.endpoints = shown.scan_rows(cls.table, cls.chains)
            found = list(pool.map(lambda row: list(asked(cls.chains, row, cls.endpoints[row])), cls.table))
        cls.leaves = [leaf for one in found for leaf in one]

    def each(self, check):
        for leaf in self.leaves:
            with self.subTest(leaf.words):
                check(leaf)

    def agree(self, leaf, key, expected):
        self.assertEqual(leaf.said.get(key), expected, "%s: certificate.%s: the scanner says %r, openssl %r" % (
            leaf.words, key, leaf.said.get(key), expected))

    def test_each_certificate_of_a_server_is_found_and_nothing_is_left_open(self):
        for row, endpoint in self.endpoints.items():
            with self.subTest(row.says):
                self.assertEqual(endpoint["status"], "scanned")
                self.assertIsNone(shown.observed(endpoint, "certificates.not_known"))
                self.assertEqual(set(shown.certificates(endpoint)),
                                 {leaf.facts["sha256"] for leaf in self.leaves if leaf.row is row})

    def test_trusted_is_what_openssl_verify_trusts(self):
        self.each(lambda leaf: self.agree(leaf, "trusted", leaf.verified.trusted))

    def test_the_root_is_the_one_that_openssl_verify_ends_at(self):
        self.each(lambda leaf: self.agree(leaf, "trust_anchor",
                                          "CN=" + leaf.verified.anchor if leaf.verified.anchor else None))

    def test_what_is_not_trusted_is_not_for_the_reason_of_openssl_verify(self):
        def check(leaf):
            said = leaf.said.get("trust_fault", "")
            self.assertEqual(bool(said), bool(leaf.verified.fault), "%s: the scanner says %r, openssl %r" % (
                leaf.words, said, leaf.verified.fault))
            for part in (leaf.verified.fault, leaf.verified.about):
                self.assertIn(part, said, leaf.words)

        self.each(check)

    def test_the_name_is_there_where_openssl_x509_finds_it_and_rfc_9525_lets_it(self):
        def check(leaf):
            expected = leaf.facts["names_host"] if leaf.row.named is None else leaf.row.named
            if leaf.row.target and leaf.row.host[0].isdigit() and not expected:
                expected = None
            self.agree(leaf, "names_host", expected)

        self.each(check)

    def test_openssl_x509_takes_names_that_rfc_9525_does_not(self):
        # If OpenSSL learns it, the column has to go.
        def check(leaf):
            if leaf.row.named is not None:
                self.assertNotEqual(leaf.facts["names_host"], leaf.row.named, leaf.words)

        self.each(check)

    def test_what_a_certificate_states_is_what_openssl_x509_reads(self):
        def check(leaf):
            expected = {key: leaf.facts[key] for key in FACTS}
            said = {key: leaf.said.get(key) for key in FACTS}
            for key in FACTS:
                if expected[key] in NOTHING and said[key] in NOTHING:
                    said[key] = expected[key]
            self.assertEqual(said, expected, leaf.words)

        self.each(check)

    def test_what_is_not_in_its_place_is_said(self):
        def check(leaf):
            faults = leaf.said.get("chain_faults", [])
            wanted = leaf.row.faults if leaf.sent is leaf.row.sent else ()
            self.assertEqual(len(faults), len(wanted), "%s: %r" % (leaf.words, faults))
            for word, fault in zip(wanted, faults):
                self.assertIn(word, fault, "%s: %r" % (leaf.words, faults))

        self.each(check)

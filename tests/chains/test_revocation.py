"""Stapled OCSP answers, responders and revocation lists: what is said of them is what the openssl program says, and
whoever answers badly costs no more than is stated.

    test_revocation.py SCANNER LAB [unittest arguments]
"""
import concurrent.futures
import pathlib
import re
import sys
import tempfile
import time
import unittest

import responder
import shown
from issued import DAY, Issued
from lab_server import Lab
from responder import CRL_TYPE, OCSP_TYPE, Responder
from revocations import Revocations, Word
from rows import HOST, ISSUER, LEAF, OTHER_ISSUER, OVER, ROOT, ROOTS, Row

ONLINE = ("--online", "--online-private")
RESPONDER = Issued("Lab Responder", ISSUER, ("basicConstraints=CA:FALSE", "extendedKeyUsage=OCSPSigning"))
NO_RESPONDER = Issued("Lab Helper", ISSUER, ("basicConstraints=CA:FALSE", "extendedKeyUsage=serverAuth"))
NEIGHBOUR = LEAF.but(subject="Neighbour")
IMPOSTOR = ISSUER.but(label="impostor")
MUST_STAPLE = "tlsfeature=status_request"
PAST, FUTURE = (-9 * DAY, -2 * DAY), (DAY, 9 * DAY)
TRY_LATER = bytes.fromhex("30030a0103")  # OCSPResponse with the status tryLater and nothing else
SAID = re.compile(r"(staple|OCSP|CRL)(?: (\S+))?: (good|revoked|unknown|unusable)\b")

# What may be said of a certificate, by whom and when: fields of a Word.
WORDS = {
    "good": {},
    "revoked": {"state": "revoked"},
    "of an authority that does not know it": {"state": "unknown"},
    "expired": {"hours": PAST},
    "revoked, and expired": {"state": "revoked", "hours": PAST},
    "not yet valid": {"hours": FUTURE},
    "signed by a responder that the issuer allows": {"signer": RESPONDER},
    "signed by a responder that expired": {"signer": RESPONDER.but(hours=OVER)},
    "signed by somebody whom the issuer does not allow": {"signer": NO_RESPONDER},
    "signed by another authority": {"signer": OTHER_ISSUER},
    "signed by the root": {"signer": ROOT},
    "signed by somebody with the issuer's name": {"signer": IMPOSTOR},
    "of another certificate": {"about": NEIGHBOUR},
}
LISTS = {says: fields for says, fields in WORDS.items() if fields.get("signer") not in (RESPONDER, NO_RESPONDER)
         and says != "signed by a responder that expired"}
LISTS["for certificates of authorities only"] = {"of_authorities": True}

# How a web server may answer that has a good answer: whether it is one all the same.
WAYS = {
    "as a whole": (responder.good, True),
    "in chunks": (responder.chunked, True),
    "without a length": (responder.until_the_end, True),
    "with a redirect": (lambda body, kind: responder.redirect("/good"), False),
    "with 404": (lambda body, kind: responder.not_found(), False),
    "with 500": (lambda body, kind: responder.good(body, kind, "500 Internal Server Error"), False),
    "with another type": (lambda body, kind: responder.good(b"<html>no</html>", "text/html"), False),
    "with half of it": (responder.cut, False),
    "with nothing": (lambda body, kind: responder.good(b"", kind), False),
    "with noise": (lambda body, kind: responder.good(bytes(range(256)) * 4, kind), False),
    "not by HTTP": (lambda body, kind: responder.no_http(), False),
    "by hanging up": (lambda body, kind: responder.closing(), False),
}
HOSTILE = {
    "a body without end": lambda body: responder.endless(body),
    "gigabytes are promised": lambda body: responder.gigabytes(body),
    "chunks without end": lambda body: responder.endless_chunks(),
    "a head without end": lambda body: responder.endless_head(),
    "a status line without end": lambda body: responder.endless_line(),
    "a byte a second": lambda body: responder.slowly(body),
    "silence": lambda body: responder.silent(),
}
OTHER_URLS = ("https://127.0.0.1:%d/ocsp", "ldap://127.0.0.1:%d/ocsp", "ftp://127.0.0.1:%d/ocsp", "file:///etc/%d",
              "127.0.0.1:%d/ocsp", "http://user@127.0.0.1:%d@/ocsp")
# The bounds of docs/threat-model.md, and what is in buffers of the kernel.
MOST_SECONDS = 30
MOST_BYTES = 1 << 20
IN_BUFFERS = 8 << 20
PLAIN_SECONDS = 20  # what the rest of a scan takes a busy machine


def said(endpoint):
    """{(source, url): state} of the first certificate."""
    texts = endpoint["certificate"].get("revocation", [])
    found = [SAID.match(text) for text in texts]
    if not all(found):
        raise AssertionError("not understood: %r" % texts)
    return {(one[1], one[2]): one[3] for one in found}


def urls(web, *paths):
    """Lines that name a responder, or with `/crl` a list."""
    lines = []
    for path in paths:
        lines.append("crlDistributionPoints=URI:" + web.url(path) if path.startswith("/crl") else
                     "authorityInfoAccess=OCSP;URI:" + web.url(path))
    return lines


class RevocationTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chains = Revocations(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def bytes_of(self, path):
        return pathlib.Path(path).read_bytes()

    def file(self, content):
        return self.chains.once(("file", content), lambda path: pathlib.Path(path).write_bytes(content))

    def scan_one(self, leaf, *options, staple=None, codes=(shown.COMPLETE, shown.NOT_KNOWN)):
        """(endpoint, seconds) of a server that shows a leaf and its issuer."""
        more = ("--staple", staple) if staple else ()
        begun = time.monotonic()
        with shown.serve(Row("", (leaf, ISSUER), options=more), self.chains, "127.0.0.1") as lab:
            document = shown.scan("--sni", HOST, "--ca-file", self.chains.bundle(ROOTS), *options,
                                  "127.0.0.1:%d" % lab.ports["starttls"], codes=codes)
        return document["endpoints"][0], time.monotonic() - begun


class Staples(RevocationTest):
    """Without --online: what the server sends by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows, cls.truths = {}, {}
        for says, fields in WORDS.items():
            answer = cls.chains.answer(Word(LEAF, **fields))
            cls.add(says, LEAF, answer, cls.chains.said_by_answer(answer, LEAF, ROOTS))
        sound = cls.chains.answer(Word(LEAF))
        for says, content in {"a refusal to answer": TRY_LATER, "noise": b"not an answer",
                              "half an answer": pathlib.Path(sound).read_bytes()[:200]}.items():
            path = cls.chains.once(says, lambda path, content=content: pathlib.Path(path).write_bytes(content))
            cls.add(says, LEAF, path, cls.chains.said_by_answer(path, LEAF, ROOTS))
        cls.add("none", LEAF, None, None)
        asks = LEAF.but(MUST_STAPLE, subject="Must Staple")
        cls.add("none, and one must be", asks, None, None)
        cls.add("good, and one must be", asks, cls.chains.answer(Word(asks)), "good")
        cls.endpoints = shown.scan_rows(list(cls.rows.values()), cls.chains)

    @classmethod
    def add(cls, says, leaf, answer, truth):
        cls.rows[says] = Row(says, (leaf, ISSUER), options=("--staple", answer) if answer else ())
        cls.truths[says] = truth

    def certificate(self, says):
        return self.endpoints[self.rows[says]]["certificate"]

    def test_a_stapled_answer_is_what_openssl_ocsp_takes_it_for(self):
        for says, row in self.rows.items():
            with self.subTest(says):
                truth = self.truths[says]
                self.assertEqual(said(self.endpoints[row]), {("staple", None): truth} if truth else {}, says)

    def test_stapled_is_what_is_good_and_nothing_else(self):
        for says in self.rows:
            with self.subTest(says):
                self.assertEqual(self.certificate(says)["stapled"], self.truths[says] == "good")

    def test_only_a_good_answer_says_that_it_is_not_revoked(self):
        for says in self.rows:
            with self.subTest(says):
                expected = {"good": True, "revoked": False}.get(self.truths[says])
                self.assertEqual(self.certificate(says).get("not_revoked"), expected)

    def test_a_certificate_that_must_be_stapled_says_so_with_or_without_it(self):
        for says in self.rows:
            with self.subTest(says):
                self.assertEqual(self.certificate(says).get("must_staple", False), "must be" in says)

    def test_both_versions_show_the_staple(self):
        answer = self.chains.answer(Word(LEAF))
        for other in ("TLSv1.2", "TLSv1.3"):
            with self.subTest("not " + other):
                row = Row("", (LEAF, ISSUER), options=("--staple", answer, "--without-version", other))
                [endpoint] = shown.scan_rows([row], self.chains).values()
                self.assertTrue(endpoint["certificate"]["stapled"])


class Online(RevocationTest):
    """Whom the leaf names, asked over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web = cls.enterClassContext(Responder())
        cls.rows, cls.truths = {}, {}
        for says, fields in WORDS.items():
            cls.add_word("OCSP", says, fields, responder.good)
        for says, fields in LISTS.items():
            cls.add_word("CRL", says, fields, responder.good)
        for source in ("OCSP", "CRL"):
            for says, (serve, usable) in WAYS.items():
                cls.add_word(source, says, {}, serve, None if usable else "unusable")
        cls.endpoints = shown.scan_rows(list(cls.rows.values()), cls.chains, *ONLINE,
                                        codes=(shown.COMPLETE, shown.NOT_KNOWN))

    @classmethod
    def add_word(cls, source, says, fields, serve, truth=None):
        path = "/%s/%d" % (source.lower(), len(cls.rows))
        leaf = LEAF.but(*urls(cls.web, path), subject="Leaf %d" % len(cls.rows))
        if source == "OCSP":
            file, kind = cls.chains.answer(Word(leaf, **fields)), OCSP_TYPE
            truth = truth or cls.chains.said_by_answer(file, leaf, ROOTS)
        else:
            file, kind = cls.chains.crl(Word(leaf, **fields)), CRL_TYPE
            truth = truth or cls.chains.said_by_crl(file, leaf, ROOTS)
        cls.web.answers[path] = serve(pathlib.Path(file).read_bytes(), kind)
        says = "%s %s" % (source, says) if serve is responder.good else "%s answered %s" % (source, says)
        cls.rows[says] = Row(says, (leaf, ISSUER))
        cls.truths[says] = source, cls.web.url(path), truth

    def test_what_is_heard_is_what_openssl_takes_it_for(self):
        for says, row in self.rows.items():
            with self.subTest(says):
                source, url, truth = self.truths[says]
                self.assertEqual(said(self.endpoints[row]), {(source, url): truth}, says)

    def test_only_good_and_revoked_are_known_and_all_else_is_open(self):
        for says, row in self.rows.items():
            with self.subTest(says):
                certificate, truth = self.endpoints[row]["certificate"], self.truths[says][2]
                self.assertEqual(certificate.get("not_revoked"), {"good": True, "revoked": False}.get(truth))
                self.assertEqual(certificate.get("revocation_open", False), truth in ("unusable", "unknown"))

    def test_a_request_asks_of_the_leaf_at_the_host_that_is_named(self):
        self.assertEqual({one.host for one in self.web.asked}, {"127.0.0.1:%d" % self.web.port})
        self.assertEqual({one.method for one in self.web.asked if one.path.startswith("/crl")}, {"GET"})
        questions = {self.bytes_of(self.chains.request_of(row.sent[0])) for row in self.rows.values()}
        for one in self.web.asked:
            if one.path.startswith("/ocsp"):
                self.assertEqual((one.method, one.body in questions), ("POST", True))

    def test_each_url_is_asked_once_and_a_redirect_is_not_followed(self):
        paths = [one.path for one in self.web.asked]
        self.assertEqual(sorted(paths), sorted(set(paths)))
        self.assertNotIn("/good", paths)


class Whom(RevocationTest):
    """Who is asked, and who is not."""

    def setUp(self):
        self.web = self.enterContext(Responder())
        self.leaf = LEAF.but(*urls(self.web, "/ocsp", "/crl"), subject="Both")
        self.web.answers = {"/ocsp": responder.good(self.bytes_of(self.chains.answer(Word(self.leaf)))),
                            "/crl": responder.good(self.bytes_of(self.chains.crl(Word(self.leaf))), CRL_TYPE)}

    def test_without_online_nobody(self):
        endpoint, _ = self.scan_one(self.leaf, codes=[shown.COMPLETE])
        self.assertEqual((self.web.connections, said(endpoint)), (0, {}))
        self.assertNotIn("not_revoked", endpoint["certificate"])
        self.assertFalse(endpoint["certificate"].get("revocation_open", False))

    def test_with_online_alone_nobody_at_a_private_address(self):
        endpoint, _ = self.scan_one(self.leaf, "--online")
        self.assertEqual(self.web.connections, 0)
        self.assertNotIn("not_revoked", endpoint["certificate"])
        self.assertTrue(endpoint["certificate"]["revocation_open"])

    def test_a_name_that_leads_to_a_private_address_is_none_to_ask(self):
        leaf = LEAF.but("authorityInfoAccess=OCSP;URI:http://localhost:%d/ocsp" % self.web.port, subject="By name")
        endpoint, _ = self.scan_one(leaf, "--online")
        self.assertEqual(self.web.connections, 0)
        self.assertTrue(endpoint["certificate"]["revocation_open"])

    def test_a_name_is_looked_up_for_who_allows_private_addresses(self):
        leaf = LEAF.but("authorityInfoAccess=OCSP;URI:http://localhost:%d/ocsp" % self.web.port, subject="By name")
        self.web.answers["/ocsp"] = responder.good(self.bytes_of(self.chains.answer(Word(leaf))))
        endpoint, _ = self.scan_one(leaf, *ONLINE, codes=[shown.COMPLETE])
        self.assertEqual([one.host for one in self.web.asked], ["localhost:%d" % self.web.port])
        self.assertTrue(endpoint["certificate"]["not_revoked"])

    def test_a_network_that_is_excluded_is_not_asked(self):
        leaf = LEAF.but("authorityInfoAccess=OCSP;URI:http://127.0.0.9:%d/ocsp" % self.web.port, subject="Excluded")
        endpoint, _ = self.scan_one(leaf, *ONLINE, "--exclude", self.file(b"127.0.0.9\n"))
        self.assertIn("is not connected to (--exclude)", endpoint["certificate"]["revocation"][0])

    def test_it_is_rebuilt_from_evidence_without_asking_again(self):
        with tempfile.TemporaryDirectory() as folder:
            evidence = pathlib.Path(folder) / "scan.jsonl"
            endpoint, _ = self.scan_one(self.leaf, *ONLINE, "--evidence", evidence)
            before = self.web.connections
            again = shown.run("report", "--from-evidence", evidence, "--format", "json")
        self.assertEqual(again["endpoints"][0]["certificate"], endpoint["certificate"])
        self.assertEqual(self.web.connections, before)

    def verdict(self, leaf, *options):
        """Of PCI DSS's rule that certificates are confirmed not to be revoked."""
        more = ("--policy", "pci-dss-4.0.1", *options)
        with shown.serve(Row("", (leaf, ISSUER)), self.chains, "127.0.0.1") as lab:
            document = shown.scan("--sni", HOST, "--ca-file", self.chains.bundle(ROOTS), *more,
                                  "127.0.0.1:%d" % lab.ports["starttls"], codes=range(4))
        [judgement] = document["judgements"]
        [verdict] = [one["verdict"] for one in judgement["findings"] if one["rule"] == "certificate-not-revoked"]
        return verdict

    def test_the_rule_about_it_is_judged_by_what_was_heard(self):
        self.assertEqual(self.verdict(self.leaf), "not_asked")
        self.assertEqual(self.verdict(self.leaf, *ONLINE), "pass")
        self.assertEqual(self.verdict(LEAF, *ONLINE), "not_judged")
        self.assertEqual(self.verdict(self.leaf, "--online"), "inconclusive")
        self.web.answers["/ocsp"] = responder.good(self.bytes_of(self.chains.answer(Word(self.leaf, "revoked"))))
        self.assertEqual(self.verdict(self.leaf, *ONLINE), "fail")

    def test_other_schemes_are_not_asked(self):
        for url in OTHER_URLS:
            with self.subTest(url):
                leaf = LEAF.but("authorityInfoAccess=OCSP;URI:" + url % self.web.port, subject="Other scheme")
                endpoint, _ = self.scan_one(leaf, *ONLINE)
                self.assertEqual(self.web.connections, 0)
                self.assertNotIn("not_revoked", endpoint["certificate"])

    def test_what_the_responder_says_of_a_revoked_certificate_counts_against_a_good_staple(self):
        revoked = self.bytes_of(self.chains.answer(Word(self.leaf, "revoked")))
        self.web.answers["/ocsp"] = responder.good(revoked)
        endpoint, _ = self.scan_one(self.leaf, *ONLINE, staple=self.chains.answer(Word(self.leaf)))
        self.assertEqual(said(endpoint)["OCSP", self.web.url("/ocsp")], "revoked")
        self.assertFalse(endpoint["certificate"]["not_revoked"])

    def test_the_list_is_asked_where_the_responder_has_no_answer(self):
        self.web.answers["/ocsp"] = responder.not_found()
        endpoint, _ = self.scan_one(self.leaf, *ONLINE, codes=[shown.COMPLETE])
        self.assertEqual(said(endpoint), {("OCSP", self.web.url("/ocsp")): "unusable",
                                          ("CRL", self.web.url("/crl")): "good"})
        self.assertTrue(endpoint["certificate"]["not_revoked"])
        self.assertFalse(endpoint["certificate"].get("revocation_open", False))

    def test_a_certificate_that_names_nobody_leaves_nothing_open(self):
        endpoint, _ = self.scan_one(LEAF, *ONLINE, codes=[shown.COMPLETE])
        self.assertEqual((self.web.connections, said(endpoint)), (0, {}))
        self.assertFalse(endpoint["certificate"].get("revocation_open", False))

    def test_what_is_left_open_is_the_exit_code(self):
        self.web.answers = {}
        self.scan_one(self.leaf, *ONLINE, codes=[shown.NOT_KNOWN])


class Hostile(RevocationTest):
    """A server of a CA that wants to hurt who asks it."""

    def cost(self, case):
        """(web server, its URL, endpoint, seconds) of a scan whose leaf names a server that is hostile in this way."""
        source, says = case
        with Responder() as web:
            path = "/" + source.lower()
            leaf = LEAF.but(*urls(web, path), subject="%s, %s" % case)
            body = self.chains.answer(Word(leaf)) if source == "OCSP" else self.chains.crl(Word(leaf))
            web.answers[path] = HOSTILE[says](self.bytes_of(body))
            return web, web.url(path), *self.scan_one(leaf, *ONLINE, codes=[shown.NOT_KNOWN])

    def test_it_costs_no_more_time_and_bytes_than_is_stated(self):
        cases = [(source, says) for source in ("OCSP", "CRL") for says in HOSTILE]
        with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
            for (source, says), (web, url, endpoint, seconds) in zip(cases, pool.map(self.cost, cases)):
                with self.subTest(says, source=source):
                    self.assertEqual(said(endpoint), {(source, url): "unusable"})
                    self.assertTrue(endpoint["certificate"]["revocation_open"])
                    self.assertEqual(web.connections, 1)
                    self.assertLess(seconds, MOST_SECONDS + PLAIN_SECONDS)
                    self.assertLess(web.sent, MOST_BYTES + IN_BUFFERS)

    def test_a_leaf_that_names_many_servers_costs_no_more_than_a_few(self):
        with Responder() as web:
            names = ["/ocsp/%d" % number for number in range(40)]
            lists = ["/crl/%d" % number for number in range(40)]
            leaf = LEAF.but("authorityInfoAccess=" + ",".join("OCSP;URI:" + web.url(one) for one in names),
                            "crlDistributionPoints=" + ",".join("URI:" + web.url(one) for one in lists), subject="Many")
            web.answers = {path: responder.silent() for path in names + lists}
            _, seconds = self.scan_one(leaf, *ONLINE, codes=[shown.NOT_KNOWN])
            self.assertLess(seconds, MOST_SECONDS + PLAIN_SECONDS)
            self.assertLessEqual(web.connections, 16)


if __name__ == "__main__":
    shown.SCANNER, Lab.program = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])

"""Hello tables, each field seen from outside: usage  test_hello_level.py SMTPTLS_LAB [unittest arguments].

Hellos and answers are built and read by hello_client.py, which knows nothing of the scanner's codec;
OpenSSL's own client reads some of the flights, too.
"""
import json
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from hello_client import (NUMBER, P256, P384, X25519, Answer, ask, chosen, client_hello, remove_all, ssl2_hello,
                          suites_of)
from lab_server import EHLO, Client, Lab, s_client
from waiting import PATIENCE

if len(sys.argv) > 1:
    Lab.program = sys.argv.pop(1)
TABLES = Path(__file__).resolve().parent / "tables"
RSA, DHE, ECDHE, ECDSA = ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
                          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
ANON, DSS, DES = ("TLS_DH_anon_WITH_AES_128_CBC_SHA", "TLS_DHE_DSS_WITH_AES_128_CBC_SHA",
                  "TLS_RSA_WITH_3DES_EDE_CBC_SHA")
CHACHA, GCM = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
AES13, CHACHA13 = "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
QUIET = ["nothing"]
ALERT_40, REFUSED = ("fatal", 40), [("fatal", 40), "fin"]


def patience(expected):
    """How long to wait for it: short for silence, and no test hangs on how slow the machine is."""
    return 0.2 if "nothing" in expected else PATIENCE


class TableTest(unittest.TestCase):
    def table(self, table, *arguments):
        """A lab server that plays a table: a dictionary, or the name of one of tables/."""
        path = TABLES / (table + ".json") if isinstance(table, str) else None
        if path is None:
            file = tempfile.NamedTemporaryFile("w", suffix=".json")
            self.addCleanup(file.close)
            json.dump(table, file)
            file.flush()
            path = file.name
        lab = Lab("--hello-table", str(path), *arguments, keys=())
        self.addCleanup(lab.end)
        return lab

    def tls12(self, suites, *arguments, **fields):
        return self.table({"versions": {"TLS 1.2": {"suites": suites}}, **fields}, *arguments)


class Flights(TableTest):
    def test_the_messages_of_each_key_exchange(self):
        suites = [RSA, DHE, ECDHE, ECDSA, ANON, DSS, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "TLS_PSK_WITH_NULL_SHA",
                  "TLS_DH_RSA_WITH_AES_128_CBC_SHA", "TLS_KRB5_WITH_RC4_128_SHA", "TLS_SRP_SHA_WITH_AES_128_CBC_SHA"]
        bare = {"TLS_KRB5_WITH_RC4_128_SHA"}
        no_certificate = bare | {ANON, "TLS_PSK_WITH_NULL_SHA", "TLS_SRP_SHA_WITH_AES_128_CBC_SHA"}
        no_key = bare | {RSA, "TLS_DH_RSA_WITH_AES_128_CBC_SHA"}
        versions = ("SSL 3", "TLS 1.0", "TLS 1.1", "TLS 1.2")
        lab = self.table({"versions": {version: {"suites": suites} for version in versions}})
        for version in versions:
            for suite in suites:
                expected = [("hello", version, suite)] + ["certificate"] * (suite not in no_certificate)
                expected += ["key exchange"] * (suite not in no_key) + ["done"]
                self.assertEqual(ask(lab, client_hello(version, [suite])), expected)

    def test_dh_bits_and_group(self):
        lab = self.tls12([DHE, ECDHE], dh_bits=1024, groups=["secp384r1", "x25519"])
        with Answer(lab, client_hello("TLS 1.2", [DHE])) as answer:
            self.assertEqual(answer.events[2][1][:2], (128).to_bytes(2, "big"))
        for groups, expected in (((X25519, P384), P384), ((X25519,), X25519)):
            with Answer(lab, client_hello("TLS 1.2", [ECDHE], groups=groups)) as answer:
                self.assertEqual(answer.events[2][1][:3], b"\x03" + expected.to_bytes(2, "big"))
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [ECDHE], groups=(P256,))), REFUSED)
        self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [ECDHE], groups=()))), ECDHE)

    def test_ecdhe_needs_groups(self):
        lab = self.table({"versions": {"SSL 3": {"suites": [ECDHE, RSA]}}, "ecdhe_needs_groups": True})
        self.assertEqual(chosen(ask(lab, client_hello("SSL 3", [ECDHE, RSA]))), ECDHE)
        self.assertEqual(chosen(ask(lab, client_hello("SSL 3", [ECDHE, RSA], bare=True))), RSA)

    def test_openssl_reads_the_flights(self):
        lab = self.tls12([GCM, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"])
        for suites, signs in (("ECDHE-RSA-AES128-GCM-SHA256", "rsaEncryption"),
                              ("ECDHE-ECDSA-AES128-GCM-SHA256", "id-ecPublicKey")):
            with self.subTest(suites=suites):
                printed = s_client(lab, "starttls", "-tls1_2", "-cipher", suites, "-trace")
                self.assertRegex(printed, r"ServerKeyExchange, Length=[0-9]+")
                self.assertIn("CN = hello.lab.example", printed)
                # Its client verifies the signature, which is noise, and leaves.
                self.assertRegex(lab.transcript()["alerts"][0], "^fatal (decrypt error|illegal parameter|bad .*)$")

    def test_openssl_reads_a_retry(self):
        lab = self.table({"versions": {"TLS 1.3": {"suites": [AES13]}}, "groups": ["secp384r1"]})
        printed = s_client(lab, "implicit", "-tls1_3", "-trace", "-groups", "X25519:P-384")
        self.assertEqual(printed.count("ClientHello, Length="), 2)
        self.assertIn("NamedGroup: secp384r1 (P-384) (24)", printed)
        self.assertEqual([one["answer"] for one in lab.transcript()["hellos"]], ["retry", "share"])

    def test_tls13(self):
        lab = self.table({"versions": {"TLS 1.3": {"suites": [AES13, CHACHA13]}, "TLS 1.2": {"suites": [RSA]}}})
        retry = ("retry", "TLS 1.3", AES13, X25519)
        self.assertEqual(ask(lab, client_hello("TLS 1.3", [CHACHA13, AES13, RSA])), [retry])
        self.assertEqual(remove_all(lab, "TLS 1.3", [CHACHA13, AES13, RSA]), ([AES13, CHACHA13], REFUSED))
        self.assertEqual(ask(lab, client_hello("TLS 1.3", [AES13], share=X25519)),
                         [("hello", "TLS 1.3", AES13, X25519), ALERT_40, "fin"])
        with Answer(lab, client_hello("TLS 1.3", [AES13])) as answer:
            again = answer.next(b"\x14\x03\x03\0\x01\x01" + client_hello("TLS 1.3", [AES13]))
            self.assertEqual(again, [("fatal", 47), "fin"])

    def test_ssl2(self):
        rc4, des = "SSL_CK_RC4_128_WITH_MD5", "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"
        lab = self.table({"versions": {"SSL 2": {"suites": [des, rc4]}, "TLS 1.0": {"suites": [RSA]}}})
        others = ["SSL_CK_IDEA_128_CBC_WITH_MD5", rc4, des]
        with Answer(lab, ssl2_hello(others)) as answer:
            self.assertEqual(answer.events, [("kinds", [des, rc4]), "done"])
            self.assertEqual(answer.next(b"\x80\x01\x02"), [("error", 1), "fin"])
        self.assertEqual(ask(lab, ssl2_hello(others[:1])), [("error", 1), "fin"])
        self.assertEqual(chosen(ask(lab, ssl2_hello([rc4, RSA], version=0x0301))), RSA)
        none = self.tls12([RSA])
        self.assertEqual(ask(none, ssl2_hello([rc4])), [("fatal", 70), "fin"])

    def test_a_hello_in_pieces(self):
        lab = self.tls12([RSA])
        with Client(lab, "implicit") as client:
            for byte in client_hello("TLS 1.2", [RSA]):
                client.socket.sendall(bytes([byte]))
            self.assertEqual(client.read()[:3], b"\x16\x03\x03")


class Choice(TableTest):
    def test_orders(self):
        def removed(order, offered):
            lab = self.table({"versions": {"TLS 1.2": {"suites": [GCM, RSA, CHACHA], "order": order}}})
            return remove_all(lab, "TLS 1.2", offered)[0]

        self.assertEqual(removed("server", [CHACHA, RSA, GCM]), [GCM, RSA, CHACHA])
        self.assertEqual(removed("client", [CHACHA, RSA, GCM]), [CHACHA, RSA, GCM])
        self.assertEqual(removed("chacha_first_if_client", [CHACHA, RSA, GCM]), [CHACHA, GCM, RSA])
        self.assertEqual(removed("chacha_first_if_client", [RSA, CHACHA, GCM]), [GCM, RSA, CHACHA])
        self.assertEqual(removed("by_turns", [CHACHA, RSA, GCM]), [CHACHA, GCM, RSA])
        self.assertEqual(removed("by_turns", [RSA, CHACHA, GCM]), [RSA, GCM, CHACHA])
        self.assertEqual(removed("by_three", [RSA, CHACHA, GCM]), [RSA, GCM, CHACHA])
        self.assertEqual(removed("by_three", [GCM, CHACHA, RSA]), [GCM, RSA, CHACHA])

    def test_members(self):
        lab = self.table({"versions": {"TLS 1.2": {"suites": [RSA]}},
                          "members": [{"versions": {"TLS 1.2": {"suites": [GCM]}}}]})
        offer = client_hello("TLS 1.2", [RSA, GCM])
        self.assertEqual([chosen(ask(lab, offer)) for _ in range(4)], [RSA, GCM, RSA, GCM])

    def test_names_of_suites(self):
        lab = self.table({"lists": {"a": ["AES128-SHA", "@b"], "b": ["0x000a", "0xfafa"]},
                          "versions": {"TLS 1.2": {"suites": ["@a", "TLS_*DHE_RSA_WITH_AES_128_CBC_SHA"]}}})
        self.assertEqual(remove_all(lab, "TLS 1.2", [DES, ECDHE, RSA, DHE, GCM])[0], [RSA, DES, DHE, ECDHE])

    def test_read_limit(self):
        fill = [number for number in range(0x2a00, 0x2a80)]
        lab = self.tls12([RSA], read_limit={"suites": 64})
        self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", fill[:63] + [RSA]))), RSA)
        self.assertEqual(ask(lab, client_hello("TLS 1.2", fill[:64] + [RSA])), REFUSED)
        lab = self.tls12([RSA], read_limit={"suites": 128, "over": "alert 47"})
        self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [RSA] + fill[:127]))), RSA)
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [RSA] + fill[:128])), [("fatal", 47), "fin"])

    def test_version_hole_and_lower_answers(self):
        lab = self.table("version_hole")
        versions = [ask(lab, client_hello(version, [RSA, DES]))[0] for version in
                    ("TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0", "SSL 3")]
        self.assertEqual(versions, [("hello", "TLS 1.2", RSA)] * 2 + [("hello", "SSL 3", DES)] * 3)

    def test_absent(self):
        cases = {"alert 70": [("fatal", 70), "fin"], "alert 40": REFUSED, "close": ["fin"], "reset": ["rst"],
                 "silence": QUIET, "lower": [("hello", "TLS 1.0", RSA), "certificate", "done"]}
        for manner, expected in cases.items():
            lab = self.table({"versions": {"TLS 1.0": {"suites": [RSA]}}, "absent": {"TLS 1.1": manner}})
            self.assertEqual(ask(lab, client_hello("TLS 1.1", [RSA]), wait=patience(expected)), expected)
            self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [RSA]))), RSA)
        lab = self.tls12([RSA], absent="lower, else close")
        self.assertEqual(ask(lab, client_hello("TLS 1.1", [RSA])), ["fin"])
        self.assertEqual(ask(self.tls12([RSA]), client_hello("TLS 1.1", [RSA])), [("fatal", 70), "fin"])

    def test_supported_versions_are_read_or_not(self):
        for reads, expected in ((True, [("fatal", 70), "fin"]), (False, REFUSED)):
            lab = self.tls12([RSA], reads_supported_versions=reads)
            self.assertEqual(ask(lab, client_hello("TLS 1.3", [AES13])), expected)


class Refusals(TableTest):
    def test_refusal(self):
        cases = {"alert 40": REFUSED, "alert 71": [("fatal", 71), "fin"], "alert 47": [("fatal", 47), "fin"],
                 "alert 80": [("fatal", 80), "fin"], "close": ["fin"], "reset": ["rst"], "silence": QUIET}
        for manner, expected in cases.items():
            lab = self.tls12([RSA], refusal=manner)
            self.assertEqual(ask(lab, client_hello("TLS 1.2", [DHE]), wait=patience(expected)), expected)
            self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [RSA]))), RSA)

    def test_refusal_of_one_version(self):
        lab = self.table({"versions": {"TLS 1.0": {"suites": [RSA], "refusal": "close"},
                                       "TLS 1.2": {"suites": [RSA]}}, "refusal": "alert 71"})
        self.assertEqual(ask(lab, client_hello("TLS 1.0", [DHE])), ["fin"])
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [DHE])), [("fatal", 71), "fin"])

    def test_poison(self):
        poison = {"bare": [DES], "after_hello": ["TLS_DHE_DSS_*"], "after_flight": [RSA]}
        lab = self.table({"versions": {"TLS 1.2": {"suites": [DES, DSS, RSA, ECDHE], "poison": poison}},
                          "after_flight": "close"})
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [ECDHE, RSA, DSS, DES])), REFUSED)
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [ECDHE, RSA, DSS])),
                         [("hello", "TLS 1.2", DSS), ALERT_40, "fin"])
        key = b"\x16\x03\x03\0\x04\x10\0\0\0"
        for suite, expected in ((RSA, REFUSED), (ECDHE, ["fin"])):
            with Answer(lab, client_hello("TLS 1.2", [suite])) as answer:
                self.assertEqual(chosen(answer.events), suite)
                self.assertEqual(answer.next(key), expected)

    def test_poison_by_another_manner(self):
        poison = {"after_hello": [DSS], "manner": "reset"}
        lab = self.table({"versions": {"TLS 1.2": {"suites": [DSS], "poison": poison}}})
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [DSS]))[-1], "rst")

    def test_credential_trap(self):
        lab = self.table({"versions": {"TLS 1.2": {"suites": [ANON, RSA], "credential_trap": ["TLS_DH_anon_*"]}},
                          "refusal": "alert 71"})
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [RSA, ANON])), [("fatal", 71), "fin"])
        self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [RSA]))), RSA)

    def test_sni_required(self):
        lab = self.tls12([RSA], sni_required=True)
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [RSA])), [("fatal", 112), "fin"])
        self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [RSA], sni="mx.test"))), RSA)
        self.assertEqual(lab.transcript()["sni"], "")
        self.assertEqual(lab.transcript()["sni"], "mx.test")

    def test_intolerant(self):
        def one(**fields):
            return self.table({"versions": {"TLS 1.2": {"suites": [RSA]}, "TLS 1.3": {"suites": [AES13]}},
                               "intolerant": [fields]})

        plain = client_hello("TLS 1.2", [RSA])
        lab = one(of="tls13", manner="close")
        self.assertEqual((ask(lab, client_hello("TLS 1.3", [AES13])), chosen(ask(lab, plain))), (["fin"], RSA))
        lab = one(of="extensions")
        self.assertEqual((ask(lab, plain), chosen(ask(lab, client_hello("TLS 1.2", [RSA], bare=True)))),
                         (REFUSED, RSA))
        lab = one(of="bytes", **{"from": 256, "to": 511, "manner": "reset"})
        self.assertEqual([chosen(ask(lab, client_hello("TLS 1.2", [RSA], pad=size))) for size in
                          (255, 256, 511, 512)], [RSA, None, None, RSA])


class Lies(TableTest):
    def test_unoffered(self):
        lab = self.tls12([RSA], unoffered=DES)
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [DHE]))[0], ("hello", "TLS 1.2", DES))
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [RSA]))[0], ("hello", "TLS 1.2", RSA))

    def test_wrong_version(self):
        lab = self.table({"versions": {"TLS 1.0": {"suites": [RSA]}, "TLS 1.2": {"suites": [RSA]}},
                          "wrong_version": {"TLS 1.0": "TLS 1.2", "TLS 1.2": "SSL 3"}})
        self.assertEqual(ask(lab, client_hello("TLS 1.0", [RSA]))[0], ("hello", "TLS 1.2", RSA))
        self.assertEqual(ask(lab, client_hello("TLS 1.2", [RSA]))[0], ("hello", "SSL 3", RSA))

    def test_hrr_loop(self):
        lab = self.table({"versions": {"TLS 1.3": {"suites": [AES13]}}, "hrr_loop": True})
        with Answer(lab, client_hello("TLS 1.3", [AES13])) as answer:
            for _ in range(5):
                self.assertEqual(answer.next(client_hello("TLS 1.3", [AES13], share=X25519)),
                                 [("retry", "TLS 1.3", AES13, X25519)])
        self.assertEqual(lab.transcript()["hello_count"], 6)

    def test_share_refusal(self):
        lab = self.table({"versions": {"TLS 1.3": {"suites": [AES13]}}, "share_refusal": "alert 80"})
        self.assertEqual(ask(lab, client_hello("TLS 1.3", [AES13], share=X25519)), [("fatal", 80), "fin"])
        with Answer(lab, client_hello("TLS 1.3", [AES13])) as answer:
            self.assertEqual(answer.events, [("retry", "TLS 1.3", AES13, X25519)])
            self.assertEqual(answer.next(client_hello("TLS 1.3", [AES13], share=X25519)), [("fatal", 80), "fin"])

    def test_second_server_hello(self):
        events = ask(self.tls12([RSA], second_server_hello=True), client_hello("TLS 1.2", [RSA]))
        self.assertEqual(events, [("hello", "TLS 1.2", RSA)] * 2 + ["certificate", "done"])

    def test_certificate_request(self):
        events = ask(self.tls12([RSA], certificate_request=True), client_hello("TLS 1.2", [RSA]))
        self.assertEqual(events[1:], ["certificate", "request", "done"])

    def test_alert_record_version(self):
        lab = self.tls12([RSA], alert_record_version=0)
        with Client(lab, "starttls") as client:
            client.start_tls()
            client.socket.sendall(client_hello("TLS 1.2", [DHE]))
            self.assertEqual(client.read(), bytes.fromhex("15000000020228"))

    def test_flaw(self):
        def events(flaw):
            rules = {"suites": [DHE], "flaw": flaw}
            return ask(self.table({"versions": {"TLS 1.2": rules}}), client_hello("TLS 1.2", [DHE]))
        self.assertEqual(events("no certificate")[1:], ["key exchange", "done"])
        self.assertEqual(events("no key exchange")[1:], ["certificate", "done"])
        self.assertEqual(events("compression")[1:], events("none")[1:])
        self.assertEqual(events("supported_versions")[1:], events("none")[1:])

    def test_warning_alert_first(self):
        events = ask(self.tls12([RSA], warning_alert_first=True), client_hello("TLS 1.2", [RSA]))
        self.assertEqual(events[:2], [("warning", 112), ("hello", "TLS 1.2", RSA)])

    def test_fragment(self):
        for size in (1, 100):
            lab = self.tls12([RSA], fragment=size)
            with Answer(lab, client_hello("TLS 1.2", [RSA])) as answer:
                self.assertEqual((chosen(answer.events), max(answer.sizes)), (RSA, size))

    def test_certificates(self):
        lab = self.tls12([RSA, ECDSA, DSS], certificates={"rsa": "3003020101", "ecdsa": "30030201ff"})
        for suite, der in ((RSA, "3003020101"), (ECDSA, "30030201ff")):
            with Answer(lab, client_hello("TLS 1.2", [suite])) as answer:
                self.assertEqual(answer.events[1][1].hex(), "000008000005" + der)
        with Answer(lab, client_hello("TLS 1.2", [DSS])) as answer:
            self.assertGreater(len(answer.events[1][1]), 500)
        kind = "SSL_CK_RC4_128_WITH_MD5"
        lab = self.table({"versions": {"SSL 2": {"suites": [kind]}}, "certificates": {"rsa": "3003020101"}})
        with Client(lab, "implicit") as client:
            client.socket.sendall(ssl2_hello([kind]))
            self.assertIn(bytes.fromhex("3003020101"), client.read())

    def test_chain_bytes(self):
        lab = self.tls12([RSA], chain_bytes=40000)
        with Client(lab, "implicit") as client:
            client.socket.sendall(client_hello("TLS 1.2", [RSA]))
            came = b""
            while len(came) < 40000 and not came.endswith(b"\x0e\0\0\0"):
                came += client.read()
            self.assertLess(40000, len(came))
            self.assertLess(len(came), 43000)

    def test_endless(self):
        for kind, begins in (("alerts", b"\x15\x03\x03\0\x02\x01\x70"), ("messages", b"\x16\x03\x03"),
                             ("certificate", b"\x16\x03\x03")):
            lab = self.tls12([RSA], endless=kind)
            with Client(lab, "implicit") as client:
                client.socket.sendall(client_hello("TLS 1.2", [RSA]))
                came = b""
                while len(came) < 200000:
                    came += client.read()
                self.assertTrue(came.startswith(begins), (kind, came[:9]))

    def test_drip_tls_drips_the_flight(self):
        lab = self.tls12([RSA], "--behaviour", "drip-tls=0.001")
        with Client(lab, "implicit") as client:
            begun, came = time.monotonic(), b""
            client.socket.sendall(client_hello("TLS 1.2", [RSA]))
            while not came.endswith(b"\x0e\0\0\0"):
                came += client.read()
            self.assertGreater(time.monotonic() - begun, 0.001 * (len(came) - 1))


class Every(TableTest):
    def connections(self, expected, **misdeed):
        lab = self.tls12([RSA], every=[misdeed])
        ends = [ask(lab, client_hello("TLS 1.2", [RSA]), wait=patience([end]))[-1] for end in expected]
        self.assertEqual(ends, expected)

    def test_nth_each_and_from(self):
        self.connections(["done", "done", "rst", "done"], nth=3, stage="hello", act="reset")
        self.connections(["done", "fin"] * 2, each=2, stage="hello", act="close")
        self.connections(["done", "nothing", "nothing", "done"], **{"from": 2, "to": 3}, stage="hello", act="silence")

    def test_in_mid_flight(self):
        for act, end in (("reset", "rst"), ("close", "fin"), ("silence", "nothing")):
            lab = self.tls12([RSA], fragment=50, every=[{"nth": 1, "stage": "flight", "act": act}])
            # The flight's beginning comes before the silence.
            events = ask(lab, client_hello("TLS 1.2", [RSA]), wait=3 if act == "silence" else PATIENCE)
            self.assertEqual(events[-1], end)
            # A RST may overtake what was sent before it.
            self.assertTrue(act == "reset" or events[0] == ("hello", "TLS 1.2", RSA), events)

    def test_at_the_greeting(self):
        for act, begins in (("421", b"421"), ("close", b""), ("silence", "nothing"), ("reset", "rst")):
            lab = self.tls12([RSA], every=[{"nth": 1, "stage": "greeting", "act": act}])
            for kind in ("starttls", "implicit"):
                try:
                    with Client(lab, kind) as client:
                        came = client.read(patience([begins]))
                except ConnectionResetError:
                    came = "rst"
                self.assertEqual(came[:3] if isinstance(came, bytes) else came, begins)
            self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [RSA]), "starttls")), RSA)

    def test_at_starttls(self):
        for act, code, then in (("454", b"454", "nothing"), ("421", b"421", b""), ("close", b"220", b""),
                                ("silence", b"220", "nothing")):
            lab = self.tls12([RSA], every=[{"nth": 1, "stage": "starttls", "act": act}])
            with Client(lab) as client:
                self.assertEqual((client.start_tls()[:3], client.read(patience([then]))), (code, then))
            self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [RSA]), "starttls")), RSA)
        lab = self.tls12([RSA], every=[{"nth": 1, "stage": "starttls", "act": "reset"}])
        with Client(lab) as client:
            client.reply()
            client.say(EHLO)
            client.socket.sendall(b"STARTTLS\r\n")
            self.assertIn("rst", (client.read(), client.read()))


class Tables(TableTest):
    def test_the_example_and_every_table_load(self):
        example = subprocess.run([Lab.program, "--print-table-example"], capture_output=True, text=True, check=True)
        self.table(json.loads(example.stdout))
        for path in TABLES.glob("*.json"):
            self.table(path.stem)

    def test_removal_finds_the_table_of_openssl_102(self):
        table = json.loads((TABLES / "openssl_1_0_2_weak.json").read_text())
        lab = self.table("openssl_1_0_2_weak")
        everything = [name for name in NUMBER if name.startswith("TLS_")]
        cells = len(table["versions"]["SSL 2"]["suites"])
        for version in ("SSL 3", "TLS 1.0", "TLS 1.1", "TLS 1.2"):
            found, end = remove_all(lab, version, everything)
            cells += len(found)
            self.assertEqual((found, end), (table["lists"]["all" if version == "TLS 1.2" else "old"], REFUSED))
        self.assertIn("%d cells" % cells, table["about"])

    def test_removal_stops_early_at_exim(self):
        everything = [name for name in NUMBER if name.startswith("TLS_")]
        anonymous = [name for name in everything if "_anon_" in name]
        lab = self.table("exim_gnutls_anonymous")
        found, end = remove_all(lab, "TLS 1.2", everything)
        self.assertEqual(end, REFUSED)
        certified, _ = remove_all(lab, "TLS 1.2", [name for name in everything if name not in anonymous])
        self.assertLess(len(found), len(certified) // 2)
        self.assertEqual(remove_all(lab, "TLS 1.2", anonymous), ([], REFUSED))

    def test_the_log(self):
        lab = self.table("version_hole")
        with Answer(lab, client_hello("TLS 1.1", [DES, RSA], sni="mx.test"), "starttls") as answer:
            answer.client.socket.sendall(b"\x15\x03\x00\0\x02\x01\x5a")
        seen = lab.transcript()
        size = len(client_hello("TLS 1.1", [DES, RSA], sni="mx.test")) - 5
        self.assertEqual(seen["hellos"], [{"version": "TLS 1.1", "suites": 2, "bytes": size, "answered": "SSL 3",
                                           "chosen": [DES], "answer": "flight"}])
        self.assertEqual((seen["hello_count"], seen["sni"], seen["alerts"], seen["ended"], seen["handshake"]),
                         (1, "mx.test", ["warning user canceled"], "fin", "none"))

    def test_nonsense_is_survived(self):
        lab = self.tls12([RSA])
        for nonsense in (b"EHLO x\r\n", b"\x16\x03\x01\0\x04\x01\0\0\0", b"\x80\x03\x01\0\x02", b"\xff" * 40000,
                         b"\x16\x03\x01\0\x04\x02\0\0\0", b"\x15\x03\x01\0\x01\x01"):
            with Client(lab, "implicit") as client:
                client.socket.sendall(nonsense)
                self.assertIn(client.read(), (b"", "rst"))
        self.assertEqual(chosen(ask(lab, client_hello("TLS 1.2", [RSA]))), RSA)

    def test_wrong_tables(self):
        good = {"versions": {"TLS 1.2": {"suites": [RSA]}}}
        cases = [{}, [], {"versions": {}}, {"versions": {"TLS 9": {"suites": [RSA]}}},
                 {"versions": {"TLS 1.2": {"suites": ["TLS_NONE_SUCH"]}}},
                 {"versions": {"TLS 1.2": {"suites": ["@none"]}}}, {"versions": {"TLS 1.2": {}}},
                 {"lists": {"a": ["@a"]}, "versions": {"TLS 1.2": {"suites": ["@a"]}}},
                 {"versions": {"TLS 1.2": {"suites": [RSA], "credential_trap": [DES]}}},
                 {"versions": {"TLS 1.2": {"suites": [RSA], "order": "none"}}}]
        cases += [{**good, **field} for field in
                  ({"refusl": "close"}, {"refusal": "shrug"}, {"refusal": "alert 999"}, {"refusal": "alert "},
                   {"read_limit": {"suites": 0}},
                   {"fragment": 0}, {"dh_bits": -1}, {"groups": ["x"]}, {"sni_required": 1},
                   {"certificates": {"rsa": "0g"}}, {"certificates": {"rsa": "300"}}, {"certificates": {"any": "30"}},
                   {"every": [{"nth": 1, "stage": "hello", "act": "454"}]}, {"every": [{"each": 0}]})]
        for table in cases:
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(table, file)
                file.flush()
                done = subprocess.run([Lab.program, "--listen", "starttls:0", "--hello-table", file.name],
                                      capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), (table, done.stderr))


if __name__ == "__main__":
    unittest.main()

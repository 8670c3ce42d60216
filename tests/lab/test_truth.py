"""What the clients of the ground truth print, and what it is taken to mean.

    python3 tests/lab/test_truth.py [unittest arguments]
"""

import sys
import unittest

import gnutls_truth
import hello_truth
import truth
from lab import run_tests, skip_unless_available
from truth import Outcome


class OpensslTest(unittest.TestCase):
    """openssl s_client: a suite that was chosen is never called refused."""

    def test_what_follows_a_server_hello(self):
        suite = truth.Suite("TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA")
        chosen = "<<< TLS 1.2, RecordHeader [length 0005]\n<<< TLS 1.2, Handshake [length 003d], ServerHello\n"
        alert = "error:0A00041B:SSL routines:ssl3_read_bytes:words:SSL alert number {}\n"
        cases = [
            ("chosen, then decrypt_error", chosen, alert.format(51), "failed"),
            ("chosen, then handshake_failure", chosen, alert.format(40), "failed"),
            ("chosen, then closed", chosen, "error:0A000126:SSL routines::unexpected eof while reading\n", "failed"),
            ("chosen, then our side stops", chosen, "error:0A00018A:SSL routines::dh key too small\n", "trouble"),
            ("not chosen", "<<< TLS 1.2, Alert [length 0002], fatal handshake_failure\n", alert.format(40), "refused"),
            ("not chosen, and no refusal", "", alert.format(51), "trouble"),
        ]
        for name, stdout, stderr, expected in cases:
            with self.subTest(name):
                self.assertEqual(truth.classify(stdout, stderr, "TLS 1.2", suite).state, expected)


class GnutlsTest(unittest.TestCase):
    """gnutls-cli must be able to offer each suite alone, or the truth has holes."""

    def test_the_suites_that_openssl_lacks_are_there(self):
        skip_unless_available(gnutls_truth.client)
        for version, suite in (("TLS 1.0", "TLS_RSA_WITH_RC4_128_MD5"),
                               ("TLS 1.1", "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"),
                               ("TLS 1.2", "TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256"),
                               ("TLS 1.2", "TLS_DH_anon_WITH_RC4_128_MD5"), ("TLS 1.3", truth.TLS13_SUITES[4])):
            with self.subTest(suite):
                self.assertIn(suite, [one.iana for one in gnutls_truth.speakable(version)])

    def test_every_way_a_handshake_goes(self):
        suite = gnutls_truth.Suite(0x002F, "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_AES_128_CBC_SHA1", "", "TLS 1.0")
        offered = "|<2>| Keeping ciphersuite 00.2f (GNUTLS_RSA_AES_128_CBC_SHA1)\n"
        chosen = offered + "|<4>| HSK[0]: Selected cipher suite: GNUTLS_RSA_AES_128_CBC_SHA1\n"
        done = chosen + "- Description: (TLS1.2-X.509)-(RSA)-(AES-128-CBC)-(SHA1)\n- Handshake was completed\n"
        alert = "*** Received alert [{}]: words\n"
        cases = [
            ("completed, and SMTP inside", done + "221 Bye\n", "accepted"),
            ("completed, but nothing inside", done, "trouble"),
            ("another version than asked", done.replace("TLS1.2", "TLS1.1") + "221 Bye\n", "trouble"),
            ("another suite offered", done.replace("00.2f", "00.35") + "221 Bye\n", "trouble"),
            ("handshake_failure", offered + alert.format(40), "refused"),
            ("internal_error is no refusal", offered + alert.format(80), "trouble"),
            ("chosen, then an alert", chosen + alert.format(40), "failed"),
            ("chosen, then closed", chosen + "The TLS connection was non-properly terminated.\n", "failed"),
            ("chosen, then our side stops", chosen + "*** Fatal error: too small a prime\n", "trouble"),
            ("turned away before TLS", "error receiving '220 ': Timeout\n", "trouble"),
            ("silence", "", "trouble"),
        ]
        for name, output, expected in cases:
            with self.subTest(name):
                self.assertEqual(gnutls_truth.classify(output, "TLS 1.2", suite).state, expected)


class HelloTest(unittest.TestCase):
    """One hello: what came before the end of the connection, or instead of it."""

    suite = "TLS_RSA_WITH_AES_128_CBC_SHA"

    @staticmethod
    def record(kind, body, version=b"\x03\x03"):
        return bytes([kind]) + version + len(body).to_bytes(2, "big") + body

    def server_hello(self, version=b"\x03\x03", suite=b"\x00\x2f"):
        return self.record(22, b"\x02\x00\x00\x26" + version + bytes(32) + b"\x00" + suite + b"\x00")

    def alert(self, number):
        return self.record(21, bytes([2, number]))

    def test_every_way_a_hello_is_answered(self):
        done = self.record(22, b"\x0e\x00\x00\x00")
        cases = [
            ("the whole flight", self.server_hello() + done, "accepted"),
            ("chosen, then closed", self.server_hello(), "failed"),
            ("chosen, then internal_error", self.server_hello() + self.alert(80), "failed"),
            ("another suite", self.server_hello(suite=b"\x00\x35") + done, "trouble"),
            ("another version", self.server_hello(version=b"\x03\x02") + done, "trouble"),
            ("handshake_failure", self.alert(40), "refused"),
            ("protocol_version in a record of SSL 3", self.record(21, b"\x02\x46", b"\x03\x00"), "refused"),
            ("internal_error", self.alert(80), "internal_error"),
            ("unrecognized_name", self.alert(112), "other"),
            ("close_notify", self.record(21, b"\x01\x00"), "closed"),
            ("closed", b"", "closed"),
            ("closed in the middle of an alert", self.alert(40)[:6], "closed"),
        ]
        for name, data, expected in cases:
            with self.subTest(name):
                answer = hello_truth.Answer()
                for at in range(0, len(data), 7):
                    answer.take(data[at:at + 7])
                self.assertEqual(hello_truth.classify(answer, "TLS 1.2", self.suite).state, expected)

    def test_a_close_counts_when_it_came_three_times(self):
        closed, trouble = Outcome("closed", "closed"), Outcome("trouble", "timed out")
        refused, accepted = Outcome("refused", "alert 40"), Outcome("accepted", "")
        cases = [
            ("three closes", [closed] * 3, closed, 3),
            ("trouble does not count", [closed, trouble, closed, closed], closed, 4),
            ("a refusal counts at once", [closed, refused], refused, 2),
            ("so does an acceptance", [closed, closed, accepted], accepted, 3),
        ]
        for name, answers, expected, asked in cases:
            with self.subTest(name):
                left = iter(answers)
                self.assertEqual(hello_truth.settled(lambda: next(left)), expected)
                self.assertEqual(len(answers) - len(list(left)), asked)

    def test_every_suite_of_the_scanner_is_asked_for(self):
        self.assertEqual(set(hello_truth.SUITES), {name for code, name in gnutls_truth.iana_names().items()})


if __name__ == "__main__":
    run_tests(sys.argv)

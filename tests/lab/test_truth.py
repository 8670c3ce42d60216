"""What the clients of the ground truth print, and what it is taken to mean.

    python3 tests/lab/test_truth.py [unittest arguments]
"""

import sys
import unittest

import gnutls_truth
import truth
from lab import run_tests, skip_unless_available


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


if __name__ == "__main__":
    run_tests(sys.argv)

"""The lab server's TLS is what it says it is: usage  test_lab_handshakes.py SMTPTLS_LAB [unittest arguments].

Needs the openssl program.
"""
import subprocess
import sys
import tempfile
import unittest

from lab_server import EHLO, Client, Lab, s_client

if len(sys.argv) > 1:
    Lab.program = sys.argv.pop(1)
BOTH_KEYS = ("ecdsa-p256", "rsa2048")
VERSIONS = {"-tls1": "TLSv1", "-tls1_1": "TLSv1.1", "-tls1_2": "TLSv1.2", "-tls1_3": "TLSv1.3"}


def own_certificate(folder, name, key, staple=None):
    """Options for a certificate of NAME.test, and an answer for it."""
    stem = folder + "/" + name
    curve = ["-pkeyopt", "ec_paramgen_curve:P-256"] if key == "ec" else []
    subprocess.run(["openssl", "req", "-x509", "-newkey", key, *curve, "-nodes", "-keyout", stem + ".key", "-out",
                    stem + ".pem", "-subj", "/CN=%s.test" % name], check=True, capture_output=True)
    if staple is None:
        return ["--cert", stem + ".pem", "--key", stem + ".key"]
    with open(stem + ".staple", "w") as file:
        file.write(staple)
    return ["--cert", stem + ".pem", "--key", stem + ".key", "--staple", stem + ".staple"]


class Handshakes(unittest.TestCase):
    def check(self, lab, kind, flag, version, suites="ALL:@SECLEVEL=0"):
        printed = s_client(lab, kind, flag, "-cipher", suites, "-servername", "sni.test")
        self.assertRegex(printed, r"New, .*Cipher is [A-Z]")
        self.assertIn("221 2.0.0 Bye", printed)
        return lab.transcript()

    def test_each_version_over_both_entries(self):
        with Lab(keys=BOTH_KEYS) as lab:
            for kind in ("starttls", "implicit"):
                for flag, version in VERSIONS.items():
                    with self.subTest(kind=kind, version=version):
                        seen = self.check(lab, kind, flag, version)
                        self.assertTrue(seen["handshake"].startswith("ok %s " % version), seen)
                        self.assertEqual(seen["sni"], "sni.test")
                        self.assertEqual(seen["ended"], "quit")

    def test_versions_with_a_hole(self):
        with Lab("--min-version", "TLSv1", "--max-version", "TLSv1.2", "--without-version", "TLSv1.1") as lab:
            for flag, works in (("-tls1", True), ("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", False)):
                with self.subTest(flag=flag):
                    s_client(lab, "implicit", flag, "-cipher", "ALL:@SECLEVEL=0")
                    self.assertEqual(lab.transcript()["handshake"].startswith("ok"), works)

    def test_suites_groups_and_order(self):
        with Lab("--ciphers", "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256", "--server-order",
                 "--ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "--groups", "P-384", keys=BOTH_KEYS) as lab:
            offered = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
            s_client(lab, "implicit", "-tls1_2", "-cipher", offered)
            self.assertEqual(lab.transcript()["handshake"], "ok TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384")
            s_client(lab, "implicit", "-tls1_2", "-cipher", "AES128-SHA")
            self.assertEqual(lab.transcript()["handshake"], "failed no shared cipher")
            printed = s_client(lab, "implicit", "-tls1_3")
            self.assertIn("Server Temp Key: ECDH, secp384r1, 384 bits", printed)
            self.assertEqual(lab.transcript()["handshake"], "ok TLSv1.3 TLS_CHACHA20_POLY1305_SHA256")

    def test_a_dh_group(self):
        with Lab("--dh-group", "ffdhe3072", "--ciphers", "ADH") as lab:
            printed = s_client(lab, "implicit", "-tls1_2", "-cipher", "ADH-AES128-SHA:@SECLEVEL=0")
            self.assertIn("Server Temp Key: DH, 3072 bits", printed)

    def test_signature_algorithms(self):
        with Lab("--signature-algorithms", "ECDSA+SHA1", "--max-version", "TLSv1.2") as lab:
            printed = s_client(lab, "implicit", "-cipher", "ALL:@SECLEVEL=0", "-sigalgs", "ECDSA+SHA256:ECDSA+SHA1")
            self.assertIn("Peer signing digest: SHA1", printed)

    def test_no_suite_for_tls_1_3(self):
        with Lab("--ciphersuites", "") as lab:
            s_client(lab, "implicit", "-tls1_3")
            self.assertTrue(lab.transcript()["handshake"].startswith("failed"))

    def test_anonymous_suites(self):
        with Lab("--ciphers", "aNULL") as lab:
            for suite in ("ADH-AES128-SHA", "AECDH-AES256-SHA"):
                seen = self.check(lab, "starttls", "-tls1", "TLSv1", suite + ":@SECLEVEL=0")
                self.assertEqual(seen["handshake"], "ok TLSv1 " + suite)

    def test_the_name_is_in_the_certificate(self):
        with Lab("--hostname", "mx.example.test", keys=BOTH_KEYS) as lab:
            printed = s_client(lab, "starttls", "-tls1_2", "-cipher", "aRSA")
            self.assertIn("subject=CN = mx.example.test", printed.replace("CN=", "CN = "))
            self.assertIn("Server public key is 2048 bit", printed)

    def test_a_certificate_of_ones_own(self):
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = folder + "/key.pem", folder + "/cert.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", key, "-out",
                            certificate, "-subj", "/CN=own.test"], check=True, capture_output=True)
            with Lab("--cert", certificate, "--key", key, keys=()) as lab:
                printed = s_client(lab, "implicit", "-tls1_2", "-cipher", "aRSA:@SECLEVEL=0")
                self.assertIn("own.test", printed)

    def test_an_answer_is_stapled_to_the_certificate_that_it_is_given_for(self):
        with tempfile.TemporaryDirectory() as folder:
            options = []
            for name, key in (("ec", "ec"), ("rsa", "rsa:2048")):
                options += own_certificate(folder, name, key, name + " staple")
            with Lab(*options, keys=()) as lab:
                for suite, name in (("aECDSA", "ec"), ("aRSA", "rsa")):
                    with self.subTest(suite):
                        printed = s_client(lab, "implicit", "-tls1_2", "-cipher", suite, "-status")
                        self.assertIn(name + " staple", printed)
                self.assertNotIn(" staple", s_client(lab, "implicit", "-tls1_3"))

    def test_who_sends_another_name_or_none_is_served_by_another_certificate_or_refused(self):
        names = {"-servername mail.lab.example": "known", "-servername other.test": "unknown", "-noservername": "none"}
        with tempfile.TemporaryDirectory() as folder:
            own = own_certificate(folder, "own", "ec")
            certificate, key = own_certificate(folder, "others", "ec")[1::2]
            others = ["--cert-for-others", certificate, "--key-for-others", key]
            for refused in ("", "unknown", "none", "both"):
                with Lab(*own, *others, *(["--refuse-names", refused] if refused else []), keys=()) as lab:
                    for option, name in names.items():
                        for version in ("-tls1_2", "-tls1_3"):
                            with self.subTest(refused=refused, name=name, version=version):
                                printed = s_client(lab, "starttls", version, *option.split())
                                if name != "known" and refused in (name, "both"):
                                    self.assertIn("alert number 112", printed)
                                else:
                                    self.assertIn("own.test" if name == "known" else "others.test", printed)

    def test_the_story(self):
        with Lab("--story", keys=("rsa2048",)) as lab:
            with Client(lab) as client:
                self.assertEqual(client.reply(), b"220 mail.lab.example ESMTP Postfix\r\n")
                self.assertIn(b"250-STARTTLS\r\n", client.say(EHLO))
            for flag, works in (("-tls1", True), ("-tls1_2", True), ("-tls1_3", False)):
                for kind in ("starttls", "implicit"):
                    with self.subTest(flag=flag, kind=kind):
                        printed = s_client(lab, kind, flag, "-cipher", "ALL:@SECLEVEL=0")
                        self.assertEqual("221 2.0.0 Bye" in printed, works)
                        self.assertNotIn("Extended master secret: yes", printed)

    def test_the_story_brings_its_own_ports(self):
        done = subprocess.Popen([Lab.program, "--story"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        lines = [done.stdout.readline() for _ in range(2)]
        done.terminate()
        self.assertEqual((done.wait(10), [line.split()[1] for line in lines]), (0, ["starttls", "implicit"]))
        done.stdout.close()

    def test_a_hostile_openssl_cnf_changes_nothing(self):
        with tempfile.NamedTemporaryFile("w", suffix=".cnf") as config:
            config.write("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
                         "MinProtocol = TLSv1.3\nCipherString = DEFAULT:@SECLEVEL=5\nGroups = P-521\n")
            config.flush()
            with Lab(env={"OPENSSL_CONF": config.name}) as lab:
                seen = self.check(lab, "starttls", "-tls1", "TLSv1")
                self.assertTrue(seen["handshake"].startswith("ok TLSv1 "), seen)


if __name__ == "__main__":
    unittest.main()

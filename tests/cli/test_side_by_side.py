"""What the endpoints of a scan show only together: where those of one name differ, keys in several places, RSA keys with
a factor in common. A saved scan says the same again.
"""
import json
import pathlib
import sys
import tempfile

import scanner
from scanner import EHLO, REPOSITORY, SCHEMA, Lab, Run, Scan

sys.path.insert(0, str(REPOSITORY / "tests/chains"))
from asn1 import SEQUENCE, element  # noqa: E402
from authority import Authority, openssl  # noqa: E402

INTEGER = 0x02
COMPLETE, NOT_KNOWN = 0, 3


def prime_above(number):
    """By Fermat's test."""
    number |= 1
    while any(pow(base, number - 1, number) != 1 for base in (2, 3, 5)) or (number - 1) % 65537 == 0:
        number += 2
    return number


def integer(number):
    return element(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def rsa_key(path, p, q):
    """Writes the key of these primes: RFC 8017 appendix A.1.2."""
    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    der = path + ".der"
    pathlib.Path(der).write_bytes(element(SEQUENCE, b"".join(map(integer, numbers))))
    openssl("rsa", "-inform", "DER", "-in", der, "-out", path)


class SideBySideTest(Scan):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.key = cls.authority.key("secp256r1")
        cls.certificate = cls.signed(cls.key, "/CN=localhost")

    @classmethod
    def signed(cls, key, subject, label=""):
        """The path of a certificate that the key signed for itself."""
        return cls.authority.once(("signed", key, subject, label), lambda path: openssl(
            "req", "-x509", "-new", "-key", key, "-config", "/dev/null", "-subj", subject, "-days", "30", "-out", path))

    def lab(self, *options, certificate=None, key=None, kind="implicit"):
        """Its port."""
        lab = self.enterContext(Lab("--cert", certificate or self.certificate, "--key", key or self.key, *options,
                                    listen=(kind,), keys=()))
        return lab.ports[kind]

    def scanned(self, *targets, code=COMPLETE):
        """What the document has of it, which is the same when the saved scan is reported again, in one document, in
        lines and as text; and the text."""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        files = {form: folder / ("scan." + form) for form in ("json", "ndjson", "txt", "html")}
        words = [word for path in files.values() for word in ("-o", str(path))]
        run = Run(*EHLO, "-4", "--tls", "implicit", *words, *targets)
        self.assertEqual(run.code, code, run.err)
        document = json.loads(files["json"].read_text())
        self.assertEqual([error.message for error in SCHEMA.iter_errors(document)], [])
        said = document.get("side_by_side")
        for saved in (files["json"], files["ndjson"]):
            again = Run("report", str(saved), "--format", "json")
            self.assertEqual(again.code, code)
            self.assertEqual(json.loads(again.out).get("side_by_side"), said)
        self.assertEqual(self.of_lines(files["ndjson"].read_text().splitlines()), said)
        text = self.block(files["txt"].read_text())
        self.assertEqual(self.block(Run("report", str(files["json"])).out), text)
        self.assertEqual(said is None, "id=\"side\"" not in files["html"].read_text())
        return said, text

    def of_lines(self, lines):
        """The member of the document, out of its lines."""
        parts = {name: [] for name in ("name", "key", "shared_factor", "certificate", "note")}
        for line in map(json.loads, lines):
            if line["line"] == "side_by_side":
                for name, found in parts.items():
                    found += [line[name]] if name in line else []
        return {name + "s": found for name, found in parts.items()} if any(parts.values()) else None

    def block(self, text):
        """The lines under its heading, of 80 columns at most; empty if there is none."""
        lines = text.splitlines()
        self.assertLessEqual(max(map(len, lines)), 80)
        if "Side by side" not in lines:
            return ""
        block = lines[lines.index("Side by side") + 1:]
        return " ".join(" ".join(block[:block.index("")]).split())

    def test_one_endpoint_has_nothing_to_be_held_against(self):
        self.assertEqual(self.scanned("localhost:%d" % self.lab()), (None, ""))

    def test_two_ports_that_offer_the_same_are_alike(self):
        said, text = self.scanned(*("localhost:%d" % self.lab() for _ in range(2)))
        [name] = said["names"]
        self.assertEqual((name["name"], len(name["endpoints"]), name["differences"]), ("localhost", 2, []))
        self.assertEqual(said["keys"], [])
        self.assertEqual(text, "alike localhost (2 endpoints)")

    def test_a_port_with_tls_1_0_differs_from_one_without(self):
        old, new = self.lab("--without-version", "TLSv1.1"), self.lab("--min-version", "TLSv1.2")
        said, text = self.scanned("localhost:%d" % old, "localhost:%d" % new)
        at, not_at = "127.0.0.1:%d" % old, "127.0.0.1:%d" % new
        self.assertEqual(said["names"][0]["differences"],
                         [{"of": "version", "items": ["TLS 1.0"], "at": [at], "not_at": [not_at]}])
        self.assertEqual(text, "localhost: 2 endpoints, 1 difference versions TLS 1.0: accepted at %s; refused at %s"
                         % (at, not_at))

    def test_another_certificate_is_a_difference_and_one_key_in_two_certificates_is_told(self):
        renewed = self.signed(self.key, "/CN=localhost", "renewed")
        ports = self.lab(), self.lab(certificate=renewed)
        said, text = self.scanned(*("localhost:%d" % port for port in ports))
        differences = said["names"][0]["differences"]
        self.assertEqual([one["of"] for one in differences], ["certificate"] * 2)
        self.assertEqual({tuple(one["at"]) for one in differences}, {("127.0.0.1:%d" % port,) for port in ports})
        [key] = said["keys"]
        self.assertEqual((len(key["certificates"]), key["names"]), (2, 1))
        self.assertEqual(sorted(key["certificates"]), [one["sha256"] for one in said["certificates"]])
        self.assertIn("same key one key in 2 certificates, for 1 name: CN=localhost, EC secp256r1 256 bits", text)

    def test_a_port_that_was_not_reached_is_not_compared(self):
        said, text = self.scanned("localhost:%d" % self.lab(), "localhost:1", code=NOT_KNOWN)
        [name] = said["names"]
        self.assertEqual([one["endpoint"] for one in name["not_compared"]], ["127.0.0.1:1"])
        self.assertEqual(name["not_compared"][0]["failure"]["reason"], "refused")
        self.assertEqual(name["differences"], [])
        self.assertIn("localhost: 1 endpoint, with nothing to compare it with not compared 127.0.0.1:1 "
                      "(connection refused)", text)

    def test_one_certificate_under_two_names_is_told_as_that(self):
        port = self.lab()
        said, text = self.scanned("localhost:%d" % port, "127.0.0.1:%d" % port)
        self.assertEqual(said["names"], [])
        [key] = said["keys"]
        self.assertEqual((len(key["certificates"]), key["names"]), (1, 2))
        [certificate] = said["certificates"]
        self.assertEqual(certificate["places"], ["127.0.0.1:%d" % port, "localhost 127.0.0.1:%d" % port])
        self.assertIn("same key one certificate for 2 names: CN=localhost", text)

    def test_one_key_in_two_certificates_under_two_names_is_told(self):
        other = self.signed(self.key, "/CN=other.example")
        said, _ = self.scanned("localhost:%d" % self.lab(), "127.0.0.1:%d" % self.lab(certificate=other))
        [key] = said["keys"]
        self.assertEqual((len(key["certificates"]), key["names"]), (2, 2))
        self.assertEqual({one["subject"] for one in said["certificates"]}, {"CN=localhost", "CN=other.example"})

    def test_rsa_keys_with_a_prime_in_common_are_found_and_the_prime_is_not_told(self):
        primes = [prime_above((1 << 511) + (1 << 510) + (i << 500)) for i in range(5)]
        pairs = [(primes[0], primes[1]), (primes[2], primes[3]), (primes[4], primes[0])]
        ports, digests = [], []
        for number, (p, q) in enumerate(pairs):
            key = self.authority.once(("key", number), lambda path, p=p, q=q: rsa_key(path, p, q))
            certificate = self.signed(key, "/CN=lab%d.example" % number)
            ports.append(self.lab(certificate=certificate, key=key))
            digests.append(openssl("x509", "-in", certificate, "-noout", "-fingerprint", "-sha256").decode().strip()
                           .partition("=")[2].replace(":", "").lower())
        said, text = self.scanned(*("localhost:%d" % port for port in ports))
        [found] = said["shared_factors"]
        self.assertEqual((set(found["certificates"]), found["bits"], found["whole_modulus"]),
                         ({digests[0], digests[2]}, 512, False))
        self.assertIn("RSA factor a factor of 512 bits in two keys, so that each private key can be worked out from the "
                      "two certificates: CN=lab", text)
        self.assertNotIn("%x" % primes[0], json.dumps(said))


if __name__ == "__main__":
    scanner.main()

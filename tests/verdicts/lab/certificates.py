"""Certificates of lab servers as data: a leaf and the intermediate that is sent behind it; made by the openssl program.

OpenSSL 3.0 has no ML-DSA: its keys and signatures are written into certificates of another kind, for who reads them.
"""
import dataclasses
import datetime
import pathlib
import ssl
import sys

# Behind this folder: both have a module rows.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "chains"))
from asn1 import BIT_STRING, SEQUENCE, element, elements  # noqa: E402
from authority import PATIENCE, Authority, openssl  # noqa: E402,F401

HOST = "mail.lab.example"
ML_DSA_87 = bytes.fromhex("300b0609608648016503040313")  # AlgorithmIdentifier, FIPS 204


@dataclasses.dataclass(frozen=True)
class Issuer:
    """The intermediate behind a leaf: its key of each kind that a leaf can be signed with, and how a root signed it."""

    ecdsa: str = "secp384r1"
    rsa: str = "rsa3072"
    signed: str = "ecdsa-sha256"
    days: int = 1000
    age: int = 2  # days since it began


@dataclasses.dataclass(frozen=True)
class Leaf:
    """A certificate: `key` is rsaBITS, pssBITS, ed25519, ed448, mldsa87 or a curve, `signed` the kind of the issuer's
    key and the hash, or mldsa87; pss is RSASSA-PSS.
    """

    key: str = "secp256r1"
    signed: str = "ecdsa-sha256"
    days: int = 90
    age: int = 1  # days since it began
    names: tuple = (HOST,)
    own: bool = False  # signed with its own key, and sent alone
    issuer: Issuer = Issuer()

    @property
    def kind(self):
        """Of the suites that show it. No suite is for ML-DSA: what it shows with is key transport."""
        return "rsa" if self.key.startswith(("rsa", "pss", "mldsa")) else "ecdsa"

    def signs_tls13(self):
        """Whether OpenSSL 3.0 can sign a key exchange of TLS 1.3 with its key."""
        return self.key.startswith(("rsa", "pss", "ed")) or self.key in ("secp256r1", "secp384r1", "secp521r1")


def with_ml_dsa(der, signed, key):
    """The certificate as if it were signed with ML-DSA-87, or for such a key."""
    body, algorithm, signature = elements(der)
    parts = elements(body)  # version, serial number, signature, issuer, validity, subject, key, extensions
    if signed:
        parts[2] = algorithm = ML_DSA_87
    if key:
        parts[6] = element(SEQUENCE, ML_DSA_87 + element(BIT_STRING, bytes(1 + 2592)))
    return element(SEQUENCE, element(SEQUENCE, b"".join(parts)) + algorithm + signature)


class Certificates(Authority):
    """The chains of leaves, each made once."""

    def root(self, kind):
        """The key and certificate of a root, which no server sends."""
        key = self.key("secp384r1" if kind == "ecdsa" else "rsa2048")
        return key, self.once(("root", kind), lambda path: openssl(
            "req", "-x509", "-new", "-key", key, "-subj", "/CN=Lab Root", "-days", "9999", "-addext",
            "basicConstraints=critical,CA:TRUE", "-out", path))

    def intermediate(self, issuer, kind):
        key = self.key(issuer.ecdsa if kind == "ecdsa" else issuer.rsa)
        how = issuer.signed.split("-")
        return key, self.once((issuer, key), lambda path: self.sign_facts(
            path, key, "Lab Issuer", issuer, self.root("rsa" if how[0] in ("rsa", "pss") else "ecdsa"),
            "basicConstraints = critical,CA:TRUE,pathlen:0\n"))

    def make(self, leaf):
        """Paths of the chain and of the key, and the leaf's DER."""
        key = self.key("secp256r1" if leaf.key == "mldsa87" else leaf.key)
        kind = "rsa" if leaf.signed.startswith(("rsa", "pss")) else "ecdsa"
        signer = (key, None) if leaf.own else self.intermediate(leaf.issuer, kind)
        names = "subjectAltName = " + ",".join("DNS:" + name for name in leaf.names) + "\n" if leaf.names else ""
        alone = self.once((leaf, "alone"), lambda path: self.sign_facts(path, key, HOST, leaf, signer,
                                                                        "basicConstraints = CA:FALSE\n" + names))
        behind = "" if leaf.own else pathlib.Path(signer[1]).read_text()
        own = pathlib.Path(alone).read_text()
        chain = self.once((leaf, "chain"), lambda path: pathlib.Path(path).write_text(own + behind))
        return chain, key, ssl.PEM_cert_to_DER_cert(own)

    def sign_facts(self, path, key, name, facts, signer, extensions):
        """A certificate with the dates and the signature of `facts`, by key and certificate; without that by itself."""
        kind, _, digest = facts.signed.partition("-")
        begun = self.now - datetime.timedelta(days=facts.age)
        self.sign(path, self.request(key, "/CN=" + name), signer if signer[1] else (key, None),
                  (begun, begun + datetime.timedelta(days=facts.days)), digest or "sha256", extensions,
                  ["-sigopt", "rsa_padding_mode:pss"] if kind == "pss" else [])
        if kind == "mldsa87" or getattr(facts, "key", "") == "mldsa87":
            der = ssl.PEM_cert_to_DER_cert(pathlib.Path(path).read_text())
            pathlib.Path(path).write_text(ssl.DER_cert_to_PEM_cert(
                with_ml_dsa(der, kind == "mldsa87", getattr(facts, "key", "") == "mldsa87")))

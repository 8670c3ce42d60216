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
from asn1 import BIT_STRING, SEQUENCE, element, elements, timestamps  # noqa: E402
from authority import PATIENCE, Authority, moment, openssl  # noqa: E402,F401

HOST = "mail.lab.example"
CRL = "crlDistributionPoints = URI:http://crl.lab.example/%s\n"
ML_DSA_87 = bytes.fromhex("300b0609608648016503040313")  # AlgorithmIdentifier, FIPS 204


def value(extension, words):
    return extension + " = " + words + "\n" if words else ""


@dataclasses.dataclass(frozen=True)
class Issuer:
    """The intermediate behind a leaf: its key of each kind that a leaf can be signed with, and how a root signed it.

    `usage`, `constraints`: the values of its extensions; empty: without it.
    """

    ecdsa: str = "secp384r1"
    rsa: str = "rsa3072"
    signed: str = "ecdsa-sha256"
    days: int = 1000
    age: int = 2  # days since it began
    root: str = "Lab Root"  # scans trust this one, and no other
    usage: str = "critical,keyCertSign,cRLSign"
    constraints: str = "critical,CA:TRUE,pathlen:0"
    crl: bool = True  # it names a revocation list

    @property
    def extensions(self):
        return ("subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n" +
                value("basicConstraints", self.constraints) + value("keyUsage", self.usage) + CRL % "root" * self.crl)


@dataclasses.dataclass(frozen=True)
class Leaf:
    """A certificate: `key` is rsaBITS, pssBITS, ed25519, ed448, mldsa87 or a curve, `signed` the kind of the issuer's
    key and the hash, or mldsa87; pss is RSASSA-PSS. `usage`: empty: without keyUsage, and None: critical, for what such
    a key does. `staple` is what the OCSP answer says that is sent with it; empty: none.
    """

    key: str = "secp256r1"
    signed: str = "ecdsa-sha256"
    days: int = 90
    age: int = 1  # days since it began
    names: tuple = (HOST,)
    own: bool = False  # signed with its own key, and sent alone
    issuer: Issuer = Issuer()
    usage: str = None
    purposes: str = "serverAuth"
    ocsp: bool = True  # it names a responder
    crl: bool = True  # and a revocation list
    scts: int = 2
    staple: str = "good"

    @property
    def extensions(self):
        able = "critical,digitalSignature" + ",keyEncipherment" * self.key.startswith("rsa")
        return ("subjectKeyIdentifier = hash\n" + "authorityKeyIdentifier = keyid\n" * (not self.own) +
                "basicConstraints = CA:FALSE\n" + value("keyUsage", able if self.usage is None else self.usage) +
                value("extendedKeyUsage", self.purposes) +
                value("subjectAltName", ",".join("DNS:" + name for name in self.names)) +
                "authorityInfoAccess = OCSP;URI:http://ocsp.lab.example/\n" * self.ocsp + CRL % "issuer" * self.crl +
                (timestamps(self.scts) + "\n") * bool(self.scts))

    @property
    def kind(self):
        """Of the suites that show it. No suite is for ML-DSA: what it shows with is key transport."""
        return "rsa" if self.key.startswith(("rsa", "pss", "mldsa")) else "ecdsa"

    def is_verifiable(self):
        """Whether OpenSSL 3.0 can tell who signed the chain."""
        return "mldsa" not in self.key + self.signed + self.issuer.signed

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

    def root(self, kind, name="Lab Root"):
        """The key and certificate of a root, which no server sends."""
        key = self.key("secp384r1" if kind == "ecdsa" else "rsa2048", name)
        return key, self.once(("root", kind, name), lambda path: openssl(
            "req", "-x509", "-new", "-key", key, "-subj", "/CN=" + name + " " + kind, "-days", "9999", "-addext",
            "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-addext",
            "subjectKeyIdentifier=hash", "-out", path))

    def intermediate(self, issuer, kind):
        key = self.key(issuer.ecdsa if kind == "ecdsa" else issuer.rsa)
        how = issuer.signed.split("-")
        return key, self.once((issuer, key), lambda path: self.sign_facts(
            path, key, "Lab Issuer", issuer, self.root("rsa" if how[0] in ("rsa", "pss") else "ecdsa", issuer.root)))

    def signer(self, leaf):
        """The key of a leaf; the key and the certificate of who signed it, which is None if the leaf did."""
        key = self.key("secp256r1" if leaf.key == "mldsa87" else leaf.key)
        kind = "rsa" if leaf.signed.startswith(("rsa", "pss")) else "ecdsa"
        return key, (key, None) if leaf.own else self.intermediate(leaf.issuer, kind)

    def alone(self, leaf):
        """The path of the leaf."""
        leaf = dataclasses.replace(leaf, staple="")
        key, signer = self.signer(leaf)
        return self.once((leaf, "alone"), lambda path: self.sign_facts(path, key, HOST, leaf, signer))

    def trusted(self, leaves, sent):
        """The path of the roots; with what signed the leaves, if that is not sent."""
        behind = [] if sent else [self.signer(leaf)[1][1] for leaf in leaves if not leaf.own]
        paths = tuple(dict.fromkeys([self.root(kind)[1] for kind in ("ecdsa", "rsa")] + behind))
        return self.once(("trusted", paths), lambda path: pathlib.Path(path).write_text(
            "".join(pathlib.Path(one).read_text() for one in paths)))

    def stapled(self, leaf):
        """The path of an OCSP answer, signed by the issuer: RFC 6960 section 4.2. Empty if there is none."""
        return self.once((leaf, "staple"), lambda path: self.answer(leaf, path))

    def answer(self, leaf, path):
        key, issuer = self.signer(leaf)[1]
        pathlib.Path(path).write_bytes(b"")
        if leaf.own or not leaf.staple:
            return
        alone = self.alone(leaf)
        serial = openssl("x509", "-in", alone, "-noout", "-serial").decode().strip().partition("=")[2]
        state = "R\t491231235959Z\t" + moment(self.now)[2:] if leaf.staple == "revoked" else "V\t491231235959Z\t"
        pathlib.Path(path + ".index").write_text("%s\t%s\tunknown\t/CN=%s\n" % (state, serial, HOST))
        openssl("ocsp", "-issuer", issuer, "-cert", alone, "-no_nonce", "-reqout", path + ".request")
        openssl("ocsp", "-index", path + ".index", "-CA", issuer, "-rsigner", issuer, "-rkey", key, "-reqin",
                path + ".request", "-respout", path, "-ndays", "7")

    def make(self, leaf):
        """Paths of the chain and of the key, and the leaf's DER."""
        key, signer = self.signer(leaf)
        behind = "" if leaf.own else pathlib.Path(signer[1]).read_text()
        own = pathlib.Path(self.alone(leaf)).read_text()
        chain = self.once((leaf, "chain"), lambda path: pathlib.Path(path).write_text(own + behind))
        return chain, key, ssl.PEM_cert_to_DER_cert(own)

    def sign_facts(self, path, key, name, facts, signer):
        """A certificate with the dates and the signature of `facts`, by key and certificate; without that by itself."""
        kind, _, digest = facts.signed.partition("-")
        begun = self.now - datetime.timedelta(days=facts.age)
        self.sign(path, self.request(key, "/CN=" + name), signer if signer[1] else (key, None),
                  (begun, begun + datetime.timedelta(days=facts.days)), digest or "sha256", facts.extensions,
                  ["-sigopt", "rsa_padding_mode:pss"] if kind == "pss" else [])
        if kind == "mldsa87" or getattr(facts, "key", "") == "mldsa87":
            der = ssl.PEM_cert_to_DER_cert(pathlib.Path(path).read_text())
            pathlib.Path(path).write_text(ssl.DER_cert_to_PEM_cert(
                with_ml_dsa(der, kind == "mldsa87", getattr(facts, "key", "") == "mldsa87")))

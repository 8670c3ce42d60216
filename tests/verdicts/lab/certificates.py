"""Certificates of lab servers as data: a leaf and the intermediate that is sent behind it; made by the openssl program.

OpenSSL 3.0 has no ML-DSA: its keys and signatures are written into certificates of another kind, for who reads them.
"""
import dataclasses
import datetime
import itertools
import pathlib
import ssl
import subprocess
import threading

HOST = "mail.lab.example"
# Sanitizers and a busy machine make everything slower; a hang is a hang all the same.
PATIENCE = 300
ML_DSA_87 = bytes.fromhex("300b0609608648016503040313")  # AlgorithmIdentifier, FIPS 204
SEQUENCE, BIT_STRING = 0x30, 0x03


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


def openssl(*arguments, folder=None):
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise RuntimeError("openssl " + " ".join(arguments) + ": " + done.stderr.decode())
    return done.stdout


def element(tag, content):
    size = len(content).to_bytes(4, "big").lstrip(b"\0")
    head = bytes([len(content)]) if len(content) < 128 else bytes([128 + len(size)]) + size
    return bytes([tag]) + head + content


def elements(der):
    """Those within the DER of a SEQUENCE."""
    found, at = [], der[1] - 128 + 2 if der[1] > 128 else 2
    while at < len(der):
        longer = der[at + 1] - 128 if der[at + 1] > 128 else 0
        size = int.from_bytes(der[at + 2:at + 2 + longer], "big") if longer else der[at + 1]
        found.append(der[at:at + 2 + longer + size])
        at += 2 + longer + size
    return found


def with_ml_dsa(der, signed, key):
    """The certificate as if it were signed with ML-DSA-87, or for such a key."""
    body, algorithm, signature = elements(der)
    parts = elements(body)  # version, serial number, signature, issuer, validity, subject, key, extensions
    if signed:
        parts[2] = algorithm = ML_DSA_87
    if key:
        parts[6] = element(SEQUENCE, ML_DSA_87 + element(BIT_STRING, bytes(1 + 2592)))
    return element(SEQUENCE, element(SEQUENCE, b"".join(parts)) + algorithm + signature)


class Certificates:
    """Made by `openssl ca`, the only one of its programs that takes both ends of the validity; each once."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.made = {}
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        (self.folder / "index.txt").touch()
        (self.folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca = lab\n[lab]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\n"
            "unique_subject = no\npolicy = any\n[any]\ncommonName = supplied\n")

    def once(self, what, make):
        """The path of what is made there."""
        if what not in self.made:
            path = str(self.folder / ("%d.pem" % next(self.numbers)))
            make(path)
            self.made[what] = path
        return self.made[what]

    def key(self, name):
        # OpenSSL calls two curves by their older names.
        curve = {"secp256r1": "prime256v1", "secp192r1": "prime192v1"}.get(name, name)
        kind = {"rsa": "RSA", "pss": "RSA-PSS"}.get(name[:3], name if name.startswith("ed") else "EC")
        option = "ec_paramgen_curve:" + curve if kind == "EC" else "rsa_keygen_bits:" + name[3:]
        options = [] if kind == name else ["-pkeyopt", option]
        return self.once(name, lambda path: openssl("genpkey", "-algorithm", kind, *options, "-out", path))

    def root(self, kind):
        """The key and certificate of a root, which no server sends."""
        key = self.key("secp384r1" if kind == "ecdsa" else "rsa2048")
        return key, self.once(("root", kind), lambda path: openssl(
            "req", "-x509", "-new", "-key", key, "-subj", "/CN=Lab Root", "-days", "9999", "-out", path))

    def intermediate(self, issuer, kind):
        key = self.key(issuer.ecdsa if kind == "ecdsa" else issuer.rsa)
        how = issuer.signed.split("-")
        return key, self.once((issuer, key), lambda path: self.sign(
            path, key, "Lab Issuer", issuer, self.root("rsa" if how[0] in ("rsa", "pss") else "ecdsa"),
            "basicConstraints = critical,CA:TRUE,pathlen:0\n"))

    def make(self, leaf):
        """Paths of the chain and of the key, and the leaf's DER."""
        with self.lock:
            key = self.key("secp256r1" if leaf.key == "mldsa87" else leaf.key)
            kind = "rsa" if leaf.signed.startswith(("rsa", "pss")) else "ecdsa"
            signer = (key, None) if leaf.own else self.intermediate(leaf.issuer, kind)
            names = "subjectAltName = " + ",".join("DNS:" + name for name in leaf.names) + "\n" if leaf.names else ""
            alone = self.once((leaf, "alone"), lambda path: self.sign(path, key, HOST, leaf, signer,
                                                                      "basicConstraints = CA:FALSE\n" + names))
            behind = "" if leaf.own else pathlib.Path(signer[1]).read_text()
            own = pathlib.Path(alone).read_text()
            chain = self.once((leaf, "chain"), lambda path: pathlib.Path(path).write_text(own + behind))
            return chain, key, ssl.PEM_cert_to_DER_cert(own)

    def sign(self, path, key, name, facts, signer, extensions):
        """A certificate with the dates and the signature of `facts`, by key and certificate; without that by itself."""
        kind, _, digest = facts.signed.partition("-")
        begun = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=facts.age)
        ends = [(begun + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ") for days in (0, facts.days)]
        pathlib.Path(path + ".ext").write_text(extensions)
        request = self.once((key, name), lambda to: openssl("req", "-new", "-key", key, "-subj", "/CN=" + name,
                                                            "-out", to))
        by = ["-selfsign", "-keyfile", key] if signer[1] is None else ["-keyfile", signer[0], "-cert", signer[1]]
        padding = ["-sigopt", "rsa_padding_mode:pss"] if kind == "pss" else []
        openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-md", digest or "sha256", "-startdate", ends[0],
                "-enddate", ends[1], *by, *padding, "-extfile", path + ".ext", "-in", request, "-out", path,
                folder=self.folder)
        if kind == "mldsa87" or getattr(facts, "key", "") == "mldsa87":
            der = ssl.PEM_cert_to_DER_cert(pathlib.Path(path).read_text())
            pathlib.Path(path).write_text(ssl.DER_cert_to_PEM_cert(
                with_ml_dsa(der, kind == "mldsa87", getattr(facts, "key", "") == "mldsa87")))

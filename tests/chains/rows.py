"""The table of chains: what is sent, in which order, which roots are trusted, and the name that is looked for.

What is true of a row is asked of the openssl program (truth.py); written here is only what that does not say: where
RFC 9525 knows better than `openssl x509 -checkhost` (`named`), and what is not in its place in what was sent
(`faults`).
"""
import dataclasses

from asn1 import SEQUENCE, element, timestamps
from issued import DAY, YEAR, Issued

HOST = "mail.lab.example"
IDN = "mail.xn--bcher-kva.example"  # mail.bücher.example
CA = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
LAST_CA = ("basicConstraints=critical,CA:TRUE,pathlen:0", CA[1])
SERVER = ("basicConstraints=CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=serverAuth",
          "subjectAltName=DNS:" + HOST)
LONG = (-YEAR, 10 * YEAR)
OVER = (-9 * DAY, -2 * DAY)
NOT_YET = (2 * DAY, 90 * DAY)


@dataclasses.dataclass(frozen=True)
class Row:
    says: str
    sent: tuple  # leaf first
    roots: tuple = ()  # without any: the lab's
    host: str = HOST  # what is looked for, as --sni says
    typed: str = ""  # how it is typed there, if not so
    target: bool = False  # the host is the target itself, and no --sni is given
    named: "bool | None" = None  # whether the leaf names it, if `openssl x509` is wrong
    faults: tuple = ()  # a word of each fault of the chain, in the order of the certificates
    also: tuple = ()  # other chains of the same server, for other kinds of keys
    options: tuple = ()  # of the lab server


ROOT = Issued("Lab Root", says=CA, hours=LONG)
ISSUER = Issued("Lab Issuer", ROOT, LAST_CA, hours=LONG)
LEAF = Issued("Lab Leaf", ISSUER, SERVER)

MIDDLE = Issued("Lab Middle", ROOT, CA, hours=LONG)
LOWER = Issued("Lab Lower", MIDDLE, LAST_CA, hours=LONG)
DEEP_LEAF = LEAF.but(by=LOWER)

RSA_ROOT = Issued("Lab Root RSA", says=CA, key="rsa2048", hours=LONG)
RSA_ISSUER = Issued("Lab Issuer RSA", RSA_ROOT, LAST_CA, key="rsa2048", hours=LONG)
RSA_LEAF = Issued("Lab Leaf RSA", RSA_ISSUER, SERVER, key="rsa2048")

# Nobody trusts it.
OTHER_ROOT = Issued("Other Root", says=CA, hours=LONG)
OTHER_ISSUER = Issued("Other Issuer", OTHER_ROOT, LAST_CA, hours=LONG)
OTHER_LEAF = LEAF.but(by=OTHER_ISSUER)

# The new root has the old one's signature too: RFC 5280 section 3.2, cross-certificates.
NEW_ROOT = Issued("New Root", says=CA, hours=LONG)
CROSS = NEW_ROOT.but(by=ROOT)
CROSS_OVER = CROSS.but(hours=OVER)
NEW_ISSUER = Issued("New Issuer", NEW_ROOT, LAST_CA, hours=LONG)
NEW_LEAF = LEAF.but(by=NEW_ISSUER)

ROOTS = (ROOT, RSA_ROOT)


def names(*several):
    return "subjectAltName=" + ",".join(several)


def name(text):
    """Of a DNS name that is no ASCII or not sound: openssl's configuration has no such names."""
    body = element(SEQUENCE, element(0x82, text if isinstance(text, bytes) else text.encode()))
    return "subjectAltName=DER:" + body.hex(":")


def chain(*says, **fields):
    """A leaf of the lab's issuer with these extensions, and its issuer."""
    return LEAF.but(*says, **fields), ISSUER


def under(*says, **fields):
    """The lab's leaf, and an issuer with these extensions."""
    issuer = ISSUER.but(*says, **fields)
    return LEAF.but(by=issuer), issuer


def below(length):
    """Two intermediates, and the upper one may have so many below it."""
    upper = MIDDLE.but("basicConstraints=critical,CA:TRUE,pathlen:%d" % length)
    lower = LOWER.but(by=upper)
    return LEAF.but(by=lower), lower, upper


def long_way(length):
    """A chain with so many intermediates."""
    sent, by = [], ROOT
    for number in range(length):
        by = Issued("Lab Step %d" % number, by, CA, hours=LONG)
        sent.insert(0, by)
    return LEAF.but(by=by), *sent


GOOD = [
    Row("a leaf and its issuer", (LEAF, ISSUER)),
    Row("two intermediates", (DEEP_LEAF, LOWER, MIDDLE)),
    Row("signed by the root itself", (LEAF.but(by=ROOT),)),
    Row("RSA from top to bottom", (RSA_LEAF, RSA_ISSUER)),
    Row("an EC leaf below an RSA issuer", (LEAF.but(by=RSA_ISSUER), RSA_ISSUER)),
    Row("a leaf with Ed25519", chain(key="ed25519", label="ed25519")),
    Row("an issuer with Ed25519", under(key="ed25519", label="Ed25519 Issuer", subject="Ed25519 Issuer")),
    Row("a leaf with P-384", chain(key="secp384r1", label="p384")),
    Row("signed with RSA-PSS", (RSA_LEAF.but(signed="pss-sha256"), RSA_ISSUER)),
    Row("an exponent of 3", chain("keyUsage=digitalSignature,keyEncipherment", key="rsa2048:3", label="exponent 3")),
    Row("eight intermediates", long_way(8)),
    Row("three timestamps within", chain(timestamps(3))),
    Row("responder, list and issuer are named", chain(
        "authorityInfoAccess=OCSP;URI:http://ocsp.lab.example/a,caIssuers;URI:http://ca.lab.example/b",
        "crlDistributionPoints=URI:http://crl.lab.example/c,URI:http://crl.lab.example/d")),
    Row("the issuer names a list", under("crlDistributionPoints=URI:http://crl.lab.example/root")),
]

DATES = [
    Row("expired", chain(hours=OVER)),
    Row("expired half a day ago", chain(hours=(-DAY, -DAY // 2))),
    Row("half a day is left", chain(hours=(-DAY, DAY // 2))),
    Row("not yet valid", chain(hours=NOT_YET)),
    Row("an issuer that expired", under(hours=OVER)),
    Row("an issuer not yet valid", under(hours=NOT_YET)),
    Row("a root that expired", (LEAF.but(by=ROOT.but(subject="Old Root", hours=OVER)),),
        roots=(ROOT.but(subject="Old Root", hours=OVER),)),
]

NAMES = [
    Row("another name", chain(names("DNS:www.lab.example"))),
    Row("the name among others", chain(names("DNS:a.example", "DNS:" + HOST, "DNS:b.example"))),
    Row("the name behind a hundred and fifty others", chain(names(
        *("DNS:n%d.lab.example" % number for number in range(150)), "DNS:" + HOST))),
    Row("capital letters", chain(names("DNS:Mail.LAB.example"))),
    Row("a wildcard", chain(names("DNS:*.lab.example"))),
    Row("a wildcard for another domain", chain(names("DNS:*.other.example"))),
    Row("a wildcard two labels above", chain(names("DNS:*.example"))),
    Row("a wildcard and the name without its label", chain(names("DNS:*.mail.lab.example"))),
    Row("nothing but a wildcard", chain(names("DNS:*"))),
    Row("a wildcard in the middle", chain(names("DNS:mail.*.example"))),
    Row("part of a label is a wildcard", chain(names("DNS:m*.lab.example")), named=False),
    Row("the end of a label is a wildcard", chain(names("DNS:*il.lab.example")), named=False),
    Row("an IDN in its A-label", chain(names("DNS:" + IDN)), host=IDN),
    Row("an IDN that is typed in Unicode", chain(names("DNS:" + IDN)), host=IDN, typed="mail.b\u00fccher.example"),
    Row("an IDN that is typed in capitals, decomposed", chain(names("DNS:*.xn--bcher-kva.example")), host=IDN,
        typed="MAIL.BU\u0308CHER.example"),
    Row("an IDN in UTF-8 that is typed so", chain(name("mail.b\u00fccher.example")), host=IDN,
        typed="mail.b\u00fccher.example"),
    Row("an IDN and a wildcard before it", chain(names("DNS:*.xn--bcher-kva.example")), host=IDN),
    Row("an IDN with a wildcard in its A-label", chain(names("DNS:mail.xn--*.example")), host=IDN),
    Row("an IDN in UTF-8", chain(name("mail.bücher.example")), host=IDN),
    Row("a name with a NUL in it", chain(name(HOST.encode() + b"\0.evil.example"))),
    Row("a common name and no other", chain("subjectAltName=", subject=HOST, label="Lab Leaf"), named=False),
    Row("a common name that fits, and another in subjectAltName",
        chain(names("DNS:www.lab.example"), subject=HOST, label="Lab Leaf")),
    Row("a common name that fits, and a URI", chain(names("URI:smtp://" + HOST), subject=HOST, label="Lab Leaf"),
        named=False),
    Row("the address that is scanned", chain(names("IP:127.20.0.1")), host="127.20.0.1", target=True),
    Row("an address as a name", chain(names("DNS:127.20.0.2")), host="127.20.0.2", target=True),
    Row("an address that another name stands for", chain(), host="127.20.0.3", target=True),
    Row("the target is the name", chain(names("DNS:localhost")), host="localhost", target=True),
]

ORDER = [
    Row("no issuer", (LEAF,)),
    Row("no issuer, and it names where to get that", (LEAF.but(
        "authorityInfoAccess=caIssuers;URI:http://ca.lab.example/b"),)),
    Row("one of two intermediates is missing", (DEEP_LEAF, LOWER)),
    Row("the lower of two intermediates is missing", (DEEP_LEAF, MIDDLE), faults=("superfluous",)),
    Row("two intermediates, the upper first", (DEEP_LEAF, MIDDLE, LOWER), faults=("order", "order")),
    Row("the root is sent", (LEAF, ISSUER, ROOT), faults=("root",)),
    Row("the root is sent before the issuer", (LEAF, ROOT, ISSUER), faults=("root", "order")),
    Row("an issuer of others too", (LEAF, ISSUER, OTHER_ISSUER), faults=("superfluous",)),
    Row("the issuer of others first", (LEAF, OTHER_ISSUER, ISSUER), faults=("superfluous", "order")),
    Row("the issuer twice", (LEAF, ISSUER, ISSUER), faults=("twice",)),
    Row("the leaf twice", (LEAF, LEAF, ISSUER), faults=("twice",)),
    Row("another server's leaf behind", (LEAF, ISSUER, LEAF.but(names("DNS:www.lab.example"), subject="Other Leaf")),
        faults=("superfluous",)),
    Row("the issuer is among the roots, and not sent", (LEAF,), roots=(ISSUER, ROOT)),
]

KEYS = [
    Row("signed with SHA-1", chain(signed="sha1")),
    Row("an issuer signed with SHA-1", under(signed="sha1")),
    Row("signed with MD5", (RSA_LEAF.but(signed="md5"), RSA_ISSUER)),
    Row("RSA with 1024 bits", chain(key="rsa1024", label="rsa1024")),
    Row("an issuer with RSA of 1024 bits", under(key="rsa1024", subject="Small Issuer")),
    Row("a leaf with P-224", chain(key="secp224r1", label="p224")),
    Row("an issuer with P-224", under(key="secp224r1", subject="P-224 Issuer")),
    Row("a false signature", chain(falsified=True)),
    Row("an issuer with a false signature", under(falsified=True)),
]

CONSTRAINTS = [
    Row("the name is among those permitted", under("nameConstraints=critical,permitted;DNS:lab.example")),
    Row("the name is not among those permitted", under("nameConstraints=critical,permitted;DNS:other.example")),
    Row("the name is excluded", under("nameConstraints=critical,excluded;DNS:lab.example")),
    Row("two issuers where one may be", below(0)),
    Row("two issuers where two may be", below(1)),
    Row("an issuer that is no CA", under("basicConstraints=critical,CA:FALSE")),
    Row("an issuer without constraints", under("basicConstraints=", "keyUsage=")),
    Row("an issuer that may not sign certificates", under("keyUsage=critical,digitalSignature")),
    Row("for clients only", chain("extendedKeyUsage=clientAuth")),
    Row("for servers and clients", chain("extendedKeyUsage=serverAuth,clientAuth")),
    Row("for any use", chain("extendedKeyUsage=anyExtendedKeyUsage")),
    Row("for no use in particular", chain("extendedKeyUsage=")),
    Row("an issuer for mail only", under("extendedKeyUsage=emailProtection")),
    Row("an issuer for servers only", under("extendedKeyUsage=serverAuth")),
    Row("a key that may only agree", chain("keyUsage=critical,keyAgreement")),
    Row("a key that may sign nothing but certificates", chain("keyUsage=critical,keyCertSign")),
    Row("no key usage", chain("keyUsage=")),
    Row("an unknown extension", chain("1.2.3.4=DER:05:00")),
    Row("an unknown extension, which is critical", chain("1.2.3.4=critical,DER:05:00")),
    Row("a leaf that is a CA", chain("basicConstraints=critical,CA:TRUE",
                                     "keyUsage=critical,digitalSignature,keyCertSign")),
]

ROOTS_AND_SELVES = [
    Row("self-signed", (LEAF.but(by=None, subject="Self"),)),
    Row("self-signed, and trusted as a root", (LEAF.but(by=None, subject="Self"),),
        roots=(LEAF.but(by=None, subject="Self"),)),
    Row("an unknown root, not sent", (OTHER_LEAF, OTHER_ISSUER)),
    Row("an unknown root, sent", (OTHER_LEAF, OTHER_ISSUER, OTHER_ROOT), faults=("root",)),
    Row("a root of the same name with another key",
        (LEAF.but(by=ISSUER.but(by=ROOT.but(label="impostor"))), ISSUER.but(by=ROOT.but(label="impostor")))),
    Row("an issuer as the only root", (LEAF, ISSUER), roots=(ISSUER,)),
    Row("cross-signed by the old root", (NEW_LEAF, NEW_ISSUER, CROSS)),
    Row("cross-signed, and the new root is trusted", (NEW_LEAF, NEW_ISSUER, CROSS), roots=(NEW_ROOT,)),
    Row("cross-signed, and both roots are trusted", (NEW_LEAF, NEW_ISSUER, CROSS), roots=(ROOT, NEW_ROOT)),
    Row("the cross-certificate expired", (NEW_LEAF, NEW_ISSUER, CROSS_OVER)),
    Row("the cross-certificate expired, and the new root is trusted", (NEW_LEAF, NEW_ISSUER, CROSS_OVER),
        roots=(NEW_ROOT,)),
]

SEVERAL = [
    Row("EC and RSA", (LEAF, ISSUER), also=((RSA_LEAF, RSA_ISSUER),)),
    Row("EC, and RSA that expired", (LEAF, ISSUER), also=((RSA_LEAF.but(hours=OVER), RSA_ISSUER),)),
    Row("EC that nobody trusts, and RSA", (OTHER_LEAF, OTHER_ISSUER), also=((RSA_LEAF, RSA_ISSUER),)),
    Row("EC, RSA without its issuer, and Ed25519", (LEAF, ISSUER),
        also=((RSA_LEAF,), chain(key="ed25519", label="ed25519"))),
]


def around():
    """Two authorities that have signed each other, and nobody else."""
    one, other = (Issued(subject, says=CA, hours=LONG) for subject in ("Round One", "Round Other"))
    return LEAF.but(by=one), one.but(by=other), other.but(by=one)


def crossed(count):
    """Authorities of which each has signed each other."""
    every = [Issued("Crossed %d" % number, says=CA, hours=LONG) for number in range(count)]
    return LEAF.but(by=every[0]), *(one.but(by=other) for one in every for other in every if one is not other)


def constrained(count):
    """Each of so many names has to be compared with as many constraints."""
    issuer = ISSUER.but("nameConstraints=critical," + ",".join(
        "permitted;DNS:c%d.example" % number for number in range(count)), subject="Constrained")
    return LEAF.but(names(*("DNS:n%d.c%d.example" % (number, number) for number in range(count))), by=issuer), issuer


# What costs a verifier much, or should.
HOSTILE = [
    Row("forty intermediates", long_way(40)),
    Row("seventy certificates", (LEAF, ISSUER, *(OTHER_ISSUER,) * 68)),
    Row("authorities that sign each other", around()),
    Row("five authorities that have all signed each other", crossed(5)),
    Row("eight hundred names and as many constraints", constrained(800)),
    Row("more names and constraints than OpenSSL compares", constrained(1050)),
    Row("an exponent of 255 bits", chain("keyUsage=digitalSignature,keyEncipherment", label="large exponent",
                                         key="rsa2048:%d" % ((1 << 255) - 19))),
    Row("no name at all", chain("subjectAltName=", subject=" ")),
]

TABLE = GOOD + DATES + NAMES + ORDER + KEYS + CONSTRAINTS + ROOTS_AND_SELVES + SEVERAL

"""Hostile certificates, each in the flight and in every handshake that can be completed with it: those that have our
server's key are completed in TLS 1.2 and 1.3 (`completes`), with the others OpenSSL gets as far as it likes.
"""
import ciphers
import tunnels
from der import (ADDRESS, BITS, BMP, COUNTRY, DATES, DNS, DSA, EC, GENERAL, GRAPHIC, IA5, INTEGER, MAIL, NUMERIC,
                 OCTETS,
                 OID, ORGANIZATION, PRINTABLE, PSS, SEQUENCE, SET, SHA256_RSA, TELETEX, UNIVERSAL, URI, UTF8, VISIBLE,
                 algorithm, alternatives, bits, certificate, explicit, extension, generalized, integer, key, length,
                 name, oid, rsa_key, sequence, tlv, utc)
from server import to_tls
from smtp_rows import HOSTILE
from table import BOTH, Table

ROWS = Table("certificate")


def chain(sentence, *members, completes=False, accepts=BOTH, **columns):
    def play(peer):
        to_tls(peer)
        peer.hit()
        tunnels.serve_tls(peer, chain=list(members))
    ROWS.add(sentence, play, accepts=accepts, completes=completes, **columns)


def leaf(sentence, completes=True, **parts):
    chain(sentence, certificate(**parts), completes=completes)


# --- Names ---
leaf("a subject with NULs", subject=name(b"mail.example\0.attack.example"))
leaf("a subject with terminal escapes", subject=name(HOSTILE[:60]))
leaf("a subject with all control bytes", subject=name(bytes(range(32)) + bytes(range(127, 160)), tag=PRINTABLE))
leaf("a subject with characters that reorder text", subject=name("\u202egpj.exe\u2066\u2069\u200f\ufeff\u061c"))
leaf("a subject with characters that nobody sees", subject=name("a\u200b\u3164\u115f\u00ad\U000e0041\u2060b"))
leaf("a subject that is HTML", subject=name("</td></table><attacker onload='x'>&amp;<!--"))
leaf("a subject that closes a script and CDATA", subject=name("]]></script><attacker/>--><![CDATA["))
leaf("a subject that is a formula", subject=name("=cmd|'/C calc'!A0", "@SUM(1)", "+1", "-1", "\t=1"))
leaf("a subject that is a formula behind a semicolon", subject=name("x;=cmd|'/C calc'!A0;y"))
leaf("a subject that is a formula behind a tab", subject=name("x\t=cmd|'/C calc'!A0\ty"))
leaf("a subject that is a formula behind a comma and a quote", subject=name('x",=cmd|\'/C calc\'!A0,"y'))
leaf("a subject with line ends", subject=name("a\r\nEHLO b\nSMTPTLS OK - all is well | 'x'=1;2;3"))
leaf("a subject with metrics of Prometheus", subject=name('x"} 1\nsmtptls_scan_complete{a="\\'))
leaf("a subject in a BMPString", subject=name("mail\u202e".encode("utf-16-be"), tag=BMP))
leaf("a subject in a BMPString of three bytes", subject=name(b"\0ma", tag=BMP), completes=False)
leaf("a subject in a BMPString with half a character", subject=name(b"\xd8\x00\x00m", tag=BMP), completes=False)
leaf("a subject in a UniversalString", subject=name("mail\u202e".encode("utf-32-be"), tag=UNIVERSAL))
leaf("a subject in a UniversalString beyond Unicode", subject=name(b"\x7f\xff\xff\xff", tag=UNIVERSAL), completes=False)
leaf("a subject in a T61String with escapes", subject=name(b"\x1b$B\x8f\x9b31m\xff", tag=TELETEX))
leaf("a subject in UTF-8 that is none", subject=name(b"\xc0\x80\xed\xa0\x80\xf5\xff"), completes=False)
leaf("a subject in strings of every kind", subject=sequence(*(
    tlv(SET, sequence(oid("2.5.4.3"), tlv(tag, b"x=1"))) for tag in (NUMERIC, IA5, GRAPHIC, VISIBLE, GENERAL))),
     completes=False)
leaf("a subject that is an INTEGER", subject=name(b"\x05", tag=INTEGER), completes=False)
leaf("a subject of 2,000 RDNs", subject=name(*("x%d" % n for n in range(2000))))
leaf("an RDN of 500 attributes", subject=sequence(tlv(SET, *(
    sequence(oid("2.5.4.3"), tlv(UTF8, b"x%d" % n)) for n in range(500)))))
leaf("a common name of 30,000 bytes", subject=name("n" * 30000))
leaf("an empty subject and an empty issuer", subject=sequence(), issuer=sequence())
leaf("an RDN without attributes", subject=sequence(tlv(SET)), completes=False)
leaf("an issuer of hostile text", issuer=name(HOSTILE[:70], kind=ORGANIZATION))
leaf("a country of 5,000 letters", issuer=name("c" * 5000, kind=COUNTRY))
leaf("an attribute with an OID of 20,000 arcs", subject=sequence(tlv(SET,
    sequence(tlv(OID, b"\x55" + b"\x04" * 20000), tlv(UTF8, b"x")))),
     completes=False)
leaf("an attribute with an arc of 10,000 bytes", subject=sequence(tlv(SET, sequence(
    tlv(OID, b"\x55" + b"\xff" * 10000 + b"\x7f"), tlv(UTF8, b"x")))), completes=False)
leaf("an attribute with an OID that never ends",
     subject=sequence(tlv(SET, sequence(tlv(OID, b"\x55\xff\xff"), tlv(UTF8, b"x")))),
     completes=False)

# --- Alternative names ---
leaf("2,000 alternative names", extensions=(alternatives(*(b"%d.attack" % n for n in range(2000))),))
leaf("an alternative name of 30,000 bytes", extensions=(alternatives(b"a" * 30000),))
leaf("alternative names of hostile text", extensions=(alternatives(HOSTILE, (MAIL, HOSTILE),
                                                                   (URI, b"javascript:" + HOSTILE)),))
leaf("alternative names with formulas", extensions=(alternatives(b"=1+1", b"x;=cmd|'/C calc'!A0;y", b"\t@SUM(1)",
                                                                 b"a,-1,b"),))
leaf("alternative names with NULs", extensions=(alternatives(b"mail.example\0.attack", b"\0", b""),))
leaf("addresses of 0, 3, 5 and 1,000 bytes",
     extensions=(alternatives(*((ADDRESS, b"\x7f" * n) for n in (0, 3, 5, 1000))),))
leaf("alternative names of a kind that nobody knows",
     extensions=(alternatives((0xa0, oid("1.2.3") + explicit(0, tlv(UTF8, HOSTILE))),
                                                                               (0x9e, b"x")),))
leaf("alternative names that are no DER", extensions=(extension("2.5.29.17", b"\xff\xff\xff"),))
leaf("alternative names twice", extensions=(alternatives(b"one.example"), alternatives(b"two.example")))
leaf("no alternative names, but the extension", extensions=(extension("2.5.29.17", sequence()),))
leaf("three thousand extensions", extensions=[extension("1.2.3.%d" % n, b"") for n in range(3000)])
leaf("an extension of 30,000 bytes that is critical", extensions=(extension("1.2.3.4", b"x" * 30000, True),))
leaf("basicConstraints with a path of -1", extensions=(extension("2.5.29.19", sequence(tlv(1, b"\xff"), integer(-1))),))
leaf("name constraints without end", extensions=(extension("2.5.29.30", sequence(explicit(0, *(
    sequence(tlv(DNS, b"%d" % n)) for n in range(3000)))), True),))
leaf("policies that are no policies", extensions=(extension("2.5.29.32", sequence(sequence(integer(5)))),))
leaf("must-staple with a million", extensions=(extension("1.3.6.1.5.5.7.1.24", sequence(integer(10 ** 6))),))

# --- Serial numbers, versions ---
leaf("a negative serial number", serial=integer(-(1 << 127)))
leaf("the serial number 0", serial=integer(0))
leaf("a serial number of no bytes", serial=tlv(INTEGER), completes=False)
leaf("a serial number of 45,000 bytes", serial=tlv(INTEGER, b"\x7f" * 45000), completes=False)
leaf("a serial number of 20,000 bytes", serial=tlv(INTEGER, b"\x7f" * 20000))
leaf("a serial number with zeros in front", serial=tlv(INTEGER, bytes(100) + b"\x05"), completes=False)
leaf("a serial number that is a string", serial=tlv(UTF8, b"=1"), completes=False)
leaf("version 1 with extensions", version=None, extensions=(alternatives(b"a.example"),))
leaf("version 2,000,000", version=2000000)
leaf("version -1", version=-1)

# --- Dates ---
leaf("dates of the year 0", dates=sequence(generalized("00000101000000Z"), generalized("00000102000000Z")))
leaf("dates of the year 9999", dates=sequence(generalized("99991231235959Z"), generalized("99991231235959Z")))
leaf("dates the wrong way round", dates=sequence(utc("300101000000Z"), utc("200101000000Z")))
leaf("dates that are junk", dates=sequence(utc("\x1b[2J<attacker>"), generalized("=1+1")), completes=False)
leaf("dates of the 99th month", dates=sequence(utc("259999999999Z"), generalized("20259999999999Z")), completes=False)
leaf("dates of no bytes", dates=sequence(utc(""), generalized("")), completes=False)
leaf("dates of 10,000 digits", dates=sequence(utc("2" * 10000), generalized("2" * 10000)), completes=False)
leaf("dates with fractions and zones", dates=sequence(generalized("20250101000000.123456789Z"),
                                                      generalized("20300101000000+9959")),
     completes=False)
leaf("the 29th of February of a year without one", dates=sequence(utc("230229000000Z"), utc("270229000000Z")),
     completes=False)
leaf("one date", dates=sequence(utc("250101000000Z")), completes=False)

# --- Keys ---
for words, modulus, exponent in (
        ("RSA with n = 0", 0, 65537), ("RSA with n = 1", 1, 65537), ("RSA with an even n", ciphers.MODULUS - 1, 65537),
        ("RSA with a negative n", -ciphers.MODULUS, 65537), ("RSA with e = 0", ciphers.MODULUS, 0),
        ("RSA with e = 1", ciphers.MODULUS, 1),
        ("RSA with e = 2", ciphers.MODULUS, 2), ("RSA with e greater than n", ciphers.MODULUS, ciphers.MODULUS * 4 + 1),
        ("RSA of 64 bits", (1 << 63) + 1, 3), ("RSA of 16,384 bits", (1 << 16383) + 1, 65537),
        ("RSA of 16,385 bits", (1 << 16384) + 1, 65537),
        ("RSA of 16,384 bits with e of 16,000", (1 << 16383) + 1, (1 << 15999) + 1),
        ("RSA of 300,000 bits", (1 << 299999) + 1, 65537)):
    leaf(words, completes=False, public=rsa_key(modulus, exponent))
leaf("RSA without parameters", public=rsa_key(parameters=()), completes=False)
leaf("RSA with parameters that are junk", public=rsa_key(parameters=(tlv(UTF8, HOSTILE),)), completes=False)
leaf("RSA whose key is no DER", completes=False, public=key("1.2.840.113549.1.1.1", (tlv(5),), b"\xff" * 50))
leaf("RSA whose key has unused bits", completes=False, public=key("1.2.840.113549.1.1.1", (tlv(5),), b"x" * 50, 7))
leaf("RSA whose bit string has 200 unused bits", completes=False,
     public=key("1.2.840.113549.1.1.1", (tlv(5),), b"x" * 50, 200))
for words, salt in (("-1", -1), ("0", 0), ("2^31", 1 << 31), ("of 1,000 bytes", 1 << 7999)):
    leaf("PSS with a salt of " + words, completes=False,
         public=rsa_key(kind=PSS, parameters=(sequence(explicit(0, algorithm("2.16.840.1.101.3.4.2.1")),
                                                       explicit(2, integer(salt))),)))
leaf("a signature by PSS with a salt of 2^31", signed=algorithm(PSS, sequence(explicit(2, integer(1 << 31)))))

P256, POINT = oid("1.2.840.10045.3.1.7"), b"\x04" + b"\x05" * 64
PRIME_FIELD, BINARY_FIELD = "1.2.840.10045.1.1", "1.2.840.10045.1.2"


def curve(prime, a, b, base, order=7, cofactor=1):
    """Explicit parameters over a prime field (SEC 1, C.2)."""
    return sequence(integer(1), sequence(oid(PRIME_FIELD), integer(prime)), sequence(tlv(OCTETS, a), tlv(OCTETS, b)),
                    tlv(OCTETS, base), integer(order), integer(cofactor))


def binary(degree, *basis):
    return sequence(integer(1), sequence(oid(BINARY_FIELD), sequence(integer(degree), *basis)),
                    sequence(tlv(OCTETS, b"\1"), tlv(OCTETS, b"\1")), tlv(OCTETS, POINT), integer(7), integer(1))


for words, parameters, body in (
        ("P-256 and a point on no curve", P256, POINT), ("P-256 and no point", P256, b""),
        ("P-256 and infinity", P256, b"\0"),
        ("P-256 and 10,000 bytes", P256, b"\x04" + b"p" * 10000),
        ("a curve that nobody knows", oid("1.3.9999.1"), POINT),
        ("no parameters", b"", POINT), ("NULL for a curve", tlv(5), POINT),
        ("an explicit curve", curve((1 << 255) - 19, b"\5" * 32, b"\7" * 32, POINT), POINT),
        # p is no prime, so that the square root for a compressed base point was looked for without end.
        ("the curve of CVE-2022-0778", curve(697, b"\x02\x9b", b"\x00\x17", b"\x02\x00\x09", 23), b"\x02\x00\x09"),
        ("the curve of CVE-2022-0778 with p of 2,000 bits",
         curve((1 << 2000) + 9, b"\x02", b"\x03", b"\x02" + b"\x09" * 251), b"\x02" + b"\x09" * 251),
        ("an explicit curve with p = 0", curve(0, b"\1", b"\1", POINT), POINT),
        ("an explicit curve with p even", curve(1 << 255, b"\1", b"\1", POINT), POINT),
        ("an explicit curve of 100,000 bits", curve((1 << 99999) + 1, b"\1" * 12500, b"\1", POINT), POINT),
        ("a negative order", curve((1 << 255) - 19, b"\1", b"\1", POINT, -7, -1), POINT),
        ("GF(2^m) of 163", binary(163, oid("1.2.840.10045.1.2.3.2"), integer(7)), POINT),
        ("GF(2^m) of 2^31", binary(1 << 31, oid("1.2.840.10045.1.2.3.2"), integer(7)), POINT),
        ("GF(2^m) of -1", binary(-1, oid("1.2.840.10045.1.2.3.3"), sequence(integer(1), integer(2), integer(3))),
         POINT)):
    leaf("EC with " + words, completes=False, public=key(EC, (parameters,) if parameters else (), body))
leaf("DSA", completes=False, public=key(DSA, (sequence(integer(23), integer(11), integer(4)),), integer(8)))
leaf("DSA with p = 0", completes=False, public=key(DSA, (sequence(integer(0), integer(0), integer(0)),), integer(0)))
leaf("DSA of 30,000 bits", completes=False, public=key(DSA,
    (sequence(integer((1 << 29999) + 1), integer(11), integer(4)),), integer(8)))
leaf("Ed25519", completes=False, public=key("1.3.101.112", (), b"\x09" * 32))
leaf("Ed25519 of 31 bytes", completes=False, public=key("1.3.101.112", (), b"\x09" * 31))
leaf("Ed448", completes=False, public=key("1.3.101.113", (), b"\x09" * 57))
leaf("X25519 as the key of a certificate", completes=False, public=key("1.3.101.110", (), bytes(32)))
leaf("GOST without parameters", completes=False, public=key("1.2.643.7.1.1.1.1", (), b"g" * 66))
leaf("SM2", completes=False, public=key(EC, (oid("1.2.156.10197.1.301"),), POINT))
leaf("ML-DSA", completes=False, public=key("2.16.840.1.101.3.4.3.18", (), b"m" * 1952))
leaf("a key of an algorithm that nobody knows", completes=False, public=key("1.3.6.1.4.1.99999.1", (), b"k" * 100))
leaf("a key of 40,000 bytes of an algorithm that nobody knows", completes=False,
     public=key("1.3.6.1.4.1.99999.1", (), b"k" * 40000))
leaf("no key", completes=False, public=b"")

# --- Signatures ---
leaf("a signature of an algorithm that nobody knows", signed=algorithm("1.3.6.1.4.1.99999.2"))
leaf("a signature with MD2", signed=algorithm("1.2.840.113549.1.1.2"))
leaf("two algorithms that differ", algorithm_outside=algorithm("1.2.840.113549.1.1.4"))
leaf("a signature of no bytes", signature=tlv(BITS), completes=False)
leaf("a signature of 40,000 bytes", signature=bits(b"s" * 40000))
leaf("a signature algorithm with junk behind it", signed=sequence(oid("1.2.840.113549.1.1.11"), tlv(UTF8, HOSTILE)))

# --- DER ---
GOOD = certificate()


def nested(depth):
    body = b""
    for _ in range(depth):
        body = bytes([SEQUENCE]) + length(len(body)) + body
    return body


def raw(sentence, *members, completes=False, accepts=BOTH):
    chain(sentence, *members, completes=completes, accepts=accepts)


raw("a certificate cut in half", GOOD[:len(GOOD) // 2])
raw("a certificate of one byte", b"\x30")
raw("a certificate of zeros", bytes(1000))
raw("a certificate of text", b"-----BEGIN CERTIFICATE-----\n" + HOSTILE)
raw("a certificate with 1,000 bytes behind it", GOOD + b"x" * 1000)
raw("a certificate with an indefinite length", b"\x30\x80" + GOOD[4:] + b"\0\0")
raw("a certificate with a length of 126 bytes", b"\x30\xfe" + b"\xff" * 126 + GOOD)
raw("a certificate with a length of four bytes too many", b"\x30\x88" + bytes(6) + GOOD[2:])
raw("a certificate whose length says 4 GiB", b"\x30\x84\xff\xff\xff\xff" + GOOD[4:])
raw("sequences in sequences, five thousand deep", nested(5000))
raw("an extension of sequences five thousand deep", certificate(extensions=(extension("2.5.29.17", nested(5000)),)),
    completes=True)
raw("octet strings in pieces in pieces", certificate(serial=b"\x24\x80" * 5000 + b"\0\0" * 5000))
raw("tags of many bytes", b"\x3f" + b"\xff" * 5000 + b"\x7f\x00" + GOOD)
raw("unique identifiers of hostile text", certificate(extra=tlv(0x81, b"\0" + HOSTILE) + tlv(0x82, b"\0" + HOSTILE)),
    completes=True)
raw("fields in another order", sequence(sequence(SHA256_RSA, integer(1), DATES, name("x")), SHA256_RSA, bits(b"s")))

# --- Chains ---
raw("an empty chain")
raw("an empty certificate", b"")
raw("an empty certificate behind the leaf", GOOD, b"")
raw("the leaf ten times", *[GOOD] * 10, completes=True)
raw("a chain of 64", GOOD, *(certificate(serial=integer(n)) for n in range(63)), completes=True)
raw("a chain of 65", GOOD, *(certificate(serial=integer(n)) for n in range(64)))
raw("a chain of 20,000", *[GOOD] * 20000)
raw("a chain of 20,000 certificates of one byte", *[b"\x30"] * 20000)
raw("a chain of 10 MB", GOOD, b"\x30\x83\xff\xff\xff" + b"c" * 10 ** 7)
raw("a chain of 40 KiB", GOOD, *(certificate(serial=tlv(INTEGER, b"\x7f" * 9500)) for _ in range(4)), completes=True)
raw("a chain of 60 KiB", GOOD, *(certificate(serial=tlv(INTEGER, b"\x7f" * 9800)) for _ in range(6)))
raw("junk behind a good leaf", GOOD, b"\xff" * 3000)
raw("two leaves that issued each other", certificate(subject=name("a"), issuer=name("b")),
    certificate(subject=name("b"), issuer=name("a")), completes=True)
raw("a root that is the leaf", certificate(extensions=(extension("2.5.29.19", sequence(tlv(1, b"\xff"))),)), GOOD,
    completes=True)


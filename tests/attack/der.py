"""DER, and certificates in it, as somebody writes them who wants to hurt its reader: each part of a certificate may be
any bytes. Nothing is signed, since nothing is verified. ITU-T X.690, RFC 5280.
"""
import ciphers

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID, UTF8, SEQUENCE, SET = 1, 2, 3, 4, 5, 6, 12, 0x30, 0x31
NUMERIC, PRINTABLE, TELETEX, IA5, UTC_TIME, TIME, GRAPHIC, VISIBLE, GENERAL, UNIVERSAL, BMP = (
    18, 19, 20, 22, 23, 24, 25, 26, 27, 28, 30)


def length(size):
    if size < 128:
        return bytes([size])
    whole = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(whole)]) + whole


def tlv(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + length(len(body)) + body


def sequence(*parts):
    return tlv(SEQUENCE, *parts)


def explicit(number, *parts):
    return tlv(0xa0 | number, *parts)


def integer(value):
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return tlv(INTEGER, value.to_bytes(size, "big", signed=True))


def bits(body, unused=0):
    return tlv(BITS, bytes([unused]), body)


def base128(value):
    out = [value & 0x7f]
    while value := value >> 7:
        out.append(0x80 | value & 0x7f)
    return bytes(reversed(out))


def oid(dotted):
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(OID, base128(40 * first + second), *map(base128, rest))


def algorithm(dotted, *parameters):
    return sequence(oid(dotted), *parameters)


SHA256_RSA = algorithm("1.2.840.113549.1.1.11", tlv(NULL))
RSA, EC, DSA, PSS = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1", "1.2.840.10040.4.1", "1.2.840.113549.1.1.10"
COMMON_NAME, ORGANIZATION, COUNTRY = "2.5.4.3", "2.5.4.10", "2.5.4.6"


def attribute(value, kind=COMMON_NAME, tag=UTF8):
    value = value.encode() if isinstance(value, str) else value
    return tlv(SET, sequence(oid(kind), tlv(tag, value)))


def name(*values, kind=COMMON_NAME, tag=UTF8):
    """Of one attribute for each value."""
    return sequence(*(attribute(value, kind, tag) for value in values))


def utc(text):
    return tlv(UTC_TIME, text.encode())


def generalized(text):
    return tlv(TIME, text.encode() if isinstance(text, str) else text)


DATES = sequence(utc("250101000000Z"), generalized("20990101000000Z"))


def rsa_key(modulus=ciphers.MODULUS, exponent=ciphers.EXPONENT, parameters=(tlv(NULL),), kind=RSA):
    return sequence(algorithm(kind, *parameters), bits(sequence(integer(modulus), integer(exponent))))


def key(kind, parameters, body, unused=0):
    """Any SubjectPublicKeyInfo."""
    return sequence(algorithm(kind, *parameters), bits(body, unused))


def extension(dotted, body, critical=False):
    return sequence(oid(dotted), tlv(BOOLEAN, b"\xff") if critical else b"", tlv(OCTETS, body))


DNS, MAIL, URI, ADDRESS = 0x82, 0x81, 0x86, 0x87


def alternatives(*names):
    """subjectAltName of (tag, bytes), or of host names as bytes."""
    names = [(DNS, one) if isinstance(one, bytes) else one for one in names]
    return extension("2.5.29.17", sequence(*(tlv(tag, body) for tag, body in names)))


def certificate(version=2, serial=integer(1), signed=SHA256_RSA, issuer=None, dates=DATES, subject=None, public=None,
                extensions=(), algorithm_outside=None, signature=None, extra=b""):
    """Each argument is DER; by default a good one. `public`: by default the key that our server has."""
    mine = name("mail.attack.example")
    parts = [explicit(0, integer(version)) if version is not None else b"", serial, signed,
             mine if issuer is None else issuer, dates, mine if subject is None else subject,
             rsa_key() if public is None else public, extra]
    if extensions:
        parts.append(explicit(3, sequence(*extensions)))
    outside = signed if algorithm_outside is None else algorithm_outside
    return sequence(sequence(*parts), outside, bits(bytes(128)) if signature is None else signature)

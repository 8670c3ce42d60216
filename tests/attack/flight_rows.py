"""What is done to the scanner with the messages of a flight up to TLS 1.2: their order and lengths, the parameters of a
key exchange, the request for a certificate. Some are signed soundly, so that OpenSSL goes on to compute with them.
"""
import ciphers
import wire
from answers import DONE, answering, certificate, flight, in_records
from table import ONLY12, Table
from wire import message, number, vector

ROWS = Table("flight")
HELLO = wire.server_hello()
CERTIFICATE = certificate()


def messages(sentence, *parts, accepts=()):
    """These, in the place of a flight."""
    ROWS.add(sentence, answering(lambda _: in_records(b"".join(parts))), accepts=accepts)


# --- Order: each message alone, missing, doubled, moved ---
messages("a ServerHello alone, twice", HELLO, HELLO)
messages("a ServerHelloDone alone", DONE)
messages("a certificate alone", CERTIFICATE)
messages("a flight without its ServerHello", CERTIFICATE, DONE)
messages("a flight without a certificate", HELLO, DONE)
messages("a flight without its end", HELLO, CERTIFICATE)
messages("a flight backwards", DONE, CERTIFICATE, HELLO)
messages("a certificate before the ServerHello", CERTIFICATE, HELLO, DONE)
messages("a certificate twice", HELLO, CERTIFICATE, CERTIFICATE, DONE)
messages("a ServerHelloDone twice", HELLO, CERTIFICATE, DONE, DONE, accepts=ONLY12)
messages("a ServerHello in the middle of the flight", HELLO, CERTIFICATE, HELLO, DONE)
messages("a ServerHelloDone before the certificate", HELLO, DONE, CERTIFICATE)
messages("a status before the certificate", HELLO, message(wire.STATUS, b"\1\0\0\0"), CERTIFICATE, DONE)
messages("a status that was not asked for", HELLO, CERTIFICATE, message(wire.STATUS, b"\1\0\0\1x"), DONE,
         accepts=ONLY12)
messages("a status of 30,000 bytes", HELLO, CERTIFICATE, message(wire.STATUS, b"\1" + vector(3, b"o" * 30000)), DONE,
         accepts=ONLY12)
messages("supplemental data", HELLO, message(wire.SUPPLEMENTAL, b"\0\0\0"), CERTIFICATE, DONE, accepts=ONLY12)
messages("a key exchange that the suite does not have", HELLO, CERTIFICATE, message(12, b"x" * 50), DONE)
messages("a Finished in the clear in the place of the certificate", HELLO, message(wire.FINISHED, bytes(12)), DONE)
messages("a ticket in the middle of the flight", HELLO, CERTIFICATE, message(wire.TICKET, bytes(6)), DONE)
messages("a CertificateVerify of the server", HELLO, CERTIFICATE, message(wire.CERTIFICATE_VERIFY, bytes(8)), DONE)
messages("EncryptedExtensions in TLS 1.2", HELLO, message(wire.ENCRYPTED_EXTENSIONS, b"\0\0"), CERTIFICATE, DONE)
messages("a KeyUpdate in the clear", HELLO, message(wire.KEY_UPDATE, b"\1"), CERTIFICATE, DONE)
messages("a message of the type 255", HELLO, message(255, b"x" * 1000), CERTIFICATE, DONE)
messages("a compressed certificate that nobody asked for",
         HELLO, message(25, b"\0\1" + number(0xffffff, 3) + vector(3, b"\x78\x9c" + b"\0" * 100)), DONE)
messages("HelloRequests between the messages", HELLO, message(0) * 50, CERTIFICATE, message(0) * 50, DONE,
         accepts=ONLY12)

# --- Lengths ---
messages("a ServerHelloDone with 1,000 bytes", HELLO, CERTIFICATE, message(wire.SERVER_HELLO_DONE, b"d" * 1000))
messages("a ServerHelloDone that says 16 MiB", HELLO, CERTIFICATE, message(wire.SERVER_HELLO_DONE, b"", 0xffffff))
messages("a certificate message of no bytes", HELLO, message(wire.CERTIFICATE), DONE)
messages("a certificate message that says 16 MiB", HELLO, message(wire.CERTIFICATE, b"\xff\xff\xfc", 0xffffff))
messages("a chain that is longer than its message", HELLO, message(wire.CERTIFICATE, vector(3, b"", 0xffffff)), DONE)
messages("a chain that is shorter than its message", HELLO, message(wire.CERTIFICATE, vector(3, b"\0\0\1x", 1)), DONE)
messages("a certificate that goes beyond its chain", HELLO, message(wire.CERTIFICATE, vector(3, vector(3, b"x", 5000))),
         DONE)
messages("half a length of a certificate", HELLO, message(wire.CERTIFICATE, vector(3, b"\0\1")), DONE)

# --- CertificateRequest ---
for name, body, good in (
        ("no bytes", b"", False), ("a length that goes beyond it", b"\xff\x01", False),
        ("no types", b"\x00\x00\x02\x04\x01\x00\x00", True),
        ("all 255 types", vector(1, bytes(range(255))) + b"\0\2\4\1\0\0", True),
        ("20,000 signature schemes", b"\1\1" + vector(2, b"\x04\x01" * 20000) + b"\0\0", True),
        ("no signature schemes", b"\1\1\0\0\0\0", True),
        ("40,000 bytes of names", b"\1\1\0\2\4\1" + vector(2, vector(2, b"\x30" * 1000) * 40), True),
        ("names that are no DER", b"\1\1\0\2\4\1" + vector(2, vector(2, b"\x1b[2J<attacker>")), True)):
    messages("a CertificateRequest with " + name, HELLO, CERTIFICATE, message(wire.CERTIFICATE_REQUEST, body), DONE,
             accepts=ONLY12)
messages("a CertificateRequest twice", HELLO, CERTIFICATE, message(13, b"\1\1\0\2\4\1\0\0") * 2, DONE)
messages("a CertificateRequest before the certificate", HELLO, message(13, b"\1\1\0\2\4\1\0\0"), CERTIFICATE, DONE)


# --- Key exchanges, signed with the key of the certificate ---
def exchange(sentence, suite, parameters, accepts=(), scheme=0x0401, signed=True):
    def make(hello):
        random = b"R" * 32
        covered = hello.raw[6:38] + random + parameters
        signature = number(scheme, 2) + vector(2, ciphers.rsa_sign(covered)) if signed is True else signed
        ske = message(wire.SERVER_KEY_EXCHANGE, parameters + signature)
        # What is too long for a flight goes out all the same.
        return in_records(flight(CERTIFICATE, ske, suite=suite, random=random))
    ROWS.add(sentence, answering(make, suite=suite), accepts=accepts)


def integer(value):
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")


def dh(p, g=2, y=5):
    return b"".join(vector(2, part if isinstance(part, bytes) else integer(part)) for part in (p, g, y))


DHE = ("TLS 1.2", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")
ECDHE = ("TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
# A prime of 2,048 bits: RFC 3526, group 14.
PRIME = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
            "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
            "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
            "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
            "3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF", 16)

for name, parameters in (
        ("p = 0", dh(0)), ("p = 1", dh(1)), ("p = 2", dh(2)), ("p = 3", dh(3, 2, 2)), ("p even", dh(PRIME - 1)),
        ("p of no bytes", dh(b"")), ("p of 2,000 zeros in front", dh(bytes(2000) + integer(PRIME))),
        ("p of 512 bits", dh((1 << 511) + 111, 2, 4)), ("p composite of 2,048 bits", dh(PRIME - 2)),
        ("p of 8,192 bits", dh((1 << 8191) + 1, 2, 4)), ("p of 8,193 bits", dh((1 << 8192) + 1, 2, 4)),
        ("p of 10,000 bits", dh((1 << 9999) + 1, 2, 4)), ("p of 10,001 bits", dh((1 << 10000) + 1, 2, 4)),
        ("p of 100,000 bits", dh((1 << 99999) + 1, 2, 4)),
        ("g = 0", dh(PRIME, 0)), ("g = 1", dh(PRIME, 1)), ("g = p - 1", dh(PRIME, PRIME - 1)),
        ("g greater than p", dh(PRIME, PRIME * 3)), ("Y = 0", dh(PRIME, 2, 0)), ("Y = 1", dh(PRIME, 2, 1)),
        ("Y = p - 1", dh(PRIME, 2, PRIME - 1)), ("Y = p", dh(PRIME, 2, PRIME)), ("Y of no bytes", dh(PRIME, 2, b"")),
        ("Y of 20,000 bytes", dh(PRIME, 2, b"\x7f" * 20000))):
    exchange("DH with " + name, wire.DHE_AES128, parameters, accepts=(DHE,))
exchange("DH parameters that end in p", wire.DHE_AES128, vector(2, b"p", 5000), signed=b"")
exchange("DH parameters of no bytes", wire.DHE_AES128, b"", signed=b"")


def ec(curve, point, kind=3):
    return bytes([kind]) + number(curve, 2) + vector(1, point)


POINT = b"\x04" + b"\x01" * 64  # on no curve
for name, parameters in (
        ("a curve that nobody knows", ec(0xfafa, POINT)), ("the curve 0", ec(0, POINT)),
        ("a point that is on no curve", ec(0x17, POINT)), ("an empty point", ec(0x17, b"")),
        ("the point at infinity", ec(0x17, b"\0")), ("a point of one byte", ec(0x17, b"\x04")),
        ("a compressed point", ec(0x17, b"\x02" + bytes(31) + b"\x05")),
        ("a hybrid point", ec(0x17, b"\x06" + POINT[1:])),
        ("a point of 255 bytes", ec(0x17, b"\x04" + b"\x77" * 254)), ("X25519 and zeros", ec(0x1d, bytes(32))),
        ("X25519 and a point of order 8", ec(0x1d,
            bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"))),
        ("X25519 and 31 bytes", ec(0x1d, b"\x09" + bytes(30))), ("X448 and zeros", ec(0x1e, bytes(56))),
        ("a curve of characteristic 2", ec(0x0e, b"\x04" + bytes(144))),
        ("a group of DH in TLS 1.3", ec(0x100, POINT))):
    exchange("ECDH with " + name, wire.ECDHE_AES128, parameters, accepts=(ECDHE,))
exchange("ECDH with an explicit prime curve", wire.ECDHE_AES128,
         b"\x01" + vector(1, b"\x17" * 32) * 6 + vector(1, POINT))
exchange("ECDH with an explicit curve of characteristic 2", wire.ECDHE_AES128,
         b"\x02" + number(0xffff, 2) + b"\x02" + vector(1, b"\xff" * 3) * 9 + vector(1, POINT))
exchange("ECDH with a curve type that nobody knows", wire.ECDHE_AES128, ec(0x17, POINT, 77))
exchange("ECDH parameters of no bytes", wire.ECDHE_AES128, b"", signed=b"")
GOOD = ec(0x1d, ciphers.x25519(b"s" * 32, ciphers.BASE_POINT))
exchange("a signature of a scheme that nobody knows", wire.ECDHE_AES128, GOOD, (ECDHE,), scheme=0xfafa)
exchange("a signature of another scheme than the key's", wire.ECDHE_AES128, GOOD, (ECDHE,), scheme=0x0403)
exchange("a signature with MD5", wire.ECDHE_AES128, GOOD, (ECDHE,), scheme=0x0101)
exchange("an empty signature", wire.ECDHE_AES128, GOOD, (ECDHE,), signed=b"\x04\x01\x00\x00")
exchange("a signature of 30,000 bytes", wire.ECDHE_AES128, GOOD, (ECDHE,), signed=b"\x04\x01" + vector(2, b"s" * 30000))
exchange("a signature that goes beyond its message", wire.ECDHE_AES128, GOOD, signed=b"\x04\x01\xff\xffsss")
exchange("a false signature", wire.ECDHE_AES128, GOOD, (ECDHE,), signed=b"\x04\x01" + vector(2, b"s" * 128))
exchange("no signature", wire.ECDHE_AES128, GOOD, signed=b"")
exchange("bytes behind the signature", wire.ECDHE_AES128, GOOD, signed=b"\x04\x01" + vector(2, b"s" * 128) + b"more")

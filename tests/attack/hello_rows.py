"""What is done to the scanner with a ServerHello, a HelloRetryRequest and the messages of TLS 1.3 before its keys."""
import wire
from answers import answering, certificate, flight, in_records
from table import ONLY12, ONLY13, TLS12_CELL, Table
from wire import COOKIE, SHARES, TLS12, TLS13, VERSIONS, X25519, extension, number, vector

ROWS = Table("hello")


def hello(sentence, accepts=(), **fields):
    """A ServerHello of TLS 1.2 that is not as it should be, with the rest of the flight behind it."""
    ROWS.add(sentence, answering(lambda _: in_records(flight(**fields))), accepts=accepts)


def raw(sentence, body, length=None, accepts=()):
    whole = wire.message(wire.SERVER_HELLO, body, length)
    ROWS.add(sentence, answering(lambda _: in_records(flight(hello=whole))), accepts=accepts)


def hello13(sentence, make, accepts=(), **columns):
    """`make(hello)` gives the messages that answer a hello of TLS 1.3."""
    ROWS.add(sentence, answering(lambda one: in_records(make(one)), TLS13), accepts=accepts, **columns)


START = b"\x03\x03" + b"R" * 32 + b"\x00"
SUITE = number(wire.NULL_SHA256, 2) + b"\x00"

# --- Versions, suites and compressions that were not offered ---
hello("a ServerHello of SSL 2", version=0x0002)
# Whoever offers TLS 1.2 offers what is older, and the flight is whole.
hello("a ServerHello of SSL 3 to a hello of TLS 1.2", version=0x0300, accepts=(("SSL 3", TLS12_CELL[1]),))
hello("a ServerHello of TLS 1.0 to a hello of TLS 1.2", version=0x0301, accepts=(("TLS 1.0", TLS12_CELL[1]),))
hello("a ServerHello of TLS 1.4", version=0x0305)
hello("a ServerHello of version 0", version=0)
hello("a ServerHello of version 255.255", version=0xffff)
hello("a ServerHello of DTLS", version=0xfefd)
hello("a ServerHello with the suite 0", suite=0)
hello("a ServerHello with a suite that nobody knows", suite=0xfafa)
hello("a ServerHello with the suite that only signals", suite=0x5600)
hello("a ServerHello with the suite of a renegotiation", suite=0x00ff)
hello("a ServerHello of TLS 1.2 with a suite of TLS 1.3", suite=wire.CHACHA)
hello("a ServerHello with DEFLATE", compression=1)
hello("a ServerHello with the compression 255", compression=255)
hello("a ServerHello with the random bytes of a HelloRetryRequest", random=wire.RETRY_RANDOM, accepts=ONLY12)
hello("a ServerHello with the mark of a downgrade", random=b"R" * 24 + b"DOWNGRD\x01", accepts=ONLY12)
hello("a ServerHello with a session of 33 bytes", session=b"s" * 33)
hello("a ServerHello with a session of 255 bytes", session=b"s" * 255)

# --- Lengths ---
raw("an empty ServerHello", b"")
raw("a ServerHello of one byte", b"\x03")
raw("a ServerHello cut in its random bytes", START[:20])
raw("a ServerHello cut behind its session", START)
raw("a ServerHello whose session goes beyond it", START[:-1] + b"\xff" + SUITE)
raw("a ServerHello whose message says 16 MiB", START + SUITE, length=0xffffff)
raw("a ServerHello whose message says one byte less", START + SUITE, length=len(START + SUITE) - 1)
raw("a ServerHello whose message says one byte more", START + SUITE, length=len(START + SUITE) + 1)
raw("extensions that go beyond the ServerHello", START + SUITE + b"\xff\xff" + b"\x00" * 10)
raw("extensions with half a length", START + SUITE + b"\x00")
raw("an extension that goes beyond the extensions", START + SUITE + vector(2, extension(0xff01, b"\0", 500)))
raw("half an extension", START + SUITE + vector(2, b"\x00\x17\x00"))
raw("bytes behind the extensions", START + SUITE + b"\x00\x00" + b"more")

# --- Extensions ---
hello("an extension that was not offered", extensions=extension(0x7777, b"x" * 100), accepts=ONLY12)
hello("one extension twice", extensions=extension(0xff01, b"\0") * 2, accepts=ONLY12)
hello("three thousand extensions of a ServerHello", extensions=b"".join(extension(0x8000 + n) for n in range(3000)),
      accepts=ONLY12)
hello("16,000 extensions of one kind", extensions=extension(0x000b) * 16000)
hello("an extension of 40,000 bytes", extensions=extension(0x7777, b"x" * 40000))
hello("a renegotiation_info of another connection", extensions=extension(0xff01, vector(1, b"v" * 36)), accepts=ONLY12)
hello("a renegotiation_info with a wrong length", extensions=extension(0xff01, b"\xff"), accepts=ONLY12)
hello("an ALPN that was not asked for", extensions=extension(16, vector(2, vector(1, b"h2\0\x1b["))), accepts=ONLY12)
hello("a server name with something in it", extensions=extension(0, b"<attacker>"), accepts=ONLY12)
hello("point formats that we do not know", extensions=extension(11, vector(1, bytes(range(255)))), accepts=ONLY12)
hello("a heartbeat extension", extensions=extension(15, b"\x01"), accepts=ONLY12)
hello("a max_fragment_length that was not asked for", extensions=extension(1, b"\x01"), accepts=ONLY12)
hello("encrypt_then_mac and extended_master_secret with bodies",
      extensions=extension(22, b"x") + extension(23, b"y"), accepts=ONLY12)
hello("supported_versions with TLS 1.2", extensions=extension(VERSIONS, number(TLS12, 2)))
hello("supported_versions with half a version", extensions=extension(VERSIONS, b"\x03"))
hello("TLS 1.3 to a hello of TLS 1.2", suite=wire.CHACHA, extensions=extension(VERSIONS, number(TLS13, 2)))

# --- TLS 1.3 ---
hello13("a ServerHello of TLS 1.3 without a share",
        lambda one: wire.server_hello13(one, extensions=extension(VERSIONS, number(TLS13, 2))))
hello13("a share of all zeros", lambda one: wire.server_hello13(one, bytes(32)), accepts=ONLY13)
hello13("a share of one byte", lambda one: wire.server_hello13(one, b"\x09"), accepts=ONLY13)
hello13("a share of no bytes", lambda one: wire.server_hello13(one, b""), accepts=ONLY13)
hello13("a share of 15,000 bytes", lambda one: wire.server_hello13(one, b"s" * 15000), accepts=ONLY13)
hello13("a share for a group that was not offered", lambda one: wire.server_hello13(
    one, extensions=extension(VERSIONS, number(TLS13, 2)) + extension(SHARES,
        number(0xfafa, 2) + vector(2, b"s" * 32))), accepts=ONLY13)
hello13("another session than ours", lambda one: wire.server_hello13(one, session=b"another"), accepts=ONLY13)
hello13("a suite of TLS 1.2 in TLS 1.3", lambda one: wire.server_hello13(one, suite=wire.NULL_SHA256))
hello13("a suite of TLS 1.3 that was not offered", lambda one: wire.server_hello13(one, suite=0x13ff))
hello13("DEFLATE in TLS 1.3", lambda one: wire.server_hello13(one, compression=1))
hello13("a pre-shared key that was not offered", lambda one: wire.server_hello13(
    one, extensions=extension(VERSIONS, number(TLS13, 2)) + extension(41, b"\0\0")), accepts=ONLY13)
hello13("TLS 1.5 in supported_versions", lambda one: wire.server_hello13(one,
                                                                         extensions=extension(VERSIONS, b"\x03\x06")))
hello13("a draft in supported_versions", lambda one: wire.server_hello13(one,
                                                                         extensions=extension(VERSIONS, b"\x7f\x1c")))
hello13("supported_versions twice, differing", lambda one: wire.server_hello13(
    one, extensions=extension(VERSIONS, number(TLS13, 2)) + extension(VERSIONS, number(TLS12, 2))
    + extension(SHARES, number(X25519, 2) + vector(2, bytes(32)))), accepts=ONLY13)
hello13("two ServerHellos of TLS 1.3", lambda one: wire.server_hello13(one) * 2, accepts=ONLY13)
hello13("a flight of TLS 1.3 in the clear", lambda one: wire.server_hello13(one)
        + wire.message(wire.ENCRYPTED_EXTENSIONS, b"\0\0") + certificate() + wire.message(wire.FINISHED, bytes(32)),
        accepts=ONLY13)
hello13("a TLS 1.3 hello answered as TLS 1.2", lambda one: flight(), accepts=ONLY12)
hello13("EncryptedExtensions before the ServerHello", lambda one: wire.message(wire.ENCRYPTED_EXTENSIONS, b"\0\0")
        + wire.server_hello13(one))

# --- HelloRetryRequests ---
BASE = extension(VERSIONS, number(TLS13, 2))


def retried(sentence, extensions, **fields):
    hello13(sentence, lambda one: wire.retry(one, BASE + extensions, **fields), accepts=ONLY13)


def loop(make):
    """A retry to each hello, for as long as they come."""
    def play(one):
        def again(peer):
            for _ in range(100):
                peer.send(in_records(make(one)))
                while peer.need(1) != b"\x16":  # past a ChangeCipherSpec or an alert
                    pass
                peer.need(int.from_bytes(peer.need(4)[2:], "big"))
        return again
    return play


retried("a retry that asks for nothing", b"")
retried("a retry for a group that was not offered", extension(SHARES, number(0xfafa, 2)))
retried("a retry for the group whose share is there", extension(SHARES, number(X25519, 2)))
retried("a retry with half a group", extension(SHARES, b"\x00"))
retried("a retry with a whole share", extension(SHARES, number(X25519, 2) + vector(2, bytes(32))))
retried("a retry with a cookie of 10,000 bytes", extension(COOKIE, vector(2, b"c" * 10000)))
retried("a retry with a cookie of 40,000 bytes", extension(COOKIE, vector(2, b"c" * 40000)))
retried("a retry with a cookie of 60,000 bytes", extension(COOKIE, vector(2, b"c" * 60000)))
retried("a retry with an empty cookie", extension(COOKIE, vector(2, b"")))
retried("a retry with a cookie that goes beyond it", extension(COOKIE, vector(2, b"c", 60000)))
retried("a retry with extensions that have no place there",
        extension(0, b"") + extension(16, b"\0\3\2h2") + extension(41, b"\0\0"))
retried("a retry with a suite that was not offered", extension(SHARES, number(0x17, 2)), suite=0x13fe)
hello13("a retry of TLS 1.2", lambda one: wire.retry(one, extension(SHARES, number(0x17, 2))))
hello13("two retries at once", lambda one: wire.retry(one, BASE + extension(SHARES, number(0x17, 2))) * 2,
        accepts=ONLY13)
hello13("a retry and a ServerHello at once", lambda one: wire.retry(one, BASE + extension(SHARES, number(0x17, 2)))
        + wire.server_hello13(one), accepts=ONLY13)
ROWS.add("retries for P-256 in a loop", answering(loop(lambda one: wire.retry(
    one, BASE + extension(SHARES, number(0x17, 2)))), TLS13), accepts=ONLY13)
ROWS.add("retries with a longer cookie each, in a loop", answering(loop(lambda one: wire.retry(
    one, BASE + extension(COOKIE, vector(2, b"c" * 16000)))), TLS13), accepts=ONLY13)
ROWS.add("retries for each group in turn", answering(lambda one: lambda peer: [
    peer.send(in_records(wire.retry(one, BASE + extension(SHARES, number(group, 2))))) for group in range(0x15, 0x1f)],
    TLS13),
    accepts=ONLY13)

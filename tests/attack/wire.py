"""The bytes of TLS as a server that may lie writes them: records, messages, hellos read and answered. No sockets, no
cryptography. Every length can be overridden, since that is what the tables here are for.

RFC 5246, RFC 8446, and the SSL 2.0 draft.
"""
import dataclasses
import secrets

CCS, ALERT, HANDSHAKE, DATA, HEARTBEAT = 20, 21, 22, 23, 24
(HELLO_REQUEST, CLIENT_HELLO, SERVER_HELLO, TICKET, ENCRYPTED_EXTENSIONS, CERTIFICATE, SERVER_KEY_EXCHANGE,
 CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE, FINISHED, STATUS, SUPPLEMENTAL,
 KEY_UPDATE, MESSAGE_HASH) = (0, 1, 2, 4, 8, 11, 12, 13, 14, 15, 16, 20, 22, 23, 24, 254)
NULL_SHA256, CHACHA = 0x003b, 0x1303          # the two suites of the server of most rows
AES128, DHE_AES128, ECDHE_AES128, DH_ANON = 0x002f, 0x0033, 0xc013, 0x0034
SNI, GROUPS, ALPN, EXTENDED_SECRET, SESSION_TICKET, SHARES, VERSIONS, COOKIE = 0, 10, 16, 23, 35, 51, 43, 44
X25519 = 0x001d
TLS12, TLS13 = 0x0303, 0x0304
RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
LONGEST = 16384  # a plain record


def number(value, size):
    return (value & (1 << 8 * size) - 1).to_bytes(size, "big")


def vector(size, body, length=None):
    """With its length, of so many bytes, in front; or a length that is a lie."""
    return number(len(body) if length is None else length, size) + body


def record(kind, body, version=TLS12, length=None):
    return bytes([kind]) + number(version, 2) + vector(2, body, length)


def records(kind, body, version=TLS12, size=LONGEST):
    """In as many records as it takes."""
    return b"".join(record(kind, body[at:at + size], version) for at in range(0, len(body), size))


def message(kind, body=b"", length=None):
    return bytes([kind]) + vector(3, body, length)


def alert(level, description, version=TLS12):
    return record(ALERT, bytes([level, description]), version)


def extension(kind, body=b"", length=None):
    return number(kind, 2) + vector(2, body, length)


def certificates(*chain):
    """The body of the message up to TLS 1.2."""
    return vector(3, b"".join(vector(3, one) for one in chain))


@dataclasses.dataclass
class Hello:
    """What a client offers. `raw`: the whole message, with its header; of SSL 2 without."""

    raw: bytes
    version: int
    session: bytes = b""
    suites: tuple = ()
    extensions: dict = dataclasses.field(default_factory=dict)
    ssl2: bool = False

    def tls13(self):
        return number(TLS13, 2) in [self.extensions.get(VERSIONS, b"\0")[at:at + 2]
                                    for at in range(1, len(self.extensions.get(VERSIONS, b"\0")), 2)]

    def share(self):
        """The client's for X25519, or None."""
        body, at = self.extensions.get(SHARES, b"\0\0"), 2
        while at + 4 <= len(body):
            size = int.from_bytes(body[at + 2:at + 4], "big")
            if body[at:at + 2] == number(X25519, 2):
                return body[at + 4:at + 4 + size]
            at += 4 + size
        return None


def read_hello(raw):
    """Of a whole ClientHello."""
    version, session_size = int.from_bytes(raw[4:6], "big"), raw[38]
    at = 39 + session_size
    end = at + 2 + int.from_bytes(raw[at:at + 2], "big")
    suites = tuple(int.from_bytes(raw[n:n + 2], "big") for n in range(at + 2, end, 2))
    at, found = end + 1 + raw[end] + 2, {}
    while at + 4 <= len(raw):
        size = int.from_bytes(raw[at + 2:at + 4], "big")
        found[int.from_bytes(raw[at:at + 2], "big")] = raw[at + 4:at + 4 + size]
        at += 4 + size
    return Hello(raw, version, raw[39:39 + session_size], suites, found)


def server_hello(suite=NULL_SHA256, version=TLS12, session=b"", extensions=b"", compression=0, random=None, tail=None):
    """The whole message. `tail`: what stands behind the compression, lengths included."""
    body = number(version, 2) + (random or secrets.token_bytes(32)) + vector(1, session) + number(suite, 2)
    body += bytes([compression])
    if tail is not None:
        body += tail
    elif extensions:
        body += vector(2, extensions)
    return message(SERVER_HELLO, body)


def server_hello13(hello, share=bytes(32), extensions=None, suite=CHACHA, **fields):
    """Of TLS 1.3; `extensions` in the place of the two that belong there."""
    if extensions is None:
        extensions = extension(VERSIONS, number(TLS13, 2)) + extension(SHARES, number(X25519, 2) + vector(2, share))
    return server_hello(**{"suite": suite, "session": hello.session, "extensions": extensions, **fields})


def retry(hello, extensions=None, **fields):
    """A HelloRetryRequest, by default for X25519."""
    if extensions is None:
        extensions = extension(VERSIONS, number(TLS13, 2)) + extension(SHARES, number(X25519, 2))
    return server_hello13(hello, extensions=extensions, random=RETRY_RANDOM, **fields)


def refusal(hello):
    """The record that refuses a hello: by version, or by its suites."""
    if hello.version < TLS12:
        return alert(2, 70, max(hello.version, 0x0301))
    return alert(2, 40)

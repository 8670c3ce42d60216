"""What is done to the scanner in handshakes that OpenSSL has the keys of: between ServerHello and Finished, and in the
completed tunnel, where anybody may send records of any kind."""
import ciphers
import der
import tunnels
import wire
from server import EHLO_INSIDE, GREETING, to_tls
from table import ONLY12, ONLY13, Table
from tunnels import (Tunnel12, Tunnel13, certificate12, certificate13, done12, extensions13, finished13, hello12,
                     request12, verify13)
from wire import ALERT, CCS, DATA, HANDSHAKE, extension, message, number, record, vector

INSIDE12, INSIDE13 = Table("inside 1.2"), Table("inside 1.3")


def within(kind, act):
    """Plays `act(tunnel)` where the reply to EHLO is due, and then replies; the server speaks one version."""
    def hostile(tunnel):
        act(tunnel)
        tunnel.say(EHLO_INSIDE)

    def play(peer):
        to_tls(peer)
        tunnels.serve_tls(peer, lambda tunnel: tunnels.converse(tunnel, ehlo=hostile), only=kind)
    return play


def in12(sentence, act):
    INSIDE12.add(sentence + ", in TLS 1.2", within(Tunnel12, act), accepts=ONLY12, completes=True)


def in13(sentence, act):
    INSIDE13.add(sentence + ", in TLS 1.3", within(Tunnel13, act), accepts=ONLY13, completes=True)


def many(kind, body, times):
    """So many records at once."""
    return lambda tunnel: tunnel.peer.send(b"".join(tunnel.sealed(kind, body) for _ in range(times)))


def endless(kind, body):
    def act(tunnel):
        while True:
            tunnel.peer.send(b"".join(tunnel.sealed(kind, body) for _ in range(16)))
    return act


def plain(data):
    """Bytes as they are, in the middle of the tunnel."""
    return lambda tunnel: tunnel.peer.send(data)


def both(sentence, make):
    """In each of the two, as a behaviour of each: their keys, records and rules are not the same."""
    in12(sentence, make)
    in13(sentence, make)


# --- TLS 1.2 ---
HELLO_REQUEST = message(wire.HELLO_REQUEST)
in12("a HelloRequest", many(HANDSHAKE, HELLO_REQUEST, 1))
in12("a thousand HelloRequests", many(HANDSHAKE, HELLO_REQUEST, 1000))
in12("HelloRequests without end", endless(HANDSHAKE, HELLO_REQUEST * 1000))
in12("a HelloRequest with a body", many(HANDSHAKE, message(0, b"x" * 1000), 1))
in12("a HelloRequest in records of one byte", lambda tunnel: tunnel.send(HANDSHAKE, HELLO_REQUEST, 1))
in12("a ClientHello of the server", many(HANDSHAKE, message(1, b"\x03\x03" + bytes(40)), 1))
in12("a ServerHello in the tunnel", many(HANDSHAKE, wire.server_hello(), 1))
in12("a whole new flight that nobody asked for", lambda tunnel: tunnel.send(
    HANDSHAKE, wire.server_hello() + certificate12(tunnel) + done12(tunnel)))
in12("a second Finished", lambda tunnel: tunnel.send(HANDSHAKE, tunnel.finished_message()))
in12("a ticket behind the Finished", many(HANDSHAKE, message(wire.TICKET, bytes(4) + vector(2, b"t" * 60)), 1))
in12("ChangeCipherSpec in the tunnel", many(CCS, b"\x01", 1))
in12("a thousand ChangeCipherSpecs in the tunnel", many(CCS, b"\x01", 1000))
in12("a heartbeat that asks for 64 KiB", many(wire.HEARTBEAT, b"\x01\xff\xff", 10))
in12("a message of 16 MiB in records of one byte",
     lambda tunnel: tunnel.send(HANDSHAKE, b"\x0b\xff\xff\xff" + b"x" * 2000, 1))
in12("a record of another version", lambda tunnel: tunnel.peer.send(record(DATA, b"x" * 60, 0x0301)))

# --- TLS 1.2, before the tunnel ---
CHANGED = {
    "a ticket before the ChangeCipherSpec": lambda t: t.peer.send(record(HANDSHAKE,
        message(wire.TICKET, bytes(4) + vector(2, b"t")))),
    "no ChangeCipherSpec": lambda t: t.peer.send(t.sealed(HANDSHAKE, t.finished_message())),
    "two ChangeCipherSpecs": lambda t: t.peer.send(record(CCS, b"\1") * 2 + t.sealed(HANDSHAKE, t.finished_message())),
    "a ChangeCipherSpec of 1,000 bytes": lambda t: t.peer.send(record(CCS, b"\1" * 1000)),
    "a Finished in the clear": lambda t: t.peer.send(record(CCS, b"\1") + record(HANDSHAKE, t.finished_message())),
    "a false Finished": lambda t: t.peer.send(record(CCS, b"\1") + t.sealed(HANDSHAKE,
                                                                            message(wire.FINISHED, bytes(12)))),
    "a Finished of no bytes": lambda t: t.peer.send(record(CCS, b"\1") + t.sealed(HANDSHAKE, message(wire.FINISHED))),
    "a Finished of 16,000 bytes": lambda t: t.peer.send(record(CCS, b"\1") + t.sealed(HANDSHAKE,
        message(wire.FINISHED, bytes(16000)))),
    "application data before the Finished": lambda t: t.peer.send(record(CCS, b"\1") + t.sealed(DATA, GREETING)
                                                                  + t.sealed(HANDSHAKE, t.finished_message())),
    "silence in the place of the Finished": lambda t: t.peer.rest(),
    "a reset in the place of the Finished": lambda t: t.peer.reset(),
    "an alert in the place of the Finished": lambda t: t.peer.send(wire.alert(2, 51)),
    "warnings without end in the place of the Finished": lambda t: t.peer.flood(wire.alert(1, 112)),
    "the client's own Finished, sent back": lambda t: t.peer.send(record(CCS, b"\1") + t.sealed(HANDSHAKE, message(
        wire.FINISHED, ciphers.prf(t.master, b"client finished", ciphers.sha256(t.talk), 12)))),
    "a message type that nobody knows before the Finished": lambda t: t.peer.send(record(HANDSHAKE,
                                                                                         message(99, b"x" * 9))),
    "a ticket of 60,000 bytes": lambda t: t.peer.send(wire.records(HANDSHAKE,
        message(wire.TICKET, bytes(4) + vector(2, b"t" * 60000)))),
}


def ends12(sentence, act):
    class Changed(Tunnel12):
        def finish(self):
            self.peer.hit()
            act(self)
            self.peer.rest()

    def play(peer):
        to_tls(peer)
        tunnels.serve_tls(peer, only=Changed)
    INSIDE12.add(sentence + ", in TLS 1.2", play, accepts=ONLY12)


for words, what in CHANGED.items():
    ends12(words, what)


def parts12(sentence, *parts, **columns):
    """A handshake of TLS 1.2 that may well be completed, with these messages."""
    def play(peer):
        to_tls(peer)
        tunnels.serve_tls(peer, parts=parts, only=Tunnel12)
    INSIDE12.add(sentence + ", in TLS 1.2", play, accepts=ONLY12, **columns)


parts12("a request for a client certificate", hello12, certificate12, request12, done12, completes=True)
parts12("a status that was not asked for, and then the handshake", hello12, certificate12,
        lambda _: message(wire.STATUS, b"\1" + vector(3, b"status")), done12)
parts12("unsolicited extensions, and then the handshake", lambda tunnel: hello12(
    tunnel, extensions=extension(0x7777, b"x") + extension(0xff01, b"\0")), certificate12, done12)

# --- What OpenSSL reads in a handshake and our own reader of flights gives up: the evidence must stay readable ---
def alone(sentence, before, chain=None):
    """`before` goes out in front of the flight, which has this chain. A hello with more than one suite is answered as
    usual: OpenSSL's has one."""
    class Odd(Tunnel12):
        def shake(self, parts=None):
            if len([suite for suite in self.hello.suites if suite not in (0x00ff, 0x5600)]) > 1:
                return super().shake(parts)
            self.peer.hit()
            self.chain = chain or self.chain
            self.peer.send(before)
            return super().shake(parts)

    def play(peer):
        to_tls(peer)
        tunnels.serve_tls(peer, only=Odd)
    INSIDE12.add(sentence + ", in handshakes alone", play, accepts=ONLY12, completes=True)


MORE = der.certificate(serial=der.tlv(der.INTEGER, b"\x7f" * 9500))
alone("an empty record before the flight", record(HANDSHAKE, b""))
alone("three warnings before the flight", wire.alert(1, 112) * 3)
alone("a HelloRequest before the flight", record(HANDSHAKE, HELLO_REQUEST))
alone("a chain of 57 KiB", b"", tunnels.CHAIN + [MORE] * 6)
alone("a chain of 65", b"", tunnels.CHAIN * 65)
alone("a certificate with an indefinite length", b"", [b"\x30\x80" + tunnels.CHAIN[0][4:] + b"\0\0"])

# --- In both ---
both("an empty record of data", many(DATA, b"", 1))
both("a thousand empty records of data", many(DATA, b"", 1000))
both("empty records of data without end", endless(DATA, b""))
both("data without end", endless(DATA, b"250-X\r\n" * 2000))
both("a warning that is close_notify", many(ALERT, b"\x01\x00", 1))
both("close_notify, and more data behind it",
     lambda tunnel: (tunnel.send(ALERT, b"\1\0"), tunnel.say(b"250-X\r\n" * 900)))
both("a fatal alert", many(ALERT, b"\x02\x50", 1))
both("a thousand warnings", many(ALERT, b"\x01\x70", 1000))
both("warnings without end", endless(ALERT, b"\x01\x64"))
both("an alert of one byte", many(ALERT, b"\x01", 1))
both("an alert of a level that nobody knows", many(ALERT, b"\x63\xc8", 1))
both("a record of a type that nobody knows", many(99, b"x", 1))
both("an empty record of a handshake", many(HANDSHAKE, b"", 1))
both("half of a message", many(HANDSHAKE, b"\x18\x00", 1))
both("plaintext in the middle of the tunnel", plain(EHLO_INSIDE))
both("a record in the clear in the middle of the tunnel", plain(record(HANDSHAKE, wire.server_hello())))
both("an alert in the clear in the middle of the tunnel", plain(wire.alert(2, 40)))
both("a record with a false seal", lambda tunnel: tunnel.peer.send(tunnel.sealed(DATA, b"250 X\r\n")[:-1] + b"\0"))
both("a record that was sent before", lambda tunnel: tunnel.peer.send(tunnel.sealed(DATA, b"250-X\r\n") * 2))
both("a record cut by FIN", lambda tunnel: (tunnel.peer.send(tunnel.sealed(DATA, EHLO_INSIDE)[:20]),
                                            tunnel.peer.close()))
both("FIN without close_notify", lambda tunnel: tunnel.peer.close())
both("a reset", lambda tunnel: tunnel.peer.reset())
both("a record of 65,535 bytes", plain(record(DATA, b"z" * 65535)))
both("a record a byte at a time", lambda tunnel: tunnel.peer.drip(tunnel.sealed(DATA, EHLO_INSIDE), 0.1))
both("a request for a certificate in the tunnel", many(HANDSHAKE, message(
    wire.CERTIFICATE_REQUEST, vector(1, b"context") + vector(2, extension(13, b"\0\2\4\3"))), 1))

# --- TLS 1.3 ---
TICKET = message(wire.TICKET, bytes(8) + vector(1, b"n") + vector(2, b"t" * 30) + vector(2, b""))
in13("a KeyUpdate", lambda tunnel: tunnel.update())
in13("a KeyUpdate that asks for one", lambda tunnel: tunnel.update(1))
in13("a hundred KeyUpdates", lambda tunnel: [tunnel.update() for _ in range(100)])
in13("a hundred KeyUpdates that ask for one", lambda tunnel: [tunnel.update(1) for _ in range(100)])
in13("a KeyUpdate of no bytes", lambda tunnel: tunnel.update(body=b""))
in13("a KeyUpdate that asks for 255", lambda tunnel: tunnel.update(255))
in13("a KeyUpdate of 1,000 bytes", lambda tunnel: tunnel.update(body=bytes(1000)))
in13("a KeyUpdate with data behind it in its record", lambda tunnel: tunnel.send(
    HANDSHAKE, message(wire.KEY_UPDATE, b"\0") + TICKET))
in13("half a KeyUpdate before data", lambda tunnel: (tunnel.send(HANDSHAKE, b"\x18\x00\x00"), tunnel.say(b"250-X\r\n")))
in13("a ticket", many(HANDSHAKE, TICKET, 1))
in13("a thousand tickets", lambda tunnel: tunnel.send(HANDSHAKE, TICKET * 1000))
in13("tickets without end", endless(HANDSHAKE, TICKET * 100))
in13("a ticket of 60,000 bytes", lambda tunnel: tunnel.send(HANDSHAKE, message(
    wire.TICKET, bytes(8) + vector(1, b"n") + vector(2, b"t" * 60000) + vector(2, b""))))
in13("a ticket for 136 years with 16,000 bytes of extensions", lambda tunnel: tunnel.send(HANDSHAKE, message(
    wire.TICKET, b"\xff" * 8 + vector(1, b"") + vector(2, b"t") + vector(2,
        extension(42, b"\xff" * 4) + extension(9, b"e" * 16000)))))
in13("an empty ticket", many(HANDSHAKE, message(wire.TICKET), 1))
in13("a second Finished", many(HANDSHAKE, message(wire.FINISHED, bytes(32)), 1))
in13("a HelloRequest", many(HANDSHAKE, HELLO_REQUEST, 1))
in13("EndOfEarlyData of the server", many(HANDSHAKE, message(5), 1))
in13("a record of padding alone", lambda tunnel: tunnel.peer.send(tunnel.sealed(DATA, b"", inner=bytes(1000))))
in13("a record of 16,000 bytes of padding", lambda tunnel: tunnel.peer.send(tunnel.sealed(DATA, b"", 16000)))
in13("data with as much padding as may be", lambda tunnel: tunnel.peer.send(tunnel.sealed(DATA, b"250-X\r\n", 16300)))
in13("a record longer than may be inside", lambda tunnel: tunnel.peer.send(tunnel.sealed(DATA, b"x" * 16385)))
in13("a record without an inner type", lambda tunnel: tunnel.peer.send(tunnel.sealed(DATA, b"", inner=b"")))
in13("ChangeCipherSpecs in the tunnel", lambda tunnel: tunnel.peer.send(record(CCS, b"\x01") * 100))
in13("a sealed ChangeCipherSpec", many(CCS, b"\x01", 1))


# --- TLS 1.3, before the tunnel ---
def parts13(sentence, *parts, **columns):
    """What is sent under the keys of the handshake."""
    def play(peer):
        to_tls(peer)
        tunnels.serve_tls(peer, parts=parts, only=Tunnel13)
    INSIDE13.add(sentence + ", in TLS 1.3", play, accepts=ONLY13, **columns)


def encrypted(*extensions):
    return lambda _: message(wire.ENCRYPTED_EXTENSIONS, vector(2, b"".join(extensions)))


def chain13(body):
    return lambda _: message(wire.CERTIFICATE, body)


REST = certificate13, verify13, finished13
REQUEST = message(wire.CERTIFICATE_REQUEST, vector(1, b"") + vector(2, extension(13, b"\0\2\4\3")))
parts13("a request for a client certificate", extensions13, lambda _: REQUEST, *REST, completes=True)
parts13("a request for a client certificate, twice", extensions13, lambda _: REQUEST * 2, *REST)
parts13("a request with a context in the handshake", extensions13, lambda _: message(
    wire.CERTIFICATE_REQUEST, vector(1, b"c" * 255) + vector(2, extension(13, b"\0\2\4\3"))), *REST)
parts13("a request without signature schemes", extensions13, lambda _: message(13, b"\0\0\0"), *REST)
parts13("EncryptedExtensions twice", extensions13, extensions13, *REST)
parts13("no EncryptedExtensions", *REST)
parts13("EncryptedExtensions that were not asked for", encrypted(extension(0x7777, b"x" * 500)), *REST)
parts13("EncryptedExtensions that belong elsewhere", encrypted(extension(51, b"\0\x1d\0\0")), *REST)
parts13("two thousand EncryptedExtensions", encrypted(*(extension(0x8000 + n) for n in range(2000))), *REST)
parts13("EncryptedExtensions cut short", lambda _: message(8, b"\xff\xff"), *REST)
parts13("EncryptedExtensions of 60,000 bytes", encrypted(extension(0x7777, b"x" * 60000)), *REST)
parts13("groups that nobody knows in EncryptedExtensions", encrypted(extension(10, vector(2, b"\xfa\xfa" * 900))),
        *REST)
parts13("early data accepted that was not sent", encrypted(extension(42, b"")), *REST)
parts13("no certificate", extensions13, verify13, finished13)
parts13("a certificate message of no bytes", extensions13, chain13(b""), verify13, finished13)
parts13("a certificate with a context", extensions13, lambda tunnel: message(
    wire.CERTIFICATE, vector(1, b"ctx") + certificate13(tunnel)[5:]), verify13, finished13)
parts13("a certificate with extensions that go beyond it", extensions13, chain13(
    b"\0" + vector(3, vector(3, tunnels.CHAIN[0]) + b"\xff\xff")), verify13, finished13)
parts13("a certificate with a status that is no status", extensions13, chain13(
    b"\0" + vector(3, vector(3, tunnels.CHAIN[0]) + vector(2, extension(5, b"\x01\x00\x00\x05junk!")))), verify13,
    finished13)
parts13("a compressed certificate that was not asked for", extensions13, lambda _: message(
    25, b"\0\1" + number(0xffffff, 3) + vector(3, b"\x78\x9c" + bytes(500))), verify13, finished13)
parts13("two certificates", extensions13, certificate13, certificate13, verify13, finished13)
parts13("no CertificateVerify", extensions13, certificate13, finished13)
parts13("a false signature", extensions13, certificate13, lambda t: verify13(t, lambda _: b"s" * 128), finished13)
parts13("an empty signature", extensions13, certificate13, lambda t: verify13(t, lambda _: b""), finished13)
parts13("a signature of 60,000 bytes", extensions13, certificate13, lambda t: verify13(t, lambda _: b"s" * 60000),
        finished13)
parts13("a signature of PKCS #1", extensions13, certificate13, lambda t: verify13(t, ciphers.rsa_sign, 0x0401),
        finished13)
parts13("a signature of a scheme that nobody knows", extensions13, certificate13,
        lambda t: verify13(t, scheme=0xfafa), finished13)
parts13("a false Finished", extensions13, certificate13, verify13, lambda _: message(wire.FINISHED, bytes(32)))
parts13("a Finished of no bytes", extensions13, certificate13, verify13, lambda _: message(wire.FINISHED))
parts13("a Finished of 16,000 bytes", extensions13, certificate13, verify13,
        lambda _: message(wire.FINISHED, bytes(16000)))
parts13("a Finished and nothing before it", finished13)
parts13("no Finished", extensions13, certificate13, verify13)
parts13("a ticket before the Finished", extensions13, certificate13, verify13, lambda _: TICKET, finished13)
parts13("a KeyUpdate before the Finished", extensions13, certificate13, verify13, lambda _: message(24, b"\0"),
        finished13)
parts13("a ServerHelloDone in the handshake", extensions13, certificate13, verify13, lambda _: message(14), finished13)
parts13("a hundred unknown messages", extensions13, lambda _: message(99, b"x" * 99) * 100, *REST)

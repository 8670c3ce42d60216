"""What is done to the scanner with records of TLS in the clear, whatever stands in them."""
import wire
from answers import answering, certificate, flight, in_records, to_anything
from smtp_rows import HOSTILE
from table import ONLY12, Table
from wire import ALERT, CCS, DATA, HANDSHAKE, HEARTBEAT, record

ROWS = Table("record")


def flood(sentence, chunk, start=b"", **columns):
    ROWS.add(sentence + ", without end", to_anything(lambda peer: peer.flood(chunk, start)), **columns)


def bytes_(sentence, answer, **columns):
    ROWS.add(sentence, to_anything(lambda peer: peer.send(answer)), **columns)


def cut(sentence, make, **columns):
    """A flight of TLS 1.2 in unusual records."""
    ROWS.add(sentence, answering(make), **columns)


# --- Floods ---
flood("empty records of a handshake", record(HANDSHAKE, b""))
flood("empty application data", record(DATA, b""))
flood("empty alerts", record(ALERT, b""))
flood("empty ChangeCipherSpecs", record(CCS, b""))
flood("ChangeCipherSpecs", record(CCS, b"\x01"))
flood("ChangeCipherSpecs behind a ServerHello", record(CCS, b"\x01"), record(HANDSHAKE, wire.server_hello()))
flood("heartbeats that ask for 64 KiB back", record(HEARTBEAT, b"\x01\xff\xff"))
flood("application data", record(DATA, b"d" * 16384))
flood("warnings of an unknown name", wire.alert(1, 112))
flood("warnings of no_renegotiation", wire.alert(1, 100))
flood("user_canceled", wire.alert(1, 90))
flood("close_notify", wire.alert(1, 0))
flood("fatal alerts", wire.alert(2, 40))
flood("alerts of a level and a description that nobody knows", wire.alert(77, 200))
flood("half alerts", record(ALERT, b"\x02"))
flood("a record of warnings, eight thousand in each", record(ALERT, b"\x01\x70" * 8000))
flood("HelloRequests", record(HANDSHAKE, wire.message(wire.HELLO_REQUEST)))
flood("four thousand HelloRequests in each record", record(HANDSHAKE, wire.message(wire.HELLO_REQUEST) * 4000))
flood("ServerHellos", record(HANDSHAKE, wire.server_hello()))
flood("records of one byte of one message of 16 MiB", record(HANDSHAKE, b"\x0b"),
      record(HANDSHAKE, b"\x0b\xff\xff\xff"))
flood("NULs", b"\0" * 1000)
flood("0xff", b"\xff" * 1000)
flood("SMTP replies in the place of TLS", b"250-still here\r\n")
flood("hostile text in the place of TLS", HOSTILE)
flood("ClientHellos", record(HANDSHAKE, wire.message(wire.CLIENT_HELLO, b"\x03\x03" + bytes(40))))

# --- What is no record, or one that may not be there ---
bytes_("a record of the type 0", record(0, b"x" * 100))
bytes_("a record of the type 25", record(25, b"x" * 100))
bytes_("a record of the type 255", record(255, b"x" * 100))
bytes_("a record of SSL 0.0", record(HANDSHAKE, wire.server_hello(), 0))
bytes_("a record of TLS 1.13", record(HANDSHAKE, wire.server_hello(), 0x030e))
bytes_("a record of DTLS 1.2", record(HANDSHAKE, wire.server_hello(), 0xfefd))
bytes_("a record of 65,535 bytes", record(HANDSHAKE, b"\x02" * 65535))
bytes_("a record that says 65,535 bytes and has ten", record(HANDSHAKE, b"\x02" * 10, length=65535))
bytes_("a record one byte longer than may be", record(HANDSHAKE, b"\x0b\x00\x47\xfd" + b"x" * (16384 + 2045)))
bytes_("a record whose length is in the other byte order", record(HANDSHAKE, wire.server_hello(), length=0x2a00))
bytes_("a heartbeat", record(HEARTBEAT, b"\x01\x40\x00x"))
bytes_("an alert of three bytes", record(ALERT, b"\x02\x28\x00"))
bytes_("half an alert", record(ALERT, b"\x02"))
bytes_("an alert in a record of each version, one after the other",
       b"".join(wire.alert(1, 112, version) for version in range(0x0300, 0x0310)))
bytes_("our own hello, sent back", record(HANDSHAKE,
    wire.message(wire.CLIENT_HELLO, b"\x03\x03" + bytes(32) + b"\0\0\2\0\x2f\1\0")))
bytes_("a lone byte 0x16", b"\x16")
bytes_("HTML in the place of TLS", b"<html><attacker onload='x'>" + HOSTILE + b"\n")
bytes_("SSH in the place of TLS", b"SSH-2.0-OpenSSH_9.2\r\n")
bytes_("10 MB of noise in the place of TLS", bytes(n * n % 251 for n in range(10 ** 6)) * 10)

# --- A sound flight in unusual records ---
cut("a flight in records of one byte", lambda hello: in_records(flight(), size=1), accepts=ONLY12)
cut("a flight in records of one byte, each in a segment",
    lambda hello: lambda peer: peer.drip(in_records(flight(), size=1), 0, 6))
cut("a flight with an empty record before each byte",
    lambda hello: b"".join(record(HANDSHAKE, b"") + record(HANDSHAKE, flight()[n:n + 1]) for n in range(len(flight()))))
cut("a flight with a warning between its records", lambda hello: b"".join(
    wire.alert(1, 112) + record(HANDSHAKE, flight()[n:n + 60]) for n in range(0, len(flight()), 60)), accepts=ONLY12)
cut("a flight with a ChangeCipherSpec between its records", lambda hello: b"".join(
    record(CCS, b"\1") + record(HANDSHAKE, part) for part in (wire.server_hello(), certificate())))
cut("a flight with application data between its records", lambda hello: b"".join(
    record(DATA, b"x") + record(HANDSHAKE, part) for part in (wire.server_hello(), certificate())))
cut("a message cut by an alert", lambda hello: record(HANDSHAKE, flight()[:50]) + wire.alert(1, 112)
    + record(HANDSHAKE, flight()[50:]), accepts=ONLY12)
cut("a flight whose records have a version each", lambda hello: b"".join(
    record(HANDSHAKE, flight()[n:n + 40], 0x0300 + n // 40 % 5) for n in range(0, len(flight()), 40)), accepts=ONLY12)
cut("a flight behind garbage of the type of SSL 2", lambda hello: b"\x80\x03\x04\x00\x01" + in_records(flight()))
cut("a flight with 1,000 bytes of garbage behind it", lambda hello: in_records(flight()) + b"\xee" * 1000,
    accepts=ONLY12)
cut("two whole flights", lambda hello: in_records(flight()) * 2, accepts=ONLY12)
cut("a flight and a fatal alert behind it", lambda hello: in_records(flight()) + wire.alert(2, 80), accepts=ONLY12)
cut("a flight and a Finished in the clear behind it",
    lambda hello: in_records(flight() + wire.message(wire.FINISHED, bytes(12))), accepts=ONLY12)
cut("a flight, a byte in a segment, too slowly", lambda hello: lambda peer: peer.drip(in_records(flight()), 0.1))
cut("a reset in the middle of a flight", lambda hello: lambda peer: (peer.send(in_records(flight())[:100]),
                                                                     peer.reset()))
cut("FIN in the middle of a flight", lambda hello: lambda peer: (peer.send(in_records(flight())[:100]), peer.close()))
cut("silence in the middle of a flight", lambda hello: lambda peer: (peer.send(in_records(flight())[:100]),
                                                                     peer.rest()))


# --- SSL 2 ---
def ssl2(sentence, answer, accepts=()):
    """To a hello of SSL 2 alone; the others are refused."""
    def play(peer):
        answer_ssl2(peer, answer)
    ROWS.add(sentence, play, mode="implicit", accepts=accepts)


def answer_ssl2(peer, answer):
    hello = peer.hello()
    if not hello.ssl2:
        peer.send(wire.refusal(hello))
        return
    peer.hit()
    if callable(answer):
        answer(peer)
    else:
        peer.send(answer)


def hello2(certificate=b"", kinds=b"", session=b"s" * 16, sizes=None, kind=1):
    sizes = sizes or (len(certificate), len(kinds), len(session))
    body = b"\x04\x00" + bytes([kind]) + b"\x00\x02" + b"".join(wire.number(size, 2) for size in sizes)
    body += certificate + kinds + session
    return wire.number(0x8000 | len(body), 2) + body


ssl2("a ServerHello of SSL 2 with no kinds and no certificate", hello2())
ssl2("a ServerHello of SSL 2 whose lengths go beyond it", hello2(b"c", b"\1\0\x80", sizes=(65535, 65535, 65535)))
ssl2("a ServerHello of SSL 2 with kinds that were never offered", hello2(b"\x30\x00", b"\xff\xff\xff" * 2000))
ssl2("a ServerHello of SSL 2 with two bytes of a kind", hello2(b"\x30\x00", b"\x01\x00"))
ssl2("a ServerHello of SSL 2 with a certificate of another type", hello2(b"\x30\x00", b"\1\0\x80", kind=77),
     (("SSL 2", "SSL_CK_RC4_128_WITH_MD5"),))
ssl2("a record of SSL 2 without bytes", b"\x80\x00")
ssl2("a record of SSL 2 with padding longer than itself", b"\x00\x03\xff\x04\x00\x00")
ssl2("an error of SSL 2 with a code that nobody knows", b"\x80\x03\x00\xff\xff")
ssl2("a record of SSL 2 of 32,767 bytes, never whole", lambda peer: peer.flood(b"\x04", b"\xff\xff\x04"))
ssl2("records of SSL 2 without end", lambda peer: peer.flood(b"\x80\x03\x00\x00\x01"))

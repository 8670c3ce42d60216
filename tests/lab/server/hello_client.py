"""A client of hellos for the tests of the lab server's tables: builds a hello byte by byte, asks it, and
tells what came, message by message. It shares no code with the scanner.
"""
import re
import socket
import struct
from pathlib import Path

from lab_server import Client
from waiting import PATIENCE

DEFINITIONS = Path(__file__).resolve().parents[3] / "scanner" / "tls" / "cipher_suites.def"
NUMBER = {name: int(code, 16) for code, name in re.findall(r"SUITE\((0x\w+), (\w+),", DEFINITIONS.read_text())}
NAME = {number: name for name, number in NUMBER.items()}
VERSION = {"SSL 2": 0x0002, "SSL 3": 0x0300, "TLS 1.0": 0x0301, "TLS 1.1": 0x0302, "TLS 1.2": 0x0303,
           "TLS 1.3": 0x0304}
X25519, P256, P384 = 29, 23, 24
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def u16(*numbers):
    return struct.pack("!%dH" % len(numbers), *numbers)


def sized(width, body):
    return len(body).to_bytes(width, "big") + body


def extension(kind, body):
    return u16(kind) + sized(2, body)


def suites_of(names):
    return u16(*(NUMBER[name] if isinstance(name, str) else name for name in names))


def client_hello(version, names, groups=(X25519, P256), sni="", bare=False, share=None, pad=0):
    """A whole hello in one record. `bare`: no extensions; `pad`: the length of the message to reach."""
    tls13 = version == "TLS 1.3"
    body = u16(min(VERSION[version], 0x0303)) + bytes(32) + sized(1, bytes(32) if tls13 else b"")
    body += sized(2, suites_of(names)) + b"\x01\x00"
    extensions = b""
    if sni:
        extensions += extension(0, sized(2, b"\0" + sized(2, sni.encode())))
    if groups:
        extensions += extension(10, sized(2, u16(*groups)))
    extensions += extension(13, sized(2, u16(0x0401, 0x0403)))
    if tls13:
        extensions += extension(43, sized(1, u16(0x0304)))
        extensions += extension(51, sized(2, b"" if share is None else u16(share) + sized(2, bytes(32))))
    if pad:
        extensions += extension(21, bytes(pad - 4 - len(body) - 2 - len(extensions) - 4))
    if not bare:
        body += sized(2, extensions)
    return b"\x16\x03\x01" + sized(2, b"\x01" + sized(3, body))


def ssl2_hello(kinds, version=0x0002):
    specs = b"".join(NUMBER[kind].to_bytes(3, "big") for kind in kinds)
    body = b"\x01" + u16(version, len(specs), 0, 16) + specs + bytes(16)
    return u16(0x8000 | len(body)) + body


def read_hello(body):
    version, random = int.from_bytes(body[:2], "big"), body[2:34]
    at = 35 + body[34]
    suite = int.from_bytes(body[at:at + 2], "big")
    group = None
    extensions = body[at + 5:]
    while extensions:
        kind, size = struct.unpack("!HH", extensions[:4])
        content = extensions[4:4 + size]
        version = int.from_bytes(content, "big") if kind == 43 else version
        group = int.from_bytes(content[:2], "big") if kind == 51 else group
        extensions = extensions[4 + size:]
    words = next(name for name, code in VERSION.items() if code == version)
    return ("retry" if random == RETRY else "hello", words, NAME[suite]) + ((group,) if group else ())


class Answer:
    """What the server said: `events`, and the socket to go on with."""

    def __init__(self, lab, hello, kind="implicit", wait=PATIENCE):
        self.client = Client(lab, kind)
        if kind == "starttls":
            self.client.start_tls()
        self.bytes, self.messages, self.events, self.sizes, self.wait = b"", b"", [], [], wait
        self.say(hello)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.socket.close()

    def say(self, sent):
        """Sends, and reads to the end of a flight, a retry, or the connection."""
        self.client.socket.sendall(sent)
        while not (self.events and self.events[-1] in ("done", "fin", "rst", "nothing")):
            more = self.client.read(self.wait)
            if not isinstance(more, bytes) or not more:
                self.events.append(more or "fin")
                return
            self.bytes += more
            self.take_records()
            if self.events and self.events[-1][0] == "retry":
                return

    def next(self, sent):
        """The same for what the client says next; the events are only the new ones."""
        self.events = []
        self.say(sent)
        return self.events

    def take_records(self):
        if self.bytes[:1] and self.bytes[0] & 0x80:
            return self.take_ssl2()
        while len(self.bytes) >= 5 and len(self.bytes) >= 5 + int.from_bytes(self.bytes[3:5], "big"):
            size = int.from_bytes(self.bytes[3:5], "big")
            kind, body, self.bytes = self.bytes[0], self.bytes[5:5 + size], self.bytes[5 + size:]
            self.sizes.append(size)
            if kind == 21:
                self.events.append(("fatal" if body[0] == 2 else "warning", body[1]))
            else:
                self.messages += body
                self.take_messages()

    def take_messages(self):
        while len(self.messages) >= 4 and len(self.messages) >= 4 + int.from_bytes(self.messages[1:4], "big"):
            size = int.from_bytes(self.messages[1:4], "big")
            kind, body, self.messages = self.messages[0], self.messages[4:4 + size], self.messages[4 + size:]
            if kind == 2:
                self.events.append(read_hello(body))
            elif kind == 14:
                self.events.append("done")
            else:
                self.events.append(({11: "certificate", 12: "key exchange", 13: "request"}[kind], body))

    def take_ssl2(self):
        size = int.from_bytes(self.bytes[:2], "big") & 0x7fff
        if len(self.bytes) < 2 + size:
            return
        body, self.bytes = self.bytes[2:2 + size], self.bytes[2 + size:]
        if body[0] == 0:
            self.events.append(("error", int.from_bytes(body[1:3], "big")))
            return
        certificate, specs, _ = struct.unpack("!HHH", body[5:11])
        kinds = body[11 + certificate:11 + certificate + specs]
        self.events.append(("kinds", [NAME[int.from_bytes(kinds[i:i + 3], "big")] for i in range(0, specs, 3)]))
        self.events.append("done")

    def kinds(self):
        """The events without the bytes of their messages."""
        return [event[0] if event[0] in ("certificate", "key exchange", "request") else event
                for event in self.events]


def ask(lab, hello, kind="implicit", wait=PATIENCE):
    """The events of one hello, without the bytes of messages; the connection is closed."""
    with Answer(lab, hello, kind, wait) as answer:
        return answer.kinds()


def chosen(events):
    """The suite of a whole flight or a retry, else None."""
    whole = events and (events[-1] == "done" or events[-1][0] == "retry")
    return next((event[2] for event in events if event[0] in ("hello", "retry")), None) if whole else None


def remove_all(lab, version, names, **shape):
    """What removal finds, in the order in which it is chosen, and the events that ended it."""
    left, found = list(names), []
    while True:
        events = ask(lab, client_hello(version, left, **shape)) if left else []
        suite = chosen(events)
        if suite is None:
            return found, events
        found.append(suite)
        left.remove(suite)

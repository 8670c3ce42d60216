"""A proxy before a server of implicit TLS that reads each client's hello, and breaks what it is told to."""
import asyncio
import pathlib
import struct
import sys
from typing import NamedTuple

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "proxy"))
from faulty_proxy import FaultyProxy, Link  # noqa: E402

HANDSHAKE = 22
SERVER_NAME, SIGNATURE_ALGORITHMS = 0, 13


class Hello(NamedTuple):
    name: str         # in SNI; empty: none
    schemes: tuple    # signature_algorithms, by number


def parse(record):
    """Of a record of TLS with a ClientHello: RFC 8446 section 4.1.2. None: it is something else, as in SSL 2."""
    if record[0] != HANDSHAKE or record[5] != 1:
        return None
    at = 5 + 4 + 2 + 32
    at += 1 + record[at]
    at += 2 + struct.unpack_from(">H", record, at)[0]
    at += 1 + record[at] + 2
    extensions = {}
    while at + 4 <= len(record):
        kind, size = struct.unpack_from(">HH", record, at)
        extensions[kind] = record[at + 4:at + 4 + size]
        at += 4 + size
    schemes = extensions.get(SIGNATURE_ALGORITHMS, b"\0\0")[2:]
    return Hello(extensions.get(SERVER_NAME, b"")[5:].decode(), struct.unpack(">%dH" % (len(schemes) // 2), schemes))


class HelloLink(Link):
    """`choose(hello)` is (kind, bytes after the hello) of the fault, or None."""

    def __init__(self, client, choose):
        super().__init__(client, None)
        self.choose = choose

    async def run(self, server):
        reader = self.client[0]
        try:
            head = await reader.readexactly(5)
            size = struct.unpack(">H", head[3:5])[0] if head[0] == HANDSHAKE else 0
            record = head + await reader.readexactly(size)
        except asyncio.IncompleteReadError:
            return
        hello = parse(record) if size else None
        fault = hello and self.choose(hello)
        self.fault = fault and (fault[0], len(record) + fault[1])
        # The client waits for an answer to its hello: nothing is behind it.
        reader.feed_data(record)
        await super().run(server)


class HelloProxy(FaultyProxy):
    """Breaks the connections that `choose` wants to be broken."""

    def __init__(self, loop, server, choose):
        super().__init__(loop, server, 0, 0)
        self.choose = choose

    def link(self, client):
        return HelloLink(client, self.choose)

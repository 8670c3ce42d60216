"""A server that serves one connection to each of its addresses well, and is hostile to all that follow.

It listens on one port of many loopback addresses. The first connection to each is answered like a TLS 1.2 server
answers, so that the scanner goes on, four at a time; each later one meets the next of the hostilities, all of which
are made to hold as many connections, with as much in their buffers, for as long as the client has patience.
"""

import asyncio
import itertools
import json
import resource
import signal
import socket
import sys

GREETING = b"220 hostile.example ESMTP\r\n"
EHLO = b"250-hostile.example\r\n250 STARTTLS\r\n"
READY = b"220 2.0.0 Ready to start TLS\r\n"
RSA_AES_128_CBC_SHA = b"\x00\x2f"
BACKLOG = 4096
DRIP_SECONDS = 0.5
FLOOD = b"x" * 65536
READ_SIZE = 65536
LAST = 200  # bytes that drip


def record(kind, body):
    return bytes([kind]) + b"\x03\x03" + len(body).to_bytes(2, "big") + body


def message(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


SERVER_HELLO = message(2, b"\x03\x03" + b"R" * 32 + b"\x00" + RSA_AES_128_CBC_SHA + b"\x00")
CERTIFICATE = message(11, (903).to_bytes(3, "big") + (900).to_bytes(3, "big") + b"\x30" * 900)
FLIGHT = record(22, SERVER_HELLO + CERTIFICATE + message(14, b""))


async def while_there(reader, hostility):
    """Is hostile until the client goes."""
    async def heard():
        while await reader.read(READ_SIZE):
            pass

    tasks = [asyncio.ensure_future(hostility), asyncio.ensure_future(heard())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def send_slowly(writer, data):
    writer.write(data[:-LAST])
    for byte in data[-LAST:]:
        writer.write(bytes([byte]))
        await asyncio.sleep(DRIP_SECONDS)


async def send_for_ever(writer, start, chunk):
    writer.write(start)
    while True:
        writer.write(chunk)
        await writer.drain()


async def drip(reader, writer, data):
    """The data at once but for its last bytes, and those one at a time."""
    await while_there(reader, send_slowly(writer, data))


async def flood(reader, writer, start, chunk=FLOOD):
    await while_there(reader, send_for_ever(writer, start, chunk))


async def endless_greeting(reader, writer):
    await flood(reader, writer, b"220 hostile")


async def dripping_greeting(reader, writer):
    await drip(reader, writer, b"".join(b"220-%03d %s\r\n" % (n, b"y" * 100) for n in range(120)) + GREETING)


async def endless_reply(reader, writer):
    writer.write(GREETING)
    await reader.readline()
    await flood(reader, writer, b"", b"250-" + b"z" * 60 + b"\r\n")


async def dripping_reply(reader, writer):
    writer.write(GREETING)
    await reader.readline()
    await drip(reader, writer, b"".join(b"250-%s\r\n" % (b"z" * 1000) for _ in range(15)) + EHLO)


async def start_tls(reader, writer):
    """True if the client wants TLS; its hello is read then."""
    writer.write(GREETING)
    while line := await reader.readline():
        if line.upper().startswith(b"EHLO"):
            writer.write(EHLO)
        elif line.upper().startswith(b"STARTTLS"):
            writer.write(READY)
            return bool(await reader.read(65536))
        else:
            writer.write(b"221 2.0.0 Bye\r\n")
    return False


async def dripping_chain(reader, writer):
    """A certificate message as long as anybody may read, which is never whole."""
    if await start_tls(reader, writer):
        chain = message(11, b"\x00\x7f\xfd" + b"\x00\x7f\xfa" + b"\x30" * 0x7ffa)
        await drip(reader, writer, record(22, SERVER_HELLO) + record(22, chain[:16000]) + record(22, chain[16000:32000])
                   + record(22, chain[32000:]))


async def dripping_record(reader, writer):
    """The longest record there is, never whole."""
    if await start_tls(reader, writer):
        await drip(reader, writer, record(22, SERVER_HELLO) + record(22, b"\x0b\x00\x7f\x00" + b"\x30" * 16380))


async def endless_flight(reader, writer):
    """Messages without end behind the ServerHello."""
    if await start_tls(reader, writer):
        await flood(reader, writer, record(22, SERVER_HELLO), record(22, message(22, b"\x01" + b"o" * 1000)) * 8)


async def endless_warnings(reader, writer):
    if await start_tls(reader, writer):
        await flood(reader, writer, b"", record(21, b"\x01\x70") * 1000)


async def silence(reader, writer):
    if await start_tls(reader, writer):
        await while_there(reader, asyncio.sleep(3600))


HOSTILITIES = [endless_greeting, dripping_greeting, endless_reply, dripping_reply, dripping_chain, dripping_record,
               endless_flight, endless_warnings, silence]
KINDS = {"all": HOSTILITIES, "silence": [silence], "chain": [dripping_chain], "record": [dripping_record]}


class Hostile:
    def __init__(self, hostilities):
        self.turn = itertools.cycle(hostilities)
        self.known = set()
        self.tasks = set()  # asyncio keeps none
        self.open = self.most = self.total = 0

    async def serve(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        self.total += 1
        self.open += 1
        self.most = max(self.most, self.open)
        address = writer.get_extra_info("sockname")
        try:
            if address in self.known:
                await next(self.turn)(reader, writer)
            elif await start_tls(reader, writer):
                self.known.add(address)
                writer.write(FLIGHT)
            await reader.read(65536)
        except (OSError, asyncio.LimitOverrunError, ValueError):
            pass  # the client went
        finally:
            self.open -= 1
            self.tasks.discard(asyncio.current_task())
            writer.transport.abort()


async def serve(addresses, port, hostilities):
    hostile = Hostile(hostilities)
    servers = []
    for number in range(addresses):
        listener = socket.create_server(("127.1.%d.%d" % (number // 200, number % 200 + 1), port), backlog=BACKLOG)
        servers.append(await asyncio.start_server(hostile.serve, sock=listener))
        port = listener.getsockname()[1]
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    print(port, flush=True)
    await over.wait()
    print(json.dumps({"connections": hostile.total, "most_at_once": hostile.most}), flush=True)
    for task in hostile.tasks:
        task.cancel()


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(serve(int(sys.argv[1]), 0, KINDS[sys.argv[2]]))

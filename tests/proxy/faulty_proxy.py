"""A TCP proxy on loopback that now and then cuts, stalls or resets a connection at a random byte.

Each connection is hit with the given probability, at a byte drawn from as many as an earlier connection had, both
directions counted together; one that was over before its byte came leaves its fault to the next. Everything is drawn
from a seed. What is cut ends with a FIN to both sides, what is reset with an RST, and what stalls says nothing more
until the client leaves.
"""

import asyncio
import contextlib
import random
import socket
import struct
import threading

KINDS = ("cut", "stall", "reset")
FIRST_LENGTH = 600  # bytes of a connection, before one is known
KEPT_LENGTHS = 50
READ_SIZE = 16384


class Loop:
    """One event loop in a thread, for many proxies; a context manager."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.run(self._cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    async def _cancel_all(self):
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class FaultyProxy:
    """Before 127.0.0.1:`server`; a context manager, which knows its `port`, and what it did."""

    def __init__(self, loop, server, seed, probability):
        self._loop = loop
        self._server = server
        self._chance = random.Random(seed)
        self._probability = probability
        self._lengths = [FIRST_LENGTH]
        self._owed = 0
        self.connections = 0
        self.faults = dict.fromkeys(KINDS, 0)
        self._tasks = set()  # asyncio keeps none

    def __enter__(self):
        self._listener = self._loop.run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self._loop.loop.call_soon_threadsafe(self._listener.close)

    def link(self, client):
        return Link(client, self._draw())

    def _draw(self):
        """(kind, byte) of a connection's fault, or nothing."""
        drawn = self._chance.random() < self._probability
        if not drawn and self._owed == 0:
            return None
        self._owed -= 0 if drawn else 1
        return self._chance.choice(KINDS), self._chance.randrange(self._chance.choice(self._lengths))

    async def _serve(self, reader, writer):
        self.connections += 1
        self._tasks.add(asyncio.current_task())
        link = self.link((reader, writer))
        try:
            await link.run(self._server)
        except OSError:
            pass
        finally:
            link.close()
            self._tasks.discard(asyncio.current_task())
        if link.played:
            self.faults[link.fault[0]] += 1
        elif link.fault:
            self._owed += 1
        else:
            self._lengths = self._lengths[-KEPT_LENGTHS:] + [max(1, link.bytes)]


class Link:
    """One client, its connection to the server, and its fault."""

    def __init__(self, client, fault):
        self.client = client
        self.server = None
        self.fault = fault
        self.played = False
        self.bytes = 0

    async def run(self, server):
        self.server = await asyncio.open_connection("127.0.0.1", server)
        directions = [asyncio.ensure_future(self._pump(self.client[0], self.server[1])),
                      asyncio.ensure_future(self._pump(self.server[0], self.client[1]))]
        try:
            # A fault ends both; else each has its own end.
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            while not self.played and not all(direction.done() for direction in directions):
                await asyncio.wait([one for one in directions if not one.done()], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for direction in directions:
                direction.cancel()
        await asyncio.gather(*directions, return_exceptions=True)
        if self.played and self.fault[0] == "stall":
            while await self.client[0].read(READ_SIZE):
                pass

    async def _pump(self, source, sink):
        try:
            while data := await source.read(READ_SIZE):
                left = self.fault[1] - self.bytes if self.fault else len(data) + 1
                self.played = self.played or len(data) > left
                sink.write(data[:max(0, left)])
                self.bytes += len(data)
                await sink.drain()
                if self.played:
                    return
            sink.write_eof()
        except OSError:
            # A reset is passed on as one.
            reset(sink)

    def close(self):
        for side in (self.client, self.server):
            if side and self.played and self.fault[0] == "reset":
                reset(side[1])
            elif side:
                side[1].close()


def reset(writer):
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()

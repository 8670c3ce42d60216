"""The hostile server's ground: a port, a thread for each connection, and a Peer in it that keeps every byte that the
client said. What is played there stands in the tables (x_rows.py); this file knows no TLS but a hello's frame.
"""
import select
import socket
import struct
import threading
import time

import wire

GREETING = b"220 mail.attack.example ESMTP\r\n"
EHLO = b"250-mail.attack.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n"
EHLO_INSIDE = b"250-mail.attack.example\r\n250 PIPELINING\r\n"
READY = b"220 2.0.0 Ready to start TLS\r\n"
BYE = b"221 2.0.0 Bye\r\n"
PATIENCE = 60   # for a client that says nothing, in seconds
ENOUGH = 1 << 26  # of a flood: far beyond what anybody may read
PIECE = 1 << 16
BACKLOG = 64


class Gone(Exception):
    """The client has left."""


class Peer:
    """One connection, seen from the server. `heard`: all that the client said, in its order."""

    def __init__(self, connection, mode):
        self.socket, self.mode = connection, mode
        self.heard, self.taken = bytearray(), 0
        self.hits = 0          # hostile acts that were played
        self.completed = False  # a handshake was
        self.tunnel = None
        self.inside = bytearray()   # what was said in the tunnel
        self.inside_messages = []   # kinds of handshake messages behind the client's Finished
        self.over = False
        connection.setblocking(False)

    def hit(self):
        self.hits += 1

    def _wait(self, seconds, writing=False):
        """Reads what there is. True if there is room to write; Gone when the client has left."""
        readable, writable, _ = select.select([self.socket], [self.socket] if writing else [], [], max(0, seconds))
        if readable:
            try:
                more = self.socket.recv(PIECE)
            except BlockingIOError:
                return bool(writable)
            except OSError as error:
                raise Gone from error
            if not more:
                self.over = True
                raise Gone
            self.heard += more
        return bool(writable)

    def send(self, data):
        rest, until = memoryview(bytes(data)), time.monotonic() + PATIENCE
        while rest and time.monotonic() < until:
            if self._wait(PATIENCE, writing=True):
                try:
                    rest = rest[self.socket.send(rest):]
                except BlockingIOError:
                    pass
                except OSError as error:
                    raise Gone from error

    def flood(self, chunk, start=b""):
        """The chunk again and again until the client has enough."""
        self.send(start)
        chunk *= max(1, PIECE // len(chunk))
        for _ in range(ENOUGH // len(chunk)):
            self.send(chunk)

    def pause(self, seconds):
        """Lets time pass, as long as the client is there."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._wait(left)

    def drip(self, data, seconds, size=1):
        for at in range(0, len(data), size):
            self.send(data[at:at + size])
            self.pause(seconds)

    def need(self, size):
        """The next bytes, so many."""
        until = time.monotonic() + PATIENCE
        while len(self.heard) - self.taken < size:
            if time.monotonic() > until:
                raise Gone
            self._wait(until - time.monotonic())
        self.taken += size
        return bytes(self.heard[self.taken - size:self.taken])

    def line(self):
        found = b""
        while not found.endswith(b"\n"):
            found += self.need(1)
        return found

    def hello(self):
        """The ClientHello that comes next."""
        head = self.need(5)
        if head[0] & 0x80:
            rest = self.need((head[0] & 0x7f) * 256 + head[1] - 3)
            return wire.Hello(head[2:] + rest, 2, ssl2=True)
        raw = self.need(int.from_bytes(head[3:], "big"))
        while len(raw) < 4 or len(raw) < 4 + int.from_bytes(raw[1:4], "big"):
            raw += self.need(int.from_bytes(self.need(5)[3:], "big"))
        return wire.read_hello(raw)

    def rest(self):
        """Hears the client out."""
        self.pause(PATIENCE)

    def close(self):
        """FIN; what the client still says is heard."""
        self.socket.shutdown(socket.SHUT_WR)
        self.rest()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        raise Gone


def to_tls(peer, greeting=GREETING, ehlo=EHLO, ready=READY, bye=BYE):
    """SMTP until the client's hello is the next. Each step is a reply, or a function of the peer that plays one."""
    if peer.mode == "implicit":
        return
    take(peer, greeting, GREETING)
    while line := peer.line():
        verb = line.strip().split(b" ")[0].upper()
        if verb == b"EHLO":
            take(peer, ehlo, EHLO)
        elif verb == b"STARTTLS":
            take(peer, ready, READY)
            return
        else:
            take(peer, bye, BYE)
            peer.close()


def take(peer, step, usual):
    """Plays one step of a dialogue; one that is not the usual one is a hostile act."""
    if step is not usual:
        peer.hit()
    if callable(step):
        step(peer)
    else:
        peer.send(step)


class Server:
    """A port on loopback where each connection is played by `play`, a function of a Peer."""

    def __init__(self, play, mode):
        self.play, self.mode = play, mode
        self.peers, self.errors, self.threads = [], [], []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        self.port = self.listener.getsockname()[1]
        self.accepting = threading.Thread(target=self._accept, daemon=True)
        self.accepting.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Peer(connection, self.mode)
            self.peers.append(peer)
            thread = threading.Thread(target=self._serve, args=(peer,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, peer):
        try:
            self.play(peer)
            peer.close()
        except (Gone, OSError):
            self._hear_out(peer)
        except Exception as error:  # a fault of a table, which is a failure of its row
            self.errors.append(error)
        finally:
            peer.socket.close()
            if peer.tunnel:
                peer.tunnel.drain()

    @staticmethod
    def _hear_out(peer):
        """A client that broke the connection may have said something before."""
        try:
            while not peer.over and (more := peer.socket.recv(PIECE)):
                peer.heard += more
        except OSError:
            pass

    def end(self):
        """When the client is done: no thread is left, and all was heard."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.accepting.join(PATIENCE)
        for thread in self.threads:
            thread.join(PATIENCE)

"""A web server of a CA on loopback: what it answers is set by path, and so is how it misbehaves.

It counts: connections, requests, and the bytes that its clients let it send.
"""
import http.server
import socket
import socketserver
import threading
import time
from typing import NamedTuple

OCSP_TYPE, CRL_TYPE = "application/ocsp-response", "application/pkix-crl"
GIGABYTES = 8 << 30
CHUNK = bytes(64 << 10)
# The kernel takes what nobody reads: little, so that what is counted is nearly what was read.
SEND_BUFFER = 64 << 10
PAUSE = 1  # seconds between two bytes that come one at a time


class Asked(NamedTuple):
    method: str
    path: str
    host: str
    body: bytes


# An answer is a function that writes the whole response to a visit, which counts.

def head(visit, status, *fields):
    visit.send(("HTTP/1.1 %s\r\n%s\r\n\r\n" % (status, "\r\n".join(("Connection: close",) + fields))).encode())


def good(body, kind=OCSP_TYPE, status="200 OK"):
    def play(visit):
        head(visit, status, "Content-Type: " + kind, "Content-Length: %d" % len(body))
        visit.send(body)
    return play


def chunked(body, kind=OCSP_TYPE):
    """In chunks, as any server may: RFC 9112 section 7.1."""
    def play(visit):
        head(visit, "200 OK", "Content-Type: " + kind, "Transfer-Encoding: chunked")
        for part in (body[:100], body[100:], b""):
            visit.send(b"%x\r\n%s\r\n" % (len(part), part))
    return play


def until_the_end(body, kind=OCSP_TYPE):
    """Without a length: the connection's end is the body's."""
    def play(visit):
        head(visit, "200 OK", "Content-Type: " + kind)
        visit.send(body)
    return play


def redirect(to):
    return lambda visit: head(visit, "302 Found", "Location: " + to, "Content-Length: 0")


def _endless(*fields, status="200 OK", start=b"", chunk=CHUNK):
    def play(visit):
        head(visit, status, "Content-Type: " + OCSP_TYPE, *fields)
        visit.send(start)
        while True:
            visit.send(chunk)
    return play


def endless(start=b""):
    return _endless(start=start)


def gigabytes(start=b""):
    return _endless("Content-Length: %d" % GIGABYTES, start=start)


def endless_chunks():
    return _endless("Transfer-Encoding: chunked", chunk=b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))


def endless_head():
    def play(visit):
        visit.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            visit.send(b"X-Filler: " + b"x" * 1000 + b"\r\n")
    return play


def endless_line():
    def play(visit):
        visit.send(b"HTTP/1.1 200 ")
        while True:
            visit.send(b"x" * 1000)
    return play


def slowly(body, kind=OCSP_TYPE):
    """A byte at a time, all of it sound."""
    def play(visit):
        head(visit, "200 OK", "Content-Type: " + kind, "Content-Length: %d" % len(body))
        for byte in body:
            visit.send(bytes([byte]))
            time.sleep(PAUSE)
    return play


def silent():
    return lambda visit: visit.wait_for_the_end()


def closing():
    return lambda visit: None


def cut(body, kind=OCSP_TYPE):
    def play(visit):
        head(visit, "200 OK", "Content-Type: " + kind, "Content-Length: %d" % len(body))
        visit.send(body[:len(body) // 2])
    return play


def not_found():
    return good(b"no such thing\n", "text/plain", "404 Not Found")


def no_http():
    return lambda visit: visit.send(b"220 mail.lab.example ESMTP\r\n")


class Visit(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.responder.asked.append(Asked(self.command, self.path, self.headers.get("Host", ""), body))
        self.close_connection = True
        try:
            self.server.responder.answer_to(self.path)(self)
        except OSError:
            pass  # the client has had enough

    do_GET = do_POST = answer

    def send(self, data):
        left = memoryview(data)
        while left:
            count = self.connection.send(left)
            left = left[count:]
            with self.server.responder.lock:
                self.server.responder.sent += count

    def wait_for_the_end(self):
        while self.connection.recv(1024):
            pass

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def get_request(self):
        request, address = super().get_request()
        request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.responder.connections += 1
        return request, address


class Responder:
    """A context manager, which knows its `port`; `answers` are by path."""

    def __init__(self):
        self.answers, self.asked = {}, []
        self.connections = self.sent = 0
        self.lock = threading.Lock()

    def __enter__(self):
        self.server = Server(("127.0.0.1", 0), Visit)
        self.server.responder = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer_to(self, path):
        """A request by GET has what it asks in its path: RFC 6960 appendix A.1."""
        fitting = [one for one in self.answers if path == one or path.startswith(one + "/")]
        return self.answers[max(fitting, key=len)] if fitting else not_found()

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self.port, path)

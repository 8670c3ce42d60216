"""TLS servers that complete a handshake and then say whatever a table wants: TLS 1.2 with TLS_RSA_WITH_NULL_SHA256,
which needs no cipher, and TLS 1.3 with TLS_CHACHA20_POLY1305_SHA256 over X25519. What is sent in the handshake is a
list of parts, bytes or functions of the tunnel, so that each can be left out, doubled, moved or falsified.
"""
import secrets
import socket

import ciphers
import der
import server
import wire

BODY, OUTER = 5, 16384 + 2048


class Tunnel:
    """What both have. `sealed` makes records, `send` sends them, `read` is the client's next record."""

    def __init__(self, peer, hello, chain):
        self.peer, self.hello, self.chain = peer, hello, chain
        self.talk = b""            # the handshake so far
        self.finished = False      # the client's Finished was heard
        self.text = bytearray()    # lines that were not taken yet
        peer.tunnel = self

    def next_record(self):
        """(kind, header, body) as on the wire."""
        header = self.peer.need(BODY)
        return header[0], header, self.peer.need(int.from_bytes(header[3:], "big"))

    def check(self, good):
        """A record that cannot be opened. Before the Finished it may be that of a client with the key of a hostile
        certificate; behind it the fault is ours."""
        if not good and not self.finished:
            raise server.Gone
        if not good:
            raise ValueError("the client's record is not what we think")

    def heard(self, kind, plain):
        """Keeps what the client said in the tunnel."""
        if kind == wire.DATA:
            self.peer.inside += plain
            self.text += plain
        elif kind == wire.HANDSHAKE:
            self.peer.inside_messages.append(plain[0] if plain else None)

    def drain(self):
        """Opens what was heard and not read."""
        try:
            while self.finished and len(self.peer.heard) - self.peer.taken >= BODY:
                size = int.from_bytes(self.peer.heard[self.peer.taken + 3:self.peer.taken + BODY], "big")
                if len(self.peer.heard) - self.peer.taken < BODY + size:
                    return
                self.read()
        except server.Gone:
            pass

    def send(self, kind, data, size=wire.LONGEST):
        for at in range(0, max(1, len(data)), size):
            self.peer.send(self.sealed(kind, data[at:at + size]))

    def say(self, text):
        self.send(wire.DATA, text)

    def flood(self, chunk, start=b""):
        """The text again and again until the client has enough; records are not sealed faster than it reads."""
        self.say(start)
        for _ in range(server.ENOUGH // len(chunk)):
            self.say(chunk)

    def line(self):
        while b"\n" not in self.text:
            self.read()
        end = self.text.index(b"\n") + 1
        found = bytes(self.text[:end])
        del self.text[:end]
        return found

    def close(self):
        """close_notify and FIN; what the client still says is heard."""
        self.send(wire.ALERT, b"\x01\x00")
        self.peer.socket.shutdown(socket.SHUT_WR)
        self.rest()

    def rest(self):
        """Hears the client out."""
        while True:
            self.read()


class Tunnel12(Tunnel):
    version = wire.TLS12

    def __init__(self, peer, hello, chain):
        super().__init__(peer, hello, chain)
        self.random = secrets.token_bytes(32)
        self.sent = self.got = 0
        self.keys = None

    def usual(self):
        return [hello12, certificate12, done12]

    def shake(self, parts=None):
        """True when the handshake is completed, False when the client did not want to."""
        self.talk = self.hello.raw
        made = [part(self) if callable(part) else part for part in parts or self.usual()]
        self.peer.send(wire.records(wire.HANDSHAKE, b"".join(made)))
        self.talk += b"".join(made)
        kind, _, body = self.next_record()
        sealed = b""
        while kind == wire.HANDSHAKE:
            self.talk += body
            if body[0] == wire.CLIENT_KEY_EXCHANGE:
                sealed = body[6:]
            kind, _, body = self.next_record()
        if kind != wire.CCS or not sealed:
            return False
        self.derive(ciphers.rsa_decrypt(sealed))
        kind, plain = self.read()
        if kind != wire.HANDSHAKE:
            return False
        self.talk += plain
        self.finished = True
        return True

    def derive(self, premaster):
        randoms = self.hello.raw[6:38], self.random
        self.master = ciphers.prf(premaster, b"master secret", randoms[0] + randoms[1], 48)
        block = ciphers.prf(self.master, b"key expansion", randoms[1] + randoms[0], 64)
        self.keys = block[:32], block[32:]

    def finish(self):
        """ChangeCipherSpec and Finished."""
        self.peer.send(wire.record(wire.CCS, b"\x01") + self.sealed(wire.HANDSHAKE, self.finished_message()))

    def finished_message(self):
        return wire.message(wire.FINISHED, ciphers.prf(self.master, b"server finished", ciphers.sha256(self.talk), 12))

    def sealed(self, kind, plain):
        header = bytes([kind]) + wire.number(self.version, 2)
        tag = ciphers.mac(self.keys[1], wire.number(self.sent, 8) + header + wire.vector(2, plain))
        self.sent += 1
        return header + wire.vector(2, plain + tag)

    def read(self):
        kind, header, body = self.next_record()
        if self.keys is None:
            return kind, body
        plain, tag = body[:-ciphers.HASH_SIZE], body[-ciphers.HASH_SIZE:]
        good = ciphers.mac(self.keys[0], wire.number(self.got, 8) + header[:3] + wire.vector(2, plain))
        self.got += 1
        self.check(tag == good)
        if self.finished:
            self.heard(kind, plain)
        return kind, plain


def hello12(tunnel, **fields):
    return wire.server_hello(**{"random": tunnel.random, **fields})


def certificate12(tunnel):
    return wire.message(wire.CERTIFICATE, wire.certificates(*tunnel.chain))


def done12(_):
    return wire.message(wire.SERVER_HELLO_DONE)


def request12(_):
    """A CertificateRequest for RSA, of anybody."""
    return wire.message(wire.CERTIFICATE_REQUEST, b"\x01\x01\x00\x02\x04\x01\x00\x00")


class Tunnel13(Tunnel):
    version = wire.TLS13

    def __init__(self, peer, hello, chain):
        super().__init__(peer, hello, chain)
        self.talk = hello.raw
        self.secret = secrets.token_bytes(32)
        self.write = self.read_keys = None

    def usual(self):
        return [extensions13, certificate13, verify13, finished13]

    def meet(self):
        """To the ServerHello; False when the client goes."""
        if self.hello.share() is None:
            asked = wire.retry(self.hello)
            self.peer.send(wire.records(wire.HANDSHAKE, asked))
            self.talk = wire.message(wire.MESSAGE_HASH, ciphers.sha256(self.talk)) + asked
            if not self.again():
                return False
        answer = wire.server_hello13(self.hello, ciphers.x25519(self.secret, ciphers.BASE_POINT))
        self.talk += answer
        self.peer.send(wire.records(wire.HANDSHAKE, answer))
        self.derive()
        return True

    def again(self):
        """The second hello."""
        kind, _, body = self.next_record()
        if kind == wire.CCS:
            kind, _, body = self.next_record()
        if kind != wire.HANDSHAKE:
            return False
        self.hello = wire.read_hello(body)
        self.talk += body
        return self.hello.share() is not None

    def shake(self, parts=None):
        if not self.meet():
            return False
        made = b""
        for part in parts or self.usual():
            one = part(self) if callable(part) else part
            self.talk += one
            made += one
        self.send(wire.HANDSHAKE, made)
        self.next_keys()
        kind, plain = self.read()
        while kind == wire.CCS or (kind == wire.HANDSHAKE and plain[0] != wire.FINISHED):  # an empty Certificate
            kind, plain = self.read()
        if kind != wire.HANDSHAKE:
            return False
        self.use_read(self.client_secret)
        self.finished = True
        return True

    def finish(self):
        """Nothing: the server's Finished was there before the client's."""

    def derive(self):
        shared = ciphers.x25519(self.secret, self.hello.share())
        zeros, empty = bytes(32), ciphers.sha256(b"")
        early = ciphers.mac(zeros, zeros)
        self.handshake = ciphers.mac(ciphers.expand_label(early, b"derived", empty, 32), shared)
        so_far = ciphers.sha256(self.talk)
        self.use_read(ciphers.expand_label(self.handshake, b"c hs traffic", so_far, 32))
        self.use_write(ciphers.expand_label(self.handshake, b"s hs traffic", so_far, 32))

    def next_keys(self):
        """Those of the application, for what we write; the client's come with its Finished."""
        derived = ciphers.expand_label(self.handshake, b"derived", ciphers.sha256(b""), 32)
        master = ciphers.mac(derived, bytes(32))
        so_far = ciphers.sha256(self.talk)
        self.client_secret = ciphers.expand_label(master, b"c ap traffic", so_far, 32)
        self.use_write(ciphers.expand_label(master, b"s ap traffic", so_far, 32))

    def use_write(self, secret):
        self.write = [secret, *keys_of(secret), 0]

    def use_read(self, secret):
        self.read_keys = [secret, *keys_of(secret), 0]

    def update(self, asked=0, body=None):
        """A KeyUpdate, and the key that follows it."""
        self.send(wire.HANDSHAKE, wire.message(wire.KEY_UPDATE, bytes([asked]) if body is None else body))
        self.use_write(ciphers.expand_label(self.write[0], b"traffic upd", b"", 32))

    def sealed(self, kind, plain, padding=0, inner=None):
        """`inner`: the bytes of TLSInnerPlaintext, if not those of the kind and the padding."""
        inner = plain + bytes([kind]) + bytes(padding) if inner is None else inner
        header = bytes([wire.DATA]) + wire.number(wire.TLS12, 2) + wire.number(len(inner) + ciphers.TAG_SIZE, 2)
        _, key, vector, count = self.write
        self.write[3] += 1
        return header + ciphers.seal(key, nonce_of(vector, count), header, inner)

    def read(self):
        kind, header, body = self.next_record()
        if kind != wire.DATA or self.read_keys is None:
            return kind, body
        secret, key, vector, count = self.read_keys
        self.read_keys[3] += 1
        inner = ciphers.unseal(key, nonce_of(vector, count), header, body)
        self.check(inner is not None)
        inner = inner.rstrip(b"\0")
        kind, plain = inner[-1], inner[:-1]
        if self.finished:
            self.heard(kind, plain)
            if kind == wire.HANDSHAKE and plain[:1] == bytes([wire.KEY_UPDATE]):
                self.use_read(ciphers.expand_label(secret, b"traffic upd", b"", 32))
        return kind, plain


def keys_of(secret):
    return ciphers.expand_label(secret, b"key", b"", 32), ciphers.expand_label(secret, b"iv", b"", 12)


def nonce_of(vector, count):
    return (int.from_bytes(vector, "big") ^ count).to_bytes(12, "big")


def extensions13(_):
    return wire.message(wire.ENCRYPTED_EXTENSIONS, wire.vector(2, b""))


def certificate13(tunnel):
    chain = b"".join(wire.vector(3, one) + wire.vector(2, b"") for one in tunnel.chain)
    return wire.message(wire.CERTIFICATE, wire.vector(1, b"") + wire.vector(3, chain))


def verify13(tunnel, sign=ciphers.pss_sign, scheme=0x0804):
    covered = b" " * 64 + b"TLS 1.3, server CertificateVerify\0" + ciphers.sha256(tunnel.talk)
    return wire.message(wire.CERTIFICATE_VERIFY, wire.number(scheme, 2) + wire.vector(2, sign(covered)))


def finished13(tunnel):
    key = ciphers.expand_label(tunnel.write[0], b"finished", b"", 32)
    return wire.message(wire.FINISHED, ciphers.mac(key, ciphers.sha256(tunnel.talk)))


CHAIN = [der.certificate()]


def choose(hello, only=None):
    """The kind of tunnel that a hello gets, or None. `only`: a server that speaks just this one."""
    if hello.ssl2:
        return None
    kind, suite = (Tunnel13, wire.CHACHA) if hello.tls13() else (Tunnel12, wire.NULL_SHA256)
    if hello.version < wire.TLS12 or suite not in hello.suites or not issubclass(only or kind, kind):
        return None
    return only or kind


def serve_tls(peer, inside=None, chain=None, parts=None, only=None):
    """An honest server's TLS, from the hello on. `inside`: what is played in a completed handshake, a function of the
    tunnel; `parts`: what is sent in the handshake; `only`: the one kind of tunnel that there is."""
    hello = peer.hello()
    kind = choose(hello, only)
    if kind is None:
        if not hello.ssl2:
            absent = only and issubclass(only, Tunnel12) and hello.tls13()
            peer.send(wire.alert(2, 70) if absent else wire.refusal(hello))
        return
    tunnel = kind(peer, hello, CHAIN if chain is None else chain)
    if parts:
        peer.hit()
    if tunnel.shake(parts):
        tunnel.finish()
        peer.completed = True
        (inside or converse)(tunnel)


def converse(tunnel, greeting=server.GREETING, ehlo=server.EHLO_INSIDE, bye=server.BYE):
    """SMTP inside. Each step is a reply, or a function of the tunnel that plays one."""
    if tunnel.peer.mode == "implicit":
        play(tunnel, greeting, server.GREETING)
    while line := tunnel.line():
        if line.upper().startswith(b"EHLO"):
            play(tunnel, ehlo, server.EHLO_INSIDE)
        else:
            play(tunnel, bye, server.BYE)
            tunnel.close()


def play(tunnel, step, usual):
    if step is not usual:
        tunnel.peer.hit()
    if callable(step):
        step(tunnel)
    else:
        tunnel.say(step)

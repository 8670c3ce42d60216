"""What the tables of TLS in the clear are made with: one hostile answer to each hello that could be answered."""
import tunnels
import wire
from server import to_tls


def answering(make, version=wire.TLS12, suite=None):
    """Plays: SMTP, then `make(hello)` to each hello of the version that offers the suite, and a refusal to all others.
    `make` gives bytes, or a function of the peer."""
    suite = suite or (wire.CHACHA if version == wire.TLS13 else wire.NULL_SHA256)

    def play(peer):
        to_tls(peer)
        hello = peer.hello()
        fits = not hello.ssl2 and hello.tls13() == (version == wire.TLS13) and suite in hello.suites
        if fits and hello.version >= wire.TLS12:
            peer.hit()
            answer = make(hello)
            if callable(answer):
                answer(peer)
            else:
                peer.send(answer)
                if peer.mode == "implicit":  # and elsewhere FIN comes at once
                    peer.rest()
        elif not hello.ssl2:
            peer.send(wire.refusal(hello))
    return play


def to_anything(act):
    """Plays: SMTP, then `act(peer)` whatever the hello is."""
    def play(peer):
        to_tls(peer)
        peer.hello()
        peer.hit()
        act(peer)
        peer.rest()
    return play


def certificate(*chain):
    return wire.message(wire.CERTIFICATE, wire.certificates(*(chain or tunnels.CHAIN)))


DONE = wire.message(wire.SERVER_HELLO_DONE)


def flight(*middle, done=DONE, hello=None, **fields):
    """The messages of a flight of TLS 1.2: a ServerHello, what is between, and the ServerHelloDone."""
    return (wire.server_hello(**fields) if hello is None else hello) + b"".join(middle or (certificate(),)) + done


def in_records(messages, **fields):
    return wire.records(wire.HANDSHAKE, messages, **fields)

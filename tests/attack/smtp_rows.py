"""What is done to the scanner in SMTP: before TLS, and by the same means inside it."""
import server
import tunnels
from server import EHLO, GREETING, READY, to_tls
from table import BOTH, Table

ROWS = Table("smtp")

# What nobody may see raw: escapes, C1, bidi, tags, formulas, half of a character.
HOSTILE = (b"\x1b]0;owned\x07\x1b[2J\x00\x08\x7f \xc2\x9b31m \xe2\x80\xae\xe2\x81\xa6 <attacker onload='x'>&#27; "
           b"=cmd|'/C calc'!A0;@SUM(1)\t+1 ]]> %s%n \xff\xfe\xed\xa0\x80 | 'x'=1;2;3")


def flooded(chunk, start=b""):
    return lambda peer: peer.flood(chunk, start)


def dripped(text, seconds=0.3):
    return lambda peer: peer.drip(text, seconds)


def closed(peer):
    peer.close()


def reset(peer):
    peer.reset()


def silent(peer):
    peer.rest()


def twice(one, other, seconds=0.05):
    """The one, and the other in a segment of its own."""
    def both(peer):
        peer.send(one)
        peer.pause(seconds)
        peer.send(other)
    return both


def step(sentence, accepts=(), **steps):
    """A dialogue in which one step is not the usual one."""
    def play(peer):
        to_tls(peer, **steps)
        tunnels.serve_tls(peer)
    ROWS.add(sentence, play, accepts=accepts)


def inside(sentence, mode="starttls", **steps):
    """The same in the tunnel; what is accepted does not depend on it."""
    def play(peer):
        to_tls(peer)
        tunnels.serve_tls(peer, lambda tunnel: tunnels.converse(tunnel, **steps))
    ROWS.add(sentence + ", inside TLS", play, mode=mode, accepts=BOTH, completes=True)


# --- The greeting ---
step("a greeting line without end", greeting=flooded(b"x", b"220 "))
step("a greeting line of NULs without end", greeting=flooded(b"\0"))
step("greeting lines without end", greeting=flooded(b"220-once more\r\n"))
step("greetings without end, each of them whole", greeting=flooded(b"220 hello\r\n"))
step("line ends without end", greeting=flooded(b"\r\n"))
step("carriage returns without end", greeting=flooded(b"\r"))
step("a greeting of hostile text", BOTH, greeting=b"220 " + HOSTILE + b"\r\n")
step("a greeting of 127 lines of hostile text", BOTH, greeting=(b"220-" + HOSTILE[:90] + b"\r\n") * 126 + GREETING)
step("a greeting whose code changes", greeting=b"220-one\r\n421-two\r\n554 three\r\n")
step("a greeting with the code 000", greeting=b"000 nothing\r\n")
step("a greeting with the code 99999999999999999999", greeting=b"99999999999999999999 much\r\n")
step("a greeting with the code -22", greeting=b"-22 less\r\n")
step("a greeting in digits of another script", greeting="٢٢٠ mail\r\n".encode())
step("a greeting that is HTTP", greeting=b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
step("a greeting that is a TLS alert", greeting=b"\x15\x03\x01\x00\x02\x02\x28")
step("a greeting that is a ServerHello", greeting=lambda peer: peer.send(tunnels.wire.record(22,
    tunnels.wire.server_hello())))
step("a greeting that comes a byte at a time", greeting=dripped(GREETING))
step("a greeting that never ends, a line at a time", greeting=lambda peer: peer.drip(b"220-wait\r\n" * 500, 0.2, 10))
step("a greeting that is cut in its code by FIN", greeting=twice(b"22", b""))
step("no greeting, but FIN", greeting=closed)
step("no greeting, but a reset", greeting=reset)
step("no greeting and no end", greeting=silent)
step("421 to everybody, in a flood", greeting=flooded(b"421 4.7.0 too many\r\n"))
step("421 that asks to wait for 100,000 s", greeting=b"421 4.7.0 try again in 100000 seconds\r\n")
step("421 that asks to wait for 99999999999999999999 s", greeting=b"421 try again in 99999999999999999999 seconds\r\n")
step("421 that asks to wait for -1 s", greeting=b"421 4.7.0 try again in -1 seconds\r\n")
step("554 with hostile text", greeting=b"554 " + HOSTILE + b"\r\n")

# --- Replies before commands, and more of them than commands ---
step("the greeting with the reply to EHLO behind it", greeting=GREETING + EHLO)
step("the whole dialogue in one segment, before we speak", greeting=GREETING + EHLO + READY)
step("the dialogue and a ServerHello in one segment",
     greeting=lambda peer: peer.send(GREETING + EHLO + READY + tunnels.wire.record(22, tunnels.wire.server_hello())))
step("two replies to EHLO", ehlo=EHLO + EHLO)
step("two replies to EHLO, the second one late", BOTH, ehlo=twice(EHLO, EHLO))
step("two hundred replies to EHLO", ehlo=EHLO * 200)

# --- The reply to EHLO ---
step("a reply to EHLO of a million lines", ehlo=flooded(b"250-X\r\n"))
step("a reply to EHLO of 128 keywords", BOTH,
     ehlo=b"".join(b"250-X%d\r\n" % n for n in range(127)) + b"250 STARTTLS\r\n")
step("a reply to EHLO of 129 keywords", ehlo=b"".join(b"250-X%d\r\n" % n for n in range(128)) + b"250 STARTTLS\r\n")
step("a keyword of 2,000 bytes", BOTH, ehlo=b"250-" + b"K" * 2000 + b"\r\n250 STARTTLS\r\n")
step("a keyword of 10,000 bytes", ehlo=b"250-" + b"K" * 10000 + b"\r\n250 STARTTLS\r\n")
step("hostile keywords", BOTH, ehlo=b"250-" + HOSTILE + b"\r\n250-" + HOSTILE[::-1] + b"\r\n250 STARTTLS\r\n")
step("STARTTLS eighty times", BOTH, ehlo=b"250-STARTTLS\r\n" * 80 + EHLO)
step("STARTTLS with NULs behind it", ehlo=b"250-mail\r\n250 STARTTLS\0\0\0\r\n")
step("STARTTLS overwritten with control bytes", ehlo=b"250-mail\r\n250 \x1b[2J\x1b[8m\r\n")
step("empty lines in the reply to EHLO", ehlo=b"250-\r\n250-\r\n\r\n250 \r\n")
step("a reply to EHLO with bare LF and bare CR", BOTH, ehlo=b"250-mail\n250-A\rB\n250 STARTTLS\n")
step("FIN in the middle of the reply to EHLO", ehlo=lambda peer: (peer.send(EHLO[:30]), peer.close()))
step("a reset in the place of the reply to EHLO", ehlo=reset)
step("silence in the place of the reply to EHLO", ehlo=silent)
step("a reply to EHLO a byte at a time", ehlo=dripped(EHLO))
step("334 to EHLO", ehlo=b"334 VXNlcm5hbWU6\r\n")
step("354 to EHLO, as if a mail were wanted", ehlo=b"354 go ahead\r\n")
step("535 to EHLO, which asks for HELO and a password", ehlo=b"535 5.7.8 use HELO, then AUTH LOGIN\r\n")

# --- The reply to STARTTLS ---
step("plaintext behind the 220 to STARTTLS", BOTH, ready=READY + b"250-injected\r\n250 AUTH PLAIN\r\n")
step("hostile plaintext behind the 220", BOTH, ready=READY + HOSTILE)
step("60 KiB of plaintext behind the 220", ready=READY + b"250-injected\r\n" * 4300)
step("plaintext without end behind the 220", ready=flooded(b"250-injected\r\n", READY))
step("a ServerHello behind the 220, before ours", BOTH,
     ready=lambda peer: peer.send(READY + tunnels.wire.record(22, tunnels.wire.server_hello())))
step("an alert behind the 220, before our hello", BOTH, ready=READY + b"\x15\x03\x03\x00\x02\x02\x28")
step("a reply to STARTTLS without end", ready=flooded(b"220-x\r\n"))
step("a reply to STARTTLS of hostile text", BOTH, ready=b"220 " + HOSTILE + b"\r\n")
step("454 to STARTTLS, in a flood", ready=flooded(b"454 4.7.0 later\r\n"))
step("250 in the place of 220", ready=b"250 2.0.0 Ready\r\n")
step("a reset in the place of 220", ready=reset)
step("a reset behind the 220", ready=lambda peer: (peer.send(READY), peer.reset()))
step("FIN behind the 220", ready=lambda peer: (peer.send(READY), peer.close()))
step("the 220 a byte at a time", ready=dripped(READY))
step("replies to QUIT without end", ehlo=b"502 no\r\n", bye=flooded(b"221-not yet\r\n"))
step("silence in answer to QUIT", ehlo=b"502 no\r\n", bye=silent)

# --- In the tunnel ---
inside("a greeting of hostile text", "implicit", greeting=b"220 " + HOSTILE + b"\r\n")
inside("a greeting without end", "implicit", greeting=flooded(b"220-x\r\n" * 100))
inside("no greeting", "implicit", greeting=lambda tunnel: tunnel.rest())
inside("421", "implicit", greeting=b"421 4.7.0 try again in 100000 seconds\r\n")
inside("the whole dialogue in one record", "implicit", greeting=GREETING + server.EHLO_INSIDE + server.BYE)
inside("hostile keywords", ehlo=b"250-" + HOSTILE + b"\r\n250 " + HOSTILE[::-1] + b"\r\n")
inside("STARTTLS offered once more", ehlo=EHLO)
inside("a reply to EHLO without end", ehlo=flooded(b"250-X\r\n" * 100))
inside("a line without end", ehlo=flooded(b"z" * 1000, b"250-"))
inside("a reply to EHLO a byte in each record", ehlo=lambda tunnel: [tunnel.say(bytes([one])) for one in EHLO])
inside("silence in the place of the reply to EHLO", ehlo=lambda tunnel: tunnel.rest())
inside("a reset in the place of the reply to EHLO", ehlo=lambda tunnel: tunnel.peer.reset())
inside("replies to QUIT without end", bye=flooded(b"221-not yet\r\n" * 50))
inside("silence in answer to QUIT", bye=lambda tunnel: tunnel.rest())

"""What a client may say to a server, byte by byte: EHLO, STARTTLS, QUIT, and TLS. Reads what a Peer heard."""
import re

import wire

CLEAR = re.compile(rb"(EHLO scanner\.example\r\n)?(STARTTLS\r\n)?(QUIT\r\n)?")
INSIDE = re.compile(rb"(EHLO scanner\.example\r\n)?(QUIT\r\n)?")
# ClientHello; to a CertificateRequest an empty Certificate; ClientKeyExchange. What follows is sealed.
MESSAGES = (wire.CLIENT_HELLO, wire.CERTIFICATE, wire.CLIENT_KEY_EXCHANGE)
FAREWELLS = (b"\x01\x5a", b"\x01\x00")  # warnings: user_canceled, close_notify
LONGEST = 16384 + 2048


def faults(peer):
    """What the client said that it may not say, in words."""
    heard, found = bytes(peer.heard), []
    if peer.mode == "starttls":
        said = CLEAR.match(heard)
        heard = heard[said.end():]
        if heard and (not said[2] or said[3]):
            return ["%r is none of EHLO, STARTTLS and QUIT" % heard[:80]]
    found += in_tls(heard)
    if not INSIDE.fullmatch(bytes(peer.inside)):
        found.append("said in the tunnel: %r" % bytes(peer.inside)[:80])
    found += ["a handshake message of type %s in the completed tunnel" % kind for kind in peer.inside_messages
              if kind != wire.KEY_UPDATE]
    return found


def in_tls(heard):
    at, sealed, found = 0, False, []
    if heard[:1] and heard[0] & 0x80:  # a hello of SSL 2; behind it at most a farewell
        if heard[2] != 1:
            return ["no hello of SSL 2: %r" % heard[:40]]
        at = 2 + (heard[0] & 0x7f) * 256 + heard[1]
    while at < len(heard):
        kind, version, size = heard[at], heard[at + 1:at + 3], int.from_bytes(heard[at + 3:at + 5], "big")
        body = heard[at + 5:at + 5 + size]
        if kind not in (wire.CCS, wire.ALERT, wire.HANDSHAKE, wire.DATA) or version[:1] != b"\3" or size > LONGEST:
            return found + ["no record of TLS: %r" % heard[at:at + 40]]
        if kind == wire.ALERT and not sealed and body not in FAREWELLS:
            found.append("the alert %r in the clear" % body)
        if kind == wire.HANDSHAKE and not sealed and body[0] not in MESSAGES:
            found.append("a handshake message of type %d in the clear" % body[0])
        sealed = sealed or kind in (wire.CCS, wire.DATA)
        at += 5 + size
    return found

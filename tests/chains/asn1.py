"""DER taken apart and put together again: what the openssl program cannot be told to write. ITU-T X.690."""

SEQUENCE, BIT_STRING, OCTET_STRING = 0x30, 0x03, 0x04


def element(tag, content):
    size = len(content).to_bytes(4, "big").lstrip(b"\0")
    head = bytes([len(content)]) if len(content) < 128 else bytes([128 + len(size)]) + size
    return bytes([tag]) + head + content


def elements(der):
    """Those within the DER of a SEQUENCE, or of whatever else holds elements."""
    found, at = [], der[1] - 128 + 2 if der[1] > 128 else 2
    while at < len(der):
        longer = der[at + 1] - 128 if der[at + 1] > 128 else 0
        size = int.from_bytes(der[at + 2:at + 2 + longer], "big") if longer else der[at + 1]
        found.append(der[at:at + 2 + longer + size])
        at += 2 + longer + size
    return found


def timestamps(count):
    """A line of OpenSSL's configuration: as many as are asked for, signed by nobody. RFC 6962 section 3.3."""
    one = b"\0" + bytes(32) + bytes(8) + b"\0\0" + b"\4\3" + b"\0\4" + bytes(4)
    listed = (len(one).to_bytes(2, "big") + one) * count
    body = element(OCTET_STRING, len(listed).to_bytes(2, "big") + listed)
    return "1.3.6.1.4.1.11129.2.4.2=DER:" + body.hex(":")

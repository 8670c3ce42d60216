"""Evidence as a capture: the bytes of each exchange in TCP segments that were never on a wire, so that tshark
and Wireshark can read them.

    wire.py EVIDENCE.jsonl SCAN.pcap [KEYS]
"""
import base64
import json
import struct
import sys

LINK_RAW_IPV4 = 228  # LINKTYPE_IPV4 of pcap-linktype(7)
SERVER, CLIENT = bytes([192, 0, 2, 25]), bytes([192, 0, 2, 1])  # RFC 5737
LONGEST = 1400
FIN, SYN, PUSH, ACK = 1, 2, 8, 16


def segments(exchange):
    """(from us?, bytes) of an exchange, in order."""
    for part in ("before_tls", "tls"):
        for event in exchange.get(part, []):
            for key, ours in (("sent", True), ("got", False)):
                data = base64.b64decode(event[key]) if key in event else event.get(key + "_text", "").encode("latin-1")
                for start in range(0, len(data), LONGEST):
                    yield ours, data[start:start + LONGEST]


class Stream:
    """One TCP connection as packets of a pcap file."""

    def __init__(self, client_port, server_port, seconds):
        self.ports = {True: client_port, False: server_port}
        self.sent = {True: 1000, False: 5000}
        self.seconds, self.micros = seconds, 0

    def packet(self, ours, flags, data=b""):
        source, target = (CLIENT, SERVER) if ours else (SERVER, CLIENT)
        acknowledged = self.sent[not ours] if flags & ACK else 0
        tcp = struct.pack("!HHIIBBHHH", self.ports[ours], self.ports[not ours], self.sent[ours], acknowledged,
                          5 << 4, flags, 65535, 0, 0)
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(data), 0, 0x4000, 64, 6, 0, source, target)
        self.sent[ours] += len(data) + (1 if flags & (SYN | FIN) else 0)
        self.micros += 10
        whole = ip + tcp + data
        return struct.pack("<IIII", self.seconds, self.micros, len(whole), len(whole)) + whole

    def packets(self, exchange):
        out = self.packet(True, SYN) + self.packet(False, SYN | ACK) + self.packet(True, ACK)
        for ours, data in segments(exchange):
            out += self.packet(ours, PUSH | ACK, data)
        return out + self.packet(True, FIN | ACK) + self.packet(False, FIN | ACK)


def capture(exchanges, server_port):
    """The bytes of a pcap file; exchanges without a connection are left out."""
    out = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, LINK_RAW_IPV4)
    for exchange in exchanges:
        if exchange.get("source_port"):
            out += Stream(exchange["source_port"], server_port, exchange["at"]).packets(exchange)
    return out


def main(evidence, pcap, keys=None):
    with open(evidence) as file:
        events = [json.loads(line) for line in file if line.endswith("\n")]
    endpoints = [one for event in events if event["event"] == "target" for one in event["endpoints"]]
    exchanges = [event for event in events if event["event"] == "exchange" and event["endpoint"] == 1]
    with open(pcap, "wb") as file:
        file.write(capture(exchanges, endpoints[0]["port"]))
    if keys:
        with open(keys, "w") as file:
            file.writelines(line + "\n" for event in exchanges for line in event.get("key_log", []))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What a server says to one hello per version and suite: every suite of the scanner's table, in SSL 3 to TLS 1.3.

    python3 tests/lab/hello_truth.py starttls|implicit PORT [NAME]     prints what came; NAME is sent as SNI

For servers whose refusals truth.py cannot read (they close, or say internal_error), and for suites that no client at
hand can speak. A cell is *accepted* if the server chose the suite in this version, sent its flight to the end (TLS 1.3:
its ServerHello), and a handshake of `openssl s_client` with it completes; *refused* by an alert that says so before any
ServerHello; *internal_error* if that alert (80) came instead; *closed* if the connection was closed, with or without
close_notify; *failed* if the server chose the suite and then ended the handshake. The last three must come three times.
In a version without an accepted suite, s_client offers everything that it has, and must not succeed.
"""

import argparse
import collections
import concurrent.futures
import socket
import sys
import time

import truth
from lab import HERE
from truth import Outcome, Trouble

sys.path.insert(0, str(HERE / "server"))
from hello_client import NUMBER, VERSION, X25519, extension, read_hello, sized, suites_of, u16  # noqa: E402

VERSIONS = ("SSL 3", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3")
GROUPS = (X25519, 23, 24, 25, 30, 256, 257, 258)  # P-256, P-384, P-521, X448, ffdhe2048 to 4096
SCHEMES = (0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0807, 0x0808, 0x0403, 0x0503, 0x0603, 0x0401, 0x0501,
           0x0601, 0x0303, 0x0203, 0x0301, 0x0201, 0x0402, 0x0302, 0x0202)
INTERNAL_ERROR, CLOSE_NOTIFY = 80, 0
SECONDS = 60      # to wait for an answer
TIMES = 3         # as often must come what is neither accepted nor refused
ATTEMPTS = 6      # and so often is tried to get there
WORKERS = 24      # some servers let each client wait for a fifth of a second
MOST_LINES = 12   # of trouble
SUITES = [name for name, number in NUMBER.items() if number <= 0xFFFF]  # without SSL 2's


def hello(version, suite, name=""):
    """A ClientHello that offers one suite in one version, in a record."""
    tls13 = version == "TLS 1.3"
    body = u16(min(VERSION[version], 0x0303)) + bytes(range(32)) + sized(1, bytes(32) if tls13 else b"")
    body += sized(2, suites_of([suite])) + b"\x01\x00"
    sni = extension(0, sized(2, b"\0" + sized(2, name.encode()))) if name else b""
    extensions = sni + extension(10, sized(2, u16(*GROUPS))) + extension(11, b"\x01\x00") + extension(23, b"")
    if version in ("TLS 1.2", "TLS 1.3"):
        extensions += extension(13, sized(2, u16(*SCHEMES)))
    if tls13:
        extensions += extension(43, sized(1, u16(0x0304)))
        extensions += extension(51, sized(2, u16(X25519) + sized(2, bytes([9]) + bytes(31))))
    else:
        extensions += extension(0xFF01, b"\x00")
    if version == "SSL 3":
        extensions = sni
    body += sized(2, extensions) if extensions else b""
    return b"\x16\x03" + (b"\x00" if version == "SSL 3" else b"\x01") + sized(2, b"\x01" + sized(3, body))


class Answer:
    """What comes in reply to a hello, as far as it was read."""

    def __init__(self):
        self.hello = None      # (version, suite), of the ServerHello
        self.alert = None      # its number
        self.done = False      # a ServerHelloDone came
        self._records, self._messages = b"", b""

    def take(self, data):
        """More bytes from the server."""
        self._records += data
        while len(self._records) >= 5 and len(self._records) >= 5 + int.from_bytes(self._records[3:5], "big"):
            size = int.from_bytes(self._records[3:5], "big")
            kind, body = self._records[0], self._records[5:5 + size]
            self._records = self._records[5 + size:]
            if kind == 21 and self.alert is None:
                self.alert = body[1]
            elif kind == 22:
                self._messages += body
                self._take_messages()

    def _take_messages(self):
        while len(self._messages) >= 4 and len(self._messages) >= 4 + int.from_bytes(self._messages[1:4], "big"):
            size = int.from_bytes(self._messages[1:4], "big")
            kind, body, self._messages = self._messages[0], self._messages[4:4 + size], self._messages[4 + size:]
            if kind == 2:
                self.hello = read_hello(body)[1:3]
            self.done = self.done or kind == 14

    @property
    def whole(self):
        """There is nothing to wait for any more."""
        return self.done or self.alert is not None or (self.hello is not None and self.hello[0] == "TLS 1.3")


def classify(answer, version, suite):
    """What an Answer that is whole, or after which the connection was closed, says about a cell."""
    if answer.hello:
        if answer.hello != (version, suite):
            return Outcome("trouble", f"asked for {version} {suite}, got {answer.hello}")
        whole = answer.done or version == "TLS 1.3"
        return Outcome("accepted", "") if whole else Outcome("failed", f"chosen, then alert {answer.alert}")
    if answer.alert in truth.ALERTS_OF_REFUSAL:
        return Outcome("refused", f"alert {answer.alert}")
    if answer.alert == INTERNAL_ERROR:
        return Outcome("internal_error", "alert 80")
    if answer.alert in (None, CLOSE_NOTIFY):
        return Outcome("closed", "closed" if answer.alert is None else "close_notify")
    return Outcome("other", f"alert {answer.alert}")


def reply(connection):
    """Reads one whole SMTP reply and raises OSError unless it is a 2xx."""
    text = b""
    while not (text.endswith(b"\n") and text.splitlines()[-1][3:4] in (b" ", b"")):
        more = connection.recv(4096)
        if not more:
            raise OSError(f"closed after {text!r}")
        text += more
    if not text.startswith(b"2"):
        raise OSError(f"the server said {text!r}")


def ask(port, starttls, version, suite, name=""):
    """One attempt at one cell."""
    answer = Answer()
    try:
        with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
            if starttls:
                reply(connection)
                for command in (b"EHLO client.lab.example\r\n", b"STARTTLS\r\n"):
                    connection.sendall(command)
                    reply(connection)
            connection.sendall(hello(version, suite, name))
            while not answer.whole:
                data = connection.recv(65536)
                if not data:
                    break
                answer.take(data)
    except OSError as error:
        return Outcome("trouble", repr(error))
    return classify(answer, version, suite)


def settled(attempt):
    """The Outcome of attempt(), called again until it is accepted or refused or came TIMES over."""
    seen = collections.Counter()
    for number in range(ATTEMPTS):
        outcome = attempt()
        if outcome.state in ("accepted", "refused"):
            return outcome
        seen[outcome] += outcome.state != "trouble"
        if seen[outcome] == TIMES:
            return outcome
        time.sleep(truth.PAUSES[min(number, len(truth.PAUSES) - 1)] if outcome.state == "trouble" else 0)
    return Outcome("trouble", f"{outcome.reason}; {dict(seen)}")


class Client:
    """openssl s_client at a port, which sends this name."""

    def __init__(self, port, starttls, name):
        self._port, self._starttls, self._name, self._options = port, starttls, name, truth.providers()
        self._suites = {version: {one.iana: one for one in truth.speakable(version, self._options)}
                        for version in truth.VERSIONS}

    def finishes(self, version, suite):
        """The Outcome "accepted" if it completes a handshake, else trouble that says why not."""
        known = self._suites.get(version, {}).get(suite)
        if known is None:
            return Outcome("trouble", "accepted, but openssl s_client cannot finish it")
        outcome = truth.cell(self._port, self._starttls, version, known, self._options, self._name)
        words = f"its flight was whole, but s_client: {outcome.state} {outcome.reason}"
        return outcome if outcome.state == "accepted" else Outcome("trouble", words)

    def gets_in(self, version):
        """Whether it completes a handshake in a version when it offers all it has."""
        suites = list(self._suites[version].values())
        done = truth.s_client(self._port, self._starttls, version, suites, self._options, self._name)
        return "CONNECTION ESTABLISHED" in done.stderr


def outcomes(port, starttls, name=""):
    """{(version, IANA name): Outcome} of every suite of the table in every version. Raises Trouble."""
    cells, client = [(version, suite) for version in VERSIONS for suite in SUITES], Client(port, starttls, name)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        found = dict(zip(cells, pool.map(lambda one: settled(lambda: ask(port, starttls, *one, name)), cells)))
    accepted = [one for one in cells if found[one].state == "accepted"]
    with concurrent.futures.ThreadPoolExecutor(truth.WORKERS) as pool:
        found.update(zip(accepted, pool.map(lambda one: client.finishes(*one), accepted)))
    trouble = [f"{version} {suite}: {outcome.reason}"
               for (version, suite), outcome in found.items() if outcome.state in ("trouble", "other")]
    absent = [version for version in truth.VERSIONS if version not in {spoken for spoken, _ in accepted}]
    trouble += [f"{version}: s_client, which offers everything, completes a handshake"
                for version in absent if client.gets_in(version)]
    if trouble:
        raise Trouble("\n".join([f"{len(trouble)} lines of trouble:", *trouble[:MOST_LINES]]))
    return found


def in_state(found, state):
    """{version: set of IANA names} of the cells of `outcomes` in a state."""
    return {version: {suite for (spoken, suite), outcome in found.items()
                      if spoken == version and outcome.state == state} for version in VERSIONS}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tls", choices=["starttls", "implicit"])
    parser.add_argument("port", type=int)
    parser.add_argument("name", nargs="?", default="")
    options = parser.parse_args()
    started = time.monotonic()
    found = outcomes(options.port, options.tls == "starttls", options.name)
    for version in VERSIONS:
        counts = collections.Counter(outcome for (spoken, _), outcome in found.items() if spoken == version)
        print(version, *(f"{number} {outcome.state} ({outcome.reason or 'completed'})"
                         for outcome, number in counts.items()), sep="\n  ")
    print(f"{time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()

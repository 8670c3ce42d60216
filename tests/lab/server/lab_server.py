"""The lab server for tests in Python: Lab runs it, Client is a plain socket that speaks SMTP, s_client
is OpenSSL's. Set Lab.program to the path of smtptls-lab first.
"""
import json
import os
import re
import signal
import socket
import subprocess
import tempfile

from waiting import PATIENCE, wait_for

EHLO = b"EHLO client.test\r\n"


class Lab:
    """A running lab server: `ports[kind]` is the port of its last listener of that kind."""

    program = "smtptls-lab"

    def __init__(self, *arguments, listen=("starttls", "implicit"), keys=("ecdsa-p256",), env=None):
        self.seen = 0
        self.log = tempfile.NamedTemporaryFile(suffix=".jsonl")
        command = [self.program, "--log", self.log.name]
        for key in keys:
            command += ["--key-type", key]
        for kind in listen:
            command += ["--listen", kind + ":0"]
        self.process = subprocess.Popen(command + list(arguments), stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **(env or {})})
        self.lines = [self.process.stdout.readline() for _ in listen]
        self.ports = {line.split()[1]: int(line.split()[3]) for line in self.lines}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def transcripts(self):
        with open(self.log.name) as log:
            return [json.loads(line) for line in log if line.endswith("\n")]

    def transcript(self):
        """The next connection that is over, in the order in which they end; waits for it."""
        wait_for(lambda: len(self.transcripts()) > self.seen, "a connection's transcript")
        self.seen += 1
        return self.transcripts()[self.seen - 1]

    def sockets(self):
        """How many sockets it has open: those that listen, and its connections."""
        folder, found = "/proc/%d/fd" % self.process.pid, 0
        for name in os.listdir(folder):
            try:
                found += os.readlink(os.path.join(folder, name)).startswith("socket:")
            except OSError:  # closed meanwhile
                pass
        return found


class Client:
    def __init__(self, lab, kind="starttls"):
        self.socket = socket.create_connection(("127.0.0.1", lab.ports[kind]), PATIENCE)
        self.bytes = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def read(self, seconds=PATIENCE):
        """What comes next: bytes, b"" for FIN, "rst", or "nothing"."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(65536)
        except ConnectionResetError:
            return "rst"
        except socket.timeout:
            return "nothing"

    def waits(self):
        """What comes in a third of a second: it should be "nothing"."""
        return self.read(0.3)

    def reply(self):
        """One whole SMTP reply."""
        self.socket.settimeout(PATIENCE)
        while not re.search(rb"^[0-9]{3}( [^\n]*)?\n$", self.bytes, re.M):
            more = self.socket.recv(65536)
            if not more:
                raise AssertionError("closed in the middle of %r" % self.bytes)
            self.bytes += more
        whole, self.bytes = self.bytes, b""
        return whole

    def say(self, line):
        self.socket.sendall(line)
        return self.reply()

    def start_tls(self):
        self.reply()
        self.say(EHLO)
        return self.say(b"STARTTLS\r\n")


def s_client(lab, kind, *arguments, text="QUIT\n"):
    """What openssl s_client prints."""
    command = ["openssl", "s_client", "-connect", "127.0.0.1:%d" % lab.ports[kind], "-crlf", "-ign_eof"]
    if kind == "starttls":
        command += ["-starttls", "smtp"]
    done = subprocess.run(command + list(arguments), input=text, capture_output=True, text=True, errors="replace",
                          timeout=PATIENCE)
    return done.stdout + done.stderr

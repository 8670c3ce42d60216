"""Many Postfixes in one private root, each with a main.cf and a master.cf of its own, and a stand-in for dovecot-auth.

    with Postfixes(release) as lab:          # release: "" this system's, "bullseye", "trixie"
        lab.start({"name": Running(main, master)})
        lab.version, lab.openssl, lab.refusals, lab.running["name"].ports

What runs is the configuration as it is, with free ports of 127.0.0.1 in the place of its own, with the folders of the lab,
and with the stand-in for the server that checks passwords. No password is ever sent.
"""

import contextlib
import dataclasses
import os
import re
import resource
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "server"))

import postfix  # noqa: E402
from lab import LabServer, free_ports, is_taken, make_certificate  # noqa: E402
from waiting import wait_for  # noqa: E402

AT_ONCE = 12
# What a Postfix in the lab needs, and what must not depend on the machine; behind the lines of the configuration.
OF_THE_LAB = """
queue_directory = /lab/i/{name}/queue
data_directory = /lab/i/{name}/data
config_directory = /lab/i/{name}/etc
maillog_file = /lab/i/{name}/maillog
maillog_file_prefixes = /lab
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
default_transport = error:the lab delivers no mail
alias_maps =
local_recipient_maps =
milter_default_action = accept
postscreen_cache_map = internal:cache
smtpd_sasl_type = dovecot
smtpd_sasl_path = /lab/auth
"""
# postscreen then takes each client for one that it does not know, and speaks for itself.
UNKNOWN_CLIENTS = """\
postscreen_access_list =
postscreen_bare_newline_enable = yes
postscreen_greet_wait = 1s
"""
SCRIPT = """\
set -e
chgrp postdrop /usr/sbin/postdrop /usr/sbin/postqueue
chmod g+s /usr/sbin/postdrop /usr/sbin/postqueue
grep -aohE 'OpenSSL [0-9]+[.][0-9]+[.][0-9]+[a-z]*' /usr/lib/*/libcrypto.so.* /dev/null | head -n 1 | cut -d' ' -f2 >/lab/openssl
postconf -d >/lab/defaults
postconf -h -d mail_version >/lab/version.part
mv /lab/version.part /lab/version
exec 3<>/lab/todo
start() {
  mkdir -p /lab/i/$1/queue /lab/i/$1/data
  chown postfix /lab/i/$1/data
  code=0
  postfix -c /lab/i/$1/etc start >/lab/i/$1/started 2>&1 3<&- || code=$?
  echo $code >/lab/i/$1/code.part
  mv /lab/i/$1/code.part /lab/i/$1/code
}
while read -r name <&3; do
  start $name &
done
"""
HELLO = b"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nMECH\tCRAM-MD5\tdictionary\tactive\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n"


@dataclasses.dataclass
class Running:
    """A configuration, and once it runs, {line of master.cf: port}."""
    main: str
    master: str
    unknown_clients: bool = False
    ports: dict = dataclasses.field(default_factory=dict)


def listeners(master):
    """The numbers of the lines of master.cf that listen on TCP ports."""
    return [number for number, line in enumerate(master.splitlines(), 1) if re.match(r"[^\s#]\S*\s+inet\s", line)]


def on_ports(master, ports):
    """master.cf with 127.0.0.1:PORT in the place of each name, with a log, and with the stand-in of the lab."""
    lines = master.splitlines()
    for number, port in ports.items():
        lines[number - 1] = re.sub(r"^\S+", f"127.0.0.1:{port}", lines[number - 1])
    text = re.sub(r"smtpd_sasl_path=\S+", "smtpd_sasl_path=/lab/auth", "\n".join(lines))
    # Started once: a postlogd that begins while others write, and has itself something to say, waits for itself.
    return text + "\npostlog unix-dgram n - n - 1 postlogd -o max_idle=10d -o max_use=100000000\n"


def without(main, names):
    """main.cf without the lines that set one of these names, and those that go on with them: no line is overridden."""
    kept, dropping = [], False
    for line in main.splitlines():
        if not re.match(r"\s", line) and not line.startswith("#"):
            dropping = re.split(r"[\s=]", line, maxsplit=1)[0] in names
        if not dropping or line.startswith("#"):
            kept.append(line)
    return "\n".join(kept) + "\n"


def answer(connection):
    """Says hello as dovecot-auth does, and then nothing until Postfix has gone."""
    with connection, contextlib.suppress(OSError):
        connection.sendall(HELLO)
        while connection.recv(4096):
            pass


class Postfixes:
    """The root, running; a context manager."""

    def __init__(self, release):
        self._release = release
        self._auth = None
        self.server = None
        self.running = {}
        self._choosing, self._chosen = threading.Lock(), set()

    def __enter__(self):
        spec = postfix.server_spec([], {})
        spec.command, spec.setup, spec.release = ["sh", "/lab/run.sh"], [], self._release
        self.server = LabServer(spec).__enter__()
        try:
            self._prepare()
            self.server.start([])
            wait_for(lambda: (self.share / "version").exists() or self.server.process.poll() is not None, "Postfix is there")
            if self.server.process.poll() is not None:
                raise RuntimeError(self.server.console())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._auth is not None:
            self._auth.close()
        self.server.__exit__()

    @property
    def share(self):
        """The folder that is /lab inside."""
        return self.server.share

    @property
    def version(self):
        """Of Postfix."""
        return (self.share / "version").read_text().strip()

    @property
    def openssl(self):
        """The version of the library."""
        return (self.share / "openssl").read_text().strip()

    @property
    def defaults(self):
        """What `postconf -d` prints, as {name: value}."""
        return dict(re.findall(r"^(\S+) = ?(.*)$", (self.share / "defaults").read_text(), re.M))

    def start(self, running):
        """Starts each of {name: Running}; those that Postfix refuses are in the result, {name: what it said}."""
        self.running.update(running)
        with ThreadPoolExecutor(AT_ONCE) as pool:  # a start waits more than it works
            return {name: said for name, said in zip(running, pool.map(self._start, *zip(*running.items()))) if said}

    def _start(self, name, one):
        """What Postfix said if it does not start, or ""."""
        for _ in range(postfix.ATTEMPTS):
            lines = listeners(one.master)
            with self._choosing:
                chosen = free_ports(len(lines))
                while self._chosen.intersection(chosen):
                    chosen = free_ports(len(lines))
                self._chosen.update(chosen)
            one.ports = dict(zip(lines, chosen))
            if not (said := self._started(name, one)) or not any(is_taken(port) for port in one.ports.values()):
                break  # else a port that was free has been taken by somebody else before Postfix had it
        return said

    def _started(self, name, one):
        folder = self.share / "i" / name
        (folder / "etc").mkdir(parents=True, exist_ok=True)
        (folder / "code").unlink(missing_ok=True)
        extra = OF_THE_LAB.format(name=name) + (UNKNOWN_CLIENTS if one.unknown_clients else "")
        (folder / "etc/main.cf").write_text(without(one.main, re.findall(r"^(\w+) =", extra, re.M)) + extra)
        (folder / "etc/master.cf").write_text(on_ports(one.master, one.ports))
        with open(self.share / "todo", "w") as todo:
            todo.write(name + "\n")
        wait_for((folder / "code").exists, f"{name} starts")
        return "" if (folder / "code").read_text().strip() == "0" else (folder / "started").read_text() + self.log(name)

    def log(self, name):
        """The mail log of one, as text."""
        log = self.share / "i" / name / "maillog"
        return log.read_text(errors="replace") if log.exists() else ""

    def _prepare(self):
        make_certificate(self.share)
        (self.share / "mail.pem").write_text((self.share / "key.pem").read_text() + (self.share / "cert.pem").read_text())
        run = {"check": True, "capture_output": True}
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                        "/CN=mail.lab.example", "-keyout", self.share / "ec.key", "-out", self.share / "ec.crt"], **run)
        (self.share / "ec.pem").write_text((self.share / "ec.key").read_text() + (self.share / "ec.crt").read_text())
        subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "dh_paramgen_prime_len:1024",
                        "-out", self.share / "dh.pem"], **run)
        (self.share / "run.sh").write_text(SCRIPT)
        os.mkfifo(self.share / "todo")
        # Each smtpd of each Postfix holds a connection to the stand-in, for as long as it lives.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self._auth = socket.socket(socket.AF_UNIX)
        # The path of a clone may be longer than that of a socket may be.
        folder = os.open(self.share, os.O_RDONLY | os.O_DIRECTORY)
        self._auth.bind(f"/proc/self/fd/{folder}/auth")
        os.close(folder)
        (self.share / "auth").chmod(0o666)
        self._auth.listen(256)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._auth.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

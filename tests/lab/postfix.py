"""Debian's own Postfix for the tests, with the TLS services they describe.

As a program it starts the services of the tests and runs until Ctrl-C:

    sudo python3 tests/lab/postfix.py
"""

import argparse
import dataclasses
import re
import signal
import sys
import time

from lab import LabServer, LabUnavailable, Port, ServerDied, ServerSpec, free_ports, is_taken, make_certificate

ATTEMPTS = 3  # a port that was free may be taken by somebody else before Postfix binds it
MAIN = {
    "compatibility_level": "3.6",
    "maillog_file": "/lab/maillog",
    "maillog_file_prefixes": "/lab",
    "myhostname": "mail.lab.example",
    "mydestination": "",
    "alias_maps": "",
    "mynetworks": "127.0.0.0/8",
    "inet_interfaces": "loopback-only",
    "default_transport": "error:the lab delivers no mail",
    "smtpd_tls_cert_file": "/lab/cert.pem",
    "smtpd_tls_key_file": "/lab/key.pem",
    "smtpd_tls_security_level": "may",
}


@dataclasses.dataclass
class Service:
    """One smtpd service on a loopback port, perhaps behind postscreen; `parameters` are its own main.cf overrides."""
    name: str
    wrappermode: bool = False
    parameters: dict = dataclasses.field(default_factory=dict)
    port: int = 0  # 0: a free one is chosen at start
    postscreen: bool = False  # at most one such service

    @property
    def tls(self):
        """The word for --tls of the scanner."""
        return "implicit" if self.wrappermode else "starttls"


HARDENED = {"smtpd_tls_mandatory_protocols": ">=TLSv1.2", "smtpd_tls_mandatory_exclude_ciphers": "aNULL"}


def standard_services():
    """Default and hardened TLS parameters, each with STARTTLS and with implicit TLS."""
    return [
        Service("default-starttls"),
        Service("default-implicit", wrappermode=True),
        Service("hardened-starttls", parameters={"smtpd_tls_security_level": "encrypt", **HARDENED}),
        Service("hardened-implicit", wrappermode=True, parameters=HARDENED),
    ]


OWN_ORDER = {"tls_preempt_cipherlist": "yes"}


def order_services():
    """Default and hardened TLS parameters, in the client's order of preference and in Postfix's own."""
    hardened = {"smtpd_tls_security_level": "encrypt", **HARDENED}
    return [
        Service("default-starttls"),
        Service("default-preempt", parameters=OWN_ORDER),
        Service("hardened-starttls", parameters=hardened),
        Service("hardened-preempt", parameters={**hardened, **OWN_ORDER}),
    ]


def every_service():
    """The services of the tests, each once."""
    return list({service.name: service for service in standard_services() + order_services()}.values())


def _setting(name, value):
    """A checked `name = value`; no line break or brace can end it early."""
    if not re.fullmatch(r"\w+", name) or re.search(r"[{}\n\r]", value):
        raise ValueError(f"not a Postfix setting: {name} = {value}")
    return f"{name} = {value}"


def master_entry(service):
    """The lines of master.cf for a Service."""
    if not re.fullmatch(r"[a-z0-9-]+", service.name):
        raise ValueError(f"not a service name: {service.name}")
    parameters = {"syslog_name": f"postfix/{service.name}", **service.parameters}
    if service.wrappermode:
        parameters["smtpd_tls_wrappermode"] = "yes"
    options = [f"  -o {{ {_setting(name, value)} }}" for name, value in parameters.items()]
    if service.postscreen:
        return "\n".join([f"127.0.0.1:{service.port} inet n - n - 1 postscreen", *options, "smtpd pass - - n - - smtpd",
                          *options, "tlsproxy unix - - n - 0 tlsproxy", "dnsblog unix - - n - 0 dnsblog"])
    return "\n".join([f"127.0.0.1:{service.port} inet n - n - - smtpd", *options])


def server_spec(services, main_parameters):
    """What LabServer is to run."""
    main = "\n".join(_setting(*pair) for pair in {**MAIN, **main_parameters}.items())
    entries = "\n".join(master_entry(service) for service in services)
    return ServerSpec(
        name="postfix",
        packages=["postfix"],
        users=[{"name": "postfix", "home": "/var/spool/postfix"}],
        groups=["postdrop"],
        files=[{"path": "/etc/postfix/main.cf", "text": main + "\n"},
               {"path": "/etc/postfix/lab.cf", "text": entries + "\n"},
               {"path": "/etc/postfix/dynamicmaps.cf", "text": ""}],
        setup=[
            # Debian's master.cf without its port 25, and not chrooted once more, plus our services.
            ["sh", "-c", "sed -E '/^smtp +inet /d; s/^([a-z]+ +(unix|unix-dgram) +. +. +)y/\\1n/'"
                         " /usr/share/postfix/master.cf.dist | cat - /etc/postfix/lab.cf > /etc/postfix/master.cf"],
            ["sh", "-c", "chgrp postdrop /usr/sbin/postdrop /usr/sbin/postqueue"
                         " && chmod g+s /usr/sbin/postdrop /usr/sbin/postqueue"
                         " && chown postfix /var/lib/postfix"],
        ],
        command=["postfix", "start-fg"])


class Postfix:
    """A running Postfix; a context manager. After entering, each Service knows its port."""

    def __init__(self, services, main_parameters=None):
        self.services = services
        self._main = main_parameters or {}
        self._fixed = [service.port for service in services]
        self.server = None

    def __enter__(self):
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._start()
            except ServerDied:
                self.server.__exit__()
                if attempt == ATTEMPTS or not any(is_taken(service.port) for service in self.services):
                    raise
            except BaseException:
                self.server.__exit__()
                raise

    def __exit__(self, *_):
        self.server.__exit__()

    def _start(self):
        for service, fixed, free in zip(self.services, self._fixed, free_ports(len(self.services))):
            service.port = fixed or free
        self.server = LabServer(server_spec(self.services, self._main))
        self.server.__enter__()
        make_certificate(self.server.share)
        self.server.start([Port(service.port, service.wrappermode) for service in self.services])
        return self

    @property
    def maillog(self):
        """The mail log so far, as text."""
        return (self.server.share / "maillog").read_text(errors="replace")

    def connections(self, service):
        """How many connections the service has logged so far (logged before the greeting is sent)."""
        return len(re.findall(rf"postfix/{service.name}/smtpd\[\d+\]: connect from ", self.maillog))

    def settled_connections(self, service, wanted):
        """The same, once the log has caught up with `wanted` of them or ten seconds have gone."""
        deadline = time.monotonic() + 10
        while self.connections(service) < wanted and time.monotonic() < deadline:
            time.sleep(0.05)  # the log is written by another process, and nothing tells when
        return self.connections(service)


def main():
    """Starts the services of the tests, prints where they are, runs until SIGINT or SIGTERM."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with Postfix(every_service()) as postfix:
            for service in postfix.services:
                print(f"{service.name:18} --tls {service.tls:8} 127.0.0.1:{service.port}")
            print(f"{'log':18} {postfix.server.share}/maillog\nCtrl-C ends it.", flush=True)
            while True:
                signal.pause()
    except LabUnavailable as error:
        sys.exit(f"postfix.py: {error}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()

"""A running mail server with several TLS services: what exim.py, opensmtpd.py and sendmail.py share.

    with Mta(services, specify) as mta:
        ... services[0].port, mta.log("mainlog") ...

`specify(services)` returns the ServerSpec for services that know their ports. A product that needs
more has a class of its own (postfix.py).
"""

import dataclasses
import signal
import sys

from lab import LabServer, LabUnavailable, Port, ServerDied, free_ports, is_taken, make_certificate

ATTEMPTS = 3  # a port that was free may be taken by somebody else before the server binds it


@dataclasses.dataclass
class Service:
    """One TLS service on a loopback port."""
    name: str
    implicit: bool = False
    port: int = 0  # chosen at start
    silent: bool = False  # it says nothing to who has only connected: no greeting to wait for

    @property
    def tls(self):
        """The word for --tls of the scanner."""
        return "implicit" if self.implicit else "starttls"


def both_kinds(name):
    """A STARTTLS and an implicit service of one configuration."""
    return [Service(f"{name}-starttls"), Service(f"{name}-implicit", implicit=True)]


class Mta:
    """A context manager. After entering, each Service knows its port."""

    def __init__(self, services, specify):
        self.services = services
        self._specify = specify
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
        for service, port in zip(self.services, free_ports(len(self.services))):
            service.port = port
        self.server = LabServer(self._specify(self.services))
        self.server.__enter__()
        self.prepare(self.server.share)
        self.server.start([Port(service.port, service.implicit or service.silent) for service in self.services])
        return self

    def prepare(self, share):
        """Puts into the server's /lab, here `share`, what must be there before it starts."""
        make_certificate(share)

    def log(self, name):
        """A log that the server writes to /lab/NAME, so far, as text."""
        return (self.server.share / name).read_text(errors="replace")


def run_until_interrupted(mtas, log):
    """Starts servers, prints where they are, and runs until SIGINT or SIGTERM: for their main()."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    entered = []
    try:
        for mta in mtas:
            entered.append(mta.__enter__())
            for service in mta.services:
                print(f"{service.name:20} --tls {service.tls:8} 127.0.0.1:{service.port}")
            print(f"{'log':20} {mta.server.share}/{log}")
        print("Ctrl-C ends it.", flush=True)
        while True:
            signal.pause()
    except LabUnavailable as error:
        sys.exit(f"{sys.argv[0]}: {error}")
    except KeyboardInterrupt:
        pass
    finally:
        for mta in reversed(entered):
            mta.__exit__()

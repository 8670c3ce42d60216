"""Debian's own stunnel for the tests, as it is but for a certificate, in front of a plain SMTP server.

    with Stunnel(backend) as stunnel: ...       # the port of the server behind it

`stunnel-starttls` has `protocol = smtp`: stunnel speaks SMTP up to STARTTLS by itself, and greets after a fifth of a
second. Its OpenSSL answers TLS 1.0 and 1.1 with alert internal_error, whatever is offered that it has.
"""

from lab import ServerSpec
from mta import Mta, both_kinds

MAIN = """\
foreground = yes
pid =
output = /lab/maillog
cert = /lab/cert.pem
key = /lab/key.pem
"""


def configuration(services, backend):
    """stunnel.conf."""
    return MAIN + "".join(f"[{service.name}]\naccept = 127.0.0.1:{service.port}\nconnect = 127.0.0.1:{backend}\n"
                          f"{'' if service.implicit else 'protocol = smtp'}\n" for service in services)


def server_spec(services, backend):
    """What LabServer is to run."""
    return ServerSpec(
        name="stunnel",
        packages=["stunnel4"],
        files=[{"path": "/etc/stunnel/stunnel.conf", "text": configuration(services, backend)}],
        command=["stunnel4", "/etc/stunnel/stunnel.conf"])


class Stunnel(Mta):
    """A running stunnel with a STARTTLS and an implicit port."""

    def __init__(self, backend):
        super().__init__(both_kinds("stunnel"), lambda services: server_spec(services, backend))

"""Debian's own Exim (which is linked with GnuTLS) for the tests, in two configurations.

As a program it starts both and runs until Ctrl-C:

    sudo python3 tests/lab/exim.py

`default` has a certificate and Exim's TLS parameters as they are. `legacy` adds to the priority
string all that GnuTLS 3.7 can still speak; NULL among the ciphers makes it drop TLS 1.3, and the
anonymous suites have no credentials: Exim chooses one and then fails, with alert 40.

All limits are Exim's own: 20 connections at once, none per host. It holds a connection for half a
second after a handshake that did not complete, whatever the client does: more than 40 of them a
second and it says "421 Too many concurrent SMTP connections", or on an implicit port resets.
"""

import argparse
import collections

from lab import ServerSpec
from mta import Mta, both_kinds, run_until_interrupted

LEGACY_PRIORITY = ":".join([
    "NORMAL", "+ANON-DH", "+ANON-ECDH", "+NULL", "+ARCFOUR-128", "+3DES-CBC", "+MD5", "+SHA256", "+SHA384",
    "+CAMELLIA-128-CBC", "+CAMELLIA-256-CBC", "+CAMELLIA-128-GCM", "+CAMELLIA-256-GCM",
    "+AES-128-CCM-8", "+AES-256-CCM-8"])
OWN_ORDER_PRIORITY = "NORMAL:%SERVER_PRECEDENCE"  # Exim's default, but its own order decides
Connections = collections.namedtuple("Connections", "served turned_away")

# The notifier socket is an abstract one: it would belong to the machine, not to the private root.
MAIN = """\
notifier_socket =
primary_hostname = mail.lab.example
exim_user = Debian-exim
exim_group = Debian-exim
log_file_path = /lab/%slog
log_selector = +smtp_connection +incoming_interface +incoming_port
tls_advertise_hosts = *
tls_certificate = /lab/cert.pem
tls_privatekey = /lab/key.pem
"""


def configuration(services, priority):
    """Exim's configuration file; `priority`: a GnuTLS priority string, or None for Exim's default."""
    ports = " : ".join(str(service.port) for service in services)
    implicit = " : ".join(str(service.port) for service in services if service.implicit)
    lines = [MAIN + "local_interfaces = 127.0.0.1", f"daemon_smtp_ports = {ports}",
             f"tls_on_connect_ports = {implicit}"]
    if priority:
        lines.append(f"tls_require_ciphers = {priority}")
    return "\n".join([*lines, "begin acl", "begin routers", "begin transports", "begin retry", ""])


def server_spec(services, priority):
    """What LabServer is to run."""
    return ServerSpec(
        name="exim",
        packages=["exim4-daemon-light"],
        users=[{"name": "Debian-exim", "home": "/var/spool/exim4"}],
        files=[{"path": "/etc/exim4/exim4.conf", "text": configuration(services, priority), "mode": "640"}],
        setup=[["sh", "-c", "chgrp Debian-exim /etc/exim4/exim4.conf /lab/key.pem && chmod g+r /lab/key.pem"
                            " && for log in main panic reject;"
                            " do install -o Debian-exim -m 644 /dev/null /lab/${log}log; done"
                            " && mkdir -p /var/spool/exim4 && chown Debian-exim: /var/spool/exim4"]],
        command=["exim4", "-bdf"])


class Exim(Mta):
    """A running Exim with both services of a configuration."""

    def __init__(self, name, priority=None):
        super().__init__(both_kinds(name), lambda services: server_spec(services, priority))
        self.name = name

    def connections(self, service):
        """The Connections of a service so far (logged before anything is sent)."""
        log, local = self.log("mainlog"), f"I=[127.0.0.1]:{service.port}"
        return Connections(log.count(f"{local} (TCP/IP connection count"),
                           log.count(f"{local} refused: too many connections"))


def standard_servers():
    """Exim's default TLS parameters, and everything that its GnuTLS can speak."""
    return [Exim("default"), Exim("legacy", LEGACY_PRIORITY)]


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    run_until_interrupted(standard_servers(), "mainlog")


if __name__ == "__main__":
    main()

"""Debian's own Dovecot as a submission server for the tests, with and without `ssl_dh`.

As a program it starts both and runs until Ctrl-C:

    sudo python3 tests/lab/dovecot.py

`dh` has the parameters that Debian ships with Dovecot, as Debian's configuration has it. `nodh` lacks that one line: it
chooses DHE for a client that names a DHE suite first, cannot go on, and hangs up without an alert. Both refuse that way
whatever they refuse, follow the client's order, and have TLS 1.0 allowed (Debian's OpenSSL speaks none of it).
"""

import argparse

from lab import ServerSpec
from mta import Mta, both_kinds, run_until_interrupted

USERS = [{"name": "dovecot", "home": "/usr/lib/dovecot"}, {"name": "dovenull"}]
DH = "ssl_dh = </usr/share/dovecot/dh.pem"
MAIN = """\
protocols = submission
listen = 127.0.0.1
log_path = /lab/maillog
hostname = mail.lab.example
ssl = yes
ssl_cert = </lab/cert.pem
ssl_key = </lab/key.pem
ssl_min_protocol = TLSv1
auth_mechanisms = plain
passdb {
  driver = static
  args = password=none
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/tmp
}
submission_relay_host = 127.0.0.1
service submission-login {
  # one process for all clients, which stays
  service_count = 0
  client_limit = 1000
  process_min_avail = 1
"""


def listener(service):
    """The section of a service, in place of Dovecot's own of that name on port 587 or 465."""
    name, tls = ("submissions", "yes") if service.implicit else ("submission", "no")
    return f"  inet_listener {name} {{\n    port = {service.port}\n    ssl = {tls}\n  }}\n"


def configuration(services, dh):
    """dovecot.conf."""
    return MAIN + "".join(map(listener, services)) + "}\n" + (DH + "\n" if dh else "")


def server_spec(services, dh):
    """What LabServer is to run."""
    return ServerSpec(
        name="dovecot",
        packages=["dovecot-submissiond"],
        users=USERS,
        files=[{"path": "/etc/dovecot/dovecot.conf", "text": configuration(services, dh)}],
        command=["dovecot", "-F"])


class Dovecot(Mta):
    """A running Dovecot with a STARTTLS and an implicit port for submission."""

    def __init__(self, name, dh):
        super().__init__(both_kinds(name), lambda services: server_spec(services, dh))


def standard_servers():
    """With and without the parameters of Diffie-Hellman."""
    return [Dovecot("dh", True), Dovecot("nodh", False)]


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    run_until_interrupted(standard_servers(), "maillog")


if __name__ == "__main__":
    main()

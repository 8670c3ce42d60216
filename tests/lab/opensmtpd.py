"""Debian 13's OpenSMTPD (7.6, with OpenSSL 3.5) for the tests, as it is but for a certificate.

As a program it starts both services and runs until Ctrl-C:

    sudo python3 tests/lab/opensmtpd.py

It offers static-RSA suites up to ServerHelloDone and then fails on the ClientKeyExchange with alert 51.
It runs in a minimal Debian 13 that debootstrap makes on the first use (two minutes, 220 MB).
"""

import argparse

from lab import ServerSpec
from mta import Mta, both_kinds, run_until_interrupted

RELEASE = "trixie"
USERS = [{"name": "opensmtpd", "home": "/var/lib/opensmtpd/empty"}, {"name": "opensmtpq"}]


def configuration(services):
    """smtpd.conf."""
    listeners = [f"listen on 127.0.0.1 port {service.port} {'smtps' if service.implicit else 'tls'} pki lab"
                 for service in services]
    return "\n".join([
        'pki lab cert "/etc/lab/cert.pem"',
        'pki lab key "/etc/lab/key.pem"',
        *listeners,
        'action "nowhere" mbox',
        'match from local for local action "nowhere"',
        ""])


def server_spec(services):
    """What LabServer is to run. OpenSMTPD wants the key to be root's alone."""
    return ServerSpec(
        name="opensmtpd",
        release=RELEASE,
        packages=["opensmtpd"],
        users=USERS,
        files=[{"path": "/etc/smtpd.conf", "text": configuration(services)},
               {"path": "/etc/mailname", "text": "mail.lab.example\n"}],
        setup=[["sh", "-c", "mkdir -p /etc/lab /etc/ssl/certs /var/lib/opensmtpd/empty && chmod 711 /var/lib/opensmtpd"
                            " && cp /lab/*.pem /etc/lab && chown root: /etc/lab/*.pem && chmod 600 /etc/lab/*.pem"
                            " && cp /lab/cert.pem /etc/ssl/certs/ca-certificates.crt"]],
        command=["smtpd", "-d"])


class OpenSmtpd(Mta):
    """A running OpenSMTPD with a STARTTLS and an smtps listener."""

    def __init__(self):
        super().__init__(both_kinds("opensmtpd"), server_spec)

    def connections(self):
        """How many connections both listeners have logged so far; the log does not tell them apart."""
        return self.server.console().count(" smtp connected ")


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    run_until_interrupted([OpenSmtpd()], "console")


if __name__ == "__main__":
    main()

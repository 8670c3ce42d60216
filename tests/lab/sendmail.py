"""Debian's own Sendmail for the tests, with the configuration, the access table and the TLS parameters of its packages.

As a program it starts both services and runs until Ctrl-C:

    sudo python3 tests/lab/sendmail.py

Different from Debian's are the ports, the certificate, and what depends on the machine or only delays: the name of the
host, no limit by the machine's load, none of 15 connections a second. Its OpenSSL answers TLS 1.0 and 1.1 with alert
internal_error, whatever is offered that it has.
"""

import argparse

from lab import ServerSpec
from mta import Mta, both_kinds, run_until_interrupted

LOCAL = """\
define(`confDOMAIN_NAME', `mail.lab.example')dnl
define(`confREFUSE_LA', `0')dnl
define(`confQUEUE_LA', `0')dnl
undefine(`confCONNECTION_RATE_THROTTLE')dnl
include(`/usr/share/sendmail/examples/tls/starttls.m4')dnl
"""
USERS = [{"name": "smmta", "home": "/var/lib/sendmail"}, {"name": "smmsp", "home": "/var/lib/sendmail"}]
# Debian's sendmail.mc without its listeners and its limit of connections, plus ours; then as its scripts do it.
SETUP = r"""
set -e
cd /etc/mail
awk '/^DAEMON_OPTIONS/ { next }
     /^MAILER_DEFINITIONS/ { while ((getline line < "/etc/mail/lab.m4") > 0) print line }
     { print }' /usr/share/sendmail/cf/debian/sendmail.mc > sendmail.mc
mkdir -p m4 tls /var/spool/mqueue /var/lib/sendmail/host_status /run/sendmail/mta
touch m4/dialup.m4 m4/provider.m4 local-host-names aliases
cp /lab/cert.pem tls/sendmail-server.crt
cp /lab/cert.pem tls/sendmail-client.crt
cp /lab/key.pem tls/sendmail-common.key
chmod 600 tls/sendmail-common.key
openssl dhparam -dsaparam -out tls/sendmail-common.prm 2048 2>/dev/null
m4 sendmail.mc > sendmail.cf
/usr/libexec/sendmail/makemap hash access < /usr/share/sendmail/examples/db/access
chown smmta:smmsp /var/spool/mqueue /run/sendmail/mta
chmod 700 /var/spool/mqueue
/usr/libexec/sendmail/sendmail -bi >/dev/null
"""


def listener(service):
    """A DAEMON_OPTIONS line; M=s is TLS from the first byte."""
    name, more = ("MSPS", ", M=s") if service.implicit else ("MTA-v4", "")
    return f"DAEMON_OPTIONS(`Family=inet, Name={name}, Port={service.port}, Addr=127.0.0.1{more}')dnl\n"


def server_spec(services):
    """What LabServer is to run."""
    return ServerSpec(
        name="sendmail",
        packages=["sendmail-bin", "openssl"],
        users=USERS,
        files=[{"path": "/etc/mail/lab.m4", "text": "".join(map(listener, services)) + LOCAL}],
        setup=[["sh", "-c", SETUP]],
        command=["/usr/libexec/sendmail/sendmail", "-bD"])


class Sendmail(Mta):
    """A running Sendmail with a STARTTLS and an implicit port."""

    def __init__(self):
        super().__init__(both_kinds("sendmail"), server_spec)


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    run_until_interrupted([Sendmail()], "console")


if __name__ == "__main__":
    main()

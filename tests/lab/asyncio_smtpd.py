"""Debian's own aiosmtpd, on Python's asyncio, for the tests.

As a program it starts the services and runs until Ctrl-C:

    sudo python3 tests/lab/asyncio_smtpd.py

Python 3.11's asyncio sends no alert when a handshake fails: whatever is refused is refused by a FIN. `asyncio` has
Python's own suites and versions (TLS 1.2 and 1.3), `old` everything that this OpenSSL can speak from TLS 1.0 on. The
server's order decides, since Python's contexts ask for that.
"""

import argparse
import json

from lab import ServerSpec
from mta import Mta, Service, both_kinds, run_until_interrupted

PROGRAM = r"""
import asyncio, json, logging, ssl, sys
from aiosmtpd.smtp import SMTP

def context(old):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain("/lab/cert.pem", "/lab/key.pem")
    if old:
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.set_ciphers("ALL:@SECLEVEL=0")
    return made

async def main():
    logging.disable()  # a traceback for each refusal takes longer than the refusal
    loop = asyncio.get_running_loop()
    for port, implicit, old in json.loads(sys.argv[1]):
        tls = context(old)
        def session(tls=None if implicit else tls):
            return SMTP(None, hostname="mail.lab.example", tls_context=tls, loop=loop)
        await loop.create_server(session, "127.0.0.1", port, ssl=tls if implicit else None, backlog=1000)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def server_spec(services):
    """What LabServer is to run. /usr/bin/python3 is Debian's, wherever another one is first in the PATH."""
    ports = [[service.port, service.implicit, service.name == "old"] for service in services]
    return ServerSpec(
        name="aiosmtpd",
        packages=["python3-aiosmtpd"],
        files=[{"path": "/usr/local/lib/lab/smtpd.py", "text": PROGRAM}],
        command=["/usr/bin/python3", "-W", "ignore", "/usr/local/lib/lab/smtpd.py", json.dumps(ports)])


class AsyncioSmtpd(Mta):
    """A running aiosmtpd."""

    def __init__(self):
        super().__init__([*both_kinds("asyncio"), Service("old")], server_spec)


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    run_until_interrupted([AsyncioSmtpd()], "console")


if __name__ == "__main__":
    main()

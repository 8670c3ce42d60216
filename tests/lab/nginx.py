"""Debian's own nginx as a mail proxy for the tests, with TLS 1.0 and 1.1 allowed.

As a program it starts the proxy and runs until Ctrl-C:

    sudo python3 tests/lab/nginx.py

`nginx` has its default suites: this OpenSSL's security level forbids the signatures of TLS 1.0 and 1.1, so that alert
internal_error comes in the ServerHello's place. `level0` allows all of it. Nobody stands behind the proxy: it greets,
speaks SMTP up to AUTH, and says goodbye by itself.
"""

import argparse

from lab import ServerSpec
from mta import Mta, Service, both_kinds, run_until_interrupted

MAIN = """\
daemon off;
worker_processes 1;
user root;
pid /run/nginx.pid;
error_log /lab/maillog info;
load_module modules/ngx_mail_module.so;
events { worker_connections 512; }
mail {
  server_name mail.lab.example;
  auth_http 127.0.0.1:9;
  smtp_auth plain login;
  ssl_certificate /lab/cert.pem;
  ssl_certificate_key /lab/key.pem;
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
"""
LEVEL_0 = " ssl_ciphers ALL:@SECLEVEL=0;"


def configuration(services):
    """nginx.conf."""
    servers = [f"  server {{ listen 127.0.0.1:{service.port}{' ssl' if service.implicit else ''}; protocol smtp;"
               f"{'' if service.implicit else ' starttls on;'}{LEVEL_0 if service.name == 'level0' else ''} }}\n"
               for service in services]
    return MAIN + "".join(servers) + "}\n"


def server_spec(services):
    """What LabServer is to run."""
    return ServerSpec(
        name="nginx",
        packages=["nginx-light", "libnginx-mod-mail"],
        files=[{"path": "/etc/nginx/nginx.conf", "text": configuration(services)}],
        setup=[["mkdir", "-p", "/var/log/nginx", "/var/lib/nginx"]],
        command=["nginx"])


class Nginx(Mta):
    """A running nginx."""

    def __init__(self):
        super().__init__([*both_kinds("nginx"), Service("level0")], server_spec)


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    run_until_interrupted([Nginx()], "maillog")


if __name__ == "__main__":
    main()

"""Debian's own HAProxy for the tests, in front of plain SMTP servers that are running already.

    with HaProxy(backend, members) as proxy: ...        # ports of 127.0.0.1

| service | what it does |
|---|---|
| `minver` | implicit TLS with TLS 1.0 and 1.1 allowed, which this OpenSSL answers with alert internal_error |
| `strict` | the same, but with `strict-sni`: a client must name the server, or gets alert unrecognized_name |
| `proxied` | waits for a PROXY header, and says nothing until then |
| `members` | no TLS of its own: hands each connection to the next of the members |
"""

from lab import ServerSpec
from mta import Mta, Service

MAIN = """\
global
  maxconn 500
  log stdout format raw daemon
  tune.ssl.default-dh-param 2048
defaults
  mode tcp
  log global
  timeout connect 60s
  timeout client 300s
  timeout server 300s
"""
TLS = "ssl crt /lab/both.pem ssl-min-ver TLSv1.0"


def listener(service, words, servers):
    """A `listen` section."""
    lines = [f"listen {service.name}", f"  bind 127.0.0.1:{service.port} {words}", "  balance roundrobin",
             *(f"  server s{port} 127.0.0.1:{port}" for port in servers)]
    return "\n".join(lines) + "\n"


def configuration(services, backend, members):
    """haproxy.cfg."""
    words = {"minver": TLS, "strict": f"{TLS} strict-sni", "proxied": "accept-proxy", "members": ""}
    return MAIN + "".join(listener(service, words[service.name], members if service.name == "members" else [backend])
                          for service in services)


def server_spec(services, backend, members):
    """What LabServer is to run."""
    return ServerSpec(
        name="haproxy",
        packages=["haproxy"],
        files=[{"path": "/etc/haproxy/haproxy.cfg", "text": configuration(services, backend, members)}],
        setup=[["sh", "-c", "cat /lab/cert.pem /lab/key.pem > /lab/both.pem"]],
        command=["haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"])


class HaProxy(Mta):
    """A running HAProxy; `backend` and `members` are ports of plain SMTP servers. Without members no such service."""

    def __init__(self, backend, members=()):
        services = [Service("minver", implicit=True), Service("strict", implicit=True), Service("proxied", silent=True)]
        super().__init__(services + [Service("members")] * bool(members),
                         lambda known: server_spec(known, backend, members))
